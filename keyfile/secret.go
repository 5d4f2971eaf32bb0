package keyfile

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	header   = "piaojue-key-v1"
	noVote   = "-"
	maxLabel = 256
	maxName  = 64
	maxValue = 16 << 10

	// maxFile admits the seeds of 20,000 badges, armored.
	maxFile = 8 << 20
)

var errTooLarge = fmt.Errorf("keyfile: larger than %d bytes", maxFile)

// A Kind says whose secret a file holds, and so what may be done with it.
type Kind string

const (
	Staff      Kind = "staff"      // role key of the staff lead
	Presidium  Kind = "presidium"  // role key of the presidium
	Scrutineer Kind = "scrutineer" // role key and static key of a trustee
	Teller     Kind = "teller"     // role key
	Issuer     Kind = "issuer"     // RSA key, PKCS #8
	Badges     Kind = "badges"     // seeds of all badges, before they are printed
	Badge      Kind = "badge"      // seed of one badge
	Log        Kind = "log"        // log key
	Promise    Kind = "promise"    // promise key
	Box        Kind = "box"        // key under which a ballot box lies in PostgreSQL
	Witness    Kind = "witness"    // cosignature key
	Person     Kind = "person"     // API key of one person
	Node       Kind = "node"       // secret of the nodes that serve together
)

var kinds = []Kind{Staff, Presidium, Scrutineer, Teller, Issuer, Badges, Badge, Log, Promise, Box, Witness, Person, Node}

// A Secret is what one key file holds.
type Secret struct {
	Kind  Kind
	Vote  string // manifest hash in lower-case hexadecimal, or empty
	Label string // for people; one line, may be empty
	// Values by name. A name has 1 to 64 bytes and no space; a value has
	// 1 byte to 16 KiB.
	Values map[string][]byte
}

// Format shows, for every verb, what a secret is for and never its values, so
// that a careless %+v in a log gives nothing away.
func (s Secret) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "%s key %q", string(s.Kind), s.Label)
}

// MarshalText is Format for loggers that write JSON. It is no way to store a
// secret: see [Secret.Marshal].
func (s Secret) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%v", s), nil }

// Value gives the named value and demands its exact size.
func (s *Secret) Value(name string, size int) ([]byte, error) {
	v, ok := s.Values[name]
	if !ok {
		return nil, fmt.Errorf("keyfile: %s key holds no %q", s.Kind, name)
	}
	if len(v) != size {
		return nil, fmt.Errorf("keyfile: %q has %d bytes, want %d", name, len(v), size)
	}
	return slices.Clone(v), nil
}

// Check says whether the secret is of a kind and for a vote, so that nobody
// signs with the key of last year's vote. An empty vote is not compared.
func (s *Secret) Check(kind Kind, vote string) error {
	if s.Kind != kind {
		return fmt.Errorf("keyfile: this is a %s key, want a %s key", s.Kind, kind)
	}
	if vote != "" && s.Vote != vote {
		return errors.New("keyfile: this key is for another vote")
	}
	return nil
}

// Marshal gives the text described in the package's documentation.
func (s *Secret) Marshal() ([]byte, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	vote := s.Vote
	if vote == "" {
		vote = noVote
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nkind %s\nvote %s\nlabel %s\n", header, s.Kind, vote, s.Label)
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		fmt.Fprintf(&b, "%s %s\n", name, base64.StdEncoding.EncodeToString(s.Values[name]))
	}
	if b.Len() > maxFile {
		return nil, errTooLarge
	}
	return b.Bytes(), nil
}

func (s *Secret) check() error {
	switch {
	case !slices.Contains(kinds, s.Kind):
		return errors.New("keyfile: unknown kind")
	case s.Vote != "" && !isHash(s.Vote):
		return errors.New("keyfile: vote is not a manifest hash")
	case len(s.Label) > maxLabel || !isLine(s.Label):
		return errors.New("keyfile: label is too long or not one line of text")
	case len(s.Values) == 0:
		return errors.New("keyfile: no values")
	}
	for name, v := range s.Values {
		if !isName(name) {
			return errors.New("keyfile: name of a value is empty, too long, or has a space")
		}
		if len(v) == 0 || len(v) > maxValue {
			return fmt.Errorf("keyfile: value %q is empty or too long", name)
		}
	}
	return nil
}

// Parse reads what [Secret.Marshal] wrote, and nothing else. Its errors name a
// line and never show it: it may be a secret.
func Parse(text []byte) (*Secret, error) {
	if len(text) > maxFile {
		return nil, errTooLarge
	}
	body, ended := bytes.CutSuffix(text, []byte("\n"))
	lines := strings.Split(string(body), "\n")
	if !ended || lines[0] != header {
		return nil, errors.New("keyfile: not a key file of piaojue")
	}
	s := &Secret{Values: make(map[string][]byte)}
	var kind string
	for i, field := range []struct {
		name string
		to   *string
	}{{"kind", &kind}, {"vote", &s.Vote}, {"label", &s.Label}} {
		if len(lines) <= i+1 {
			return nil, errLine(i + 1)
		}
		name, value, ok := strings.Cut(lines[i+1], " ")
		if !ok || name != field.name {
			return nil, errLine(i + 1)
		}
		*field.to = value
	}
	s.Kind = Kind(kind)
	if s.Vote == noVote {
		s.Vote = ""
	} else if s.Vote == "" {
		return nil, errLine(2) // an empty vote is written as "-"
	}
	if err := s.parseValues(lines, 4); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Secret) parseValues(lines []string, first int) error {
	last := ""
	for i := first; i < len(lines); i++ {
		name, value, ok := strings.Cut(lines[i], " ")
		v, err := base64.StdEncoding.Strict().DecodeString(value)
		// The decoder skips carriage returns; a text that holds one would
		// not be what Marshal writes.
		if !ok || err != nil || name <= last || strings.Contains(value, "\r") {
			return errLine(i)
		}
		s.Values[name], last = v, name
	}
	return nil
}

func errLine(i int) error { return fmt.Errorf("keyfile: malformed line %d", i+1) }

func isHash(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func isLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func isName(s string) bool {
	return s != "" && len(s) <= maxName && isLine(s) && !strings.ContainsFunc(s, unicode.IsSpace)
}
