package main

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/election"
)

// roleIDs are the names of roles in package lang.
var roleIDs = map[election.Role]string{
	election.RoleStaff: "staff_lead", election.RolePresidium: "presidium", election.RoleScrutineer: "scrutineer",
	election.RoleTeller: "teller", election.RoleLog: "log", election.RoleBadge: "badge",
}

// chained are the kinds whose body begins with a chain (PROTOCOL.md,
// "Entries").
var chained = []election.Kind{
	election.KindTrustees, election.KindAttendance, election.KindBadge, election.KindOpening,
	election.KindOrder, election.KindCollection, election.KindCertificate, election.KindAnnouncement,
	election.KindArchive, election.KindSuspend, election.KindResume, election.KindVoid,
	election.KindDecision, election.KindSuccessor,
}

// entryOf is a line of the log as a plain object. The state names people.
func entryOf(raw []byte, s *election.State) (bridge.Map, error) {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return nil, &bridge.Fault{Code: "argument", Err: err}
	}
	fields, err := fieldsOf(e, s)
	if err != nil {
		return nil, &bridge.Fault{Code: "argument", Err: err}
	}
	o := bridge.Object(
		"kind", e.Kind.String(), "number", int(e.Kind), "hash", e.Hash(), "spaced", bridge.Spaced(e.Hash()), "size", len(raw),
		"signatures", signaturesOf(e), "fields", fields,
	)
	if slices.Contains(chained, e.Kind) && len(e.Body) >= 40 {
		o["prev"], o["time"] = [32]byte(e.Body), binary.BigEndian.Uint64(e.Body[32:])
	}
	return o, nil
}

func signaturesOf(e *election.Entry) []bridge.Map {
	var all []bridge.Map
	for _, s := range e.Signatures {
		all = append(all, bridge.Object(
			"role", s.Role.String(), "lang", roleIDs[s.Role], "index", int(s.Index), "sig", hex.EncodeToString(s.Sig[:]),
		))
	}
	return all
}

// entries shows the verified entries from an index to another.
func (d *desk) entries(args []js.Value) (any, error) {
	if d.board == nil {
		return nil, errNotOpened
	}
	all := d.board.Entries()
	from, to := 0, len(all)
	if args[0].Type() == js.TypeNumber {
		from = min(max(args[0].Int(), 0), to)
	}
	if args[1].Type() == js.TypeNumber {
		to = max(min(args[1].Int(), to), from)
	}
	list := []bridge.Map{}
	for i, raw := range all[from:to] {
		o, err := entryOf(raw, d.board.State())
		if err != nil {
			return nil, err
		}
		o["index"] = from + i
		list = append(list, o)
	}
	return list, nil
}

func (d *desk) entry(args []js.Value) (any, error) {
	if args[0].Type() != js.TypeNumber {
		return nil, bridge.ErrArgument
	}
	one, err := d.entries([]js.Value{args[0], js.ValueOf(args[0].Int() + 1)})
	if err != nil {
		return nil, err
	}
	list := one.([]bridge.Map)
	if len(list) != 1 || args[0].Int() < 0 {
		return nil, bridge.ErrArgument
	}
	return list[0], nil
}
