package election

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math"

	"piaojue/ballot"
)

// batchTellers is how many tellers enter each sheet, independently.
const batchTellers = 2

// Batch lists what two tellers entered from the paper ballots of one box
// (PROTOCOL.md, "Paper"). The entries follow it in the log.
type Batch struct {
	Chain
	Epoch   uint32
	ID      [32]byte // drawn at random: with Epoch and Box the header of its entries
	Box     string   // what people call the ballot box
	Sheets  uint32   // taken out of it
	Invalid uint32   // of these, ones without an entry
	Entries [][32]byte
}

// ParseBatch parses the body of a batch entry.
func ParseBatch(b []byte) (*Batch, error) {
	d := newDecoder(b)
	p := &Batch{Chain: decodeChain(d), Epoch: d.u32(), ID: d.bytes32(), Box: d.text8()}
	p.Sheets, p.Invalid = d.u32(), d.u32()
	p.Entries = list16(d, (*decoder).bytes32)
	d.expect(p.Sheets > 0, "there are no sheets")
	d.expect(uint64(p.Invalid)+uint64(len(p.Entries)) == uint64(p.Sheets), "invalid sheets and entries are not all sheets")
	return finish(d, "batch", p)
}

// Marshal returns the bytes of the body.
func (p *Batch) Marshal() []byte {
	var w encoder
	p.Chain.encode(&w)
	w.AddUint32(p.Epoch)
	w.bytes(p.ID[:])
	w.text8(p.Box)
	w.AddUint32(p.Sheets)
	w.AddUint32(p.Invalid)
	w.count16(len(p.Entries))
	for i := range p.Entries {
		w.bytes(p.Entries[i][:])
	}
	return w.sum()
}

// Header returns the hash that every entry of the batch names.
func (p *Batch) Header() [32]byte {
	var w encoder
	w.bytes([]byte("piaojue-v1 batch\n"))
	w.AddUint32(p.Epoch)
	w.bytes(p.ID[:])
	w.text8(p.Box)
	return sha256.Sum256(w.sum())
}

func (p *Batch) kind() Kind { return KindBatch }

// signers: two tellers who entered the sheets, and a scrutineer who watched.
func (p *Batch) signers(s *State) demand {
	if s.ceremony == nil {
		return demand{quorum: batchTellers + 1}
	}
	d := s.scrutineers(0)
	for i, c := range s.ceremony.trustees.Tellers {
		d.signers = append(d.signers, signer{role: RoleTeller, index: uint8(i + 1), key: c.RoleKey})
	}
	d.each = map[Role]int{RoleScrutineer: 1, RoleTeller: batchTellers}
	return d
}

func (p *Batch) apply(s *State, at place) error {
	if err := p.check(s); err != nil {
		return at.fail(CheckPaperBatch, err)
	}
	b := s.box
	b.ids[p.ID] = true
	b.sheets, b.invalid = saturate(b.sheets, p.Sheets), saturate(b.invalid, p.Invalid)
	b.batch, b.header, b.entered = p, p.Header(), 0
	return nil
}

// saturate adds and stops at the largest number, which is above any number of
// sheets handed out: what a hostile log claims must not wrap around to what
// fits (attack K10).
func saturate(a, b uint32) uint32 {
	return a + min(b, math.MaxUint32-a)
}

func (p *Batch) check(s *State) error {
	if want := s.lastEpoch(); p.Epoch != want {
		return because(CauseEpoch, fmt.Errorf("epoch %d, not %d", p.Epoch, want))
	}
	if s.box.ids[p.ID] {
		return because(CauseTwice, errors.New("a batch of this identifier is in the log"))
	}
	// Where a ballot can be spoiled, an invalid sheet is entered as a spoiled
	// one: how many there were on paper alone is nobody's business.
	if p.Invalid > 0 && s.grid.Index(ballot.WholeBallot, ballot.Spoil) >= 0 {
		return because(CauseInvalid, fmt.Errorf("%d invalid sheets are not entered as spoiled", p.Invalid))
	}
	return nil
}

// PaperBody is the body of a paper entry, as package ballot makes and parses
// it. The batch before it lists its hash, so that it bears no signature.
type PaperBody []byte

// ParsePaperBody accepts any bytes, as ParseBallotBody does.
func ParsePaperBody(b []byte) (PaperBody, error) { return PaperBody(b), nil }

// Marshal returns the bytes of the body.
func (p PaperBody) Marshal() []byte { return append([]byte{}, p...) }

func (PaperBody) kind() Kind { return KindPaper }

func (PaperBody) signers(*State) demand { return demand{} }

func (p PaperBody) apply(s *State, at place) error {
	b, n := s.box, s.box.entered
	if at.hash != b.batch.Entries[n] {
		return at.fail(CheckPaperBatch, because(CauseOther, fmt.Errorf("is not entry %d of the batch", n+1)))
	}
	sheet, err := s.epoch.params.ParsePaper(p)
	if err != nil {
		return at.fail(CheckPaperProofs, err)
	}
	if sheet.Batch() != b.header || int(sheet.Number()) != n+1 {
		return at.fail(CheckPaperBatch, because(CauseOther, fmt.Errorf("names sheet %d of another batch or place", sheet.Number())))
	}
	m := newMarks(sheet)
	err = first(
		at.fail(CheckPaperProofs, b.checkMarks(m)),
		at.fail(CheckPaperProofs, s.epoch.params.VerifyPaper(sheet)),
	)
	if err != nil {
		return err
	}
	if err := b.aggregate.Add(sheet.Ciphertexts()); err != nil {
		return at.fail(CheckPaperProofs, err)
	}
	b.addMarks(m)
	b.entered++
	return nil
}

// batchOpen reports whether entries of a batch are still to come.
func (s *State) batchOpen() bool {
	return s.phase == PhaseClosed && s.box.batch != nil && s.box.entered < len(s.box.batch.Entries)
}
