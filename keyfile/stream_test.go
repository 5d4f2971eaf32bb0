package keyfile

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"filippo.io/age"
)

func encryptTo(t *testing.T, text []byte, recipients ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := EncryptTo(&out, recipients...)
	if err == nil {
		_, err = w.Write(text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func identitiesOf(t *testing.T, text string) *Identities {
	t.Helper()
	ids, err := ParseIdentities([]byte(text), func() (string, error) { return "correct horse", nil })
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// readAll decrypts to the end.
func readAll(ids *Identities, file []byte) ([]byte, error) {
	r, err := ids.Decrypt(bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// TestStream: what was encrypted comes back with the identity, and with no
// other; a file that is cut off or altered anywhere is refused.
func TestStream(t *testing.T) {
	identity, recipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, otherRecipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	text := bytes.Repeat([]byte("ballot "), 20_000) // more than two chunks of age
	file := encryptTo(t, text, recipient)
	mine := identitiesOf(t, "# mine\n\n"+identity+"\n")
	if got, err := readAll(mine, file); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if _, err := readAll(identitiesOf(t, other), file); !errors.Is(err, ErrIdentity) {
		t.Errorf("another identity: %v", err)
	}
	if _, err := readAll(identitiesOf(t, other), encryptTo(t, text, recipient, otherRecipient)); err != nil {
		t.Errorf("the second recipient: %v", err)
	}
	for _, n := range []int{0, 10, len(file) / 2, len(file) - 1, 1<<16 + len(file) - len(text)} {
		if got, err := readAll(mine, file[:n]); err == nil {
			t.Errorf("cut off after %d bytes: %d bytes, no error", n, len(got))
		}
	}
	for i := 0; i < len(file); i += len(file) / 50 {
		bad := bytes.Clone(file)
		bad[i] ^= 1
		if _, err := readAll(mine, bad); err == nil {
			t.Errorf("byte %d altered: no error", i)
		}
	}
}

func TestEncryptToRefuses(t *testing.T) {
	identity, _, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for name, recipients := range map[string][]string{"none": nil, "an identity": {identity}, "nonsense": {"age1x"}} {
		_, err := EncryptTo(io.Discard, recipients...)
		if err == nil || strings.Contains(err.Error(), identity) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestParseIdentities: a file under a passphrase opens with that, and no error
// shows what stands in a file.
func TestParseIdentities(t *testing.T) {
	identity, recipient, err := GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r, err := age.NewScryptRecipient("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	r.SetWorkFactor(10)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, r)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, identity+"\n")
	w.Close()
	if _, err := readAll(identitiesOf(t, sealed.String()), encryptTo(t, []byte("x"), recipient)); err != nil {
		t.Error(err)
	}
	_, err = ParseIdentities(sealed.Bytes(), func() (string, error) { return "wrong", nil })
	if !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
	for name, text := range map[string]string{"empty": "", "comments": "# x\n", "cut": identity[:40], "recipient": recipient} {
		_, err := ParseIdentities([]byte(text), nil)
		if err == nil || strings.Contains(err.Error(), identity[:40]) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGenerateIdentityFile: what is made for a person opens with the passphrase,
// and only with it.
func TestGenerateIdentityFile(t *testing.T) {
	testOnlyWorkFactor = 10
	defer func() { testOnlyWorkFactor = 0 }()
	file, recipient, err := GenerateIdentityFile("correct horse")
	if err != nil {
		t.Fatal(err)
	}
	ids, err := ParseIdentities(file, func() (string, error) { return "correct horse", nil })
	if err != nil {
		t.Fatal(err)
	}
	if got, err := readAll(ids, encryptTo(t, []byte("x"), recipient)); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := ParseIdentities(file, func() (string, error) { return "wrong", nil }); !errors.Is(err, ErrPassphrase) {
		t.Errorf("wrong passphrase: %v", err)
	}
}

// FuzzParseIdentities: a file of identities, sealed or not, in whoever's hand it was.
func FuzzParseIdentities(f *testing.F) {
	identity, recipient, err := GenerateIdentity()
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := Seal(sample(), "x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("# mine\n" + identity + "\n"))
	f.Add([]byte(recipient))
	f.Add([]byte("AGE-SECRET-KEY-1\nAGE-SECRET-KEY-PQ-1"))
	f.Add(sealed)
	f.Fuzz(func(t *testing.T, data []byte) {
		ids, err := ParseIdentities(data, func() (string, error) { return "x", nil })
		if err == nil && len(ids.ids) == 0 {
			t.Error("no identity and no error")
		}
		if err == nil {
			if _, err := ids.Decrypt(bytes.NewReader(data)); err == nil {
				t.Error("a list of identities is sealed to one of them")
			}
		}
	})
}

// FuzzOpen: a sealed file that somebody altered gives its secret whole or not at all.
func FuzzOpen(f *testing.F) {
	sealed, err := Seal(sample(), "x")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:len(sealed)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := Open(data, "x"); err == nil && s.Vote != vote {
			t.Errorf("%q opens to another secret", data)
		}
	})
}
