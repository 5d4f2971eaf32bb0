package gen

import (
	"fmt"
	"strconv"
	"strings"

	"piaojue/audit"
	"piaojue/election"
)

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

// witnessLines are the lines of the three witnesses.
func witnessLines() string {
	head, _, _ := strings.Cut(policyText(), "group")
	return head
}

func goodPolicies() []policyVector {
	w := witnessLines()
	return []policyVector{
		newPolicy(policyText()),
		newPolicy("quorum none\n"),
		newPolicy(w + "quorum none\n"),
		newPolicy(w + "quorum w2\n"),
		newPolicy(w + "group g any w1 w2\nquorum g\n"),
		newPolicy(w + "group g all w1 w2 w3\nquorum g\n"),
		newPolicy("# two levels\n\n" + w + "group g any w1 w2\ngroup h all g w3\nquorum h\n"),
	}
}

// newPolicy asks for all sets of witnesses whether they are enough.
func newPolicy(text string) policyVector {
	p := must(election.ParsePolicy(text))
	v := policyVector{Policy: text, Enough: map[string]bool{}}
	for set := range 8 {
		var names []string
		have := map[string]bool{}
		for i := range 3 {
			if set>>i&1 == 1 {
				names = append(names, fmt.Sprint("w", i+1))
				have[fmt.Sprint("w", i+1)] = true
			}
		}
		v.Enough[strings.Join(names, " ")] = p.Satisfied(have)
	}
	return v
}

// badPolicies are policies that nobody may accept.
func badPolicies() []string {
	w := witnessLines()
	vkey := must(audit.WitnessKey("w", pk("w"))).String()
	log := must(audit.LogKey("w", pk("w"))).String()
	name, rest, _ := strings.Cut(vkey, "+")
	id, data, _ := strings.Cut(rest, "+")
	list := []string{
		"", "quorum none", "quorum none\nquorum none\n", "quorum w1\n", w, "log x\nquorum none\n",
		w + w + "quorum w1\n", w + "witness other " + strings.Fields(w)[2] + "\nquorum w1\n",
		w + "group g 4 w1 w2 w3\nquorum g\n", w + "group g 0 w1\nquorum g\n", w + "group g 01 w1\nquorum g\n", w + "group g any w1 w1\nquorum g\n",
		w + "group g any\nquorum w1\n", w + "group g any w1\ngroup h any w1\nquorum g\n", "group g any w1\n" + w + "quorum g\n",
		w + "group none any w1\nquorum none\n", "witness none " + vkey + "\nquorum none\n", w + "quorum w1 w2\n",
		"witness w " + log + "\nquorum w\n", "witness w " + name + "+00000000+" + data + "\nquorum w\n",
		"witness w " + name + "+" + strings.ToUpper(id) + "+" + data + "\nquorum w\n", "witness w " + strings.TrimRight(vkey, "=") + "A\nquorum w\n",
	}
	for _, text := range list {
		if _, err := election.ParsePolicy(text); err == nil {
			panic("accepted: " + text)
		}
	}
	return list
}
