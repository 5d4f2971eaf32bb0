package client_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

var ballotSpoiled = ballot.Choice{Spoil: true}

// rewrite puts another entry in the place of one, with a tree that fits.
func (h *hall) rewrite(index int, raw []byte) {
	h.t.Helper()
	entries := append([][]byte(nil), h.log.entries...)
	entries[index] = raw
	h.log.entries, h.log.hashes = nil, nil
	_, err := audit.Append(h.t.Context(), h.log, 0, entries)
	check(h.t, err)
}

// trustee3Share lets trustee 3, who last looked before the log was rewritten,
// open the record.
func (h *hall) trustee3Share() (*election.Entry, client.Closing, error) {
	honest := h.log
	early := &memory{}
	var kept [][]byte
	for _, raw := range honest.entries {
		if election.Kind(raw[0]) == election.KindBallot {
			break
		}
		kept = append(kept, raw)
	}
	_, err := audit.Append(h.t.Context(), early, 0, kept)
	check(h.t, err)
	h.log = early
	b := client.NewBoard(h.sendSize(uint64(len(kept))), "v", h.manifest.Hash())
	check(h.t, b.Update())
	h.log = honest
	tr, err := client.NewTrustee(b, h.roles[2], h.statics[2])
	check(h.t, err)
	return tr.Share(h.record(), nil)
}

// sendSize serves a log of the given size, whatever the state says.
func (h *hall) sendSize(size uint64) client.Transport {
	return func(r client.Request) ([]byte, error) {
		path, _ := strings.CutPrefix(r.Path, "/board/v/")
		if path == "checkpoint" {
			return h.checkpoint(size), nil
		}
		tile, err := audit.ParseTile(path)
		if err != nil {
			return nil, &client.Refusal{Status: 404}
		}
		return audit.ReadTile(h.t.Context(), h.log, size, tile)
	}
}

func TestBoardFollows(t *testing.T) {
	h := newHall(t)
	b := h.board(h.send)
	h.approve()
	check(t, b.Update())
	h.ceremony()
	check(t, b.Update())
	check(t, b.Update())
	if got, want := b.State().Phase(), election.PhaseKeyed; got != want {
		t.Errorf("phase %v, want %v", got, want)
	}
	if b.Checkpoint().Size != h.state.Size() {
		t.Errorf("size %d, want %d", b.Checkpoint().Size, h.state.Size())
	}
}

func TestBoardRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(h *hall) client.Transport
	}{
		{"otherLogKey", func(h *hall) client.Transport {
			h.logKey = keyOf("another log")
			return h.send
		}},
		{"changedEntry", func(h *hall) client.Transport { return h.changing("tile/entries", flip(-1)) }},
		{"cutBundle", func(h *hall) client.Transport {
			return h.changing("tile/entries", func(b []byte) []byte { return b[:len(b)-1] })
		}},
		{"changedRoot", func(h *hall) client.Transport {
			return h.changing("/checkpoint", func(b []byte) []byte { return []byte(strings.Replace(string(b), "\n2\n", "\n1\n", 1)) })
		}},
		{"noCheckpoint", func(h *hall) client.Transport {
			return h.changing("/checkpoint", func([]byte) []byte { return nil })
		}},
		{"ruleBroken", func(h *hall) client.Transport {
			// The server appends an entry that no rule allows now.
			e := entry(election.NewEntry(&election.Spent{}))
			_, err := audit.Append(h.t.Context(), h.log, uint64(len(h.log.entries)), [][]byte{e.Marshal()})
			check(h.t, err)
			return h.sendSize(uint64(len(h.log.entries)))
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHall(t)
			h.approve()
			check(t, client.NewBoard(h.send, "v", h.manifest.Hash()).Update()) // the twin
			b := client.NewBoard(test.change(h), "v", h.manifest.Hash())
			if err := b.Update(); !errors.Is(err, client.ErrBoard) {
				t.Fatalf("error %v, want ErrBoard", err)
			}
			if err := b.Update(); !errors.Is(err, client.ErrBoard) {
				t.Errorf("a broken board recovers: %v", err)
			}
		})
	}
}

// TestOtherManifest (B6, B7): a server that serves another vote than the one on
// paper is refused at entry 0.
func TestOtherManifest(t *testing.T) {
	h := newHall(t)
	other := h.manifest.Hash()
	other[0] ^= 1
	if err := client.NewBoard(h.send, "v", other).Update(); !errors.Is(err, client.ErrBoard) {
		t.Errorf("error %v, want ErrBoard", err)
	}
}

// TestRollback (S1, S2): a Board that has seen a longer log does not follow
// back. A log that is the beginning of its own may be that of a node that lags;
// one with another beginning is a lie.
func TestRollback(t *testing.T) {
	h := newHall(t)
	h.approve()
	h.ceremony()
	tests := []struct {
		name   string
		change func(entries [][]byte)
		want   error
	}{
		{"lagging", func([][]byte) {}, client.ErrStale},
		{"otherHistory", func(entries [][]byte) { entries[1] = entries[2] }, client.ErrBoard},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			served := h.send
			b := h.board(func(r client.Request) ([]byte, error) { return served(r) })
			short, honest := &memory{}, h.log
			entries := slices.Clone(honest.entries[:3])
			test.change(entries)
			_, err := audit.Append(t.Context(), short, 0, entries)
			check(t, err)
			h.log, served = short, h.sendSize(3)
			if err := b.Update(); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			h.log, served = honest, h.send
			if err := b.Update(); (err == nil) != errors.Is(test.want, client.ErrStale) {
				t.Errorf("the honest log again: %v", err)
			}
		})
	}
}

// TestWitnessQuorum (B7, S1): nothing is believed before enough witnesses have
// cosigned; that they are late accuses nobody.
func TestWitnessQuorum(t *testing.T) {
	witness := keyOf("witness")
	key, err := audit.WitnessKey("witness.example", public(witness))
	check(t, err)
	h := prepareHall(t)
	h.manifest.Policy = "witness w " + key.String() + "\nquorum w\n"
	h.freeze()
	h.approve()
	cosigned := false
	b := client.NewBoard(func(r client.Request) ([]byte, error) {
		answer, err := h.send(r)
		if cosigned && strings.HasSuffix(r.Path, "/checkpoint") {
			line, err := audit.Cosign(answer, "witness.example", witness, 1768180000)
			return append(answer, line...), err
		}
		return answer, err
	}, "v", h.manifest.Hash())
	if err := b.Update(); !errors.Is(err, client.ErrStale) || b.State().Size() != 0 {
		t.Errorf("error %v, want ErrStale; believed %d entries", err, b.State().Size())
	}
	cosigned = true
	check(t, b.Update())
}

// TestFork (S1): the same size, another root.
func TestFork(t *testing.T) {
	h := newHall(t)
	h.approve()
	b := h.board(h.send)
	h.log.hashes[len(h.log.hashes)-1] = tlog.Hash{1}
	if err := b.Update(); !errors.Is(err, client.ErrBoard) {
		t.Errorf("error %v, want ErrBoard", err)
	}
}

// TestOffline: a server that does not answer breaks nothing.
func TestOffline(t *testing.T) {
	h := newHall(t)
	down := true
	b := client.NewBoard(func(r client.Request) ([]byte, error) {
		if down {
			return nil, errLost
		}
		return h.send(r)
	}, "v", h.manifest.Hash())
	if err := b.Update(); !errors.Is(err, client.ErrStale) || !errors.Is(err, errLost) {
		t.Errorf("error %v", err)
	}
	down = false
	check(t, b.Update())
}
