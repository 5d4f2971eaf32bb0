package client

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/ballot"
	"piaojue/election"
)

// ErrSheets means that what two tellers have of the same sheets differs.
var ErrSheets = errors.New("client: the sheets of the two tellers differ")

// ErrManySheets means that the log could not hold one batch of so many sheets:
// they are entered as two.
var ErrManySheets = errors.New("client: too many sheets for one batch")

// SealedBatch is what a teller made of the sheets of one box: entries for the
// log, and their openings, with which the other teller and a scrutineer check
// them (PROTOCOL.md, "Paper"). The openings say what is on the sheets: they go
// from hand to hand, never to a server, and are destroyed after the count.
type SealedBatch struct {
	Entry    *election.Entry // to be signed
	Papers   [][]byte        // marshalled entries, in the order of the batch
	Openings []*ballot.Revealed
}

// CompareSheets returns the places, from 0, at which two tellers entered
// different things, or one of them nothing.
func CompareSheets(grid *ballot.Grid, mine, other []ballot.Choice) ([]int, error) {
	var differ []int
	for i := range max(len(mine), len(other)) {
		if i >= len(mine) || i >= len(other) {
			differ = append(differ, i)
			continue
		}
		a, err := sheetBits(grid, mine[i])
		if err != nil {
			return nil, fmt.Errorf("sheet %d: %w", i+1, err)
		}
		b, err := sheetBits(grid, other[i])
		if err != nil {
			return nil, fmt.Errorf("sheet %d: %w", i+1, err)
		}
		if !slices.Equal(a, b) {
			differ = append(differ, i)
		}
	}
	return differ, nil
}

// sheetBits returns the positions that a sheet marks; nil for an invalid one if
// no ballot of the vote can be spoiled.
func sheetBits(grid *ballot.Grid, c ballot.Choice) ([]bool, error) {
	if c.Spoil && grid.Index(ballot.WholeBallot, ballot.Spoil) < 0 {
		return nil, nil
	}
	return grid.Fill(c)
}

// SealBatch seals the sheets of a box, in their order. If they are too many for
// one batch it seals none.
func (b *Board) SealBatch(now uint64, box string, sheets []ballot.Choice) (*SealedBatch, error) {
	if !b.state.Accepts(election.KindBatch) {
		return nil, ErrEarly
	}
	body := &election.Batch{Chain: b.chain(now), Epoch: b.state.Opening().Epoch, Box: box, Sheets: uint32(len(sheets))}
	rand.Read(body.ID[:]) // never fails: it stops the program instead
	if err := b.checkLength(body, sheets); err != nil {
		return nil, err
	}
	sealed := &SealedBatch{}
	for i, c := range sheets {
		if err := b.sealSheet(sealed, body, c); err != nil {
			return nil, fmt.Errorf("sheet %d: %w", i+1, err)
		}
	}
	entry, err := election.NewEntry(body)
	sealed.Entry = entry
	return sealed, err
}

// checkLength checks that there can be an entry of so many sheets. What it says
// of an entry without any is about the name of the box.
func (b *Board) checkLength(body *election.Batch, sheets []ballot.Choice) error {
	least, all := *body, *body
	least.Sheets, least.Invalid = 1, 1
	if _, err := election.NewEntry(&least); err != nil {
		return err
	}
	for i, c := range sheets {
		bits, err := sheetBits(b.state.Params().Grid(), c)
		switch {
		case err != nil:
			return fmt.Errorf("sheet %d: %w", i+1, err)
		case bits == nil:
			all.Invalid++
		default:
			all.Entries = append(all.Entries, [32]byte{})
		}
	}
	_, err := election.NewEntry(&all)
	if errors.Is(err, election.ErrLong) {
		return fmt.Errorf("%w: %w", ErrManySheets, err)
	}
	return err
}

func (b *Board) sealSheet(to *SealedBatch, body *election.Batch, c ballot.Choice) error {
	p := b.state.Params()
	bits, err := sheetBits(p.Grid(), c)
	if err != nil {
		return err
	}
	if bits == nil {
		body.Invalid++
		return nil
	}
	s, err := p.Encrypt(bits, [32]byte{})
	if err != nil {
		return err
	}
	paper, opening, err := s.FinishPaper(body.Header(), uint32(len(to.Papers)+1))
	if err != nil {
		return err
	}
	entry, err := election.NewEntry(election.PaperBody(paper))
	if err != nil {
		return err
	}
	body.Entries = append(body.Entries, entry.Hash())
	to.Papers, to.Openings = append(to.Papers, entry.Marshal()), append(to.Openings, opening)
	return nil
}

// CheckBatch checks, before the other teller or a scrutineer signs a batch,
// that its entries are those listed, and that each holds what stands in mine at
// its place: the sheets as this person read them. The error is ErrProposal if
// the batch could not stand, ErrSheets if it says something else.
func (b *Board) CheckBatch(e *election.Entry, papers [][]byte, openings []*ballot.Revealed, mine []ballot.Choice) error {
	parsed, err := b.CheckProposal(e)
	if err != nil {
		return err
	}
	body, ok := parsed.(*election.Batch)
	if !ok {
		return fmt.Errorf("%w: %s is no batch", ErrProposal, e.Kind)
	}
	sheets, err := CheckPapers(b.state.Params(), body, papers)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrProposal, err)
	}
	if len(openings) != len(sheets) {
		return fmt.Errorf("%w: %d openings for %d entries", ErrSheets, len(openings), len(sheets))
	}
	if int(body.Sheets) != len(mine) {
		return fmt.Errorf("%w: %d sheets, not %d", ErrSheets, body.Sheets, len(mine))
	}
	return b.checkSheets(sheets, openings, mine)
}

func (b *Board) checkSheets(sheets []*ballot.Paper, openings []*ballot.Revealed, mine []ballot.Choice) error {
	p, at := b.state.Params(), 0
	for i, c := range mine {
		want, err := sheetBits(p.Grid(), c)
		if err != nil {
			return fmt.Errorf("sheet %d: %w", i+1, err)
		}
		if want == nil {
			continue
		}
		if at >= len(sheets) {
			return fmt.Errorf("%w: sheet %d has no entry", ErrSheets, i+1)
		}
		got, err := p.CheckPaper(sheets[at], openings[at])
		if err != nil {
			return fmt.Errorf("%w: sheet %d: %w", ErrSheets, i+1, err)
		}
		if !slices.Equal(got, want) {
			return fmt.Errorf("%w: sheet %d", ErrSheets, i+1)
		}
		at++
	}
	if at != len(sheets) {
		return fmt.Errorf("%w: %d entries more than sheets", ErrSheets, len(sheets)-at)
	}
	return nil
}

// CheckPapers checks that the entries of a batch are those that it lists, and
// verifies them. A server does so before it keeps them.
func CheckPapers(p *ballot.Params, body *election.Batch, papers [][]byte) ([]*ballot.Paper, error) {
	if len(papers) != len(body.Entries) {
		return nil, fmt.Errorf("%d entries, %d listed", len(papers), len(body.Entries))
	}
	var sheets []*ballot.Paper
	for i, raw := range papers {
		sheet, err := checkPaper(p, body, i, raw)
		if err != nil {
			return nil, fmt.Errorf("entry %d of the batch: %w", i+1, err)
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

func checkPaper(p *ballot.Params, body *election.Batch, i int, raw []byte) (*ballot.Paper, error) {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return nil, err
	}
	if e.Kind != election.KindPaper || e.Hash() != body.Entries[i] {
		return nil, errors.New("is not the one listed")
	}
	sheet, err := p.ParsePaper(e.Body)
	if err != nil {
		return nil, err
	}
	if sheet.Batch() != body.Header() || int(sheet.Number()) != i+1 {
		return nil, errors.New("is of another batch or place")
	}
	return sheet, p.VerifyPaper(sheet)
}

// MaxBatch is the longest marshalled batch: its entry and as many papers as an
// entry can list.
const MaxBatch = 16 << 20

var errBatch = errors.New("client: malformed batch")

// MarshalBatch encodes a batch with its papers for the server:
// `u16 len ‖ entry`, then `u16 len ‖ entry` of each paper.
func MarshalBatch(e *election.Entry, papers [][]byte) ([]byte, error) {
	var w cryptobyte.Builder
	for _, raw := range append([][]byte{e.Marshal()}, papers...) {
		w.AddUint16LengthPrefixed(func(w *cryptobyte.Builder) { w.AddBytes(raw) })
	}
	return w.Bytes()
}

// ParseBatch reads what MarshalBatch wrote. It says nothing about the papers.
func ParseBatch(b []byte) (e *election.Entry, papers [][]byte, err error) {
	s := cryptobyte.String(b)
	for first := true; first || !s.Empty(); first = false {
		var raw cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&raw) {
			return nil, nil, errBatch
		}
		if !first {
			papers = append(papers, slices.Clone([]byte(raw)))
			continue
		}
		if e, err = election.ParseEntry(raw); err != nil {
			return nil, nil, err
		}
		if e.Kind != election.KindBatch {
			return nil, nil, errBatch
		}
	}
	return e, papers, nil
}

const openingsHeader = "piaojue-v1 openings\n"

// MarshalOpenings encodes what goes from one teller's device to the other's:
// `"piaojue-v1 openings\n" ‖ hash of the batch entry without signatures[32] ‖
// u16 len ‖ opening` for each entry. It is as secret as the sheets.
func (s *SealedBatch) MarshalOpenings() ([]byte, error) {
	bare := election.Entry{Kind: s.Entry.Kind, Body: s.Entry.Body}
	hash := bare.Hash()
	var w cryptobyte.Builder
	w.AddBytes([]byte(openingsHeader))
	w.AddBytes(hash[:])
	for _, o := range s.Openings {
		w.AddUint16LengthPrefixed(func(w *cryptobyte.Builder) { w.AddBytes(o.Marshal()) })
	}
	return w.Bytes()
}

// ParseOpenings reads what MarshalOpenings wrote, and the hash of the batch.
func ParseOpenings(b []byte) (batch [32]byte, openings []*ballot.Revealed, err error) {
	s := cryptobyte.String(b)
	var header []byte
	if !s.ReadBytes(&header, len(openingsHeader)) || string(header) != openingsHeader || !s.CopyBytes(batch[:]) {
		return batch, nil, errBatch
	}
	for !s.Empty() {
		var raw cryptobyte.String
		if !s.ReadUint16LengthPrefixed(&raw) {
			return batch, nil, errBatch
		}
		o, err := ballot.ParseRevealed(raw)
		if err != nil {
			return batch, nil, err
		}
		openings = append(openings, o)
	}
	return batch, openings, nil
}
