package audit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Policy says whose signatures make a checkpoint credible (C2SP tlog-policy):
// a log's, and those of a quorum of witnesses.
type Policy struct {
	logs      []*Key
	witnesses []*Key
	nodes     map[string]*node
	quorum    *node // nil for "quorum none"
	set       bool  // a quorum line was read
}

// node is a witness or a group: it holds if at least k of its members do.
type node struct {
	witness *Key // nil for a group
	k       int
	members []*node
	used    bool // is a member of a group already
}

// maxPolicyLines keeps a hostile policy cheap; the format asks for at least 32
// logs, witnesses and groups.
const maxPolicyLines = 1 << 12

var errPolicy = errors.New("audit: malformed policy")

// ParsePolicy parses a policy. The one of a manifest has no log lines: add its
// log with WithLog.
func ParsePolicy(text string) (*Policy, error) {
	for i := range len(text) {
		if c := text[i]; c < 0x20 && c != '\t' && c != '\n' || c == 0x7f {
			return nil, fmt.Errorf("%w: control character", errPolicy)
		}
	}
	if !strings.HasSuffix(text, "\n") || strings.Count(text, "\n") > maxPolicyLines {
		return nil, fmt.Errorf("%w: lines", errPolicy)
	}
	p := &Policy{nodes: map[string]*node{}}
	for i, line := range strings.Split(text[:len(text)-1], "\n") {
		if err := p.parseLine(line); err != nil {
			return nil, fmt.Errorf("%w: line %d: %v", errPolicy, i+1, err)
		}
	}
	if !p.set {
		return nil, fmt.Errorf("%w: no quorum", errPolicy)
	}
	return p, nil
}

// splitLine splits at spaces and tabs only: other space is part of a name.
func splitLine(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' })
}

func (p *Policy) parseLine(line string) error {
	f := splitLine(line)
	if len(f) == 0 || strings.HasPrefix(f[0], "#") {
		return nil
	}
	switch {
	case f[0] == "log" && (len(f) == 2 || len(f) == 3):
		return p.addLog(f[1])
	case f[0] == "witness" && (len(f) == 3 || len(f) == 4):
		return p.addWitness(f[1], f[2])
	case f[0] == "group" && len(f) >= 4:
		return p.addGroup(f[1], f[2], f[3:])
	case f[0] == "quorum" && len(f) == 2:
		return p.setQuorum(f[1])
	}
	return errors.New("unknown line")
}

func (p *Policy) addLog(vkey string) error {
	k, err := ParseKey(vkey)
	if err != nil {
		return err
	}
	if k.kind != typeEd25519 {
		return errors.New("not the key of a log")
	}
	return appendKey(&p.logs, k)
}

func (p *Policy) addWitness(name, vkey string) error {
	k, err := ParseKey(vkey)
	if err != nil {
		return err
	}
	if k.kind != typeCosignature {
		return errors.New("not the key of a witness")
	}
	if err := appendKey(&p.witnesses, k); err != nil {
		return err
	}
	return p.define(name, &node{witness: k, k: 1})
}

// appendKey refuses the same public key under another name, which would let
// one party stand for two, and keys that a note cannot tell apart.
func appendKey(keys *[]*Key, k *Key) error {
	for _, old := range *keys {
		if old.public == k.public || old.name == k.name && old.KeyHash() == k.KeyHash() {
			return errors.New("duplicate key")
		}
	}
	*keys = append(*keys, k)
	return nil
}

func (p *Policy) define(name string, n *node) error {
	if name == "none" || p.nodes[name] != nil {
		return fmt.Errorf("name %q is taken", name)
	}
	p.nodes[name] = n
	return nil
}

func (p *Policy) addGroup(name, threshold string, members []string) error {
	g := &node{}
	for _, m := range members {
		n := p.nodes[m]
		if n == nil || n.used {
			return fmt.Errorf("%q is not defined or is a member already", m)
		}
		n.used = true
		g.members = append(g.members, n)
	}
	var err error
	if g.k, err = parseThreshold(threshold, len(members)); err != nil {
		return err
	}
	return p.define(name, g)
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
		return 0, errors.New("bad threshold")
	}
	return k, nil
}

func (p *Policy) setQuorum(name string) error {
	if p.set {
		return errors.New("second quorum")
	}
	p.set = true
	if name == "none" {
		return nil
	}
	if p.quorum = p.nodes[name]; p.quorum == nil {
		return fmt.Errorf("%q is not defined", name)
	}
	return nil
}

// WithLog returns a copy of p that accepts one more log.
func (p *Policy) WithLog(log *Key) (*Policy, error) {
	q := *p
	q.logs = append([]*Key(nil), p.logs...)
	if log.kind != typeEd25519 {
		return nil, errors.New("audit: not the key of a log")
	}
	if err := appendKey(&q.logs, log); err != nil {
		return nil, fmt.Errorf("%w: %v", errPolicy, err)
	}
	return &q, nil
}

// Logs returns the keys of the logs.
func (p *Policy) Logs() []*Key { return p.logs }

// Witnesses returns the keys of the witnesses, in the order of the text.
func (p *Policy) Witnesses() []*Key { return p.witnesses }

// None reports whether the policy asks for no witness at all.
func (p *Policy) None() bool { return p.quorum == nil }

// satisfied reports whether the witnesses for which has is true are a quorum.
func (p *Policy) satisfied(has map[*Key]bool) bool {
	return p.quorum == nil || p.quorum.satisfied(has)
}

// satisfied terminates and is linear: a node is a member at most once and only
// of a later group.
func (n *node) satisfied(has map[*Key]bool) bool {
	if n.witness != nil {
		return has[n.witness]
	}
	count := 0
	for _, m := range n.members {
		if m.satisfied(has) {
			count++
		}
	}
	return count >= n.k
}
