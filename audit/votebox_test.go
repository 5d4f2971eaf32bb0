package audit

import (
	"bytes"
	"slices"
	"sync"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

func (w *writer) writeBox() {
	w.Helper()
	w.order = w.chained(election.KindOrder, &election.Order{
		Chain: w.chain(), Epoch: 1, Size: w.size(), Root: w.root(w.size()),
	}, byStaff, byPresidium)
	w.makeParams()
	ballots, unused := w.fillBox()
	if w.box != nil {
		ballots, unused = w.box(w, ballots, unused)
	}
	var spent [][]byte
	for i := range w.spent {
		spent = append(spent, bytes.Repeat([]byte{byte(i + 1)}, 32))
	}
	w.addBox(ballots, spent, unused)
	w.closeHash = w.add(election.KindClose, &election.Close{
		Order: w.order, Epoch: 1, Ballots: uint32(len(ballots)), Unused: uint32(len(unused)), Spent: uint32(len(spent)),
	}, byLog)
	w.writeBatch()
	w.chained(election.KindCollection, &election.Collection{
		Chain: w.chain(), Close: w.closeHash, Issued: uint32(w.counts[election.KindIssuance] + w.sheets),
		Ballots: uint32(len(ballots)), Unused: uint32(len(unused)), Paper: uint32(w.papers),
	}, byScrutineer(1), byScrutineer(2))
	if !w.stopped || w.last == election.KindCollection {
		w.closing = w.size()
	}
}

func (w *writer) makeParams() {
	w.Helper()
	grid, err := w.manifest.Grid()
	if err != nil {
		w.Fatal(err)
	}
	var keys []*ballot.IssuerKey
	if !w.onPaper {
		key, err := ballot.ParseIssuerKey(w.manifest.Issuers[0].Modulus[:])
		if err != nil {
			w.Fatal(err)
		}
		keys = append(keys, key)
	}
	w.params, err = ballot.NewParams(ballot.Config{
		Manifest: w.hash, Opening: w.opening, Grid: grid, JointKey: w.joint.Y,
		KeyContext: w.joint.Context(tally.VoteContext(w.hash)), Issuers: keys,
	})
	if err != nil {
		w.Fatal(err)
	}
}

// fillBox makes ballots and unused entries, on all cores.
func (w *writer) fillBox() (ballots, unused [][]byte) {
	w.Helper()
	w.voters = make([]*voter, w.ballots+w.unused)
	bodies := make([][]byte, w.ballots+w.unused)
	var wait sync.WaitGroup
	for part := range 2 {
		wait.Go(func() {
			for i := part; i < len(bodies); i += 2 {
				w.voters[i] = w.voter(i)
				bodies[i] = w.fill(i)
			}
		})
	}
	wait.Wait()
	return bodies[:w.ballots], bodies[w.ballots:]
}

// fill makes the ballot of a voter, or the unused entry of one of the last.
func (w *writer) fill(i int) []byte {
	v := w.voters[i]
	if i >= w.ballots {
		body, err := w.params.NewUnused(v.credential, v.sk)
		if err != nil {
			w.Error(err)
		}
		return body
	}
	return w.cast(v, i)
}

// choice is what is on the i-th ballot: option i%options, or none, or a spoilt
// one, and so on in turn.
func (w *writer) choice(i int) ballot.Choice {
	marks := make([]ballot.Mark, w.options)
	if w.manifest.Rules.BallotMode == ballot.Satisfaction3 {
		for o := range marks {
			marks[o] = [...]ballot.Mark{ballot.Grade0, ballot.Grade1, ballot.Grade2, ballot.Abstain}[(i*o)%4]
		}
		return ballot.Choice{Marks: marks}
	}
	if w.marks != nil {
		for _, o := range w.marks(i) {
			marks[o] = ballot.For
		}
		return ballot.Choice{Marks: marks}
	}
	choice := ballot.Choice{Marks: marks, Spoil: i%14 == 3, Abstain: i%14 == 9}
	if !choice.Spoil && !choice.Abstain {
		marks[i%w.options] = ballot.For
		marks[0] = ballot.For
	}
	return choice
}

// seal encrypts what is on the i-th ballot. Of one on paper the key is nobody's.
func (w *writer) seal(i int, key [32]byte) *ballot.Sealed {
	bits, err := w.params.Grid().Fill(w.choice(i))
	if err != nil {
		w.Error(err)
		return nil
	}
	sealed, err := w.params.Encrypt(bits, key)
	if err != nil {
		w.Error(err)
	}
	return sealed
}

// cast makes another ballot of a voter.
func (w *writer) cast(v *voter, i int) []byte {
	sealed := w.seal(i, v.credential.Key)
	if sealed == nil {
		return nil
	}
	body, err := sealed.Finish(v.credential, v.sk)
	if err != nil {
		w.Error(err)
	}
	return body
}

// resign signs a changed ballot with its one-time key.
func (w *writer) resign(body []byte, i int) {
	n := len(body) - 64
	copy(body[n:], group.Sign(w.voters[i].sk, "ballot", w.hash, body[:n]))
}

// addBox adds the groups, each sorted by hash, and sums the ballots up.
func (w *writer) addBox(ballots, spent, unused [][]byte) {
	w.Helper()
	w.aggregate = tally.NewAggregate(len(w.params.Grid().Positions))
	for _, b := range ballots {
		if parsed, err := w.params.Parse(b); err == nil {
			w.aggregate.Add(parsed.Ciphertexts())
		}
	}
	entries := slices.Concat(sorted(election.KindBallot, ballots), sorted(election.KindSpent, spent),
		sorted(election.KindUnused, unused))
	if w.boxed != nil {
		entries = w.boxed(entries)
	}
	for _, e := range entries {
		w.counts[e.Kind]++
		w.append(w.counts[e.Kind]-1, e)
	}
}

func sorted(k election.Kind, bodies [][]byte) []*election.Entry {
	var entries []*election.Entry
	for _, b := range bodies {
		entries = append(entries, &election.Entry{Kind: k, Body: b})
	}
	slices.SortFunc(entries, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
	return entries
}

func (w *writer) writeResult() {
	w.Helper()
	root := w.root(w.closing)
	context := tally.CloseContext(w.joint.Context(tally.VoteContext(w.hash)), w.closing, root, w.aggregate)
	var shares []*tally.DecryptionShare
	for _, i := range []int{3, 1, 2} {
		share, err := tally.Recover(w.setup, w.dealings, w.agreements, i, w.statics[i-1])
		if err != nil {
			w.Fatal(err)
		}
		factors, err := share.Decrypt(context, w.aggregate)
		if err != nil {
			w.Fatal(err)
		}
		parsed, err := tally.VerifyShare(context, w.joint, i, w.aggregate, factors)
		if err != nil {
			w.Fatal(err)
		}
		shares = append(shares, parsed)
		w.add(election.KindShare, &election.Share{Size: w.closing, Root: root, Index: uint8(i), Factors: factors}, byScrutineer(i))
	}
	w.result = w.add(election.KindResult, w.makeResult(shares), byLog)
	w.writeEnd()
}

// makeResult counts on its own what the ballots of cast add up to.
func (w *writer) makeResult(shares []*tally.DecryptionShare) *election.Result {
	w.Helper()
	totals, err := tally.Combine(w.joint, w.aggregate, shares)
	if err != nil {
		w.Fatal(err)
	}
	r := &election.Result{Totals: totals, Trustees: []uint8{1, 3}}
	grid := w.params.Grid()
	x := totals[grid.Index(ballot.WholeBallot, ballot.Spoil)]
	r.Numbers = election.Numbers{
		N: uint32(w.deputies), P: uint32(w.deputies - 1), I: uint32(w.counts[election.KindIssuance] + w.sheets),
		R: uint32(w.aggregate.Count()), U: uint32(w.counts[election.KindUnused]), X: x, V: uint32(w.aggregate.Count()) - x,
		Sheets: uint32(w.sheets), Paper: uint32(w.papers),
	}
	in := election.Input{Rules: w.manifest.Rules, Numbers: r.Numbers}
	for i, o := range w.manifest.Options {
		in.Counts = append(in.Counts, count(grid, totals, i, o.ID))
	}
	r.Outcome = election.Adopt(in)
	return r
}

// count is what option i received.
func count(grid *ballot.Grid, totals []uint32, i int, id string) election.Count {
	c := election.Count{ID: id}
	if at := grid.Index(i, ballot.For); at >= 0 {
		c.For = totals[at]
		return c
	}
	for g, m := range []ballot.Mark{ballot.Grade0, ballot.Grade1, ballot.Grade2} {
		c.Grades[g] = totals[grid.Index(i, m)]
	}
	return c
}

func (w *writer) writeEnd() {
	w.chained(election.KindCertificate, &election.Certificate{Chain: w.chain(), Result: w.result},
		byScrutineer(1), byScrutineer(3))
	w.writeDecision()
	w.writeSuccessor()
	w.add(election.KindDestruction, election.NewDestruction(w.trustees, 1), byScrutineer(1))
	w.chained(election.KindAnnouncement, election.NewAnnouncement(w.chain(), "so\nbe it"), byPresidium)
	w.chained(election.KindArchive, &election.Archive{Chain: w.chain(), Size: w.size(), Root: w.root(w.size())}, byPresidium)
	w.add(election.KindDestruction, election.NewDestruction(w.trustees, 2), byScrutineer(2))
}

// export returns the record of what was written, cosigned.
func (w *writer) export() files {
	w.Helper()
	f := exportFiles(w, w.store, w.size())
	f[checkpointFile] = cosignTest(w, f[checkpointFile], "w0", "w2")
	if w.closing > 0 && w.closing <= w.size() {
		c := Checkpoint{testOrigin, w.closing, w.root(w.closing)}
		f[closingFile] = cosignTest(w, signTest(w, c), "w1", "w2")
	}
	if w.manifest != nil {
		w.putRegister(f, w.register())
	}
	return f
}
