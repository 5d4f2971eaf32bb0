package keyfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"filippo.io/age/armor"
)

func TestMain(m *testing.M) {
	TestOnlyWorkFactor(4)
	m.Run()
}

const vote = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func sample() *Secret {
	return &Secret{
		Kind: Scrutineer, Vote: vote, Label: "监票人1 阿依古丽·买买提",
		Values: map[string][]byte{"role": bytes.Repeat([]byte{1}, 32), "static": {2, 0}},
	}
}

func TestSealOpen(t *testing.T) {
	sealed, err := Seal(sample(), "正确的 口令")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(sealed, []byte(armor.Header)) {
		t.Errorf("not armored: %.40q", sealed)
	}
	got, err := Open(sealed, "正确的 口令")
	if err != nil {
		t.Fatal(err)
	}
	if want := sample(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	if _, err := Open(sealed, "错误的口令"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: got %v", err)
	}
	again, err := Seal(sample(), "正确的 口令")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(sealed, again) {
		t.Error("two sealings are equal")
	}
}

func TestSealDefaultWorkFactor(t *testing.T) {
	TestOnlyWorkFactor(0)
	defer TestOnlyWorkFactor(4)
	sealed, err := Seal(sample(), "x")
	if err != nil {
		t.Fatal(err)
	}
	header, err := age.ExtractHeader(armor.NewReader(bytes.NewReader(sealed)))
	if err != nil {
		t.Fatal(err)
	}
	if line := strings.Split(string(header), "\n")[1]; !strings.HasSuffix(line, " 18") {
		t.Errorf("got %q, want work factor 18", line)
	}
}

func TestOpenRefuses(t *testing.T) {
	good, err := Seal(sample(), "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(good, "x"); err != nil {
		t.Fatal(err) // the positive twin of all below
	}
	flip := bytes.Clone(good)
	flip[len(flip)-60] ^= 1
	_, recipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	toIdentity, err := SealTo(sample(), recipient)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":           nil,
		"damaged":         flip,
		"cut short":       good[:len(good)-50],
		"two files":       append(bytes.Clone(good), good...),
		"work factor":     withWorkFactor(t, workFactor+1),
		"not our payload": sealText(t, "hello\n"),
		"too large":       make([]byte, maxFile+1),
		"to an identity":  toIdentity,
	} {
		if _, err := Open(data, "x"); err == nil || errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := Open(good, ""); err == nil {
		t.Error("empty passphrase opened")
	}
	if _, err := Seal(sample(), ""); err == nil {
		t.Error("sealed with an empty passphrase")
	}
}

// withWorkFactor names a work factor in the header without doing the work: it
// must be refused before scrypt runs, so the false header check is not reached.
func withWorkFactor(t *testing.T, logN int) []byte {
	t.Helper()
	var out bytes.Buffer
	w := armor.NewWriter(&out)
	salt, body := strings.Repeat("A", 22), strings.Repeat("A", 43)
	fmt.Fprintf(w, "age-encryption.org/v1\n-> scrypt %s %d\n%s\n--- %s\n", salt, logN, body, body)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWorkFactorNamed(t *testing.T) {
	if _, err := Open(withWorkFactor(t, workFactor+1), "x"); err == nil || !strings.Contains(err.Error(), "work factor") {
		t.Errorf("got %v, want the work factor refused", err)
	}
	if _, err := Open(withWorkFactor(t, 4), "x"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("positive twin: got %v", err)
	}
}

func sealText(t *testing.T, text string) []byte {
	t.Helper()
	r, err := age.NewScryptRecipient("x")
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(4)
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, r)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(text))
	if err := errors.Join(w.Close(), armored.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSealTo(t *testing.T) {
	x, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	hybrid, hybridRecipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, otherRecipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		recipients []string
		identity   string
	}{
		{"X25519", []string{x.Recipient().String()}, x.String()},
		{"hybrid", []string{hybridRecipient}, hybrid},
		{"second of two", []string{otherRecipient, hybridRecipient}, hybrid},
	} {
		sealed, err := SealTo(sample(), tt.recipients...)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		got, err := OpenWith(sealed, tt.identity)
		if err != nil || !reflect.DeepEqual(got, sample()) {
			t.Errorf("%s: got %v, %v", tt.name, got, err)
		}
	}
	sealed, err := SealTo(sample(), hybridRecipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenWith(sealed, other); !errors.Is(err, ErrIdentity) {
		t.Errorf("other identity: got %v", err)
	}
	if _, err := OpenWith(sealed); err == nil {
		t.Error("opened without identity")
	}
	if _, err := SealTo(sample(), hybridRecipient, x.Recipient().String()); err == nil {
		t.Error("post-quantum and other recipients were mixed")
	}
	if _, err := SealTo(sample()); err == nil {
		t.Error("sealed to nobody")
	}
}

// TestPastedIdentity: who pastes the identity where the recipient belongs must
// not find it in a log.
func TestPastedIdentity(t *testing.T) {
	identity, recipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := SealTo(sample(), identity); err == nil || strings.Contains(err.Error(), identity[20:40]) {
		t.Errorf("got %v", err)
	}
	sealed, err := SealTo(sample(), recipient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenWith(sealed, identity[:60]); err == nil || strings.Contains(err.Error(), identity[20:40]) {
		t.Errorf("got %v", err)
	}
}

// TestWrongFile: who gives a file with a passphrase or an identity where the
// sealed file belongs must not find it in a journal, wherever the secret stands.
func TestWrongFile(t *testing.T) {
	const secret = "correct horse staple"
	identity, _, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := Seal(sample(), "x")
	if err != nil {
		t.Fatal(err)
	}
	body := strings.TrimSuffix(string(sealed), armor.Footer+"\n")
	mine := identitiesOf(t, identity)
	for _, s := range []string{secret, identity} {
		for name, text := range map[string]string{
			"alone":              s + "\n",
			"without a line end": s,
			"after blank lines":  "\r\n \n" + s + "\n",
			"beside the header":  armor.Header + s + "\n" + string(sealed),
			"under the header":   armor.Header + "\n" + s + "\n" + armor.Footer + "\n",
			"at the end":         body + s + "\n",
			"within":             armored(t, s+"\n"),
			"as a stanza":        armored(t, "age-encryption.org/v1\n"+s+"\n"),
			"binary":             "age-encryption.org/v1\n" + s + "\n",
		} {
			_, errOpen := Open([]byte(text), "x")
			_, errWith := OpenWith([]byte(text), identity)
			_, errStream := mine.Decrypt(strings.NewReader(text))
			errs := []error{errOpen, errWith, errStream}
			if isSealed([]byte(text)) {
				_, errIdentities := ParseIdentities([]byte(text), func() (string, error) { return "x", nil })
				errs = append(errs, errIdentities)
			}
			for i, err := range errs {
				if err == nil || strings.Contains(err.Error(), s[:12]) {
					t.Errorf("%s, %d: got %v", name, i, err)
				}
			}
		}
	}
	if s, err := Open(append([]byte("\r\n \n"), sealed...), "x"); err != nil || !reflect.DeepEqual(s, sample()) {
		t.Errorf("positive twin: got %v, %v", s, err)
	}
}

func armored(t *testing.T, text string) string {
	t.Helper()
	var out strings.Builder
	w := armor.NewWriter(&out)
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestUnreadable: a file that the disk does not give is not called a wrong one.
func TestUnreadable(t *testing.T) {
	identity, _, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	broken := &fs.PathError{Op: "read", Path: "backup", Err: syscall.EIO}
	if _, err := identitiesOf(t, identity).Decrypt(iotest.ErrReader(broken)); !errors.Is(err, syscall.EIO) {
		t.Errorf("got %v", err)
	}
}
