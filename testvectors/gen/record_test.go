package gen

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"piaojue/audit"
	"piaojue/testvectors"
)

// record is a log with its checkpoints.
type record struct {
	*vote
	checkpoint []byte
	closing    []byte            // nil if there is none
	patch      map[string][]byte // nil for a file that is missing
	given      [32]byte          // the manifest hash that the verifier is told
}

// export makes the record of a vote. It is cosigned by two of three witnesses.
func (v *vote) export() *record {
	r := &record{vote: v, patch: map[string][]byte{}, given: v.hash}
	r.checkpoint = v.signed(v.head(v.size()), "w1", "w2")
	if v.closing > 0 && v.closing <= v.size() {
		r.closing = v.signed(v.head(v.closing), "w2", "w3")
	}
	for _, t := range audit.Tiles(v.size()) {
		if strings.HasPrefix(t.Path(), "tile/1/") {
			r.patch[t.Path()] = v.tile(t, v.size())
		}
	}
	for _, i := range v.registers {
		rows := v.signedRows(i)
		r.putRegister(i, rows[:max(0, len(rows)-v.unfetched)])
	}
	if v.hooks.files != nil {
		v.hooks.files(v, r)
	}
	return r
}

// tile returns the content of a tile in the tree of a size.
func (v *vote) tile(t audit.Tile, size uint64) []byte {
	return must(audit.ReadTile(context.Background(), v.memory, size, t))
}

// head returns the checkpoint of a size.
func (v *vote) head(size uint64) audit.Checkpoint {
	return audit.Checkpoint{Origin: v.manifest.Origin, Size: size, Root: v.root(size)}
}

// signed signs a checkpoint with the log key, and lets witnesses cosign it.
func (v *vote) signed(c audit.Checkpoint, witnesses ...string) []byte {
	return v.cosigned(must(audit.Sign(c, key("log"))), witnesses...)
}

func (v *vote) cosigned(note []byte, witnesses ...string) []byte {
	lines := bytes.Clone(note)
	for i, w := range witnesses {
		name := "witness.example/" + w
		lines = append(lines, cosign(note, name, key(name), v.clock+uint64(i)+1)...)
	}
	return lines
}

// extended signs a checkpoint with an extension line, which package audit
// refuses to do.
func (v *vote) extended(c audit.Checkpoint, witnesses ...string) []byte {
	text := append(c.Marshal(), "extension\n"...)
	note := line(c.Origin, 1, key("log"), nil, text)
	for i, w := range witnesses {
		name := "witness.example/" + w
		time := v.clock + uint64(i) + 1
		cosigned := fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", time, text)
		note = append(note, line(name, 4, key(name), binary.BigEndian.AppendUint64(nil, time), cosigned)...)
	}
	return append(append(text, '\n'), note...)
}

// line is a signature line of C2SP signed-note.
func line(name string, kind byte, sk ed25519.PrivateKey, head, message []byte) []byte {
	k := public(sk)
	id := sha256.Sum256(append(append([]byte(name+"\n"), kind), k[:]...))
	sig := append(append(id[:4:4], head...), ed25519.Sign(sk, message)...)
	return fmt.Appendf(nil, "— %s %s\n", name, base64.StdEncoding.EncodeToString(sig))
}

func cosign(note []byte, name string, sk ed25519.PrivateKey, time uint64) []byte {
	return must(audit.Cosign(note, name, sk, time))
}

// vector encodes the record against the entries of a base.
func (r *record) vector(base string, entries [][]byte) *testvectors.Record {
	t := &testvectors.Record{
		Name: r.name, Base: base, Log: compact(r.entries, entries), Checkpoint: string(r.checkpoint),
		Closing: string(r.closing), Manifest: hex.EncodeToString(r.given[:]), Patch: map[string]*string{},
	}
	for path, data := range r.patch {
		t.Patch[path] = nil
		if data != nil {
			t.Patch[path] = new(hex.EncodeToString(data))
		}
	}
	if !slices.ContainsFunc(t.Log, func(s string) bool { return strings.Contains(s, "-") }) {
		t.Base = ""
	}
	return t
}

// compact writes entries in hex, or as ranges of those that the base has.
func compact(entries, base [][]byte) []string {
	places := map[string]int{}
	for i, e := range base {
		places[string(e)] = i
	}
	var log []string
	for i := 0; i < len(entries); i++ {
		first, ok := places[string(entries[i])]
		if !ok {
			log = append(log, hex.EncodeToString(entries[i]))
			continue
		}
		last := first
		for i+1 < len(entries) && last+1 < len(base) && bytes.Equal(entries[i+1], base[last+1]) {
			i, last = i+1, last+1
		}
		log = append(log, fmt.Sprintf("%d-%d", first, last))
	}
	return log
}
