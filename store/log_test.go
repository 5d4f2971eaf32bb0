package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/pgtest"
)

// A log grown in any batches reads back, has the right root, and proves it.
func TestLog(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	log := db.Log(testVote)
	var all [][]byte
	for batch := range 12 {
		var entries [][]byte
		for i := range batch {
			entries = append(entries, fmt.Appendf(nil, "entry %d of batch %d", i, batch))
		}
		if _, err := audit.Append(ctx, log, uint64(len(all)), entries); err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
	}
	if size, err := log.Size(ctx); size != 66 || err != nil {
		t.Fatalf("Size = %d, %v; want 66", size, err)
	}
	got, err := log.ReadEntries(ctx, 3, 60)
	if err != nil || !slices.EqualFunc(got, all[3:60], bytes.Equal) {
		t.Errorf("ReadEntries: %d entries, %v", len(got), err)
	}
	var want tree
	for _, e := range all {
		want.add(tlog.RecordHash(e))
	}
	root, err := audit.RootAt(ctx, log, 66)
	if err != nil || tlog.Hash(root) != want.root() {
		t.Errorf("RootAt = %x, %v; want %v", root, err, want.root())
	}
	proof, err := audit.ProveInclusion(ctx, log, 66, 40)
	must(t, err)
	must(t, tlog.CheckRecord(proof, 66, root, 40, tlog.RecordHash(all[40])))
	if i, err := log.Find(ctx, election.HashEntry(all[40])); i != 40 || err != nil {
		t.Errorf("Find = %d, %v; want 40", i, err)
	}
	_, err = log.Find(ctx, hashOf("nothing"))
	wantErr(t, "Find", err, ErrNotFound)
	_, err = reopen(t, db)
	must(t, err)
}

func TestLogRefuses(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	log := db.Log(testVote)
	entries := [][]byte{[]byte("a"), []byte("b")}
	_, err := audit.Append(ctx, log, 0, entries)
	must(t, err)
	for _, size := range []uint64{0, 1} {
		_, err := audit.Append(ctx, log, size, entries)
		wantErr(t, fmt.Sprintf("Append at %d of 2", size), err, audit.ErrMoved)
	}
	wantErr(t, "nothing, at 1 of 2", log.Append(ctx, 1, nil, nil), audit.ErrMoved)
	if log.Append(ctx, 2, entries, make([]tlog.Hash, 2)) == nil {
		t.Error("too few hashes: no error")
	}
	if log.Append(ctx, 2, [][]byte{{}}, make([]tlog.Hash, 1)) == nil {
		t.Error("an empty entry: no error")
	}
	if log.Append(ctx, 2, [][]byte{make([]byte, election.MaxEntry+1)}, make([]tlog.Hash, 1)) == nil {
		t.Error("an entry that is too long: no error")
	}
	_, err = log.ReadEntries(ctx, 1, 3)
	wantErr(t, "ReadEntries beyond the end", err, ErrNotFound)
	if _, err = log.ReadEntries(ctx, 2, 1); err == nil {
		t.Error("ReadEntries backwards: no error")
	}
	_, err = log.ReadHashes(ctx, []int64{0, 3})
	wantErr(t, "ReadHashes beyond the end", err, ErrNotFound)
	if size, err := log.Size(ctx); size != 2 || err != nil {
		t.Errorf("Size = %d, %v; want 2", size, err)
	}
}

// Of many nodes that append to the same tree exactly one succeeds.
func TestLogRace(t *testing.T) {
	db := openVote(t)
	const nodes = 32
	errs := make(chan error, nodes)
	for i := range nodes {
		go func() {
			_, err := audit.Append(t.Context(), db.Log(testVote), 0, [][]byte{{byte(i)}})
			errs <- err
		}()
	}
	won := 0
	for range nodes {
		if err := <-errs; err == nil {
			won++
		} else if !errors.Is(err, audit.ErrMoved) {
			t.Errorf("Append = %v, want ErrMoved", err)
		}
	}
	if won != 1 {
		t.Errorf("%d nodes appended, want 1", won)
	}
}

// What goes with an entry happens with it or not at all.
func TestUpdateIsAtomic(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	mine := errors.New("mine")
	err := grow(t, db, [][]byte{[]byte("order")},
		func(tx *Tx) error { return tx.ShutBox() },
		func(*Tx) error { return mine })
	wantErr(t, "Update", err, mine)
	v, err := db.Vote(t.Context(), testVote)
	must(t, err)
	if size, _ := db.Log(testVote).Size(t.Context()); size != 2 || v.Box != BoxOpen {
		t.Errorf("size %d, box %d; want 2 and open", size, v.Box)
	}
	castOne(t, db, testCast(1))
	_, err = reopen(t, db)
	must(t, err)
}

func TestCheckpoints(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	log := db.Log(testVote)
	for i := range 3 {
		must(t, grow(t, db, [][]byte{{byte(i)}}))
	}
	at := func(size uint64) []byte {
		root, err := audit.RootAt(ctx, log, size)
		must(t, err)
		return signTree(t, size, root)
	}
	head, err := log.Head(ctx)
	if err != nil || head.Size != 3 || head.Signed != 3 || !bytes.Equal(head.Checkpoint, at(3)) {
		t.Errorf("Head = %+v, %v", head, err)
	}
	put := func(note []byte) error {
		return db.Update(ctx, testVote, func(tx *Tx) error { return tx.PutCheckpoint(note) })
	}
	must(t, put(at(3)))
	for name, note := range map[string][]byte{
		"an older tree": at(2),
		"another root":  signTree(t, 3, hashOf("root")),
		"a larger tree": signTree(t, 4, hashOf("root")),
		"no checkpoint": []byte("checkpoint"),
	} {
		if put(note) == nil {
			t.Errorf("PutCheckpoint of %s: no error", name)
		}
	}

	_, err = log.Cosigned(ctx, Latest)
	wantErr(t, "Cosigned", err, ErrNotFound)
	must(t, db.PutCosigned(ctx, testVote, Latest, at(1)))
	must(t, db.PutCosigned(ctx, testVote, Latest, at(3)))
	must(t, db.PutCosigned(ctx, testVote, Closing, at(2)))
	must(t, db.PutCosigned(ctx, testVote, Closing, at(2)))
	wantErr(t, "latest goes back", db.PutCosigned(ctx, testVote, Latest, at(2)), errOtherTree)
	wantErr(t, "closing moves", db.PutCosigned(ctx, testVote, Closing, at(3)), errOtherTree)
	wantErr(t, "another root", db.PutCosigned(ctx, testVote, Latest, signTree(t, 3, hashOf("root"))), errOtherTree)
	if note, err := log.Cosigned(ctx, Closing); err != nil || !bytes.Equal(note, at(2)) {
		t.Errorf("Cosigned = %q, %v", note, err)
	}
}

func TestProposals(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	sig := func(role election.Role, index uint8, b byte) election.Signature {
		return election.Signature{Role: role, Index: index, Sig: [64]byte{b}}
	}
	order := &election.Entry{Kind: election.KindOrder, Body: []byte("order"),
		Signatures: []election.Signature{sig(election.RolePresidium, 0, 1)}}
	hash := ProposalHash(order)
	_, err := db.Proposal(ctx, testVote, hash)
	wantErr(t, "Proposal before it is proposed", err, ErrNotFound)
	_, err = db.Propose(ctx, testVote, order, "li")
	must(t, err)
	got, err := db.Propose(ctx, testVote, &election.Entry{Kind: order.Kind, Body: order.Body,
		Signatures: []election.Signature{sig(election.RoleStaff, 0, 2)}}, "wang")
	must(t, err)
	want := &election.Entry{Kind: order.Kind, Body: order.Body,
		Signatures: []election.Signature{sig(election.RoleStaff, 0, 2), sig(election.RolePresidium, 0, 1)}}
	if !bytes.Equal(got.Marshal(), want.Marshal()) {
		t.Errorf("Propose with another signature = %+v, want %+v", got, want)
	}
	other := &election.Entry{Kind: election.KindVoid, Body: order.Body}
	_, err = db.Propose(ctx, testVote, other, "li")
	must(t, err)
	got, err = db.Propose(ctx, testVote, order, "li")
	if err != nil || !bytes.Equal(got.Marshal(), want.Marshal()) {
		t.Errorf("Propose again = %+v, %v; want all signatures", got, err)
	}
	if all, err := db.Proposals(ctx, testVote); len(all) != 2 || err != nil {
		t.Errorf("Proposals = %v, %v; want two", all, err)
	}
	drop := func(tx *Tx) error { return tx.DropProposal(hash) }
	must(t, grow(t, db, [][]byte{want.Marshal()}, drop))
	wantErr(t, "DropProposal again", db.Update(ctx, testVote, drop), ErrNotFound)
	_, err = db.Proposal(ctx, testVote, hash)
	wantErr(t, "Proposal", err, ErrNotFound)
	if e, err := db.Proposal(ctx, testVote, ProposalHash(other)); err != nil || e.Kind != election.KindVoid {
		t.Errorf("Proposal = %v, %v", e, err)
	}
	var left int
	must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM signatures`).Scan(&left))
	if left != 0 {
		t.Errorf("%d signatures outlived their proposal", left)
	}
}

// TestByIndex: neither to find an entry nor to ask for locked badges takes longer
// with more of them. The close looks for each ballot, a check-in for each lock.
func TestByIndex(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	for _, tt := range []struct {
		query string
		last  any
		want  []string
	}{
		{selectFound, make([]byte, 32), []string{"entries_hash (vote=? AND hash=?)"}},
		{selectLocked, MaxPINTries, []string{"SEARCH r USING INDEX sqlite_autoindex_roll_2 (vote=? AND idx=?)", "SEARCH own USING INDEX sqlite_autoindex_roll_3 (vote=? AND badge=?)"}},
	} {
		got := db.plan(t, tt.query, testVote, tt.last)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("the plan of %s is %q, want %q", tt.query, got, want)
			}
		}
	}
}

// plan says how SQLite answers a query.
func (db *DB) plan(t *testing.T, query string, args ...any) string {
	t.Helper()
	rows, err := db.readers.Query("EXPLAIN QUERY PLAN "+query, args...)
	must(t, err)
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		must(t, rows.Scan(&id, &parent, &unused, &step))
		plan = append(plan, step)
	}
	must(t, rows.Err())
	return strings.Join(plan, "; ")
}
