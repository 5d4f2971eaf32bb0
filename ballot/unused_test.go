package ballot

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"
	"testing"

	"piaojue/group"
)

// TestUnusedAndChallenge: the two uses of a credential besides a ballot.
func TestUnusedAndChallenge(t *testing.T) {
	v := newVote(t, small["choose_1"])
	w, thief := v.voter(t, 0), v.voter(t, 1)
	unused, err := v.NewUnused(w.credential, w.sk)
	if err != nil {
		t.Fatal(err)
	}
	seal := sha256.Sum256([]byte("seal"))
	challenge, err := v.NewChallenge(seal, w.credential, w.sk)
	if err != nil {
		t.Fatal(err)
	}
	checkUnused := func(body []byte) error {
		u, err := v.ParseUnused(body)
		if err != nil {
			return err
		}
		if !bytes.Equal(u.Marshal(), body) || u.Key() != w.credential.Key {
			t.Error("unused reads back wrong")
		}
		return v.VerifyUnused(u)
	}
	checkChallenge := func(body []byte) error {
		c, err := v.ParseChallenge(body)
		if err != nil {
			return err
		}
		if !bytes.Equal(c.Marshal(), body) || c.Key() != w.credential.Key || c.SealCode() != [32]byte(body[:32]) {
			t.Error("challenge reads back wrong")
		}
		return v.VerifyChallenge(c)
	}
	end := len(unused) - signatureSize
	signed := func(sk ed25519.PrivateKey, name string, body []byte) []byte {
		return append(slices.Clone(body[:end]), group.Sign(sk, name, v.manifest, body[:end])...)
	}
	for _, kind := range []struct {
		name  string
		body  []byte
		other string
		check func([]byte) error
	}{{"unused", unused, "challenge", checkUnused}, {"challenge", challenge, "unused", checkChallenge}} {
		tests := []struct {
			name string
			body []byte
			want error
		}{
			{"good twin", kind.body, nil},
			{"short", kind.body[1:], ErrForm},
			{"long", append(slices.Clone(kind.body), 0), ErrForm},
			{"signature", alter(kind.body, func(b []byte) { b[end] ^= 1 }), ErrSignature},
			{"V12 thief", signed(thief.sk, kind.name, kind.body), ErrSignature},
			{"signed as something else", signed(w.sk, kind.other, kind.body), ErrSignature},
			{"signed as ballot", signed(w.sk, "ballot", kind.body), ErrSignature},
			{"prefix", signed(w.sk, kind.name, alter(kind.body, func(b []byte) { b[64] ^= 1 })), ErrCredential},
			{"bad key", alter(kind.body, func(b []byte) { clear(b[32:64]) }), ErrForm},
		}
		for _, test := range tests {
			t.Run(kind.name+" "+test.name, func(t *testing.T) {
				if err := kind.check(test.body); !errors.Is(err, test.want) {
					t.Errorf("got %v, want %v", err, test.want)
				}
			})
		}
	}
	if err := checkUnused(signed(w.sk, "unused", alter(unused, func(b []byte) { b[0] ^= 1 }))); !errors.Is(err, ErrForm) {
		t.Errorf("unused of another vote: %v", err)
	}
	if err := checkChallenge(alter(challenge, func(b []byte) { b[0] ^= 1 })); !errors.Is(err, ErrSignature) {
		t.Errorf("challenge with another seal code: %v", err)
	}
	if _, err := v.NewUnused(w.credential, thief.sk); err == nil {
		t.Error("NewUnused signs for another's credential")
	}
	if _, err := v.NewChallenge(seal, w.credential, thief.sk); err == nil {
		t.Error("NewChallenge signs for another's credential")
	}
}
