package tally

import (
	"bytes"
	"fmt"
	"testing"

	"piaojue/group"
)

// A share that does not fit is a complaint, never an acceptance (attack K9).
func TestBadShareIsRefused(t *testing.T) {
	for name, test := range badShares {
		t.Run(name, func(t *testing.T) {
			c := newDealings(t, 2, 3)
			c.spoil(t, 2, 3, test.spoil)
			if _, err := Agree(c.setup, c.dealings, 1, c.statics[0]); err != nil {
				t.Errorf("trustee 1, whose share is good: %v", err)
			}
			_, err := Agree(c.setup, c.dealings, 3, c.statics[2])
			wantBlame(t, err, 2, test.want)
		})
	}
}

var badShares = map[string]struct {
	spoil func([]byte) []byte
	want  error
}{
	"anotherShare":   {func(p []byte) []byte { return group.RandomScalar().Bytes() }, errShare},
	"zeroShare":      {func(p []byte) []byte { return make([]byte, scalarSize) }, errShare},
	"notCanonicalG8": {func(p []byte) []byte { return plusOrder(p) }, errPlaintext},
	"allOnes":        {func(p []byte) []byte { return bytes.Repeat([]byte{0xff}, scalarSize) }, errPlaintext},
}

func TestTamperedCiphertext(t *testing.T) {
	c := newDealings(t, 2, 3)
	msg1 := c.dealings[1].Marshal()
	msg1[len(msg1)-1] ^= 1
	c.dealings[1] = c.parse(t, 2, msg1)
	_, err := Agree(c.setup, c.dealings, 3, c.statics[2])
	wantBlame(t, err, 2, errDecrypt)
}

// Recovery demands the whole success certificate.
func TestRecoverNeedsEveryAgreement(t *testing.T) {
	c := newCeremony(t, 2, 3)
	a := c.agreements
	for name, test := range map[string]struct {
		agreements [][]byte
		accused    int // 0: nobody
	}{
		"missing":  {[][]byte{a[0], a[1]}, 0},
		"empty":    {nil, 0},
		"surplus":  {[][]byte{a[0], a[1], a[2], a[2]}, 0},
		"twice":    {[][]byte{a[0], a[1], a[1]}, 3},
		"order":    {[][]byte{a[1], a[0], a[2]}, 1},
		"nilEntry": {[][]byte{a[0], nil, a[2]}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Recover(c.setup, c.dealings, test.agreements, 1, c.statics[0])
			if test.accused == 0 {
				wantError(t, err, errCertificate)
				return
			}
			wantBlame(t, err, test.accused, errSignature)
		})
	}
}

func TestRecoverIsRepeatable(t *testing.T) {
	c := newCeremony(t, 2, 3)
	again, err := Recover(c.setup, c.dealings, c.agreements, 2, c.statics[1])
	if err != nil {
		t.Fatal(err)
	}
	if !again.x.Equal(c.shares[1].x) {
		t.Error("another share the second time")
	}
	_, err = Recover(c.setup, c.dealings, c.agreements, 2, c.statics[0])
	wantError(t, err, errStatic)
}

// A message that changes after it was logged aborts the ceremony (attack K1):
// the trustee who saw another one is the one whose agreement fails.
func TestAgreementBindsEveryDealing(t *testing.T) {
	c := newCeremony(t, 2, 3)
	for j := range 3 {
		if err := VerifyAgreement(c.setup, c.dealings, j+1, c.agreements[j]); err != nil {
			t.Fatal(err)
		}
	}
	ciphertext := c.dealings[2].Marshal() // T itself does not bind these bytes
	ciphertext[len(ciphertext)-1] ^= 1
	whole, err := Deal(c.setup, 3, c.statics[2])
	if err != nil {
		t.Fatal(err)
	}
	for name, msg1 := range map[string][]byte{"ciphertext": ciphertext, "whole": whole} {
		changed := []*Dealing{c.dealings[0], c.dealings[1], c.parse(t, 3, msg1)}
		err := VerifyAgreement(c.setup, changed, 1, c.agreements[0])
		if err == nil {
			t.Errorf("%s may change after the agreement", name)
			continue
		}
		wantBlame(t, err, 1, errSignature)
	}
}

// Two sizes that differ in t only have different transcripts (attack K8).
func TestTranscriptBindsThreshold(t *testing.T) {
	c := newDealings(t, 2, 3)
	other := *c.setup
	other.Threshold = 3
	if bytes.Equal(c.setup.transcript(c.dealings, nil), other.transcript(c.dealings, nil)) {
		t.Error("threshold is not in the transcript")
	}
	if !bytes.Equal(c.setup.transcript(c.dealings, nil), c.setup.transcript(c.dealings, nil)) {
		t.Error("transcripts of equal ceremonies differ")
	}
}

func TestKeyShareDoesNotPrint(t *testing.T) {
	share := newCeremony(t, 2, 2).shares[0]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, v := range []any{share, *share} {
			if got, want := fmt.Sprintf(verb, v), "key share of trustee 1"; got != want {
				t.Errorf("%s prints %q, want %q", verb, got, want)
			}
		}
	}
}
