package gen

import (
	"bytes"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

// breachVector is a file that accuses the server of the main vote, and what it
// shows: that the promise was broken or kept, is of a former epoch, or nothing.
type breachVector struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	Text    string `json:"text"`
}

// accusation is a file whose parts are true.
func (v *vote) accusation(epoch uint32, entry tlog.Hash) *audit.Breach {
	p := audit.NewPromise(key("promise"), v.hash, epoch, entry)
	b := &audit.Breach{Promise: &p, Manifest: v.entries[0], Checkpoint: v.signed(v.head(v.closing))}
	for i, e := range v.entries[:v.closing] {
		b.Leaves = append(b.Leaves, election.HashEntry(e))
		if election.Kind(e[0]) == election.KindClose {
			b.At, b.Close = uint64(i), e
		}
	}
	return b
}

func breachVectors(v *vote) []breachVector {
	absent := tlog.Hash{7}
	ballot, last := election.HashEntry(v.entries[v.ballotIndex()]), election.HashEntry(v.entries[v.closing-1])
	broken := v.accusation(v.epoch, absent)
	list := []breachVector{
		verdict("dropped", broken),
		verdict("late", v.accusation(v.epoch, last)),
		verdict("kept", v.accusation(v.epoch, ballot)),
		verdict("kept_before_close", v.accusation(v.epoch, broken.Leaves[broken.At-1])),
		verdict("former_epoch", v.accusation(v.epoch-1, absent)),
		verdict("epoch_never_opened", v.accusation(v.epoch+1, absent)),
	}
	for _, flaw := range []struct {
		name  string
		spoil func(b *audit.Breach)
	}{
		{"promise_by_log_key", func(b *audit.Breach) { *b.Promise = audit.NewPromise(key("log"), v.hash, v.epoch, absent) }},
		{"promise_of_another_vote", func(b *audit.Breach) { *b.Promise = audit.NewPromise(key("promise"), [32]byte{1}, v.epoch, absent) }},
		{"forged_manifest", func(b *audit.Breach) { b.Manifest, *b.Promise = v.forged(absent) }},
		{"hashes_swapped", func(b *audit.Breach) { b.Leaves[2], b.Leaves[3] = b.Leaves[3], b.Leaves[2] }},
		{"hash_missing", func(b *audit.Breach) { b.Leaves = b.Leaves[:len(b.Leaves)-1] }},
		{"close_before_its_place", func(b *audit.Breach) { b.At-- }},
		{"close_behind_the_log", func(b *audit.Breach) { b.At = uint64(len(b.Leaves)) }},
		{"order_for_close", func(b *audit.Breach) { b.At, b.Close = v.first(election.KindOrder) }},
		{"cosigned", func(b *audit.Breach) { b.Checkpoint = v.signed(v.head(v.closing), "w1") }},
		{"extension_line", func(b *audit.Breach) { b.Checkpoint = v.extended(v.head(v.closing)) }},
		{"other_checkpoint", func(b *audit.Breach) { b.Checkpoint = v.signed(v.head(v.size())) }},
	} {
		b := v.accusation(v.epoch, absent)
		flaw.spoil(b)
		list = append(list, verdict(flaw.name, b))
	}
	text := broken.Marshal()
	return append(list,
		spelt("index_with_zero", bytes.Replace(text, []byte("\nclose "), []byte("\nclose 0"), 1)),
		spelt("line_without_end", text[:len(text)-1]),
		spelt("other_header", bytes.Replace(text, []byte("breach-v1"), []byte("breach-v2"), 1)))
}

func verdict(name string, b *audit.Breach) breachVector {
	says := "broken"
	switch err := b.Verify(); {
	case errors.Is(err, audit.ErrKept):
		says = "kept"
	case errors.Is(err, audit.ErrFormer):
		says = "former"
	case err != nil:
		says = "none"
	}
	return breachVector{name, says, string(b.Marshal())}
}

// spelt is a text in another spelling than the one there is.
func spelt(name string, text []byte) breachVector {
	if b, err := audit.ParseBreach(text); err == nil && b.Verify() == nil {
		panic(name + " convicts")
	}
	return breachVector{name, "none", string(text)}
}

// forged is a manifest that somebody wrote around the log's key, with a promise
// key of his own, and what he promised with it.
func (v *vote) forged(entry tlog.Hash) ([]byte, audit.Promise) {
	m := *v.manifest
	m.Promise = pk("forger")
	e := must(election.NewEntry(&m))
	e.Signatures = must(election.ParseEntry(v.entries[0])).Signatures
	return e.Marshal(), audit.NewPromise(key("forger"), m.Hash(), v.epoch, entry)
}

func (v *vote) first(k election.Kind) (uint64, []byte) {
	for i, e := range v.entries {
		if election.Kind(e[0]) == k {
			return uint64(i), e
		}
	}
	panic("no " + k.String())
}
