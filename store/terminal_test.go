package store

import (
	"reflect"
	"testing"
)

func testTerminal(label string) Terminal {
	return Terminal{ID: "id " + label, KeyHash: hashOf("key of %s", label), Kind: TerminalSeat, Zone: "A", Label: label}
}

// A code registers one terminal, and not after its time.
func TestRegisterTerminal(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutTerminalCode(ctx, testVote, hashOf("code 1"), 100, 200))
	must(t, db.PutTerminalCode(ctx, testVote, hashOf("code 2"), 100, 200))
	wantErr(t, "code of no vote", db.PutTerminalCode(ctx, "none", hashOf("code 3"), 100, 200), ErrNotFound)
	register := func(code string, now int64, x Terminal) error {
		_, err := db.RegisterTerminal(ctx, hashOf("%s", code), now, x)
		return err
	}
	wantErr(t, "wrong code", register("code 9", 150, testTerminal("1")), ErrNotFound)
	wantErr(t, "old code", register("code 1", 201, testTerminal("1")), ErrNotFound)
	if vote, err := db.RegisterTerminal(ctx, hashOf("code 1"), 200, testTerminal("1")); err != nil || vote != testVote {
		t.Fatalf("RegisterTerminal = %q, %v", vote, err)
	}
	wantErr(t, "used code", register("code 1", 150, testTerminal("2")), ErrNotFound)
	wantErr(t, "same place", register("code 2", 150, Terminal{ID: "x", KeyHash: hashOf("x"), Kind: TerminalShared, Zone: "A", Label: "1"}), ErrExists)
	must(t, register("code 2", 150, testTerminal("2"))) // as good as before
	want := []Terminal{testTerminal("1"), testTerminal("2")}
	want[0].Vote, want[1].Vote = testVote, testVote
	if got, err := db.Terminals(ctx); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("Terminals = %+v, %v", got, err)
	}
	wantErr(t, "another vote's", db.DropTerminal(ctx, "none", "id 1"), ErrNotFound)
	must(t, db.DropTerminal(ctx, testVote, "id 1"))
	wantErr(t, "dropped", db.DropTerminal(ctx, testVote, "id 1"), ErrNotFound)
}

// Codes that nobody used go when the next is made.
func TestTerminalCodesGo(t *testing.T) {
	db := openVote(t)
	must(t, db.PutTerminalCode(t.Context(), testVote, hashOf("code 1"), 100, 200))
	must(t, db.PutTerminalCode(t.Context(), testVote, hashOf("code 2"), 201, 300))
	var n int
	must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM terminal_codes`).Scan(&n))
	if n != 1 {
		t.Errorf("%d codes are kept, want 1", n)
	}
}

func TestMoveTerminals(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.CreateVote(ctx, "second", nil))
	for i, x := range []struct{ vote, label string }{{testVote, "1"}, {testVote, "2"}, {"second", "2b"}} {
		must(t, db.PutTerminalCode(ctx, x.vote, hashOf("%d", i), 1, 2))
		_, err := db.RegisterTerminal(ctx, hashOf("%d", i), 1, testTerminal(x.label))
		must(t, err)
	}
	must(t, db.PutTerminalCode(ctx, "second", hashOf("again"), 1, 2))
	_, err := db.RegisterTerminal(ctx, hashOf("again"), 1, Terminal{ID: "y", KeyHash: hashOf("y"), Kind: TerminalSeat, Zone: "A", Label: "2"})
	must(t, err)
	if moved, err := db.MoveTerminals(ctx, testVote, "second"); err != nil || moved != 1 {
		t.Errorf("MoveTerminals = %d, %v; want the one whose place is free", moved, err)
	}
	if moved, err := db.MoveTerminals(ctx, "none", "second"); err != nil || moved != 0 {
		t.Errorf("MoveTerminals of no vote = %d, %v", moved, err)
	}
	if moved, err := db.MoveTerminals(ctx, "second", "none"); err == nil {
		t.Errorf("%d terminals moved to a vote that is not there", moved)
	}
}
