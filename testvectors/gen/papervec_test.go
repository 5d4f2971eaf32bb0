package gen

import (
	"testing"

	"piaojue/ballot"
)

// paperVector is one sheet of a batch, with all that went into it.
type paperVector struct {
	Mode       ballot.Mode   `json:"ballot_mode"`
	Options    int           `json:"options"`
	MinMarks   int           `json:"min_marks"`
	MaxMarks   int           `json:"max_marks"`
	Undervote  string        `json:"undervote"`
	AllowSpoil bool          `json:"allow_spoil"`
	Manifest   bin           `json:"manifest"`
	JointKey   bin           `json:"joint_key"`
	KeyContext bin           `json:"key_context"`
	Epoch      uint32        `json:"epoch"`
	ID         bin           `json:"id"`
	Box        string        `json:"box"`
	Header     bin           `json:"header"`
	Number     uint32        `json:"number"`
	Marks      []int         `json:"marks"`
	Randomness []bin         `json:"randomness"`
	Context    bin           `json:"context"`
	Proofs     []proofVector `json:"proofs"`
	SealCode   bin           `json:"seal_code"`
	Body       bin           `json:"body"`
	Entry      bin           `json:"entry"`
	Hash       bin           `json:"hash"`
	Batch      bin           `json:"batch"`
	Revealed   bin           `json:"revealed"`
}

// paperVectors has a sheet of a mode that knows spoiled ballots, and one of a
// mode that does not.
func paperVectors(t *testing.T, l library) []paperVector {
	t.Helper()
	return []paperVector{newPaper(t, l.play(t, "paper").vote), newPaper(t, l.play(t, "paper_only").vote)}
}

// newPaper enters the first sheet of a vote again, as the second of a batch.
func newPaper(t *testing.T, v *vote) paperVector {
	t.Helper()
	seed(t, "sheet "+v.name)
	r, key := v.manifest.Rules, v.keyContext()
	b := v.newBatch(0, paperBox{name: "3号票箱"})
	header := b.Header()
	body, revealed, err := must(v.params.Encrypt(v.bits(v.boxes[0].choices[0]), [32]byte{})).FinishPaper(header, 2)
	check(err)
	entry := paperEntry(body)
	hash := entry.Hash()
	b.Sheets, b.Entries = 2, [][32]byte{secretOf("first entry"), hash}
	p := paperVector{
		Mode: r.BallotMode, Options: r.CandidatesN, MinMarks: r.MinMarks, MaxMarks: r.MaxMarks, Undervote: r.Undervote,
		AllowSpoil: r.AllowSpoil, Manifest: v.hash[:], JointKey: v.joint.Y.Bytes(), KeyContext: key[:],
		Epoch: b.Epoch, ID: b.ID[:], Box: b.Box, Header: header[:], Number: 2,
		Body: body, Entry: entry.Marshal(), Hash: hash[:], Batch: b.Marshal(), Revealed: revealed.Marshal(),
	}
	p.open(v)
	return p
}

// open fills in what was secret, and the challenges.
func (p *paperVector) open(v *vote) {
	for rest := p.Revealed[2:]; len(rest) > 0; rest = rest[33:] {
		p.Marks, p.Randomness = append(p.Marks, int(rest[0])), append(p.Randomness, bin(rest[1:33]))
	}
	parsed := must(v.params.ParsePaper(p.Body))
	check(v.params.VerifyPaper(parsed))
	cs := parsed.Ciphertexts()
	context := paperContext(v.keyContext(), [32]byte(p.Header), p.Number, cs)
	code := sealCode(v.hash, v.joint.Y, cs)
	p.Context, p.SealCode = context[:], code[:]
	l := v.paperLayout()
	for i, c := range claimsOf(v.params.Grid()) {
		q := proofVector{Name: c.name, Place: c.place, Low: c.low, High: c.high, Offset: l.proofs[i], Size: c.size()}
		q.Challenge = challengeOf(c, context, v.joint.Y, cs, p.Body[q.Offset:][:q.Size])
		p.Proofs = append(p.Proofs, q)
	}
}
