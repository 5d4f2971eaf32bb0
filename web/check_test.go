package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// alter changes what a run's database holds, past all rules of the server.
func (r *faultRun) alter(fn func(*store.DB) error) {
	r.Helper()
	db, err := store.OpenDB(context.Background(), filepath.Join(r.home(), "piaojue.db"))
	must(r, err)
	must(r, fn(db))
	must(r, db.Close())
}

// put puts a ballot into the box as if it were of a credential of its own.
func (r *faultRun) put(entry []byte) {
	r.Helper()
	r.alter(func(db *store.DB) error {
		_, err := db.CastBallots(context.Background(), "v1", []store.Cast{{
			Epoch: 1, Key: [32]byte{1}, Seal: [32]byte{2}, Alpha: [32]byte{3}, Commitment: [32]byte{4}, Entry: entry,
		}})
		return err
	})
}

// logKey is the key that signs the vote's checkpoints.
func (r *faultRun) logKey() ed25519.PrivateKey {
	r.Helper()
	keys, err := openKeys(filepath.Join(r.home(), "keys"), "v1")
	must(r, err)
	return keys.log
}

// head is the log's last checkpoint.
func (r *faultRun) head() (c audit.Checkpoint) {
	r.Helper()
	r.alter(func(db *store.DB) error {
		head, err := db.Log("v1").Head(context.Background())
		must(r, err)
		c, err = audit.ReadCheckpoint(head.Checkpoint)
		return err
	})
	return c
}

// signed signs a checkpoint.
func (r *faultRun) signed(c audit.Checkpoint, key ed25519.PrivateKey) []byte {
	r.Helper()
	note, err := audit.Sign(c, key)
	must(r, err)
	return note
}

// appendWrong logs an entry that nobody may make, in a tree that is in order.
func (r *faultRun) appendWrong() {
	r.Helper()
	c := r.head()
	key := r.logKey()
	e, err := election.NewEntry(election.NewVoid(election.Chain{Time: 1}, "作废"))
	must(r, err)
	r.alter(func(db *store.DB) error {
		return db.Update(context.Background(), "v1", func(tx *store.Tx) error {
			log, err := audit.OpenLog(context.Background(), audit.LogConfig{Storage: tx, Origin: c.Origin, Key: key, Last: &c})
			if err != nil {
				return err
			}
			tree, err := log.Append(context.Background(), c.Size, [][]byte{e.Marshal()})
			if err != nil {
				return err
			}
			return tx.PutCheckpoint(r.signed(audit.Checkpoint{Origin: c.Origin, Size: uint64(tree.N), Root: tree.Hash}, key))
		})
	})
}

// spoilSlot changes one byte of a ballot where it lies.
func (r *faultRun) spoilSlot() {
	r.Helper()
	path := filepath.Join(r.home(), "piaojue.db-box")
	data, err := os.ReadFile(path)
	must(r, err)
	at := bytes.Index(data, r.vote.manifest[:]) // each ballot begins with it
	data[at-10] ^= 1
	must(r, os.WriteFile(path, data, 0o600))
}

// TestMachineCheck: each of the five things that the checker promises, broken
// alone, is found out; the twin, before it is broken, is sound.
func TestMachineCheck(t *testing.T) {
	f := faultVoteOf(t)
	newRun(t, f).wantSound("the twin")
	for name, c := range map[string]struct {
		spoil func(*faultRun)
		want  string
	}{
		"acknowledged, not stored": {func(r *faultRun) { r.ledger.entry([32]byte{1}, nil) }, "was acknowledged"},
		"a vote that is not there": {func(r *faultRun) {
			must(r, os.WriteFile(filepath.Join(r.dir, "ledger"), []byte("entry v2 "+hexOf([32]byte{})+"\n"), 0o600))
		},
			"it is not there"},
		"not whole":                     {(*faultRun).spoilSlot, "damaged"},
		"two ballots of one credential": {func(r *faultRun) { r.put(f.second) }, "of the same credential"},
		"a ballot that does not verify": {func(r *faultRun) {
			entry := bytes.Clone(f.waiting[len(f.waiting)-3].body)
			entry[len(entry)-2] ^= 1
			r.put(entry)
		}, "in the box"},
		"something else in the place of a ballot": {func(r *faultRun) {
			r.put((&election.Entry{Kind: election.KindSuspend, Body: make([]byte, 32)}).Marshal())
		}, "lies there as kind"},
		"a log that does not replay": {(*faultRun).appendWrong, "entry"},
		"another history": {func(r *faultRun) {
			c := r.head()
			c.Root[0] ^= 1
			r.ledger.checkpoint(r.signed(c, r.logKey()))
		}, "older than what the server signed"},
		"a history that went on": {func(r *faultRun) {
			c := r.head()
			c.Size++
			r.ledger.checkpoint(r.signed(c, r.logKey()))
		}, "older than what the server signed"},
		"a checkpoint of somebody else": {func(r *faultRun) {
			r.ledger.checkpoint(r.signed(r.head(), testKey("somebody")))
		}, "not of this log"},
		"a key of another vote": {func(r *faultRun) {
			keys := filepath.Join(r.home(), "keys")
			text, err := os.ReadFile(filepath.Join(keys, "administration.log.key"))
			must(r, err)
			text = bytes.ReplaceAll(text, []byte(store.Administration), []byte("v1"))
			must(r, os.WriteFile(filepath.Join(keys, "v1.log.key"), text, 0o600))
		}, "the log key is not the manifest's"},
	} {
		r := newRun(t, f)
		c.spoil(r)
		if err := r.check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestMachineCheckLeaves: the checker changes no byte, leaves no copy, and refuses a
// folder that is served.
func TestMachineCheckLeaves(t *testing.T) {
	r := newRun(t, faultVoteOf(t))
	r.killed(program(t), 0)
	before := readAll(t, r.home())
	r.wantSound("killed")
	if after := readAll(t, r.home()); after != before {
		t.Error("the checker has changed something")
	}
	s := r.start(program(t))
	if err := r.check(); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("beside a server: %v", err)
	}
	s.stop()
}

// readAll returns all files of a folder, with their names.
func readAll(t testing.TB, folder string) string {
	t.Helper()
	var all strings.Builder
	must(t, filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all.WriteString(path + "\n" + string(data))
		return err
	}))
	return all.String()
}

// FuzzParseAcknowledged: what parses says the same when it is written and read
// again.
func FuzzParseAcknowledged(f *testing.F) {
	a := newAcknowledged()
	a.addEntry([32]byte{1})
	a.addCheckpoint([]byte("note"))
	f.Add(a.Marshal())
	f.Add([]byte("# nothing\n\nentry v1 zz"))
	f.Add([]byte("checkpoint v1 ===="))
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := ParseAcknowledged(file)
		if err != nil {
			return
		}
		again, err := ParseAcknowledged(a.Marshal())
		if err != nil || !bytes.Equal(again.Marshal(), a.Marshal()) {
			t.Errorf("%q comes back as another file: %v", a.Marshal(), err)
		}
	})
}
