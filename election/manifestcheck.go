package election

import (
	"errors"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/group"
)

// maxText is the length of the longest str8.
const maxText = 0xff

// Check checks all that PROTOCOL.md, "Manifest", demands. The error holds a
// *FieldError for each field that is wrong, so that a form can show them all.
func (m *Manifest) Check() error {
	return errors.Join(
		m.checkTexts(),
		m.checkRound(),
		m.Rules.Check(m.Round),
		m.checkOptions(),
		m.checkNumbers(),
		m.checkKeys(),
		m.checkIssuers(),
		m.checkPolicy(),
		m.checkPins(),
		m.checkSize(),
	)
}

func (m *Manifest) checkTexts() error {
	return errors.Join(
		refuse(m.Suite == Suite, "suite", "%q is not %s", m.Suite, Suite),
		checkText("origin", m.Origin, maxText),
		refuse(validKeyName(m.Origin), "origin", "is empty or contains a space or +"),
		checkName("congress", m.Congress),
		checkName("session", m.Session),
		checkName("title", m.Title),
		checkName("date", m.Date),
		refuse(m.Kind <= Demonstration, "kind", "%d is none", m.Kind),
	)
}

// checkName checks a str8 that must not be empty.
func checkName(field, s string) error {
	if s == "" {
		return &FieldError{Field: field, Err: errEmpty}
	}
	return checkText(field, s, maxText)
}

func checkText(field, s string, most int) error {
	return errors.Join(
		refuse(len(s) <= most, field, "%d bytes are more than %d", len(s), most),
		refuse(validText(s, false), field, "%w", errText),
	)
}

func (m *Manifest) checkRound() error {
	return errors.Join(
		refuse(m.Round >= 1, "round", "is zero"),
		refuse(m.Round <= 1 || m.Parent != [32]byte{}, "parent", "round %d needs one", m.Round),
	)
}

func (m *Manifest) checkOptions() error {
	n := len(m.Options)
	err := errors.Join(
		refuse(n >= 1 && n <= ballot.MaxOptions, "options", "%d are not 1 to %d", n, ballot.MaxOptions),
		refuse(n == m.Rules.CandidatesN, "candidates_n", "%d, but there are %d options", m.Rules.CandidatesN, n),
	)
	seen := make(map[string]bool)
	for i := range m.Options {
		field := fmt.Sprintf("options[%d]", i)
		id := m.Options[i].ID
		err = errors.Join(err, m.Options[i].check(field), refuse(!seen[id], field+".id", "%q occurs twice", id))
		seen[id] = true
	}
	return err
}

// maxDeputies have two entries each in the largest record that verifiers take
// (PROTOCOL.md, Section 11). Of a roll without an end, a short record could name
// deputies so far apart that a verifier's memory is full of gaps.
const maxDeputies = 1 << 21

// checkNumbers: with 2t > n no two disjoint groups of trustees can open; with
// t ≥ 2 nobody can alone.
func (m *Manifest) checkNumbers() error {
	n, t := int(m.Trustees), int(m.Threshold)
	return errors.Join(
		refuse(m.Deputies >= 1, "deputies", "is zero"),
		refuse(m.Deputies <= maxDeputies, "deputies", "%d is more than %d", m.Deputies, maxDeputies),
		refuse(t >= 2 && t <= n, "threshold", "%d of %d trustees", t, n),
		refuse(2*t > n, "threshold", "%d is not more than half of %d", t, n),
		refuse(m.MinBallots >= 2, "min_ballots", "%d is less than 2", m.MinBallots),
	)
}

func (m *Manifest) checkKeys() error {
	type named struct {
		field string
		key   [32]byte
	}
	keys := []named{
		{"staff_key", m.StaffKey}, {"presidium_key", m.Presidium}, {"log_key", m.LogKey}, {"promise_key", m.Promise},
	}
	for i := range m.Issuers {
		keys = append(keys, named{fmt.Sprintf("issuers[%d].key", i), m.Issuers[i].Key})
	}
	seen := make(map[[32]byte]bool)
	var err error
	for _, k := range keys {
		err = errors.Join(err,
			refuse(group.CheckPublicKey(k.key[:]) == nil, k.field, "is no valid Ed25519 key"),
			refuse(!seen[k.key], k.field, "is also another's key"),
		)
		seen[k.key] = true
	}
	return err
}

func (m *Manifest) checkIssuers() error {
	n := len(m.Issuers)
	err := refuse(n >= 1 && n <= ballot.MaxIssuers, "issuers", "%d are not 1 to %d", n, ballot.MaxIssuers)
	seen := make(map[[384]byte]bool)
	for i := range m.Issuers {
		field := fmt.Sprintf("issuers[%d]", i)
		_, bad := ballot.ParseIssuerKey(m.Issuers[i].Modulus[:])
		err = errors.Join(err,
			checkText(field+".name", m.Issuers[i].Name, maxText),
			refuse(bad == nil, field+".modulus", "%w", bad),
			refuse(!seen[m.Issuers[i].Modulus], field+".modulus", "is also another's key"),
		)
		seen[m.Issuers[i].Modulus] = true
	}
	return err
}

// checkPolicy: a real vote without witnesses could show two histories (S1).
func (m *Manifest) checkPolicy() error {
	p, err := ParsePolicy(m.Policy)
	if err != nil {
		return &FieldError{Field: "witness_policy", Err: err}
	}
	return errors.Join(
		refuse(len(m.Policy) <= 0xffff && validText(m.Policy, true), "witness_policy", "%w", errText),
		refuse(!p.None() || m.Kind != Real, "witness_policy", "a real vote needs witnesses"),
		refuse(!slices.ContainsFunc(p.Witnesses, func(w Witness) bool {
			return w.KeyName == m.Origin && w.keyID() == keyID(m.Origin, typeLog, m.LogKey)
		}), "witness_policy", "a witness has the log's key name and key ID"),
	)
}

func (m *Manifest) checkPins() error {
	err := refuse(len(m.Pins) <= 0xff, "pins", "%d are too many", len(m.Pins))
	for i, p := range m.Pins {
		field := fmt.Sprintf("pins[%d]", i)
		err = errors.Join(err,
			checkText(field, p.Name, maxText),
			refuse(i == 0 || m.Pins[i-1].Name < p.Name, field, "names are not unique and ascending"),
		)
	}
	return err
}

// checkSize comes last: it means something only if all fields are right.
func (m *Manifest) checkSize() error {
	if err := m.Rules.Check(m.Round); err != nil {
		return nil
	}
	body := m.Marshal()
	const frame = frameSize + 2*signatureSize
	return errors.Join(
		m.checkEntrySize(),
		refuse(body != nil && len(body)+frame <= MaxEntry, "manifest", "is longer than %d bytes", MaxEntry),
	)
}

// Warnings returns what is allowed but weakens the vote.
func (m *Manifest) Warnings() []Warning {
	var w []Warning
	if len(m.Issuers) == 1 {
		w = append(w, WarnOneIssuer)
	}
	if m.Kind == Real && m.MinBallots < FewBallots {
		w = append(w, WarnFewBallots)
	}
	return w
}
