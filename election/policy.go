package election

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"piaojue/group"
)

// Policy says whose cosignatures a checkpoint needs: a C2SP tlog-policy
// without log lines. It verifies nothing itself; package audit does.
type Policy struct {
	Witnesses []Witness

	groups map[string]quorumGroup // witnesses have none
	quorum string
}

// Witness is a witness line of a policy.
type Witness struct {
	Name    string // within the policy
	KeyName string
	Key     [32]byte // Ed25519, for cosignatures
	URL     string   // may be empty
}

// quorumGroup is a group line: k of the members.
type quorumGroup struct {
	k       int
	members []string
}

const noQuorum = "none"

// The bounds of a signed note in every implementation: a checkpoint that the log
// and all witnesses sign has at most 100 signature lines, and fits in 64 KiB.
const (
	maxWitnesses = 99
	maxKeyName   = maxText
)

var (
	errWitnessKey = errors.New("is no verifier key for Ed25519 cosignatures")
	errLine       = errors.New("is no line of a policy")
)

// ParsePolicy parses a policy strictly. PROTOCOL.md forbids log lines: the log
// of a vote is named by the manifest alone.
func ParsePolicy(s string) (*Policy, error) {
	p := &Policy{groups: make(map[string]quorumGroup)}
	lines, complete := strings.CutSuffix(s, "\n")
	if !complete {
		return nil, errors.New("last line is not terminated")
	}
	used := make(map[string]bool) // members of any group
	for i, line := range strings.Split(lines, "\n") {
		if err := p.add(line, used); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, errors.New("has no quorum line")
	}
	return p, nil
}

func (p *Policy) add(line string, used map[string]bool) error {
	f := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
	switch {
	case len(f) == 0 || f[0][0] == '#':
		return nil
	case f[0] == "witness" && (len(f) == 3 || len(f) == 4):
		return p.addWitness(f[1], f[2], strings.Join(f[3:], ""))
	case f[0] == "group" && len(f) >= 4:
		return p.addGroup(f[1], f[2], f[3:], used)
	case f[0] == "quorum" && len(f) == 2:
		return p.setQuorum(f[1])
	}
	return errLine
}

// defined reports whether a witness or group has the name.
func (p *Policy) defined(name string) bool {
	_, ok := p.groups[name]
	return ok || p.witness(name) >= 0
}

func (p *Policy) witness(name string) int {
	return slices.IndexFunc(p.Witnesses, func(w Witness) bool { return w.Name == name })
}

func (p *Policy) checkNew(name string) error {
	if name == noQuorum || p.defined(name) {
		return fmt.Errorf("name %q is taken", name)
	}
	return nil
}

func (p *Policy) addWitness(name, vkey, url string) error {
	if err := p.checkNew(name); err != nil {
		return err
	}
	keyName, key, err := parseWitnessKey(vkey)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(p.Witnesses, func(w Witness) bool { return w.Key == key }) {
		return fmt.Errorf("witness %q has another's key", name)
	}
	if len(p.Witnesses) == maxWitnesses {
		return fmt.Errorf("has more than %d witnesses", maxWitnesses)
	}
	id := keyID(keyName, typeCosignature, key)
	if slices.ContainsFunc(p.Witnesses, func(w Witness) bool { return w.KeyName == keyName && w.keyID() == id }) {
		return fmt.Errorf("witness %q has another's key name and key ID", name)
	}
	p.Witnesses = append(p.Witnesses, Witness{Name: name, KeyName: keyName, Key: key, URL: url})
	return nil
}

// parseWitnessKey parses a vkey of signature type 0x04 (C2SP signed-note).
func parseWitnessKey(vkey string) (name string, key [32]byte, err error) {
	name, rest, _ := strings.Cut(vkey, "+")
	id, encoded, _ := strings.Cut(rest, "+")
	b, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil || len(b) != 1+32 || b[0] != typeCosignature || !validKeyName(name) || len(name) > maxKeyName {
		return "", key, errWitnessKey
	}
	key = [32]byte(b[1:])
	if want := keyID(name, typeCosignature, key); hex.EncodeToString(want[:]) != id || group.CheckPublicKey(key[:]) != nil {
		return "", key, errWitnessKey
	}
	return name, key, nil
}

// Types of signatures in a C2SP signed-note.
const (
	typeLog         = 0x01
	typeCosignature = 0x04
)

// keyID is what a signature line says of its key beside the name: whoever reads
// it can tell two keys apart only if one of them differs.
func keyID(name string, kind byte, key [32]byte) [4]byte {
	sum := sha256.Sum256(slices.Concat([]byte(name), []byte{'\n', kind}, key[:]))
	return [4]byte(sum[:4])
}

func (w *Witness) keyID() [4]byte { return keyID(w.KeyName, typeCosignature, w.Key) }

// validKeyName is the rule of C2SP signed-note for key names and origins.
func validKeyName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '+' })
}

// addGroup lets each name be a member once, so that no witness counts twice.
func (p *Policy) addGroup(name, threshold string, members []string, used map[string]bool) error {
	if err := p.checkNew(name); err != nil {
		return err
	}
	for _, m := range members {
		if !p.defined(m) || used[m] {
			return fmt.Errorf("member %q is undefined or in a group already", m)
		}
		used[m] = true
	}
	k, err := parseThreshold(threshold, len(members))
	if err != nil {
		return err
	}
	p.groups[name] = quorumGroup{k: k, members: members}
	return nil
}

func parseThreshold(s string, n int) (int, error) {
	switch s {
	case "any":
		return 1, nil
	case "all":
		return n, nil
	}
	k, err := strconv.Atoi(s)
	if err != nil || k < 1 || k > n || strconv.Itoa(k) != s {
		return 0, fmt.Errorf("threshold %q is not 1 to %d", s, n)
	}
	return k, nil
}

func (p *Policy) setQuorum(name string) error {
	if p.quorum != "" {
		return errors.New("second quorum line")
	}
	if name != noQuorum && !p.defined(name) {
		return fmt.Errorf("quorum %q is undefined", name)
	}
	p.quorum = name
	return nil
}

// None reports whether no cosignature is needed.
func (p *Policy) None() bool {
	return p.quorum == noQuorum
}

// Satisfied reports whether cosignatures by the named witnesses suffice.
func (p *Policy) Satisfied(cosigned map[string]bool) bool {
	return p.None() || p.satisfied(p.quorum, cosigned)
}

func (p *Policy) satisfied(name string, cosigned map[string]bool) bool {
	g, ok := p.groups[name]
	if !ok {
		return cosigned[name]
	}
	n := 0
	for _, m := range g.members {
		if p.satisfied(m, cosigned) {
			n++
		}
	}
	return n >= g.k
}
