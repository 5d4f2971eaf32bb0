package main

import (
	"encoding/hex"
	"encoding/json"
	"syscall/js"

	"piaojue/audit"
)

// plain is a value as its JSON.
func plain(v any) js.Value {
	text, err := json.Marshal(v)
	if err != nil {
		panic("desk: internal error: " + err.Error())
	}
	return parseJSON(text)
}

// reportOf is what piaojue-verify -json prints. A result out of a false record
// means nothing, and would be quoted: it is left out.
func reportOf(r *audit.Report) object {
	o := obj(
		"outcome", outcomeOf(r), "phase", r.Phase.String(), "checks", checksOf(r), "size", 0,
		"warnings", warningsOf(r.Warnings), "witnesses", []string{},
	)
	var bad []any
	for _, s := range r.BadShares {
		bad = append(bad, int(s.Trustee))
	}
	o["bad_shares"] = bad
	if m := r.Manifest; m != nil {
		o["manifest"], o["kind"] = r.ManifestHash, m.Kind.String()
		o["congress"], o["session"], o["title"], o["date"] = m.Congress, m.Session, m.Title, m.Date
		if r.Checkpoint.Size > 0 {
			o["size"], o["root"] = r.Checkpoint.Size, hex.EncodeToString(r.Checkpoint.Root[:])
			o["witnesses"] = r.Witnesses
		}
	}
	if r.Failed() {
		return o
	}
	o["numbers"] = numbersOf(r.Numbers)
	if r.Result != nil {
		o["totals"], o["result"] = numbers(r.Result.Totals), plain(r.Result.Outcome)
	}
	return o
}

// outcomeOf tells a record that stops early from a false one.
func outcomeOf(r *audit.Report) string {
	switch {
	case r.Verified:
		return "verified"
	case r.Failed():
		return "not verified"
	}
	return "incomplete"
}

func checksOf(r *audit.Report) []object {
	var all []object
	for _, f := range r.Findings {
		if last := len(all) - 1; last < 0 || all[last]["number"] != f.Number() {
			all = append(all, obj("number", f.Number(), "id", string(f.Check), "result", f.Status.String()))
		}
		if f.Status != audit.Failed {
			continue
		}
		bad := obj("cause", f.Detail)
		if f.Index != audit.NoEntry {
			bad["entry"] = f.Index
		}
		check := all[len(all)-1]
		failures, _ := check["failures"].([]object)
		check["failures"] = append(failures, bad)
	}
	return all
}
