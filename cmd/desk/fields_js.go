package main

import (
	"piaojue/bridge"
	"piaojue/election"
)

// fieldsOf is the body of an entry as a plain object.
func fieldsOf(e *election.Entry, s *election.State) (bridge.Map, error) {
	body, err := election.ParseBody(e)
	if err != nil {
		return nil, err
	}
	switch x := body.(type) {
	case *election.Manifest:
		return manifestFields(x), nil
	case *election.Trustees:
		return trusteesFields(x), nil
	case *election.Dealing:
		return named(s, x.Trustees, x.Index), nil
	case *election.Agreement:
		return named(s, x.Trustees, x.Index), nil
	case *election.Complaint:
		o := named(s, x.Trustees, x.Index)
		o["accused"], o["accusedName"] = int(x.Accused), named(s, x.Trustees, x.Accused)["name"]
		return o, nil
	case *election.Ready:
		o := named(s, x.Trustees, x.Index)
		o["jointKey"] = x.JointKey
		return o, nil
	case *election.Attendance:
		return bridge.Object("count", len(x.Indexes), "present", x.Present, "indexes", numbers(x.Indexes)), nil
	case *election.Badge:
		return bridge.Object("leaf", x.Index, "key", x.Key), nil
	case *election.Opening:
		return bridge.Object("epoch", x.Epoch, "issuers", numbers(x.Issuers)), nil
	case *election.Issuance:
		return bridge.Object("opening", x.Opening, "leaf", x.Leaf.Index, "badgeKey", x.Leaf.Key, "vector", x.Vector), nil
	case *election.Promises:
		return bridge.Object("epoch", x.Epoch, "given", x.Given), nil
	case *election.Sheets:
		return bridge.Object("epoch", x.Epoch, "leaves", numbers(x.Indexes)), nil
	case *election.Batch:
		return bridge.Object("id", unsigned(e).Hash(), "epoch", x.Epoch, "box", x.Box, "sheets", x.Sheets, "invalid", x.Invalid), nil
	case *election.Order:
		return bridge.Object("epoch", x.Epoch, "size", x.Size, "root", x.Root), nil
	}
	return laterFields(e, body, s), nil
}

// laterFields is fieldsOf for what comes after the close order.
func laterFields(e *election.Entry, body any, s *election.State) bridge.Map {
	switch x := body.(type) {
	case election.BallotBody:
		o := bridge.Object("trackingCode", e.Hash(), "bytes", len(e.Body))
		if s != nil && s.Params() != nil {
			if b, err := s.Params().Parse(e.Body); err == nil {
				o["sealCode"] = b.SealCode()
			}
		}
		return o
	case election.UnusedBody:
		return bridge.Object("trackingCode", e.Hash(), "bytes", len(e.Body))
	case *election.Spent:
		return bridge.Object("sealCode", x.Seal)
	case *election.Close:
		return bridge.Object("order", x.Order, "epoch", x.Epoch, "ballots", x.Ballots, "unused", x.Unused, "spent", x.Spent)
	case *election.Collection:
		n := election.Numbers{I: x.Issued, R: x.Ballots, U: x.Unused, Paper: x.Paper, Sheets: handedOut(s)}
		return bridge.Object("close", x.Close, "issued", x.Issued, "ballots", x.Ballots, "unused", x.Unused, "paper", x.Paper,
			"handed", n.Sheets, "unaccounted", n.Unaccounted())
	case *election.Share:
		o := bridge.Object("size", x.Size, "root", x.Root, "index", int(x.Index))
		if name, ok := trusteeName(s, x.Index); ok {
			o["name"] = name
		}
		return o
	case *election.Result:
		return resultFields(x, s)
	case *election.Certificate:
		return bridge.Object("result", x.Result)
	case *election.Destruction:
		return named(s, x.Trustees, x.Index)
	case *election.Decision:
		return bridge.Object("adopted", numbers(x.Adopted), "basis", x.Basis, "text", x.Text, "members", x.Members)
	case *election.Successor:
		return bridge.Object("next", x.Manifest)
	case *election.Archive:
		return bridge.Object("size", x.Size, "root", x.Root)
	case *election.Announcement:
		return bridge.Object("text", x.Text)
	case *election.Suspend:
		return bridge.Object("text", x.Text)
	case *election.Resume:
		return bridge.Object("text", x.Text)
	case *election.Void:
		return bridge.Object("text", x.Text)
	}
	return bridge.Map{}
}

// handedOut is how many sheets of paper are out.
func handedOut(s *election.State) uint32 {
	if s == nil {
		return 0
	}
	return s.Numbers().Sheets
}

func numbers[T uint8 | uint16 | uint32](list []T) []any {
	all := []any{}
	for _, n := range list {
		all = append(all, int(n))
	}
	return all
}

// named is a trustee of the list with the given hash. Of a list that was
// replaced only the number is known.
func named(s *election.State, list [32]byte, index uint8) bridge.Map {
	o := bridge.Object("trustees", list, "index", int(index))
	if s != nil && s.Ceremony() != nil && s.Ceremony().Hash() == list {
		if name, ok := trusteeName(s, index); ok {
			o["name"] = name
		}
	}
	return o
}

func trusteeName(s *election.State, index uint8) (string, bool) {
	if s == nil || s.Ceremony() == nil {
		return "", false
	}
	all := s.Ceremony().Trustees().Scrutineers
	if index < 1 || int(index) > len(all) {
		return "", false
	}
	return all[index-1].Name, true
}

// manifestFields is all of a manifest that its signers answer for.
func manifestFields(m *election.Manifest) bridge.Map {
	o := bridge.Manifest(m)
	o["manifest"], o["parent"], o["rollRoot"] = m.Hash(), m.Parent, m.RollRoot
	o["staffKey"], o["presidiumKey"], o["logKey"], o["promiseKey"] = m.StaffKey, m.Presidium, m.LogKey, m.Promise
	o["policy"], o["warnings"] = m.Policy, bridge.Warnings(m.Warnings())
	var pins, rules []bridge.Map
	for _, p := range m.Pins {
		pins = append(pins, bridge.Object("name", p.Name, "hash", p.Hash))
	}
	for _, f := range election.RuleFields() {
		rules = append(rules, bridge.Object("name", f.Name, "value", f.Get(&m.Rules)))
	}
	o["pins"], o["rules"] = pins, rules
	for i, x := range o["issuers"].([]bridge.Map) {
		x["fingerprint"] = m.Issuers[i].Fingerprint()
	}
	return o
}

func trusteesFields(x *election.Trustees) bridge.Map {
	var scrutineers, tellers []bridge.Map
	for i, s := range x.Scrutineers {
		scrutineers = append(scrutineers, bridge.Object(
			"index", i+1, "name", s.Name, "delegation", s.Delegation, "roleKey", s.RoleKey, "staticKey", s.StaticKey,
		))
	}
	for i, s := range x.Tellers {
		tellers = append(tellers, bridge.Object("index", i+1, "name", s.Name, "roleKey", s.RoleKey))
	}
	return bridge.Object("scrutineers", scrutineers, "tellers", tellers)
}

// resultFields takes the lines of the state, which recomputed them.
func resultFields(x *election.Result, s *election.State) bridge.Map {
	o := bridge.Object(
		"numbers", bridge.Numbers(x.Numbers), "totals", numbers(x.Totals), "trustees", numbers(x.Trustees),
		"vote", x.Outcome.Vote, "next", x.Outcome.Next, "adopted", numbers(x.Outcome.Adopted), "tied", numbers(x.Outcome.Tied),
	)
	if s != nil && s.Result() != nil {
		o["lines"] = linesOf(s.Manifest(), s.Result().Outcome.Lines)
	}
	return o
}
