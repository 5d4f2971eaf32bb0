package tally

import (
	"bytes"
	"testing"

	"piaojue/testvectors"
)

// fuzzCeremony has fixed secrets, so that inputs stay meaningful between runs.
func fuzzCeremony(f *testing.F) *vectorCeremony {
	c := &vectorCeremony{v: &vector{T: 2, N: 3, SessionTag: []byte("fuzz")}, seed: []byte("fuzz")}
	c.setup = &Setup{Threshold: 2, Session: []byte("fuzz")}
	for _, label := range []string{"d1", "d2", "d3"} {
		d := c.scalar(label)
		c.statics = append(c.statics, d)
		c.setup.StaticKeys = append(c.setup.StaticKeys, publicKey(d))
	}
	for i := range c.statics {
		msg1, err := c.dealer(i+1).deal(c.setup, i+1, c.statics[i])
		if err != nil {
			f.Fatal(err)
		}
		d, err := ParseDealing(c.setup, i+1, msg1)
		if err != nil {
			f.Fatal(err)
		}
		c.dealings = append(c.dealings, d)
	}
	return c
}

// What parses re-encodes to the same bytes, and only what parses verifies.
func FuzzParseDealing(f *testing.F) {
	c := fuzzCeremony(f)
	for _, d := range c.dealings {
		f.Add(d.Marshal())
	}
	for _, b := range vectors(f, "ceremony.json", "dealing") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, msg1 []byte) {
		d := &Dealing{index: 1, context: c.setup.Context()}
		parseErr := d.parse(c.setup, msg1, sealedSize)
		if parseErr == nil && !bytes.Equal(d.Marshal(), msg1) {
			t.Error("another encoding of one dealing")
		}
		if _, err := ParseDealing(c.setup, 1, msg1); err == nil && parseErr != nil {
			t.Error("verified what does not parse")
		}
	})
}

func FuzzParseEvidence(f *testing.F) {
	c := fuzzCeremony(f)
	for i, d := range c.dealings {
		dispute := &dispute{setup: c.setup, accused: d, vote: testVote, accuser: 3 - i}
		static := c.statics[2-i]
		channel := channelFrom(static, &d.ephemeral, c.setup.key(d.index))
		f.Add(dispute.prove(channel, static, nil).marshal())
	}
	for _, b := range vectors(f, "ceremony.json", "evidence") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := parseEvidence(body); err == nil && !bytes.Equal(e.marshal(), body) {
			t.Error("another encoding of one piece of evidence")
		}
		if VerifyComplaint(c.setup, c.dealings[0], testVote, 3, body) == nil {
			t.Error("an honest dealer is proven guilty")
		}
	})
}

func FuzzParseShare(f *testing.F) {
	c := fuzzCeremony(f)
	share, err := receive(c.setup, c.dealings, 1, c.statics[0])
	if err != nil {
		f.Fatal(err)
	}
	b := fill(f, share.key, 2, 2)
	honest := decrypted(f, share, b)
	f.Add(honest)
	f.Fuzz(func(t *testing.T, body []byte) {
		factors, err := parseShare(body, 2)
		if err == nil && !bytes.Equal(marshalFactors(factors), body) {
			t.Error("another encoding of one share")
		}
		_, err = VerifyShare(b.closing, share.key, 1, b.aggregate, body)
		if err == nil && !bytes.Equal(body, honest) {
			t.Error("a share nobody made verifies")
		}
	})
}

func marshalFactors(factors []factor) []byte {
	var b []byte
	for p := range factors {
		b = factors[p].image.AppendBytes(b)
		b = factors[p].proof.appendTo(b)
	}
	return b
}

func FuzzVerifySignature(f *testing.F) {
	c := fuzzCeremony(f)
	m := []byte("message")
	honest, err := sign(c.statics[0], m, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(honest)
	for _, b := range vectors(f, "signatures.json", "signature") {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, sig []byte) {
		if verify(c.setup.key(1), m, sig) == nil && !bytes.Equal(sig, honest) {
			t.Error("a signature nobody made verifies")
		}
	})
}

// vectors are the values of a field of the test vectors.
func vectors(f *testing.F, file, field string) [][]byte {
	f.Helper()
	all, err := testvectors.Field(file, field)
	if err != nil {
		f.Fatal(err)
	}
	return all
}
