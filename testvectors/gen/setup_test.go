package gen

import (
	"crypto/ed25519"
	"fmt"
	"slices"
	"strings"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

const (
	trusteeCount = 3
	threshold    = 2
)

var issuerNames = []string{"会务组", "监票组"}

var optionNames = []string{"老旧小区加装电梯", "城区公共停车场", "社区养老服务中心", "中小学午餐配送", "口袋公园建设"}

func (v *vote) writeManifest() {
	v.roll = v.newRoll()
	v.manifest = v.newManifest(v.base)
	if v.follows != nil {
		m := *v.follows
		v.manifest = &m
	}
	v.chained(election.KindManifest, v.manifest, byStaff, byPresidium)
}

// newManifest makes the manifest of a vote with as many deputies, issuers and
// options.
func (v *vote) newManifest(name string) *election.Manifest {
	m := &election.Manifest{
		Suite: election.Suite, Origin: "vote.example/" + name, Congress: "某市第十七届人民代表大会", Session: "第五次会议",
		Title: "民生实事项目票决", Date: "2026-01-23", Kind: v.kind, Round: 1, Rules: v.rules,
		Deputies: v.deputies, RollRoot: v.roll.Root(), StaffKey: pk("staff lead"), Presidium: pk("presidium"),
		Trustees: trusteeCount, Threshold: threshold, LogKey: pk("log"), Promise: pk("promise"),
		Policy: policyText(), MinBallots: v.min, Pins: []election.Pin{
			{Name: "terminal.wasm", Hash: secretOf("terminal.wasm")}, {Name: "verifier", Hash: secretOf("verifier")},
		},
	}
	for i := range v.rules.CandidatesN {
		m.Options = append(m.Options, newOption(i))
	}
	for i := range v.issuers + v.outside {
		k := election.Issuer{Name: issuerNames[i], Modulus: [384]byte(issuers()[i].PublicKey().Modulus()), Key: pk(fmt.Sprint("register ", i))}
		m.Issuers = append(m.Issuers, k)
	}
	return m
}

func newOption(i int) election.Option {
	return election.Option{
		ID: fmt.Sprintf("P%02d", i+1), Name: optionNames[i], Investment: uint64(i+1) * 12_000_000,
		Fiscal: uint64(i+1) * 10_000_000, Deadline: "2026-12-31", Unit: "某局", Suggestions: uint32(7 * i),
	}
}

func (v *vote) newRoll() *election.Roll {
	var leaves []election.Leaf
	v.badges = map[uint32]ed25519.PrivateKey{}
	for i := range v.deputies {
		badge := key(fmt.Sprint("badge ", i))
		v.badges[i] = badge
		leaves = append(leaves, election.Leaf{Index: i, Key: public(badge), Commitment: commitment(i)})
	}
	return must(election.NewRoll(leaves))
}

func rollNumber(i uint32) string { return fmt.Sprintf("%03d", 101+i) }

func commitment(i uint32) [32]byte {
	return election.CommitNumber(secretOf(fmt.Sprint("salt ", i)), rollNumber(i))
}

var witnessNames = []string{"witness.example/w1", "witness.example/w2", "witness.example/w3"}

// policyText asks for two of three witnesses.
func policyText() string {
	var b strings.Builder
	for i, name := range witnessNames {
		fmt.Fprintf(&b, "witness w%d %s\n", i+1, must(audit.WitnessKey(name, pk(name))))
	}
	return b.String() + "group all-witnesses 2 w1 w2 w3\nquorum all-witnesses\n"
}

func (v *vote) writeTrustees() {
	v.attempt++
	t := &election.Trustees{Chain: v.chain()}
	v.setup, v.statics = &tally.Setup{Threshold: threshold}, nil
	for i := 1; i <= trusteeCount; i++ {
		static := tally.GenerateStatic()
		point := new(group.Element).ScalarBaseMult(static).Encode()
		v.statics = append(v.statics, static)
		v.setup.StaticKeys = append(v.setup.StaticKeys, point)
		t.Scrutineers = append(t.Scrutineers, election.Scrutineer{
			Name: fmt.Sprint("监票人", i), Delegation: fmt.Sprint("第", i, "代表团"),
			RoleKey: public(scrutineerKey(i)), StaticKey: [32]byte(point.Bytes()),
		})
	}
	for i := 1; i <= 2; i++ {
		t.Tellers = append(t.Tellers, election.Teller{Name: fmt.Sprint("计票人", i), RoleKey: public(tellerKey(i))})
	}
	v.trustees = v.chained(election.KindTrustees, t, byPresidium)
	v.setup.Session = tally.SessionID(v.hash, v.trustees, v.attempt)
	v.dealings, v.agreements = nil, nil
}

// writeDealings writes them all, after as many attempts that end with a
// complaint as the plan says.
func (v *vote) writeDealings() {
	for v.attempt < uint32(v.ceremonies) {
		v.complain()
		v.writeTrustees()
	}
	for i := 1; i <= trusteeCount && !v.stopped; i++ {
		msg := must(tally.Deal(v.setup, i, v.statics[i-1]))
		v.add(election.KindDealing, election.NewDealing(v.trustees, uint8(i), slices.Clone(msg)), byScrutineer(i))
		v.dealings = append(v.dealings, must(tally.ParseDealing(v.setup, i, msg)))
	}
	v.joint = must(tally.NewJointKey(v.setup, v.dealings))
}

// complain lets trustee 3 complain about trustee 1, whose last ciphertext is
// damaged.
func (v *vote) complain() {
	msg := must(tally.Deal(v.setup, 1, v.statics[0]))
	msg[len(msg)-1] ^= 1
	v.add(election.KindDealing, election.NewDealing(v.trustees, 1, msg), byScrutineer(1))
	accused := must(tally.ParseDealing(v.setup, 1, msg))
	evidence := must(tally.Complain(v.setup, accused, tally.VoteContext(v.hash), 3, v.statics[2]))
	v.add(election.KindComplaint, must(election.NewComplaint(v.trustees, 3, 1, evidence)), byScrutineer(3))
}

func (v *vote) writeAgreements() {
	for i := 1; i <= trusteeCount; i++ {
		sig := must(tally.Agree(v.setup, v.dealings, i, v.statics[i-1]))
		v.agreements = append(v.agreements, sig)
		v.add(election.KindAgreement, election.NewAgreement(v.trustees, uint8(i), [64]byte(sig)), byScrutineer(i))
	}
}

func (v *vote) writeReady() {
	for i := 1; i <= trusteeCount; i++ {
		v.add(election.KindReady, election.NewReady(v.trustees, uint8(i), [32]byte(v.joint.Y.Bytes())), byScrutineer(i))
	}
}

// keyContext returns the context of the joint key.
func (v *vote) keyContext() group.Context { return v.joint.Context(tally.VoteContext(v.hash)) }
