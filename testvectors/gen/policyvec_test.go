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
		newPolicy(w + moreWitnesses(99-3) + "group g 2 w1 w2 w3\nquorum g\n"),
		newPolicy(w + twin("a", "other.example", witnessTwins[0]) + twin("b", "other.example", witnessTwins[1]) + "quorum w1\n"),
		newPolicy(w + twin("a", strings.Repeat("a", 255), witnessTwins[0]) + "quorum w1\n"),
		newPolicy("# two levels\n\n" + w + "group g any w1 w2\ngroup h all g w3\nquorum h\n"),
	}
}

// moreWitnesses are so many whose names begin with x.
func moreWitnesses(n int) string {
	var b strings.Builder
	for i := range n {
		name := fmt.Sprintf("x%d.example", i)
		fmt.Fprintf(&b, "witness x%d %s\n", i, must(audit.WitnessKey(name, pk(name))))
	}
	return b.String()
}

// witnessTwins have one key ID under the name collide.example, logTwins those of
// a log and of a witness under vote.example/manifest_x.
var (
	witnessTwins = [2]string{
		"873fcd76aae534a9e4693c7d9f775b847e5eefb43be44c818c34fea7c18e393c",
		"153dfe9a84cc621d93b263b2103e867e5acfcf1ae6666b7ad84791f99da42729",
	}
	logTwins = [2]string{
		"3a2a1f01c48ae8416bb8e35a75944e5d3c8880fe6f5e63737a16007b9cc88545",
		"dbbdefa5e79d5a701f962d5f93ee85030f81bf7c964224454f92453f3acfa334",
	}
)

// twin is the line of a witness with that key.
func twin(name, keyName, key string) string {
	return fmt.Sprintf("witness %s %s\n", name, must(audit.WitnessKey(keyName, [32]byte(unhex(key)))))
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
		w + moreWitnesses(100-3) + "quorum w1\n", w + twin("a", strings.Repeat("a", 256), witnessTwins[0]) + "quorum w1\n",
		w + twin("a", "collide.example", witnessTwins[0]) + twin("b", "collide.example", witnessTwins[1]) + "quorum w1\n",
	}
	for _, text := range list {
		if _, err := election.ParsePolicy(text); err == nil {
			panic("accepted: " + text)
		}
	}
	return list
}
