package gen

import (
	"slices"

	"piaojue/ballot"
	"piaojue/group"
)

// draft is a ballot that a hostile device makes: it encrypts what it likes, and
// proves what it can.
type draft struct {
	*vote
	w           *voter
	credential  *ballot.Credential
	randomness  []*group.Scalar
	values      []*group.Scalar
	ciphertexts []ballot.Ciphertext
	proofs      [][]byte
	nonce       *group.Scalar // of the very first commitment, if set
	sheet       *sheet        // on paper, and not of a voter, if set
}

// newDraft encrypts one value per position, negative ones too.
func (v *vote) newDraft(w *voter, values ...int) *draft {
	d := v.newRow(values...)
	d.w, d.credential = w, w.credential
	return d
}

func (v *vote) newRow(values ...int) *draft {
	d := &draft{vote: v, ciphertexts: make([]ballot.Ciphertext, len(values))}
	for i, value := range values {
		d.randomness = append(d.randomness, group.RandomScalar())
		d.values = append(d.values, scalar(value))
		d.encrypt(i)
	}
	return d
}

func scalar(n int) *group.Scalar {
	if n < 0 {
		return new(group.Scalar).Negate(scalar(-n))
	}
	return new(group.Scalar).SetUint64(uint64(n))
}

func (d *draft) encrypt(i int) {
	d.ciphertexts[i].Alpha.Set(timesG(d.randomness[i])).Encode()
	d.ciphertexts[i].Beta.Set(plus(times(d.randomness[i], d.joint.Y), timesG(d.values[i]))).Encode()
}

// prove makes all proofs; a proof of what is false does not verify.
func (d *draft) prove() *draft {
	d.proofs = nil
	context := d.context()
	for _, c := range claimsOf(d.params.Grid()) {
		d.proofs = append(d.proofs, d.proof(c, context))
	}
	return d
}

func (d *draft) context() group.Context {
	if d.sheet != nil {
		return paperContext(d.keyContext(), d.sheet.header, d.sheet.number, d.ciphertexts)
	}
	return ballotContext(d.keyContext(), d.credential, d.ciphertexts)
}

// proof simulates all branches but the true one. If none is true the challenges
// do not add up: a verifier that never compares them would accept it (F7).
func (d *draft) proof(c claim, context group.Context) []byte {
	n := c.branches()
	value, r := d.sum(c, d.values), d.sum(c, d.randomness)
	p := &rangeProof{pairs: make([]pair, n), challenges: make([]*group.Scalar, n), responses: make([]*group.Scalar, n)}
	real := -1
	for i := range n {
		off := new(group.Scalar).Subtract(scalar(int(c.low)+i), value)
		t, ch := group.RandomScalar(), group.RandomScalar()
		if d.nonce != nil && len(d.proofs) == 0 && i == 0 {
			t = d.nonce
		}
		p.pairs[i] = pair{timesG(t), plus(times(t, d.joint.Y), timesG(new(group.Scalar).Multiply(ch, off)))}
		p.challenges[i], p.responses[i] = ch, add(t, new(group.Scalar).Multiply(ch, r))
		if off.IsZero() {
			real = i
		}
	}
	if real >= 0 {
		rest := c.challenge(context, d.joint.Y, d.ciphertexts, p.pairs)
		for _, ch := range p.challenges {
			rest.Subtract(rest, ch)
		}
		p.challenges[real] = add(p.challenges[real], rest)
		p.responses[real] = add(p.responses[real], new(group.Scalar).Multiply(rest, r))
	}
	return p.marshal()
}

// sum returns the weighted sum of a claim.
func (d *draft) sum(c claim, of []*group.Scalar) *group.Scalar {
	sum := group.NewScalar()
	for _, t := range c.terms {
		sum.Add(sum, new(group.Scalar).Multiply(scalar(int(t.Weight)), of[t.Position]))
	}
	return sum
}

// body lays the ballot out and signs it.
func (d *draft) body() []byte {
	b := append(slices.Clone(d.hash[:]), d.credential.Key[:]...)
	b = append(b, d.credential.Prefix[:]...)
	for _, s := range d.credential.Signatures {
		b = append(b, s...)
	}
	return d.resign(append(d.appendRow(b), make([]byte, 64)...), d.w)
}

func (d *draft) appendRow(b []byte) []byte {
	for i := range d.ciphertexts {
		b = d.ciphertexts[i].Alpha.AppendBytes(b)
		b = d.ciphertexts[i].Beta.AppendBytes(b)
	}
	return append(b, slices.Concat(d.proofs...)...)
}

// rangeProof has all challenges; the encoding leaves the last one out.
type rangeProof struct {
	pairs                 []pair
	challenges, responses []*group.Scalar
}

func (p *rangeProof) marshal() []byte {
	var b []byte
	for _, k := range p.pairs {
		b = append(append(b, k.a.Bytes()...), k.b.Bytes()...)
	}
	for _, c := range p.challenges[:len(p.challenges)-1] {
		b = c.AppendBytes(b)
	}
	for _, z := range p.responses {
		b = z.AppendBytes(b)
	}
	return b
}

func timesG(s *group.Scalar) *group.Element { return new(group.Element).ScalarBaseMult(s).Encode() }

func times(s *group.Scalar, e *group.Element) *group.Element {
	return new(group.Element).ScalarMult(s, e).Encode()
}

func plus(a, b *group.Element) *group.Element { return new(group.Element).Add(a, b).Encode() }

func add(a, b *group.Scalar) *group.Scalar { return new(group.Scalar).Add(a, b) }

// layout says where the parts of a ballot body are.
type layout struct {
	credential, signatures, ciphertexts int
	proofs                              []int // and the end of the last
}

func (v *vote) layout() layout {
	return v.layoutFrom(layout{credential: 32, signatures: 96, ciphertexts: 96 + 384*v.issuers})
}

func (v *vote) layoutFrom(l layout) layout {
	at := l.ciphertexts + 64*len(v.params.Grid().Positions)
	for _, c := range claimsOf(v.params.Grid()) {
		l.proofs = append(l.proofs, at)
		at += c.size()
	}
	l.proofs = append(l.proofs, at)
	return l
}

// ciphertextsOf reads the ciphertexts of a ballot.
func (v *vote) ciphertextsOf(body []byte) []ballot.Ciphertext {
	return must(v.params.Parse(body)).Ciphertexts()
}
