package bridge

import (
	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
)

// Vote is the vote of a verified board.
func Vote(b *client.Board, name string, pinned bool) Map {
	s := b.State()
	m := s.Manifest()
	o := Manifest(m)
	n := s.Numbers()
	var witnesses []string
	for _, w := range b.Checkpoint().Witnesses {
		witnesses = append(witnesses, w.Name())
	}
	o["vote"], o["manifest"], o["pinned"] = name, s.ManifestHash(), pinned
	o["phase"], o["numbers"], o["witnesses"] = s.Phase().String(), Numbers(n), witnesses
	o["checkpoint"] = Object("size", b.Checkpoint().Size, "root", b.Checkpoint().Root)
	o["epoch"], o["opening"], o["jointKey"] = 0, nil, nil
	inForce := make(map[int]bool)
	if opening := s.Opening(); opening != nil {
		o["epoch"], o["opening"] = opening.Epoch, s.OpeningHash()
		for _, i := range opening.Issuers {
			inForce[int(i)] = true
		}
	}
	if k := s.JointKey(); k != nil {
		o["jointKey"] = [32]byte(k.Y.Bytes())
	}
	var lot []any
	for _, i := range s.Lot() {
		lot = append(lot, i)
	}
	o["lot"] = lot
	for i, x := range o["issuers"].([]Map) {
		x["inForce"] = inForce[i]
	}
	o["warnings"] = Warnings(s.Warnings())
	o["tooFew"] = s.Phase() == election.PhaseCollected && s.CheckOpening() != nil
	return o
}

// Manifest is what a manifest says about the ballot.
func Manifest(m *election.Manifest) Map {
	r := &m.Rules
	o := Object(
		"suite", m.Suite, "origin", m.Origin, "congress", m.Congress, "session", m.Session, "title", m.Title,
		"date", m.Date, "kind", m.Kind.String(), "round", int(m.Round),
		"mode", string(r.BallotMode), "min", r.MinMarks, "max", r.MaxMarks, "winners", r.WinnersK,
		"exact", r.Undervote == election.UndervoteInvalid, "order", r.CandidateOrder, "grades", []string(r.Grades),
		"deputies", m.Deputies, "quorum", r.QuorumOf(m.Deputies), "minBallots", m.MinBallots,
		"trustees", int(m.Trustees), "threshold", int(m.Threshold),
	)
	var options, issuers []Map
	for i, x := range m.Options {
		options = append(options, Object(
			"index", i, "id", x.ID, "name", x.Name, "content", x.Content, "investment", x.Investment, "fiscal", x.Fiscal,
			"beneficiaries", x.Beneficiaries, "deadline", x.Deadline, "unit", x.Unit, "suggestions", x.Suggestions,
		))
	}
	for i, x := range m.Issuers {
		issuers = append(issuers, Object("number", i, "name", x.Name))
	}
	var pins []Map
	for _, x := range m.Pins {
		pins = append(pins, Object("name", x.Name, "hash", x.Hash))
	}
	o["options"], o["issuers"], o["pins"] = options, issuers, pins
	if g, err := m.Grid(); err == nil {
		addMarks(o, g, r.BallotMode)
	}
	return o
}

// addMarks says what a ballot offers.
func addMarks(o Map, g *ballot.Grid, mode ballot.Mode) {
	_, err := g.Fill(ballot.Choice{Spoil: true})
	o["allowSpoil"] = err == nil
	_, err = g.Fill(ballot.Choice{Abstain: true})
	o["allowAbstain"] = err == nil
	var marks []string
	for _, m := range []ballot.Mark{ballot.For, ballot.Against, ballot.Grade0, ballot.Grade1, ballot.Grade2, ballot.Abstain} {
		silent := m == ballot.Abstain && (mode == ballot.YNAEach || mode == ballot.YNACapped)
		if silent || g.Index(0, m) >= 0 {
			marks = append(marks, string(m))
		}
	}
	o["marks"] = marks
}

// Numbers are the counts of a vote.
func Numbers(n election.Numbers) Map {
	return Object("n", n.N, "p", n.P, "i", n.I, "r", n.R, "u", n.U, "v", n.V, "x", n.X, "sheets", n.Sheets, "paper", n.Paper)
}

// Warnings are the names of warnings.
func Warnings(all []election.Warning) []string {
	var ids []string
	for _, w := range all {
		ids = append(ids, string(w))
	}
	return ids
}
