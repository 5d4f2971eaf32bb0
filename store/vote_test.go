package store

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"piaojue/election"
)

func TestCreateVote(t *testing.T) {
	db := openVote(t)
	wantErr(t, "the same ID", db.CreateVote(t.Context(), testVote, nil), ErrExists)
	for _, id := range []string{"", "Lanzhou", "a b", "票", "a_b", strings.Repeat("a", 41)} {
		if db.CreateVote(t.Context(), id, nil) == nil {
			t.Errorf("ID %q: no error", id)
		}
	}
	must(t, db.CreateVote(t.Context(), strings.Repeat("a", 40), nil))
	all, err := db.Votes(t.Context())
	if err != nil || len(all) != 2 || all[1].ID != testVote {
		t.Errorf("Votes = %v, %v", all, err)
	}
	_, err = db.Vote(t.Context(), "other")
	wantErr(t, "Vote", err, ErrNotFound)
	_, err = db.Log("other").Size(t.Context())
	wantErr(t, "Size", err, ErrNotFound)
	wantErr(t, "Update", db.Update(t.Context(), "other", func(*Tx) error { return nil }), ErrNotFound)
}

// Two people edit different parts of a draft at once: nothing gets lost.
func TestEditDraft(t *testing.T) {
	db := openVote(t)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			err := db.EditDraft(t.Context(), testVote, func(draft []byte) ([]byte, error) {
				return append(draft, 'x'), nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	v, err := db.Vote(t.Context(), testVote)
	must(t, err)
	if want := "{}" + strings.Repeat("x", 20); string(v.Draft) != want || v.Revision != 20 {
		t.Errorf("draft = %q, revision %d; want %q, 20", v.Draft, v.Revision, want)
	}
	mine := errors.New("mine")
	err = db.EditDraft(t.Context(), testVote, func([]byte) ([]byte, error) { return nil, mine })
	wantErr(t, "EditDraft", err, mine)
}

// What was signed is what is frozen, and then stays.
func TestFreeze(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutRoll(ctx, testVote, testRoll(3)))
	v, err := db.Vote(ctx, testVote)
	must(t, err)
	must(t, db.PutCandidates(ctx, testVote, testOptions(2)))

	manifest := [][]byte{entry(election.KindManifest, []byte("manifest"))}
	freeze := func(revision uint64) error {
		return grow(t, db, manifest, func(tx *Tx) error { return tx.CheckRevision(revision) })
	}
	wantErr(t, "an older draft", freeze(v.Revision), ErrRevised)
	if size, _ := db.Log(testVote).Size(ctx); size != 0 {
		t.Fatalf("size after a refusal = %d, want 0", size)
	}
	must(t, freeze(v.Revision+1))

	wantErr(t, "PutRoll", db.PutRoll(ctx, testVote, nil), ErrFrozen)
	wantErr(t, "PutBadges", db.PutBadges(ctx, testVote, nil), ErrFrozen)
	wantErr(t, "PutCandidates", db.PutCandidates(ctx, testVote, nil), ErrFrozen)
	err = db.EditDraft(ctx, testVote, func(d []byte) ([]byte, error) { return d, nil })
	wantErr(t, "EditDraft", err, ErrFrozen)
	if roll, err := db.Roll(ctx, testVote); len(roll) != 3 || err != nil {
		t.Errorf("Roll = %d members, %v; want 3", len(roll), err)
	}
}

func testRoll(n int) []Member {
	var roll []Member
	for i := range n {
		roll = append(roll, Member{
			Deputy: election.Deputy{
				Number: fmt.Sprintf("%04d", i), Name: "张三", Delegation: "城关", Seat: "1-1",
				Sex: "女", Ethnicity: "回", LargeType: i%2 == 0, Standing: election.Sitting,
			},
			Place: &Place{Index: uint32(n - 1 - i), Salt: hashOf("salt %d", i)},
			Badge: hashOf("badge %d", i),
		})
	}
	return roll
}

func testOptions(n int) []election.Option {
	var options []election.Option
	for i := range n {
		options = append(options, election.Option{
			ID: fmt.Sprint(n - i), Name: "老旧小区改造", Content: "改造", Investment: 1 << 40, Fiscal: 3,
			Beneficiaries: "全市", Deadline: "2026-12", Unit: "住建局", Suggestions: 7,
		})
	}
	return options
}

func TestRoll(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	want := testRoll(5)
	want[3].Place, want[3].Badge, want[3].Standing = nil, [32]byte{}, election.Vacant
	want[4].Badge = [32]byte{}
	shuffled := append(slices.Clone(want[2:]), want[:2]...)
	must(t, db.PutRoll(ctx, testVote, testRoll(2)))
	must(t, db.PutRoll(ctx, testVote, shuffled))
	got, err := db.Roll(ctx, testVote)
	must(t, err)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("Roll = %+v, want %+v", got, want)
	}

	for i, m := range want {
		for name, find := range map[string]func() (*Member, error){
			"number": func() (*Member, error) { return db.MemberNumbered(ctx, testVote, m.Number) },
			"place":  func() (*Member, error) { return db.MemberAt(ctx, testVote, m.Place.Index) },
			"badge":  func() (*Member, error) { return db.MemberWithBadge(ctx, testVote, m.Badge) },
		} {
			if m.Place == nil && name == "place" || m.Badge == [32]byte{} && name == "badge" {
				continue
			}
			if got, err := find(); err != nil || !reflect.DeepEqual(*got, m) {
				t.Errorf("member %d by %s: %+v, %v", i, name, got, err)
			}
		}
	}
	for _, find := range []func() (*Member, error){
		func() (*Member, error) { return db.MemberNumbered(ctx, "other", want[0].Number) },
		func() (*Member, error) { return db.MemberAt(ctx, testVote, 99) },
		func() (*Member, error) { return db.MemberWithBadge(ctx, testVote, [32]byte{}) },
	} {
		if m, err := find(); !errors.Is(err, ErrNotFound) {
			t.Errorf("nobody is %+v, %v", m, err)
		}
	}
	if c, err := db.CountRoll(ctx, testVote); err != nil || c != (RollCount{Places: 4, Badges: 3}) {
		t.Errorf("CountRoll = %+v, %v", c, err)
	}
	leaves, err := db.Leaves(ctx, testVote, 1, 99)
	must(t, err)
	for i, l := range leaves {
		m := want[2-i] // the fourth has no place, the fifth the first
		if l != (election.Leaf{Index: m.Place.Index, Key: m.Badge, Commitment: election.CommitNumber(m.Place.Salt, m.Number)}) {
			t.Errorf("leaf %d: %+v", i, l)
		}
	}
	if len(leaves) != 3 {
		t.Errorf("%d leaves, want 3", len(leaves))
	}

	// Each differs from a good roll in one field.
	for name, spoil := range map[string]func(m *Member){
		"number twice": func(m *Member) { m.Number = want[0].Number },
		"index twice":  func(m *Member) { m.Place.Index = want[0].Place.Index },
		"badge twice":  func(m *Member) { m.Badge = want[0].Badge },
	} {
		bad := testRoll(5)
		spoil(&bad[4])
		wantErr(t, name, db.PutRoll(ctx, testVote, bad), ErrExists)
	}
	if got, err := db.Roll(ctx, testVote); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after refusals Roll = %+v, %v", got, err)
	}
}

func TestPutBadges(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutRoll(ctx, testVote, testRoll(3)))
	a, b := hashOf("badge 0"), hashOf("badge 1")
	must(t, db.PutBadges(ctx, testVote, map[string]Badge{"0000": {Key: b}, "0001": {Key: a, PIN: "$argon2id$1"}}))
	roll, err := db.Roll(ctx, testVote)
	must(t, err)
	if roll[0].Badge != b || roll[1].Badge != a || roll[2].Badge != hashOf("badge 2") {
		t.Error("badges were not swapped")
	}
	if roll[0].PIN != "" || roll[1].PIN != "$argon2id$1" {
		t.Errorf("PINs %q and %q, want none and the one of 0001", roll[0].PIN, roll[1].PIN)
	}
	again := testRoll(2) // a table without badges: whoever had one keeps it
	again[0].Badge, again[1].Badge = hashOf("new"), [32]byte{}
	must(t, db.PutRoll(ctx, testVote, again))
	kept, err := db.Roll(ctx, testVote)
	must(t, err)
	if kept[0].Badge != hashOf("new") || kept[1].Badge != a || kept[1].PIN != "$argon2id$1" {
		t.Errorf("after another roll %+v", kept)
	}
	must(t, db.PutRoll(ctx, testVote, roll))
	if err := db.PutBadges(ctx, testVote, map[string]Badge{"0001": {Key: a, PIN: "123456"}}); err == nil {
		t.Error("a PIN itself was stored")
	}
	wantErr(t, "no such number", db.PutBadges(ctx, testVote, map[string]Badge{"0000": {Key: a}, "9": {Key: b}}), ErrNotFound)
	wantErr(t, "another's badge", db.PutBadges(ctx, testVote, map[string]Badge{"0000": {Key: hashOf("badge 2")}}), ErrExists)
	if again, err := db.Roll(ctx, testVote); err != nil || !reflect.DeepEqual(again, roll) {
		t.Errorf("refusals changed the roll: %v", err)
	}
}

func TestCandidates(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	want := testOptions(3)
	must(t, db.PutCandidates(ctx, testVote, testOptions(1)))
	must(t, db.PutCandidates(ctx, testVote, want))
	if got, err := db.Candidates(ctx, testVote); err != nil || !slices.Equal(got, want) {
		t.Errorf("Candidates = %+v, %v; want %+v", got, err, want)
	}
	twice := append(testOptions(3), want[0])
	wantErr(t, "an ID twice", db.PutCandidates(ctx, testVote, twice), ErrExists)
	huge := testOptions(1)
	huge[0].Investment = 1 << 63
	if db.PutCandidates(ctx, testVote, huge) == nil {
		t.Error("an amount that no column holds: no error")
	}
}

func TestRegister(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	must(t, db.PutRoll(ctx, testVote, testRoll(3)))
	wantErr(t, "before the freeze", db.CheckIn(ctx, testVote, 1, true, ""), ErrNotFound)
	must(t, grow(t, db, [][]byte{[]byte("manifest")}))
	must(t, db.CheckIn(ctx, testVote, 2, true, ""))
	must(t, db.CheckIn(ctx, testVote, 0, false, "请假"))
	must(t, db.CheckIn(ctx, testVote, 2, false, "中途退场"))
	must(t, db.CheckIn(ctx, testVote, 1, false, ""))
	must(t, db.CheckIn(ctx, testVote, 1, true, "补签"))
	wantErr(t, "no such leaf", db.CheckIn(ctx, testVote, 3, true, ""), ErrNotFound)
	want := []Attendance{
		{Index: 0, Reason: "请假"},
		{Index: 1, Present: true, Ever: true, Reason: "补签"},
		{Index: 2, Ever: true, Reason: "中途退场"},
	}
	if got, err := db.Register(ctx, testVote); err != nil || !slices.Equal(got, want) {
		t.Errorf("Register = %+v, %v; want %+v", got, err, want)
	}
}
