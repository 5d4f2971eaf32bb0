package gen

import (
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

func (v *vote) writeAttendance() {
	v.checkIn(v.present)
}

func (v *vote) checkIn(indexes []uint32) {
	v.chained(election.KindAttendance, &election.Attendance{
		Chain: v.chain(), Indexes: slices.Clone(indexes), Present: v.presentNow(indexes),
	}, byScrutineer(1), byScrutineer(2))
}

// presentNow returns P with these indexes.
func (v *vote) presentNow(indexes []uint32) uint32 {
	if v.counts[election.KindAttendance] == 0 {
		return uint32(len(indexes))
	}
	return uint32(len(v.present) + len(indexes))
}

// writeOpening opens once or more: each time all that was issued before no
// longer counts.
func (v *vote) writeOpening() {
	for v.epoch < uint32(v.openings) {
		v.open()
		v.issue(v.issued[0])
	}
	v.open()
}

func (v *vote) open() {
	v.epoch++
	v.voters = nil
	o := &election.Opening{Chain: v.chain(), Epoch: v.epoch}
	for i := range v.issuerKeys() {
		o.Issuers = append(o.Issuers, uint8(i))
	}
	v.opening = v.chained(election.KindOpening, o, byStaff, byPresidium)
	v.params = must(ballot.NewParams(ballot.Config{
		Manifest: v.hash, Opening: v.opening, Grid: must(v.manifest.Grid()), JointKey: v.joint.Y,
		KeyContext: v.keyContext(), Issuers: v.issuerKeys(),
	}))
}

func (v *vote) issuerKeys() []*ballot.IssuerKey {
	var keys []*ballot.IssuerKey
	if v.onPaper {
		return nil
	}
	for _, k := range issuers()[:v.issuers] {
		keys = append(keys, k.PublicKey())
	}
	return keys
}

func (v *vote) writeIssuances() {
	if len(v.late) > 0 {
		v.checkIn(v.late)
	}
	for _, i := range v.newBadge {
		v.badges[i] = key(fmt.Sprint("new badge ", i))
		b := &election.Badge{Chain: v.chain(), Index: i, Key: public(v.badges[i])}
		v.chained(election.KindBadge, b, byScrutineer(2), byScrutineer(3))
	}
	for _, i := range v.issued {
		v.issue(i)
	}
	for i := range v.ghosts {
		v.voters = append(v.voters, v.newVoter(v.request(uint32(1000+i))))
	}
}

// recorded returns I.
func (v *vote) recorded() uint32 { return uint32(len(v.voters) - v.ghosts + len(v.sheets)) }

// issue logs an issuance, and gives the deputy a credential.
func (v *vote) issue(i uint32) {
	_, r := v.request(i)
	v.add(election.KindIssuance, v.issuance(i, r), signedBy{election.RoleBadge, 0, v.badges[i]})
	v.voters = append(v.voters, v.newVoter(i, r))
}

func (v *vote) request(i uint32) (uint32, *ballot.Request) {
	return i, must(ballot.NewRequest(deputySeed(v.hash, v.opening, i), v.hash, v.opening, v.issuerKeys()))
}

func (v *vote) issuance(i uint32, r *ballot.Request) *election.Issuance {
	return &election.Issuance{
		Opening: v.opening, Leaf: must(v.roll.Leaf(i)), Path: must(v.roll.Path(i)), Vector: r.VectorHash(),
	}
}

func (v *vote) newVoter(i uint32, r *ballot.Request) *voter {
	var answers [][]byte
	for at, blinded := range r.Blinded() {
		answers = append(answers, must(issuers()[at].BlindSign(blinded)))
	}
	return &voter{i, r.OneTimeKey(), must(r.Finalize(answers))}
}

// writeCounts logs the numbers of promises, with a suspension before the last.
func (v *vote) writeCounts() {
	for at, n := range v.promises {
		if v.interrupt && at == len(v.promises)-1 {
			v.chained(election.KindSuspend, election.NewSuspend(v.chain(), "消防警报"), byStaff, byPresidium)
			v.chained(election.KindResume, election.NewResume(v.chain(), "误报\n恢复投票"), byStaff, byPresidium)
		}
		v.add(election.KindCount, &election.Promises{Epoch: v.epoch, Given: n}, byLog)
	}
}

// voterOf returns the voter of a roll index.
func (v *vote) voterOf(i uint32) *voter {
	return v.voters[slices.IndexFunc(v.voters, func(w *voter) bool { return w.index == i })]
}
