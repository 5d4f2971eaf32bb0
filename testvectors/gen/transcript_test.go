package gen

import (
	"piaojue/ballot"
	"piaojue/group"
)

// This file computes contexts and challenges once more, from PROTOCOL.md,
// Sections 3, 7 and 8. That packages ballot and tally agree, the good records
// show; that a proof that a forger makes with it is a proof, too.

func absorbCiphertexts(t *group.Transcript, label string, cs []ballot.Ciphertext) {
	t.List(label, len(cs))
	for i := range cs {
		t.Element("alpha", &cs[i].Alpha)
		t.Element("beta", &cs[i].Beta)
	}
}

func rootContext() group.Context {
	t := group.NewTranscript("root")
	t.Bytes("suite", []byte("piaojue-v1"))
	t.Element("generator", group.Generator())
	return t.Sum()
}

func voteContext(manifest [32]byte) group.Context {
	root := rootContext()
	t := group.NewTranscript("vote")
	t.Bytes("context", root[:])
	t.Bytes("manifest", manifest[:])
	return t.Sum()
}

func keyContext(vote group.Context, n, t int, y *group.Element, commitments []*group.Element) group.Context {
	tr := group.NewTranscript("key")
	tr.Bytes("context", vote[:])
	tr.Uint("trustees", uint64(n))
	tr.Uint("threshold", uint64(t))
	tr.Element("joint key", y)
	tr.List("commitments", len(commitments))
	for _, c := range commitments {
		tr.Element("commitment", c)
	}
	return tr.Sum()
}

func credentialDigest(c *ballot.Credential) [32]byte {
	t := group.NewTranscript("credential")
	t.Bytes("key", c.Key[:])
	t.Bytes("prefix", c.Prefix[:])
	t.List("signatures", len(c.Signatures))
	for _, s := range c.Signatures {
		t.Bytes("signature", s)
	}
	return t.Digest()
}

func ballotContext(key group.Context, c *ballot.Credential, cs []ballot.Ciphertext) group.Context {
	digest := credentialDigest(c)
	t := group.NewTranscript("ballot")
	t.Bytes("context", key[:])
	t.Bytes("one-time key", c.Key[:])
	t.Bytes("credential", digest[:])
	absorbCiphertexts(t, "ciphertexts", cs)
	return t.Sum()
}

func paperContext(key group.Context, header [32]byte, number uint32, cs []ballot.Ciphertext) group.Context {
	t := group.NewTranscript("paper")
	t.Bytes("context", key[:])
	t.Bytes("batch", header[:])
	t.Uint("number", uint64(number))
	absorbCiphertexts(t, "ciphertexts", cs)
	return t.Sum()
}

func sealCode(manifest [32]byte, y *group.Element, cs []ballot.Ciphertext) [32]byte {
	t := group.NewTranscript("seal")
	t.Bytes("manifest", manifest[:])
	t.Element("joint key", y)
	absorbCiphertexts(t, "ciphertexts", cs)
	return t.Digest()
}

func closeContext(key group.Context, size uint64, root [32]byte, ballots uint64, sums []ballot.Ciphertext) group.Context {
	t := group.NewTranscript("close")
	t.Bytes("context", key[:])
	t.Uint("size", size)
	t.Bytes("root", root[:])
	t.Uint("ballots", ballots)
	absorbCiphertexts(t, "aggregate", sums)
	return t.Sum()
}

// claim is what a range proof claims.
type claim struct {
	name      string
	place     int
	low, high uint32
	terms     []ballot.Term
}

// branches returns how many values lie in the range.
func (c claim) branches() int { return int(c.high-c.low) + 1 }

// size returns the length of the proof.
func (c claim) size() int { return 32 * (4*c.branches() - 1) }

// claimsOf returns the claims of a ballot, in the order of its proofs.
func claimsOf(g *ballot.Grid) []claim {
	var claims []claim
	for i := range g.Positions {
		claims = append(claims, claim{"position proof", i, 0, 1, []ballot.Term{{Position: i, Weight: 1}}})
	}
	for i, l := range g.Limits {
		claims = append(claims, claim{"limit proof", i, l.Low, l.High, l.Terms})
	}
	return claims
}

// pair is the commitment of a branch.
type pair struct{ a, b *group.Element }

func (c claim) challenge(context group.Context, y *group.Element, cs []ballot.Ciphertext, commitments []pair) *group.Scalar {
	t := group.NewTranscript(c.name)
	t.Bytes("context", context[:])
	t.Uint("place", uint64(c.place))
	t.Uint("low", uint64(c.low))
	t.Uint("high", uint64(c.high))
	t.List("terms", len(c.terms))
	for _, term := range c.terms {
		t.Uint("position", uint64(term.Position))
		t.Uint("weight", uint64(term.Weight))
	}
	t.Element("generator", group.Generator())
	t.Element("joint key", y)
	t.List("statement", len(c.terms))
	for _, term := range c.terms {
		t.Element("alpha", &cs[term.Position].Alpha)
		t.Element("beta", &cs[term.Position].Beta)
	}
	t.List("commitments", len(commitments))
	for _, p := range commitments {
		t.Element("a", p.a)
		t.Element("b", p.b)
	}
	return t.Challenge()
}

// equality is the statement of a DLEQ proof.
type equality struct {
	name                string
	context             group.Context
	trustee, place      int
	base, public, image *group.Element
}

func (e equality) challenge(p pair) *group.Scalar {
	t := group.NewTranscript(e.name)
	t.Bytes("context", e.context[:])
	t.Uint("trustee", uint64(e.trustee))
	t.Uint("place", uint64(e.place))
	t.Element("generator", group.Generator())
	t.Element("base", e.base)
	t.Element("public", e.public)
	t.Element("image", e.image)
	t.Element("a", p.a)
	t.Element("b", p.b)
	return t.Challenge()
}
