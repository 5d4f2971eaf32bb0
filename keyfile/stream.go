package keyfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// EncryptTo encrypts what is written to it to age recipients, as a binary age
// file. Recipients are as in [SealTo]. The file is whole only when Close has
// returned nil.
func EncryptTo(w io.Writer, recipients ...string) (io.WriteCloser, error) {
	rs, err := parseRecipients(recipients)
	if err != nil {
		return nil, err
	}
	c, err := age.Encrypt(w, rs...)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	return c, nil
}

// Identities are keys that open what [EncryptTo] made.
type Identities struct {
	ids []age.Identity
}

// ParseIdentities reads an identity file: age identities one a line, blank lines
// and lines that begin with # between them. If the file is itself an age file
// under a passphrase, it asks for that.
func ParseIdentities(data []byte, passphrase func() (string, error)) (*Identities, error) {
	if len(data) > maxFile {
		return nil, errTooLarge
	}
	if isSealed(data) {
		var err error
		if data, err = unsealIdentities(data, passphrase); err != nil {
			return nil, err
		}
	}
	x := &Identities{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, err := parseIdentity(line)
		if err != nil {
			return nil, fmt.Errorf("keyfile: line %d: %w", n, err)
		}
		x.ids = append(x.ids, id)
	}
	if lines.Err() != nil || len(x.ids) == 0 {
		return nil, errors.New("keyfile: no identity")
	}
	return x, nil
}

func isSealed(data []byte) bool {
	return bytes.HasPrefix(data, []byte("age-encryption.org/")) || bytes.HasPrefix(data, []byte(armor.Header))
}

func unsealIdentities(data []byte, passphrase func() (string, error)) ([]byte, error) {
	p, err := passphrase()
	if err != nil {
		return nil, err
	}
	id, err := age.NewScryptIdentity(p)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	id.SetMaxWorkFactor(workFactor)
	var in io.Reader = bytes.NewReader(data)
	if bytes.HasPrefix(data, []byte(armor.Header)) {
		in = armor.NewReader(in)
	}
	r, err := open(in, id)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, ErrPassphrase
	}
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, errDamaged
	}
	return text, nil
}

// Decrypt decrypts what [EncryptTo] made. Whoever reads must read to the end:
// a file that was cut off or altered is found out there at the latest. If no
// identity fits, the error is [ErrIdentity].
func (x *Identities) Decrypt(r io.Reader) (io.Reader, error) {
	text, err := open(r, x.ids...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, ErrIdentity
	}
	return text, err
}
