package group

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
	"math/big"
	"slices"
	"testing"

	"filippo.io/edwards25519"
)

// signer is an Ed25519 key whose secret scalar a is known, so that a test can
// forge what no honest signer would make.
type signer struct {
	a  *edwards25519.Scalar
	pk []byte
	sk ed25519.PrivateKey
}

func newSigner(t testing.TB) *signer {
	t.Helper()
	pk, sk, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := sha512.Sum512(sk.Seed())
	a, err := edwards25519.NewScalar().SetBytesWithClamping(h[:32])
	if err != nil {
		t.Fatal(err)
	}
	return &signer{a, pk, sk}
}

// respond returns s = r + H(R, A, m)·a.
func (s *signer) respond(t testing.TB, r *edwards25519.Scalar, R, A, message []byte) []byte {
	t.Helper()
	h := sha512.Sum512(slices.Concat(R, A, message))
	k, err := edwards25519.NewScalar().SetUniformBytes(h[:])
	if err != nil {
		t.Fatal(err)
	}
	return k.MultiplyAdd(k, s.a, r).Bytes()
}

func TestSignatureForm(t *testing.T) {
	s, manifest, body := newSigner(t), [32]byte{1, 2, 3}, []byte("body")
	digest := sha256.Sum256(body)
	message := slices.Concat([]byte("piaojue-v1 ballot\n"), manifest[:], digest[:])
	sig := Sign(s.sk, "ballot", manifest, body)
	if want := ed25519.Sign(s.sk, message); !bytes.Equal(sig, want) {
		t.Errorf("Sign = %x, want %x", sig, want)
	}
	if err := VerifyMessage(s.pk, message, sig); err != nil {
		t.Error(err)
	}
	if err := VerifySignature(s.pk, "ballot", manifest, body, sig); err != nil {
		t.Error(err)
	}
}

// Attack F6: whoever has a signature shifts it to a key that differs by d·B from
// its own. Where the hash leaves the key out, that is a signature as well.
func TestF6SignatureUnderShiftedKey(t *testing.T) {
	s, message := newSigner(t), []byte("message")
	sig := ed25519.Sign(s.sk, message)
	scalar := func(wide [64]byte) *edwards25519.Scalar {
		k, err := edwards25519.NewScalar().SetUniformBytes(wide[:])
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k, d := scalar(sha512.Sum512(slices.Concat(sig[:32], s.pk, message))), scalar(sha512.Sum512([]byte("d")))
	z, err := edwards25519.NewScalar().SetCanonicalBytes(sig[32:])
	if err != nil {
		t.Fatal(err)
	}
	z.MultiplyAdd(k, d, z)
	shifted, err := new(edwards25519.Point).SetBytes(s.pk)
	if err != nil {
		t.Fatal(err)
	}
	shifted.Add(shifted, new(edwards25519.Point).ScalarBaseMult(d))
	minus := edwards25519.NewScalar().Negate(k)
	if R := new(edwards25519.Point).VarTimeDoubleScalarBaseMult(minus, shifted, z); !bytes.Equal(R.Bytes(), sig[:32]) {
		t.Fatal("the forger does not know his trade")
	}
	forged := slices.Concat(sig[:32], z.Bytes())
	if err := VerifyMessage(shifted.Bytes(), message, forged); !errors.Is(err, ErrSignature) {
		t.Errorf("shifted key: %v", err)
	}
	if err := VerifyMessage(s.pk, message, sig); err != nil {
		t.Errorf("good twin: %v", err)
	}
}

func TestSignatureBindsEverything(t *testing.T) {
	s, manifest, body := newSigner(t), [32]byte{1}, []byte("body")
	sig := Sign(s.sk, "ballot", manifest, body)
	bad := map[string]error{
		"otherName":     VerifySignature(s.pk, "unused", manifest, body, sig),
		"otherManifest": VerifySignature(s.pk, "ballot", [32]byte{2}, body, sig),
		"otherBody":     VerifySignature(s.pk, "ballot", manifest, []byte("bodz"), sig),
		"otherKey":      VerifySignature(newSigner(t).pk, "ballot", manifest, body, sig),
		"noSignature":   VerifySignature(s.pk, "ballot", manifest, body, nil),
		"noKey":         VerifySignature(nil, "ballot", manifest, body, sig),
		"longSignature": VerifySignature(s.pk, "ballot", manifest, body, append(bytes.Clone(sig), 0)),
		"longKey":       VerifySignature(append(bytes.Clone(s.pk), 0), "ballot", manifest, body, sig),
	}
	for i := range 8 * len(sig) {
		flipped := bytes.Clone(sig)
		flipped[i/8] ^= 1 << (i % 8)
		bad["flippedBit"] = VerifySignature(s.pk, "ballot", manifest, body, flipped)
		if !errors.Is(bad["flippedBit"], ErrSignature) {
			t.Errorf("flipped bit %d: %v", i, bad["flippedBit"])
		}
	}
	for name, err := range bad {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// s + l satisfies the same equation; RFC 8032 forbids it.
func TestSignatureScalarNotReduced(t *testing.T) {
	s, message := newSigner(t), []byte("message")
	sig := ed25519.Sign(s.sk, message)
	n := bytes.Clone(sig[32:])
	slices.Reverse(n)
	for i := range int64(8) {
		v := new(big.Int).Mul(order(), big.NewInt(i))
		v.Add(v, new(big.Int).SetBytes(n))
		malleated := append(bytes.Clone(sig[:32]), littleEndian(v, 32)...)
		if err := VerifyMessage(s.pk, message, malleated); (err == nil) != (i == 0) {
			t.Errorf("s + %d·l: %v", i, err)
		}
	}
}

// smallOrder are all encodings, canonical or not, of the eight points whose
// order divides 8, as libraries in use accept them.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000", // 1
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 2
	"0000000000000000000000000000000000000000000000000000000000000000", // 4
	"0000000000000000000000000000000000000000000000000000000000000080", // 4
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // 8
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", // 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // 8
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", // 8
	"0100000000000000000000000000000000000000000000000000000000000080", // 1, x = -0
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 2, x = -0
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 1, y = p + 1
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 1, both
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 4, y = p
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", // 4, y = p
}

// Under a key of small order one signature fits every eighth message or more:
// crypto/ed25519 takes it, we must not.
func TestSmallOrderKeys(t *testing.T) {
	for _, encoding := range smallOrder {
		pk := unhex(t, encoding)
		if CheckPublicKey(pk) == nil {
			t.Errorf("%s: accepted as a key", encoding)
		}
		sig := append(unhex(t, smallOrder[0]), make([]byte, 32)...) // R = 0, s = 0
		fits := 0
		for i := range byte(100) {
			message := []byte{i}
			if ed25519.Verify(pk, message, sig) {
				fits++
			}
			if VerifyMessage(pk, message, sig) == nil {
				t.Errorf("%s: signature accepted", encoding)
			}
		}
		if fits == 0 {
			t.Errorf("%s: crypto/ed25519 rejects it too, the test proves nothing", encoding)
		}
	}
}

// y + p names the same point as y, for the few y below 19: two spellings of one
// key could count as two keys.
func TestNonCanonicalKeys(t *testing.T) {
	tried := 0
	for y := range byte(19) {
		for _, sign := range []byte{0, 0x80} {
			canonical := make([]byte, 32)
			canonical[0], canonical[31] = y, sign
			if CheckPublicKey(canonical) != nil {
				continue // not on the curve, or of small order
			}
			tried++
			spelled := bytes.Repeat([]byte{0xff}, 32)
			spelled[0], spelled[31] = 0xed+y, 0x7f|sign
			if _, err := new(edwards25519.Point).SetBytes(spelled); err != nil {
				t.Errorf("y = %d: not an encoding at all", y)
			}
			if CheckPublicKey(spelled) == nil {
				t.Errorf("y = p + %d: accepted", y)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d keys tried", tried)
	}
}

func TestCheckPublicKey(t *testing.T) {
	good := newSigner(t).pk
	if err := CheckPublicKey(good); err != nil {
		t.Error(err)
	}
	offCurve := make([]byte, 32)
	for offCurve[0] = 2; ; offCurve[0]++ {
		if _, err := new(edwards25519.Point).SetBytes(offCurve); err != nil {
			break
		}
	}
	for name, pk := range map[string][]byte{"nil": nil, "short": good[:31], "long": append(bytes.Clone(good), 0), "offCurve": offCurve} {
		if CheckPublicKey(pk) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// R is compared byte by byte: the canonical spelling of a point passes, also of
// the identity, any other does not.
func TestNonCanonicalR(t *testing.T) {
	s, message := newSigner(t), []byte("message")
	for i, encoding := range []string{smallOrder[0], smallOrder[8], smallOrder[10], smallOrder[11]} {
		R := unhex(t, encoding)
		sig := append(R, s.respond(t, edwards25519.NewScalar(), R, s.pk, message)...)
		if err := VerifyMessage(s.pk, message, sig); (err == nil) != (i == 0) {
			t.Errorf("R = %s: %v", encoding, err)
		}
	}
}

// A key with a torsion part is not of small order. It splits verifiers with and
// without cofactor; ours is without, so k·T must vanish.
func TestCofactorless(t *testing.T) {
	s := newSigner(t)
	torsion, err := new(edwards25519.Point).SetBytes(unhex(t, smallOrder[4]))
	if err != nil {
		t.Fatal(err)
	}
	key, err := new(edwards25519.Point).SetBytes(s.pk)
	if err != nil {
		t.Fatal(err)
	}
	mixed := key.Add(key, torsion).Bytes()
	if err := CheckPublicKey(mixed); err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for i := range byte(64) {
		message := []byte{i}
		r := s.a // any scalar will do
		R := new(edwards25519.Point).ScalarBaseMult(r).Bytes()
		sig := append(R, s.respond(t, r, R, mixed, message)...)
		h := sha512.Sum512(slices.Concat(R, mixed, message))
		k := new(big.Int).Mod(new(big.Int).SetBytes(reversed(h[:])), order())
		vanishes := k.Bit(0)|k.Bit(1)|k.Bit(2) == 0
		if err := VerifyMessage(mixed, message, sig); (err == nil) != vanishes {
			t.Errorf("message %d: %v, k·T vanishes: %v", i, err, vanishes)
		}
		if vanishes {
			accepted++
		}
	}
	if accepted == 0 || accepted == 64 {
		t.Errorf("%d of 64 accepted: not both cases seen", accepted)
	}
}

func reversed(b []byte) []byte {
	b = bytes.Clone(b)
	slices.Reverse(b)
	return b
}
