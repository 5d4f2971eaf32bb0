package client_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// withPaper is a vote up to the close: so many ballots, three at most, and two sheets.
func withPaper(t *testing.T, ballots int) *hall {
	t.Helper()
	h := voting(t)
	for badge := range ballots {
		h.cast(badge, choice(0))
	}
	b := h.board(h.send)
	e, err := b.ProposeSheets(hallTime, []uint32{3, 4})
	h.pass(b, e, err, h.scrutineerSign(1), h.scrutineerSign(2))
	return h
}

// TestPaper: two tellers enter the same sheets; one seals, the other and a
// scrutineer check, all sign, and trustees open the sum of both channels.
func TestPaper(t *testing.T) {
	h := withPaper(t, 3)
	h.shut()
	b := h.board(h.send)
	sheets := []ballot.Choice{choice(0, 1), {Spoil: true}}
	sealed, err := b.SealBatch(hallTime, "一号票箱", sheets)
	check(t, err)
	file, err := sealed.MarshalOpenings()
	check(t, err)
	hash, openings, err := client.ParseOpenings(file)
	check(t, err)
	if hash != sealed.Entry.Hash() {
		t.Error("openings name another batch")
	}
	other := h.board(h.send)
	check(t, other.CheckBatch(sealed.Entry, sealed.Papers, openings, sheets))
	upload, err := client.MarshalBatch(sealed.Entry, sealed.Papers)
	check(t, err)
	e, papers, err := client.ParseBatch(upload)
	check(t, err)
	h.collectPaper(b, e, papers)
	for i := 1; i <= 2; i++ {
		e, _, err := h.trustee(i).Share(h.record(), nil)
		check(t, err)
		check(t, h.post(e))
	}
	r, err := h.state.ExpectedResult()
	check(t, err)
	want := election.Numbers{N: 6, P: 5, I: 5, R: 5, V: 4, X: 1, Sheets: 2, Paper: 2}
	if r.Numbers != want || r.Totals[0] != 4 || r.Totals[1] != 1 {
		t.Errorf("numbers %+v, totals %v", r.Numbers, r.Totals)
	}
}

// collectPaper logs a batch of sheets, which all sign, and collects.
func (h *hall) collectPaper(b *client.Board, batch *election.Entry, papers [][]byte) {
	h.t.Helper()
	h.append(batch, h.scrutineerSign(1), h.tellerSign(1), h.tellerSign(2))
	for _, raw := range papers {
		paper, err := election.ParseEntry(raw)
		check(h.t, err)
		check(h.t, h.post(paper))
	}
	check(h.t, b.Update())
	e, err := b.ProposeCollection(hallTime)
	h.pass(b, e, err, h.scrutineerSign(1), h.scrutineerSign(2))
}

// TestTooFewBesidePaper (K5): the tellers know what the paper says, so that one
// ballot of a terminal beside it would be the difference. A trustee makes no share
// of that sum, whatever server asks; of two ballots beside paper there is one.
func TestTooFewBesidePaper(t *testing.T) {
	for ballots, want := range []error{nil, client.ErrTooFew, nil} {
		h := withPaper(t, ballots)
		h.shut()
		b := h.board(h.send)
		sealed, err := b.SealBatch(hallTime, "一号票箱", []ballot.Choice{choice(0, 1), choice(1)})
		check(t, err)
		h.collectPaper(b, sealed.Entry, sealed.Papers)
		e, _, err := h.trustee(1).Share(h.record(), nil)
		if !errors.Is(err, want) || (e == nil) != (want != nil) {
			t.Errorf("%d ballots beside two sheets: a share %v, error %v, want %v", ballots, e != nil, err, want)
		}
	}
}

// TestCheckBatch: whatever the first teller's device sealed otherwise than the
// sheets say, the second one's sees.
func TestCheckBatch(t *testing.T) {
	h := withPaper(t, 3)
	h.shut()
	b := h.board(h.send)
	sheets := []ballot.Choice{choice(0), choice(1)}
	sealed, err := b.SealBatch(hallTime, "一号票箱", sheets)
	check(t, err)
	again, err := b.SealBatch(hallTime, "一号票箱", sheets)
	check(t, err)
	for name, c := range map[string]struct {
		papers   [][]byte
		openings []*ballot.Revealed
		mine     []ballot.Choice
		want     error
	}{
		"good twin":          {sealed.Papers, sealed.Openings, sheets, nil},
		"another mark":       {sealed.Papers, sealed.Openings, []ballot.Choice{choice(0), choice(0)}, client.ErrSheets},
		"another order":      {sealed.Papers, sealed.Openings, []ballot.Choice{choice(1), choice(0)}, client.ErrSheets},
		"one more sheet":     {sealed.Papers, sealed.Openings, append(slices.Clone(sheets), choice(0)), client.ErrSheets},
		"one sheet less":     {sealed.Papers, sealed.Openings, sheets[:1], client.ErrSheets},
		"an opening less":    {sealed.Papers, sealed.Openings[:1], sheets, client.ErrSheets},
		"other openings":     {sealed.Papers, again.Openings, sheets, client.ErrSheets},
		"an entry less":      {sealed.Papers[:1], sealed.Openings, sheets, client.ErrProposal},
		"of another batch":   {again.Papers, again.Openings, sheets, client.ErrProposal},
		"entries in reverse": {[][]byte{sealed.Papers[1], sealed.Papers[0]}, sealed.Openings, sheets, client.ErrProposal},
	} {
		err := b.CheckBatch(sealed.Entry, c.papers, c.openings, c.mine)
		if !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// TestManySheets: what one entry could not hold is refused before anything is
// sealed, and so is a name that is too long, which more batches would not mend.
func TestManySheets(t *testing.T) {
	h := withPaper(t, 3)
	h.shut()
	b := h.board(h.send)
	many := make([]ballot.Choice, 2000)
	for i := range many {
		many[i] = choice(0)
	}
	sealed, err := b.SealBatch(hallTime, "一号票箱", many)
	if sealed != nil || !errors.Is(err, client.ErrManySheets) || !strings.Contains(err.Error(), "65000") {
		t.Errorf("got %v", err)
	}
	if _, err := b.SealBatch(hallTime, strings.Repeat("x", 256), many[:2]); err == nil || errors.Is(err, client.ErrManySheets) {
		t.Errorf("long name: got %v", err)
	}
	sealed, err = b.SealBatch(hallTime, "一号票箱", many[:2])
	check(t, err)
	if len(sealed.Papers) != 2 {
		t.Errorf("%d papers of two", len(sealed.Papers))
	}
}

func TestCompareSheets(t *testing.T) {
	grid := voting(t).state.Params().Grid()
	a := []ballot.Choice{choice(0), choice(1), {Abstain: true}, {Spoil: true}}
	for _, c := range []struct {
		other []ballot.Choice
		want  []int
	}{
		{a, nil},
		{[]ballot.Choice{choice(0), choice(0), {Abstain: true}, {Abstain: true}}, []int{1, 3}},
		{a[:3], []int{3}},
		{append(slices.Clone(a), choice(0)), []int{4}},
	} {
		got, err := client.CompareSheets(grid, a, c.other)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("differ at %v, %v, want %v", got, err, c.want)
		}
	}
	if _, err := client.CompareSheets(grid, a, []ballot.Choice{choice(0, 1, 2)}); err == nil {
		t.Error("three marks of two")
	}
}

// TestPaperNoCredential: who has a sheet gets no credential, and who has a
// credential no sheet.
func TestPaperNoCredential(t *testing.T) {
	h := withPaper(t, 3)
	v := h.voter(h.send, 3)
	check(t, v.Identify())
	if err := v.Obtain(); !errors.Is(err, client.ErrPaper) {
		t.Errorf("credential beside a sheet: %v", err)
	}
	b := h.board(h.send)
	e, err := b.ProposeSheets(hallTime, []uint32{2})
	check(t, err)
	if _, err := b.CheckProposal(e); !errors.Is(err, election.ErrIssued) {
		t.Errorf("sheet beside a credential: %v", err)
	}
	e, err = b.ProposePaperOnly(hallTime)
	h.pass(b, e, err, h.staffSign, h.presidiumSign)
	v = h.voter(h.send, 2)
	check(t, v.Identify())
	if err := v.Obtain(); !errors.Is(err, client.ErrPaper) {
		t.Errorf("credential in a vote on paper: %v", err)
	}
}

func FuzzParseBatch(f *testing.F) {
	e, err := election.NewEntry(&election.Batch{Box: "x", Sheets: 1, Invalid: 1})
	if err != nil {
		f.Fatal(err)
	}
	good, err := client.MarshalBatch(e, [][]byte{{1, 2}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		e, papers, err := client.ParseBatch(data)
		if err != nil {
			return
		}
		if again, err := client.MarshalBatch(e, papers); err != nil || !bytes.Equal(again, data) {
			t.Errorf("%x re-encodes to %x", data, again)
		}
	})
}

func FuzzParseOpenings(f *testing.F) {
	f.Add(append([]byte("piaojue-v1 openings\n"), make([]byte, 32)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, openings, err := client.ParseOpenings(data)
		if err != nil {
			return
		}
		for _, o := range openings {
			o.Marshal()
		}
	})
}
