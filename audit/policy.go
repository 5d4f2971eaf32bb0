package audit

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"piaojue/election"
)

// Policy says whose signatures make a checkpoint credible: a log's, and those
// of a quorum of witnesses, as the manifest's tlog-policy names them.
type Policy struct {
	logs      []*Key
	witnesses []*Key // in the order of the text
	quorum    *election.Policy
}

// ParsePolicy parses a C2SP tlog-policy without log lines; add the log with
// WithLog. PolicyOf does both.
func ParsePolicy(text string) (*Policy, error) {
	quorum, err := election.ParsePolicy(text)
	if err != nil {
		return nil, fmt.Errorf("audit: policy %w", err)
	}
	p := &Policy{quorum: quorum}
	for _, w := range quorum.Witnesses {
		k, err := WitnessKey(w.KeyName, w.Key)
		if err != nil {
			return nil, err
		}
		p.witnesses = append(p.witnesses, k)
	}
	return p, nil
}

// WithLog returns a copy of p that accepts one more log.
func (p *Policy) WithLog(log *Key) (*Policy, error) {
	if log.kind != typeEd25519 {
		return nil, errors.New("audit: not the key of a log")
	}
	q := *p
	q.logs = append(p.logs[:len(p.logs):len(p.logs)], log)
	return &q, nil
}

// PolicyOf returns whose signatures a manifest demands on a checkpoint.
func PolicyOf(m *election.Manifest) (*Policy, error) {
	p, err := ParsePolicy(m.Policy)
	if err != nil {
		return nil, err
	}
	log, err := LogKey(m.Origin, m.LogKey)
	if err != nil {
		return nil, err
	}
	return p.WithLog(log)
}

// verifiers returns all keys. Where a note cannot tell two of them apart, no
// signature by either is accepted.
func (p *Policy) verifiers() note.Verifiers {
	var all []note.Verifier
	for _, k := range append(p.logs[:len(p.logs):len(p.logs)], p.witnesses...) {
		all = append(all, k)
	}
	return note.VerifierList(all...)
}

// Logs returns the keys of the logs.
func (p *Policy) Logs() []*Key { return p.logs }

// Witnesses returns the keys of the witnesses, in the order of the text.
func (p *Policy) Witnesses() []*Key { return p.witnesses }

// None reports whether the policy asks for no witness at all.
func (p *Policy) None() bool { return p.quorum.None() }

// satisfied reports whether the witnesses that cosigned are a quorum.
func (p *Policy) satisfied(cosigned []*Key) bool {
	names := map[string]bool{}
	for i, w := range p.witnesses {
		for _, k := range cosigned {
			if k == w {
				names[p.quorum.Witnesses[i].Name] = true
			}
		}
	}
	return p.quorum.Satisfied(names)
}
