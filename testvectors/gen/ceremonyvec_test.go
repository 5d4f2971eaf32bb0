package gen

import (
	"crypto/sha512"
	"encoding/binary"
	"slices"
	"testing"

	"piaojue/group"
	"piaojue/tally"
)

type ceremonyFile struct {
	Trustees     int             `json:"trustees"`
	Threshold    int             `json:"threshold"`
	Manifest     bin             `json:"manifest"`
	TrusteesHash bin             `json:"trustees_hash"`
	Attempt      uint32          `json:"attempt"`
	Session      bin             `json:"session"`
	Context      bin             `json:"context"`
	Members      []memberVector  `json:"members"`
	Extension    bin             `json:"extension"`
	Transcript   bin             `json:"transcript_sha512"`
	JointKey     bin             `json:"joint_key"`
	KeyContext   bin             `json:"key_context"`
	Complaint    complaintVector `json:"complaint"`
}

type memberVector struct {
	StaticSecret      bin   `json:"static_secret"`
	StaticKey         bin   `json:"static_key"`
	Dealing           bin   `json:"dealing"`
	Shares            []bin `json:"shares"` // what the dealing holds for trustees 1 … n
	Agreement         bin   `json:"agreement"`
	SecretShare       bin   `json:"secret_share"`
	VerificationShare bin   `json:"verification_share"`
}

type complaintVector struct {
	Accuser    int   `json:"accuser"`
	Accused    int   `json:"accused"`
	Dealing    bin   `json:"dealing"`
	Evidence   bin   `json:"evidence"`
	Challenges []bin `json:"challenges"`
}

// ceremony is a 3-of-5 ceremony outside of any log.
type ceremony struct {
	*vote
}

func newCeremony(t *testing.T) *ceremony {
	t.Helper()
	seed(t, "ceremony")
	const n = 5
	v := &vote{hash: secretOf("manifest"), trustees: secretOf("trustees entry")}
	v.setup = &tally.Setup{Threshold: 3, Session: tally.SessionID(v.hash, v.trustees, 2)}
	for range n {
		static := tally.GenerateStatic()
		v.statics = append(v.statics, static)
		v.setup.StaticKeys = append(v.setup.StaticKeys, timesG(static))
	}
	for i := 1; i <= n; i++ {
		v.dealings = append(v.dealings, must(tally.ParseDealing(v.setup, i, must(tally.Deal(v.setup, i, v.statics[i-1])))))
	}
	for i := 1; i <= n; i++ {
		v.agreements = append(v.agreements, must(tally.Agree(v.setup, v.dealings, i, v.statics[i-1])))
	}
	v.joint = must(tally.NewJointKey(v.setup, v.dealings))
	return &ceremony{vote: v}
}

func ceremonyVectors(t *testing.T) ceremonyFile {
	c := newCeremony(t)
	context, key := c.setup.Context(), c.keyContext()
	f := ceremonyFile{
		Trustees: 5, Threshold: 3, Manifest: c.hash[:], TrusteesHash: c.trustees[:], Attempt: 2, Session: c.setup.Session,
		Context: context[:], JointKey: c.joint.Y.Bytes(), KeyContext: key[:], Extension: c.extension(),
	}
	transcript := sha512.Sum512(c.transcript(f.Extension))
	f.Transcript = transcript[:]
	var commitments []*group.Element
	for i := 1; i <= 5; i++ {
		f.Members = append(f.Members, c.member(i))
		for _, p := range splitDealing(f.Members[i-1].Dealing, 3).commitments {
			commitments = append(commitments, must(group.ParseElement(p)))
		}
	}
	if keyContext(voteContext(c.hash), 5, 3, c.joint.Y, commitments) != key {
		panic("key context")
	}
	f.Complaint = c.complaintVector()
	return f
}

func (c *ceremony) member(i int) memberVector {
	m := memberVector{
		StaticSecret: c.statics[i-1].Bytes(), StaticKey: c.setup.StaticKeys[i-1].Bytes(), Dealing: c.dealings[i-1].Marshal(),
		Agreement: c.agreements[i-1], SecretShare: c.secretShare(i).Bytes(), VerificationShare: c.joint.VerificationShare(i).Bytes(),
	}
	for j := 1; j <= 5; j++ {
		m.Shares = append(m.Shares, c.dealtShare(i, j).Bytes())
	}
	if !timesG(c.secretShare(i)).Equal(c.joint.VerificationShare(i)) {
		panic("secret share")
	}
	return m
}

// extension is SHA-512 of all framed ciphertexts.
func (c *ceremony) extension() []byte {
	h := sha512.New()
	for _, d := range c.dealings {
		h.Write(d.Marshal()[32*3+64+32:])
	}
	return h.Sum(nil)
}

// transcript is T of COCKTAIL-DKG, which all trustees sign.
func (c *ceremony) transcript(extension []byte) []byte {
	counted := func(b, data []byte) []byte {
		return append(binary.LittleEndian.AppendUint64(b, uint64(len(data))), data...)
	}
	context := c.setup.Context()
	t := counted(counted(nil, []byte("COCKTAIL(Ristretto255, SHA-512)")), context[:])
	t = binary.LittleEndian.AppendUint32(t, 5)
	t = binary.LittleEndian.AppendUint32(t, 3)
	for _, p := range c.setup.StaticKeys {
		t = append(t, p.Bytes()...)
	}
	var commitments, pops, ephemerals []byte
	for _, d := range c.dealings {
		s := splitDealing(d.Marshal(), 3)
		commitments = append(commitments, slices.Concat(s.commitments...)...)
		pops, ephemerals = append(pops, s.pop...), append(ephemerals, s.ephemeral...)
	}
	return counted(slices.Concat(t, commitments, pops, ephemerals), extension)
}

// complaintVector is trustee 4's complaint about a dealing of trustee 2 in
// which one bit of the ciphertext for 4 is changed.
func (c *ceremony) complaintVector() complaintVector {
	msg := slices.Clone(c.dealings[1].Marshal())
	msg[len(msg)-56-1] ^= 1
	accused := must(tally.ParseDealing(c.setup, 2, msg))
	vote := tally.VoteContext(c.hash)
	evidence := must(tally.Complain(c.setup, accused, vote, 4, c.statics[3]))
	check(tally.VerifyComplaint(c.setup, accused, vote, 4, evidence))
	v := complaintVector{Accuser: 4, Accused: 2, Dealing: msg, Evidence: evidence}
	bases := []*group.Element{must(group.ParseElement(splitDealing(msg, 3).ephemeral)), c.setup.StaticKeys[1]}
	for k, base := range bases {
		e := equality{"complaint proof", vote, 4, 2*2 + k, base, c.setup.StaticKeys[3], must(group.ParseElement(evidence[32*k:][:32]))}
		v.Challenges = append(v.Challenges, e.checked(evidence[64+96*k:][:96]))
	}
	return v
}

// checked returns the challenge of a proof a ‖ b ‖ z, and panics unless the
// proof holds under it.
func (e equality) checked(proof []byte) []byte {
	p := pair{must(group.ParseElement(proof[:32])), must(group.ParseElement(proof[32:64]))}
	c, z := e.challenge(p), must(group.ParseScalar(proof[64:]))
	if !timesG(z).Equal(plus(p.a, times(c, e.public))) || !times(z, e.base).Equal(plus(p.b, times(c, e.image))) {
		panic("a challenge is not that of package tally")
	}
	return c.Bytes()
}
