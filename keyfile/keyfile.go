// Package keyfile keeps people's secrets at rest: role keys, static keys,
// badge seeds, issuer keys.
//
// Most callers want [Seal] and [Open], which turn a [Secret] into an armored
// age file under a passphrase and back, and [Write] and [Read], which put such
// a file on a disk without ever overwriting another and without letting other
// users of the machine read it. [SealTo] and [OpenWith] do the same for age
// recipients, and [EncryptTo] and [Identities] for what is no key and too large
// for memory. Daemons that must restart unattended keep their keys in plain
// files ([WriteKey], [ReadKey]).
//
// The threat is a copied disk, a lost stick, a curious user of the same
// machine, and a clerk who gives a command the wrong file: so a key file names
// its kind and its vote, and whoever opens it compares them. It is no defence
// against malware on the machine where it is opened.
//
// What age seals is a text of lines, each ended by U+000A:
//
//	piaojue-key-v1
//	kind scrutineer
//	vote 5f…c2 (64 lower-case hexadecimal digits, or - for none)
//	label 监票人1 张三
//	role TWljaGFlbA== (name, space, standard base64; one line per value)
//	static …
//
// Values stand in ascending order of their names. The parser accepts nothing
// that it would not write.
package keyfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

// ErrPassphrase says that the file is sealed with another passphrase.
var ErrPassphrase = errors.New("keyfile: wrong passphrase")

// ErrIdentity says that the file is sealed to other recipients.
var ErrIdentity = errors.New("keyfile: not sealed to this identity")

// workFactor is what age takes by default: about two seconds and 256 MiB for
// each guess. It is also the most that Open accepts: a hostile file could
// otherwise make scrypt take all memory of the device that opens it.
const workFactor = 18

// testOnlyWorkFactor, if not zero, replaces workFactor when sealing.
var testOnlyWorkFactor int

// TestOnlyWorkFactor lowers the cost of sealing, so that the tests of other
// packages need not wait two seconds for each key file. No command calls it.
func TestOnlyWorkFactor(logN int) { testOnlyWorkFactor = logN }

// Seal encrypts a secret to a passphrase, as an armored age file.
func Seal(s *Secret, passphrase string) ([]byte, error) {
	r, err := passphraseRecipient(passphrase)
	if err != nil {
		return nil, err
	}
	return encrypt(s, r)
}

func passphraseRecipient(passphrase string) (*age.ScryptRecipient, error) {
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	r.SetWorkFactor(workFactor)
	if testOnlyWorkFactor != 0 {
		r.SetWorkFactor(testOnlyWorkFactor)
	}
	return r, nil
}

// Open decrypts what [Seal] made. A wrong passphrase is [ErrPassphrase].
func Open(data []byte, passphrase string) (*Secret, error) {
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	id.SetMaxWorkFactor(workFactor)
	s, err := decrypt(data, id)
	if missed, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		if len(missed.StanzaTypes) == 1 && missed.StanzaTypes[0] == "scrypt" {
			return nil, ErrPassphrase
		}
		return nil, errors.New("keyfile: the file is sealed to an identity, not with a passphrase")
	}
	return s, err
}

// SealTo encrypts a secret to age recipients, as an armored age file. They are
// all hybrid ("age1pq1…") or all X25519 ("age1…"): age refuses a mixture, which
// would be only as strong against a quantum computer as its weakest member.
func SealTo(s *Secret, recipients ...string) ([]byte, error) {
	rs, err := parseRecipients(recipients)
	if err != nil {
		return nil, err
	}
	return encrypt(s, rs...)
}

// OpenWith decrypts what [SealTo] made, with any of the identities
// ("AGE-SECRET-KEY-PQ-1…" or "AGE-SECRET-KEY-1…"). If none fits, the error is
// [ErrIdentity].
func OpenWith(data []byte, identities ...string) (*Secret, error) {
	var ids []age.Identity
	for i, text := range identities {
		id, err := parseIdentity(text)
		if err != nil {
			return nil, fmt.Errorf("keyfile: identity %d: %w", i+1, err)
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, errors.New("keyfile: no identity")
	}
	s, err := decrypt(data, ids...)
	if _, ok := errors.AsType[*age.NoIdentityMatchError](err); ok {
		return nil, ErrIdentity
	}
	return s, err
}

// GenerateIdentity draws a hybrid (ML-KEM-768 with X25519) age identity and
// gives it with its recipient.
func GenerateIdentity() (identity, recipient string, err error) {
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		return "", "", fmt.Errorf("keyfile: %v", err)
	}
	return id.String(), id.Recipient().String(), nil
}

// GenerateIdentityFile is [GenerateIdentity] for people: an identity file under a
// passphrase, as [ParseIdentities] reads it and the age program does.
func GenerateIdentityFile(passphrase string) (file []byte, recipient string, err error) {
	identity, recipient, err := GenerateIdentity()
	if err != nil {
		return nil, "", err
	}
	r, err := passphraseRecipient(passphrase)
	if err != nil {
		return nil, "", err
	}
	file, err = seal([]byte(identity+"\n"), r)
	return file, recipient, err
}

func parseRecipients(texts []string) (rs []age.Recipient, err error) {
	for i, text := range texts {
		r, err := parseRecipient(text)
		if err != nil {
			return nil, fmt.Errorf("keyfile: recipient %d: %w", i+1, err)
		}
		rs = append(rs, r)
	}
	if len(rs) == 0 {
		return nil, errors.New("keyfile: no recipient")
	}
	return rs, nil
}

// parseRecipient never echoes the text: people paste the identity by mistake.
func parseRecipient(text string) (age.Recipient, error) {
	if strings.HasPrefix(text, "age1pq1") {
		if r, err := age.ParseHybridRecipient(text); err == nil {
			return r, nil
		}
	} else if r, err := age.ParseX25519Recipient(text); err == nil {
		return r, nil
	}
	return nil, errors.New("not an age recipient (age1pq1… or age1…)")
}

func parseIdentity(text string) (age.Identity, error) {
	if strings.HasPrefix(text, "AGE-SECRET-KEY-PQ-1") {
		if id, err := age.ParseHybridIdentity(text); err == nil {
			return id, nil
		}
	} else if id, err := age.ParseX25519Identity(text); err == nil {
		return id, nil
	}
	return nil, errors.New("not an age identity (AGE-SECRET-KEY-PQ-1… or AGE-SECRET-KEY-1…)")
}

func encrypt(s *Secret, recipients ...age.Recipient) ([]byte, error) {
	text, err := s.Marshal()
	if err != nil {
		return nil, err
	}
	return seal(text, recipients...)
}

// seal makes an armored age file.
func seal(text []byte, recipients ...age.Recipient) ([]byte, error) {
	var out bytes.Buffer
	armored := armor.NewWriter(&out)
	w, err := age.Encrypt(armored, recipients...)
	if err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	if _, err := w.Write(text); err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	if err := errors.Join(w.Close(), armored.Close()); err != nil {
		return nil, fmt.Errorf("keyfile: %v", err)
	}
	return out.Bytes(), nil
}

// Constant errors: see open.
var (
	errNotAge  = errors.New("keyfile: not an age file")
	errDamaged = errors.New("keyfile: the file is damaged")
)

func decrypt(data []byte, ids ...age.Identity) (*Secret, error) {
	if len(data) > maxFile {
		return nil, errTooLarge
	}
	r, err := open(armor.NewReader(bytes.NewReader(data)), ids...)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, errDamaged
	}
	return Parse(text)
}

// open is age.Decrypt without what its parsers say: they quote the line that
// they do not like, and people give the wrong file, which may be a passphrase or
// an identity. What they say of a file that cannot be read stays.
func open(r io.Reader, ids ...age.Identity) (io.Reader, error) {
	var begun bytes.Buffer
	if _, err := age.ExtractHeader(io.TeeReader(r, &begun)); err != nil {
		if unread, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, fmt.Errorf("keyfile: %w", unread)
		}
		return nil, errNotAge
	}
	text, err := age.Decrypt(io.MultiReader(&begun, r), ids...)
	if _, ok := errors.AsType[*armor.Error](err); ok {
		return nil, errDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("keyfile: not to be opened: %w", err)
	}
	return text, nil
}
