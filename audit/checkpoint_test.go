package audit

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
)

// testPolicy needs two of three witnesses w0, w1, w2.
func testPolicy(t testing.TB) *Policy {
	t.Helper()
	return makePolicy(t, testPolicyText(t, 3, "group g 2 w0 w1 w2\nquorum g\n"), testOrigin)
}

// makePolicy adds test logs to the text of a policy.
func makePolicy(t testing.TB, text string, origins ...string) *Policy {
	t.Helper()
	p, err := ParsePolicy(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range origins {
		if p, err = p.WithLog(testLogKey(t, o)); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func testPolicyText(t testing.TB, witnesses int, rest string) string {
	t.Helper()
	var b strings.Builder
	for i := range witnesses {
		name := "w" + string(rune('0'+i))
		k, err := WitnessKey(name, publicKey(testKey(name)))
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("witness " + name + " " + k.String() + "\n")
	}
	return b.String() + rest
}

var testCheckpoint = Checkpoint{Origin: testOrigin, Size: 42, Root: [32]byte{1, 2, 3}}

func signTest(t testing.TB, c Checkpoint) []byte {
	t.Helper()
	signed, err := Sign(c, testKey(c.Origin))
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func cosignTest(t testing.TB, signed []byte, names ...string) []byte {
	t.Helper()
	out := bytes.Clone(signed)
	for _, name := range names {
		line, err := Cosign(signed, name, testKey(name), 1700000000)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, line...)
	}
	return out
}

func TestOpen(t *testing.T) {
	p, signed := testPolicy(t), signTest(t, testCheckpoint)
	for name, c := range map[string]struct {
		note []byte
		want error
	}{
		"two of three":     {cosignTest(t, signed, "w0", "w2"), nil},
		"all":              {cosignTest(t, signed, "w2", "w1", "w0"), nil},
		"one":              {cosignTest(t, signed, "w1"), ErrWitnesses},
		"one twice":        {cosignTest(t, signed, "w1", "w1"), ErrWitnesses},
		"one and stranger": {cosignTest(t, signed, "w1", "w9"), ErrWitnesses},
		"none":             {signed, ErrWitnesses},
		"not by the log":   {cosignTest(t, signTest(t, Checkpoint{Origin: "other", Size: 42}), "w0", "w1"), errCheckpoint},
		"cosigned only":    {withoutLine(cosignTest(t, signed, "w0", "w1"), testOrigin+" "), errCheckpoint},
	} {
		s, err := p.Open(c.note)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil && s.Checkpoint != testCheckpoint {
			t.Errorf("%s: %v, want %v", name, s.Checkpoint, testCheckpoint)
		}
	}
}

// withoutLine removes the signature line of a key name.
func withoutLine(note []byte, name string) []byte {
	var out []string
	for _, l := range strings.SplitAfter(string(note), "\n") {
		if !strings.HasPrefix(l, "— "+name) {
			out = append(out, l)
		}
	}
	return []byte(strings.Join(out, ""))
}

// Every byte of a checkpoint in a record is bound, also those of lines that
// the quorum does not need (PROTOCOL.md, Section 11).
func TestOpenExactEveryByte(t *testing.T) {
	p, note := testPolicy(t), cosignTest(t, signTest(t, testCheckpoint), "w0", "w1", "w2")
	if _, err := p.OpenExact(note); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(note); i += thin {
		for _, flip := range []byte{1, 2, 4, 0x20, 0x80} {
			bad := bytes.Clone(note)
			bad[i] ^= flip
			if _, err := p.OpenExact(bad); err == nil {
				t.Errorf("byte %d changed from %q to %q: no error", i, note[i], bad[i])
			}
		}
	}
}

func TestOpenExactForeignLines(t *testing.T) {
	p, note := testPolicy(t), cosignTest(t, signTest(t, testCheckpoint), "w0", "w1")
	stranger := cosignTest(t, signTest(t, testCheckpoint), "w9")
	for name, bad := range map[string][]byte{
		"stranger":     append(bytes.Clone(note), "— w9"+strings.SplitN(string(stranger), "— w9", 2)[1]...),
		"repeated":     append(bytes.Clone(note), "— w0"+strings.SplitN(string(note), "— w0", 2)[1]...),
		"empty line":   append(bytes.Clone(note), '\n'),
		"empty":        nil,
		"no signature": testCheckpoint.Marshal(),
	} {
		if _, err := p.OpenExact(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := p.Open(append(bytes.Clone(note), "— w9"+strings.SplitN(string(stranger), "— w9", 2)[1]...)); err != nil {
		t.Errorf("Open with a stranger's line: %v", err)
	}
}

func TestMerge(t *testing.T) {
	p, signed := testPolicy(t), signTest(t, testCheckpoint)
	merged := signed
	for _, name := range []string{"w1", "w9", "w1", "w0"} {
		line, err := Cosign(signed, name, testKey(name), 1700000000)
		if err != nil {
			t.Fatal(err)
		}
		if merged, err = p.Merge(merged, line); err != nil {
			t.Fatal(err)
		}
	}
	if want := cosignTest(t, signed, "w1", "w0"); !bytes.Equal(merged, want) {
		t.Errorf("merged:\n%s\nwant:\n%s", merged, want)
	}
	other := testCheckpoint
	other.Size++
	line, err := Cosign(signTest(t, other), "w2", testKey("w2"), 1700000000)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Merge(merged, line); !errors.Is(err, ErrWitnesses) {
		t.Errorf("cosignature of another checkpoint: %v, want %v", err, ErrWitnesses)
	}
}

func TestParseCheckpoint(t *testing.T) {
	const root = "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	good := testOrigin + "\n42\n" + root + "\n"
	if got, err := parseCheckpoint([]byte(good)); err != nil || got != testCheckpoint {
		t.Errorf("parseCheckpoint = %v, %v; want %v", got, err, testCheckpoint)
	}
	for name, bad := range map[string]string{
		"extension line":     good + "extension\n",
		"empty line":         good + "\n",
		"no last newline":    strings.TrimSuffix(good, "\n"),
		"leading zero":       testOrigin + "\n042\n" + root + "\n",
		"sign":               testOrigin + "\n+42\n" + root + "\n",
		"space":              testOrigin + "\n42 \n" + root + "\n",
		"huge":               testOrigin + "\n9223372036854775808\n" + root + "\n",
		"loose base64":       testOrigin + "\n42\n" + strings.Replace(root, "AAA=", "AAB=", 1) + "\n",
		"base64 with return": testOrigin + "\n42\n" + root[:8] + "\r" + root[8:] + "\n",
		"short root":         testOrigin + "\n42\nAQID\n",
		"origin with space":  "two words\n42\n" + root + "\n",
		"origin with plus":   "a+b\n42\n" + root + "\n",
		"empty origin":       "\n42\n" + root + "\n",
		"empty tree":         testOrigin + "\n0\n" + root + "\n",
		"empty":              "",
	} {
		if got, err := parseCheckpoint([]byte(bad)); err == nil {
			t.Errorf("%s: parsed as %v", name, got)
		}
	}
}

func TestCosignRefuses(t *testing.T) {
	signed := signTest(t, testCheckpoint)
	if _, err := Cosign(signed, "w0", testKey("w0"), 0); err == nil {
		t.Error("no time: no error")
	}
	if _, err := Cosign(signed, "w0", testKey("w0"), 1<<63); err == nil {
		t.Error("time beyond 2^63-1: no error")
	}
	if _, err := Cosign([]byte("text\n\n"), "w0", testKey("w0"), 1); err == nil {
		t.Error("not a checkpoint: no error")
	}
	if _, err := Sign(testCheckpoint, ed25519.PrivateKey{1}); err == nil {
		t.Error("short private key: no error")
	}
}

// The examples of C2SP signed-note and of x/mod's note.
func TestParseKey(t *testing.T) {
	for _, vkey := range []string{
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
		"remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
	} {
		k, err := ParseKey(vkey)
		if err != nil {
			t.Errorf("ParseKey(%q): %v", vkey, err)
			continue
		}
		if got := k.String(); got != vkey {
			t.Errorf("String() = %q, want %q", got, vkey)
		}
	}
	const good = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
	for name, bad := range map[string]string{
		"other id":       strings.Replace(good, "530d903a", "530d903b", 1),
		"capital id":     strings.Replace(good, "530d903a", "530D903A", 1),
		"other name":     strings.Replace(good, "foo", "bar", 1),
		"space in name":  strings.Replace(good, "foo", "f oo", 1),
		"loose base64":   good[:len(good)-1] + "l",
		"short key":      good[:len(good)-4],
		"no key":         "example.com/foo+530d903a",
		"trailing plus":  good + "+",
		"trailing space": good + " ",
		"small order":    smallOrderKey(),
		"empty":          "",
	} {
		if k, err := ParseKey(bad); err == nil {
			t.Errorf("%s: parsed as %v", name, k)
		}
	}
}

// smallOrderKey is well-formed but for its key, the identity point.
func smallOrderKey() string {
	return (&Key{name: "n", kind: typeEd25519, public: [32]byte{1}}).String()
}

// The signed note of C2SP signed-note verifies, and under no other key.
func TestKeyVerify(t *testing.T) {
	k, err := ParseKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
	if err != nil {
		t.Fatal(err)
	}
	sig := decode64(t, "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=")
	text := []byte("This is an example message.\n")
	if !k.Verify(text, sig[4:]) {
		t.Error("example does not verify")
	}
	if k.Verify(text[1:], sig[4:]) || k.Verify(text, sig) || k.Verify(text, nil) {
		t.Error("changed example verifies")
	}
	cosigner := &Key{name: k.name, kind: typeCosignature, public: k.public}
	if cosigner.Verify(text, append(make([]byte, 8), sig[4:]...)) {
		t.Error("log signature verifies as a cosignature")
	}
}
