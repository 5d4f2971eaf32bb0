package gen

import (
	"bytes"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

// ballotVector is one ballot with all that went into it.
type ballotVector struct {
	Mode       ballot.Mode   `json:"ballot_mode"`
	Options    int           `json:"options"`
	MinMarks   int           `json:"min_marks"`
	MaxMarks   int           `json:"max_marks"`
	Undervote  string        `json:"undervote"`
	AllowSpoil bool          `json:"allow_spoil"`
	Manifest   bin           `json:"manifest"`
	Opening    bin           `json:"opening"`
	Moduli     []bin         `json:"moduli"`
	JointKey   bin           `json:"joint_key"`
	KeyContext bin           `json:"key_context"`
	OneTimeKey bin           `json:"one_time_seed"`
	Credential bin           `json:"credential"`
	Marks      []int         `json:"marks"`
	Randomness []bin         `json:"randomness"`
	Context    bin           `json:"context"`
	Proofs     []proofVector `json:"proofs"`
	SealCode   bin           `json:"seal_code"`
	Body       bin           `json:"body"`
	Entry      bin           `json:"entry"`
	Code       bin           `json:"tracking_code"`
	Challenge  bin           `json:"challenge"`
	Revealed   bin           `json:"revealed"`
	Unused     bin           `json:"unused"`
}

// proofVector is a range proof: where it stands in the body, and the challenge
// that the transcript gives.
type proofVector struct {
	Name      string `json:"name"`
	Place     int    `json:"place"`
	Low       uint32 `json:"low"`
	High      uint32 `json:"high"`
	Offset    int    `json:"offset"`
	Size      int    `json:"size"`
	Challenge bin    `json:"challenge"`
}

// ballotVectors has one ballot of each mode.
func ballotVectors(t *testing.T, l library) []ballotVector {
	t.Helper()
	var list []ballotVector
	for _, name := range []string{"record", "yna_each", "yna_capped", "choose_1", "satisfaction_3"} {
		list = append(list, newBallot(t, l.play(t, name).vote))
	}
	return list
}

// newBallot makes the ballot of the first voter, twice with the same
// randomness: once to open it, once to cast it.
func newBallot(t *testing.T, v *vote) ballotVector {
	t.Helper()
	w, bits := v.voters[0], v.bits(v.choices[0])
	seal := func() *ballot.Sealed {
		seed(t, "ballot "+v.name)
		return must(v.params.Encrypt(bits, w.credential.Key))
	}
	code, revealed := seal().SealCode(), must(seal().Reveal()).Marshal()
	body := must(seal().Finish(w.credential, w.sk))
	entry := must(election.NewEntry(election.BallotBody(body)))
	hash := entry.Hash()
	r := v.manifest.Rules
	b := ballotVector{
		Mode: r.BallotMode, Options: r.CandidatesN, MinMarks: r.MinMarks, MaxMarks: r.MaxMarks, Undervote: r.Undervote,
		AllowSpoil: r.AllowSpoil, Manifest: v.hash[:], Opening: v.opening[:], JointKey: v.joint.Y.Bytes(),
		OneTimeKey: w.sk.Seed(), Credential: marshalCredential(w.credential),
		SealCode: code[:], Body: body, Entry: entry.Marshal(), Code: hash[:],
		Challenge: must(v.params.NewChallenge(code, w.credential, w.sk)), Revealed: revealed,
		Unused: must(v.params.NewUnused(w.credential, w.sk)),
	}
	for _, k := range v.issuerKeys() {
		b.Moduli = append(b.Moduli, k.Modulus())
	}
	b.open(v, w, revealed)
	return b
}

// open fills in what was secret, and the challenges.
func (b *ballotVector) open(v *vote, w *voter, revealed []byte) {
	key := v.keyContext()
	for rest := revealed[2:]; len(rest) > 0; rest = rest[33:] {
		b.Marks, b.Randomness = append(b.Marks, int(rest[0])), append(b.Randomness, rest[1:33])
	}
	parsed := must(v.params.Parse(b.Body))
	check(v.params.Verify(parsed))
	cs := parsed.Ciphertexts()
	context := ballotContext(key, w.credential, cs)
	b.KeyContext, b.Context = key[:], context[:]
	if sealCode(v.hash, v.joint.Y, cs) != [32]byte(b.SealCode) {
		panic("seal code")
	}
	l := v.layout()
	for i, c := range claimsOf(v.params.Grid()) {
		p := proofVector{Name: c.name, Place: c.place, Low: c.low, High: c.high, Offset: l.proofs[i], Size: c.size()}
		p.Challenge = challengeOf(c, context, v.joint.Y, cs, b.Body[p.Offset:][:p.Size])
		b.Proofs = append(b.Proofs, p)
	}
}

// challengeOf computes the challenge of a proof, and panics unless the proof
// holds under it.
func challengeOf(c claim, context group.Context, y *group.Element, cs []ballot.Ciphertext, proof []byte) []byte {
	n := c.branches()
	var pairs []pair
	for i := range n {
		pairs = append(pairs, pair{must(group.ParseElement(proof[64*i:][:32])), must(group.ParseElement(proof[64*i+32:][:32]))})
	}
	challenge := c.challenge(context, y, cs, pairs)
	last := new(group.Scalar).Set(challenge)
	sumA := group.NewElement()
	for _, t := range c.terms {
		sumA.Add(sumA, times(scalar(int(t.Weight)), &cs[t.Position].Alpha))
	}
	for i := range n {
		ch := last
		if i < n-1 {
			ch = must(group.ParseScalar(proof[64*n+32*i:][:32]))
			last.Subtract(last, ch)
		}
		z := must(group.ParseScalar(proof[64*n+32*(n-1+i):][:32]))
		a := new(group.Element).Subtract(timesG(z), times(ch, sumA))
		if !bytes.Equal(a.Bytes(), pairs[i].a.Bytes()) {
			panic("a challenge is not that of package ballot")
		}
	}
	return challenge.Bytes()
}
