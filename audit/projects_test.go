package audit

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/project"
)

// projectLog is a log of projects that a test lets grow.
type projectLog struct {
	testing.TB
	state *project.State
	store memory
	files files // contents, by path
	salts byte
}

func newProjectLog(t testing.TB) *projectLog {
	l := &projectLog{TB: t, state: project.New(group.VerifyMessage), files: files{}}
	set := project.DefaultSettings()
	set.Gates = 0
	l.add(0, &project.Organisation{Suite: project.Suite, Origin: testOrigin, Name: "congress", LogKey: publicKey(testKey(testOrigin)), Office: "office", Settings: set})
	l.add(1, &project.Unit{Number: 1, Of: project.UnitDepartment, Name: "roads"})
	l.add(1, &project.Actor{Number: 2, Role: project.RoleDepartment, Unit: 1, Name: "roads", Key: publicKey(testKey("staff"))})
	return l
}

func (l *projectLog) add(actor uint32, b project.Body) {
	l.Helper()
	e, err := l.state.Draft(actor, 20260101, b)
	if err != nil {
		l.Fatal(err)
	}
	if actor == 2 {
		e.Sign(testKey("staff"), l.state.ID())
	}
	if err := l.state.Apply(e); err != nil {
		l.Fatal(err)
	}
	l.raw(e.Marshal())
}

func (l *projectLog) raw(b []byte) {
	l.Helper()
	if _, err := Append(l.Context(), &l.store, uint64(len(l.store.entries)), [][]byte{b}); err != nil {
		l.Fatal(err)
	}
}

// content makes a content whose file is in the record.
func (l *projectLog) content(text string) project.Blob {
	l.salts++
	file, b := project.NewBlob([32]byte{l.salts}, project.MediaText, []byte(text))
	l.files[ContentPath(b)] = file
	return b
}

// suggest makes a suggestion that is shown, and returns its text.
func (l *projectLog) suggest() project.Blob {
	l.Helper()
	n := l.state.Next(project.NounSuggestion)
	b := l.content("a street lamp")
	l.add(0, &project.Suggestion{Number: n, Channel: project.ChannelWeb, Field: project.FieldOther, Held: 20260101, Text: b})
	l.add(1, &project.Moderation{Suggestion: n, Shown: project.ShownText})
	return b
}

func (l *projectLog) export() files {
	f := exportFiles(l, &l.store, uint64(len(l.store.entries)))
	maps.Copy(f, l.files)
	return f
}

// freeze puts candidates into a vote, with its options.
func (l *projectLog) freeze(m *election.Manifest, hash [32]byte) *project.Freeze {
	l.Helper()
	b := &project.Freeze{List: 1, Manifest: hash}
	for _, o := range m.Options {
		n := l.state.Next(project.NounCandidate)
		l.add(1, &project.Candidate{Number: n, Title: o.Name, Field: project.FieldOther, Figures: project.Figures{Investment: o.Investment, Fiscal: o.Fiscal, Deadline: 20261231}, Text: l.content(o.Name)})
		b.Options = append(b.Options, project.Choice{Candidate: n, ID: o.ID})
	}
	list := &project.List{Number: 1, Year: 2026}
	for _, o := range b.Options {
		list.Candidates = append(list.Candidates, o.Candidate)
	}
	l.add(1, list)
	return b
}

// adoption is what a vote decided.
func adoptionOf(b *project.Freeze, vote *election.State) *project.Adoption {
	a := &project.Adoption{List: 1, Manifest: b.Manifest, Result: vote.ResultHash(), Certificate: vote.CertificateHash(), Tallies: true, First: 1}
	again := []uint16{}
	if f, err := vote.Follow(); err == nil {
		again = f.Origin
	}
	for i, o := range b.Options {
		d := project.Decided{Candidate: o.Candidate, Outcome: project.OutcomeRejected, Votes: vote.Result().Outcome.Lines[i].For}
		switch at := uint16(i); {
		case slices.Contains(vote.Adopted(), at):
			d.Outcome = project.OutcomeAdopted
		case slices.Contains(again, at):
			d.Outcome = project.OutcomeAgain
		}
		a.Outcomes = append(a.Outcomes, d)
	}
	return a
}

// ratingOf is what a satisfaction vote said, of all its projects.
func ratingOf(vote *election.State) *project.Rating {
	b := &project.Rating{Manifest: vote.ManifestHash(), Result: vote.ResultHash(), Certificate: vote.CertificateHash(), Base: vote.Numbers().N}
	for i, line := range vote.Result().Outcome.Lines {
		tag, _ := project.ParseTag(vote.Manifest().Options[i].ID)
		row := project.Rated{Project: tag.Number, Option: uint16(i), Good: line.Grades[0], Basic: line.Grades[1], Bad: line.Grades[2], Abstain: line.Abstain}
		regrade(&row, b.Base)
		b.Rows = append(b.Rows, row)
	}
	return b
}

// regrade makes the grade of a row that of its votes.
func regrade(r *project.Rated, base uint32) {
	r.Due = 0
	if r.Grade = project.RollUp(r.Good, r.Basic, base); r.Grade == project.GradeBad {
		r.Due = 20260301
	}
}

// begin brings a project so far that it can be rated.
func (l *projectLog) begin(n uint32) {
	l.Helper()
	l.add(1, &project.Offer{Project: n, Lead: 1})
	l.add(2, &project.Answer{Project: n, Accepted: true})
	l.add(2, &project.Task{Project: n, Book: project.TaskBook{Lead: 1, Leader: "a", Responsible: "b", Goals: "c", Deadline: 20261231,
		Investment: 1, Funds: "d", Safeguards: "e", Milestones: []project.Milestone{{Name: "f", Weight: 100, Begins: 20260101, Ends: 20261130}}}})
}

// choosing, rating and running are votes that are held once for all tests here.
var (
	choosing = sync.OnceValue(func() *election.State {
		return heldVote(script{marks: func(int) []int { return []int{0, 1} }}) // two of three
	})
	rating = sync.OnceValue(func() *election.State { return heldVote(ratingScript(1, 2)) })
	// running is a vote that is counted, and not certified.
	running = sync.OnceValue(func() *election.State { return heldVote(script{deputies: 13, last: election.KindResult}) })
)

// ratingScript is a vote about projects.
func ratingScript(projects ...uint32) script {
	s := onBody(0, func(_ *writer, m *election.Manifest) {
		for i, n := range projects {
			m.Options[i].ID = project.Tag{Of: project.TagProject, Number: n}.String()
		}
	}).script
	s.options, s.seats = len(projects), 1
	s.rules = func(r *election.Rules) { *r, _ = election.Satisfaction.Rules(len(projects), 0) }
	return s
}

// voteTest is the test for which a vote is held.
var voteTest testing.TB

func heldVote(s script) *election.State { return newWriter(voteTest, s).run().state() }

// fullLog is a log in which a real vote adopted, and another rated.
func fullLog(t testing.TB, adoption func(*project.Adoption), rate func(*project.Rating)) *projectLog {
	t.Helper()
	voteTest = t
	l := newProjectLog(t)
	l.suggest()
	b := l.freeze(choosing().Manifest(), choosing().ManifestHash())
	l.add(1, b)
	a := adoptionOf(b, choosing())
	adoption(a)
	l.add(0, a)
	l.begin(1)
	l.begin(2)
	r := ratingOf(rating())
	rate(r)
	l.add(0, r)
	return l
}

// rule has the standing committee decide on project 1 by a vote.
func (l *projectLog) rule(manifest, result [32]byte) *projectLog {
	l.Helper()
	l.add(1, &project.Actor{Number: 3, Role: project.RoleStanding, Name: "standing committee"})
	l.add(2, &project.Request{Project: 1, For: project.RuledSuspend, Text: project.Blob{1}}) // internal: not in the record
	l.add(3, &project.Ruling{Project: 1, For: project.RuledSuspend, Granted: true, Document: "1", Text: l.content("agreed"), Manifest: manifest, Result: result})
	return l
}

func asItIs[T any](T) {}

// TestVerifyProjects: a log in order is verified, down to the votes that it
// names, and says whose word it is.
func TestVerifyProjects(t *testing.T) {
	l := fullLog(t, asItIs, asItIs)
	key := publicKey(testKey(testOrigin))
	r := VerifyProjects(l.export().record(), ProjectOptions{Log: &key, Votes: []*election.State{choosing(), rating()}})
	if !r.Verified || !r.Known || r.Compared != 3 || r.Unknown != 0 || r.Signed != 4 || r.Contents != 4 {
		t.Errorf("%+v", *r)
	}
	if p, ok := r.State.Project(1); !ok || p.Source.Manifest != choosing().ManifestHash() {
		t.Error("the project does not lead to its vote")
	}
	r = VerifyProjects(l.export().record(), ProjectOptions{})
	if !r.Verified || r.Known || r.Unknown != 3 || r.Key != key {
		t.Errorf("without votes: %+v", *r)
	}
	l.rule(choosing().ManifestHash(), choosing().ResultHash())
	r = VerifyProjects(l.export().record(), ProjectOptions{Log: &key, Votes: []*election.State{choosing()}})
	if !r.Verified || r.Compared != 3 || r.Unknown != 1 {
		t.Errorf("with a ruling by a vote: %+v", *r)
	}
	if mode := rating().Manifest().Rules.BallotMode; mode != ballot.Satisfaction3 {
		t.Errorf("the rating is a vote by %s", mode)
	}
}

// TestAdoptionNotReached: nobody can say what votes decided whose records were not
// given, and that is no failure.
func TestAdoptionNotReached(t *testing.T) {
	voteTest = t
	full := fullLog(t, asItIs, asItIs)
	none := newProjectLog(t)
	none.suggest()
	frozen := newProjectLog(t)
	b := frozen.freeze(choosing().Manifest(), choosing().ManifestHash())
	frozen.add(1, b)
	again := newProjectLog(t)
	b = again.freeze(choosing().Manifest(), [32]byte{9})
	again.add(1, b)
	again.add(1, &project.Succession{List: 1, Manifest: [32]byte{8}, Candidates: []uint32{1, 2, 3}})
	for name, x := range map[string]struct {
		log     *projectLog
		votes   []*election.State
		want    Status
		unknown int
	}{
		"all given":           {full, []*election.State{choosing(), rating()}, Passed, 0},
		"no vote in it":       {none, nil, Passed, 0},
		"one missing":         {full, []*election.State{choosing()}, NotReached, 1},
		"all missing":         {full, nil, NotReached, 3},
		"a list in no vote":   {frozen, nil, NotReached, 1},
		"another vote":        {frozen, []*election.State{rating()}, NotReached, 1},
		"a vote that follows": {again, nil, NotReached, 2},
	} {
		r := VerifyProjects(x.log.export().record(), ProjectOptions{Votes: x.votes})
		got, why := compared(x.log, x.votes...)
		if !r.Verified || got != x.want || r.Unknown != x.unknown {
			t.Errorf("%s: verified %t, %s %s, want %s; unknown %d, want %d", name, r.Verified, got, why, x.want, r.Unknown, x.unknown)
		}
	}
	broken := full.export()
	broken["README"] = nil
	if r := VerifyProjects(broken.record(), ProjectOptions{}); r.Verified {
		t.Error("verified, though another check failed")
	}
}

// TestVerifyProjectsVote: an adoption, rating or ruling that says otherwise than the
// vote is found out, and only if that vote is given.
func TestVerifyProjectsVote(t *testing.T) {
	for name, l := range map[string]*projectLog{
		"a winner dropped": fullLog(t, func(a *project.Adoption) { a.Outcomes[2].Outcome = 4 - a.Outcomes[2].Outcome - 1 }, asItIs),
		"other votes":      fullLog(t, func(a *project.Adoption) { a.Outcomes[0].Votes++ }, asItIs),
		"other result":     fullLog(t, func(a *project.Adoption) { a.Result[0]++ }, asItIs),
		"other base":       fullLog(t, asItIs, func(r *project.Rating) { r.Base++ }),
		"other grades":     fullLog(t, asItIs, func(r *project.Rating) { r.Rows[0].Abstain++ }),
		"no such option":   fullLog(t, asItIs, func(r *project.Rating) { r.Rows[0].Option = 99 }),
		"other signatures": fullLog(t, func(a *project.Adoption) { a.Certificate[0]++ }, asItIs),
		"result for them":  fullLog(t, asItIs, func(r *project.Rating) { r.Certificate = r.Result }),
		"other ruling":     fullLog(t, asItIs, asItIs).rule(rating().ManifestHash(), choosing().ResultHash()),
		"running vote":     fullLog(t, asItIs, asItIs).rule(running().ManifestHash(), running().ResultHash()),
	} {
		f := l.export()
		with := VerifyProjects(f.record(), ProjectOptions{Votes: []*election.State{choosing(), rating(), running()}})
		if with.Verified || with.Findings[len(with.Findings)-1].Status != Failed {
			t.Errorf("%s: %+v", name, with.Findings)
		}
		if r := VerifyProjects(f.record(), ProjectOptions{}); !r.Verified {
			t.Errorf("%s, without the vote: %+v", name, r.Findings)
		}
	}
}

// TestVerifyProjectsFiles (S7): every byte of a record counts, and what is
// public is there until it is withdrawn.
func TestVerifyProjectsFiles(t *testing.T) {
	l := newProjectLog(t)
	text := l.suggest()
	base := l.export()
	pathOf := ContentPath(text)
	other := [32]byte{1}
	for name, x := range map[string]struct {
		spoil func(f files)
		want  election.CheckID
	}{
		"missing content":  {func(f files) { delete(f, pathOf) }, election.CheckRecordFiles},
		"other content":    {func(f files) { f[pathOf] = append([]byte(nil), append(f[pathOf], '!')...) }, CheckContentFiles},
		"foreign content":  {func(f files) { f[fmt.Sprintf("content/%064x", 1)] = []byte("x") }, election.CheckRecordFiles},
		"foreign file":     {func(f files) { f["README"] = nil }, election.CheckRecordFiles},
		"closing":          {func(f files) { f["closing"] = f["checkpoint"] }, election.CheckRecordFiles},
		"no checkpoint":    {func(f files) { delete(f, "checkpoint") }, election.CheckRecordFiles},
		"other checkpoint": {func(f files) { f["checkpoint"] = signTest(t, Checkpoint{testOrigin, 5, other}) }, election.CheckRecordTiles},
		"hostile size":     {func(f files) { f["checkpoint"] = signTest(t, Checkpoint{testOrigin, MaxSize + 1, other}) }, election.CheckRecordFiles},
		"empty log":        {func(f files) { clear(f); f["checkpoint"] = signTest(t, Checkpoint{testOrigin, 0, emptyRoot()}) }, CheckEntryRules},
		"cut bundle":       {func(f files) { f["tile/entries/000.p/5"] = f["tile/entries/000.p/5"][:99] }, election.CheckRecordEntries},
		"flipped bundle": {func(f files) {
			b := append([]byte(nil), f["tile/entries/000.p/5"]...)
			b[40]++
			f["tile/entries/000.p/5"] = b
		}, election.CheckRecordEntries},
	} {
		f := maps.Clone(base)
		x.spoil(f)
		if r := VerifyProjects(f.record(), ProjectOptions{}); r.Verified || failedCheck(r) != x.want {
			t.Errorf("%s: %v, want %s", name, r.Findings, x.want)
		}
	}
	wrong := [32]byte{9}
	if r := VerifyProjects(base.record(), ProjectOptions{Log: &wrong}); r.Verified || failedCheck(r) != election.CheckLogCheckpoint {
		t.Errorf("another key: %v", r.Findings)
	}
	l.add(1, &project.Withdrawal{Blobs: []project.Blob{text}, Ground: project.GroundRequest})
	if r := VerifyProjects(l.export().record(), ProjectOptions{}); r.Verified {
		t.Error("a withdrawn content is still in the record")
	}
	delete(l.files, pathOf)
	if r := VerifyProjects(l.export().record(), ProjectOptions{}); !r.Verified || r.Withdrawn != 1 {
		t.Errorf("withdrawn: %v", r.Findings)
	}
}

// TestVerifyProjectsRules: an entry that the rules refuse is named, and so is
// one that is none at all.
func TestVerifyProjectsRules(t *testing.T) {
	for name, raw := range map[string]func(*projectLog) []byte{
		"not the next": func(l *projectLog) []byte {
			e, err := project.NewEntry(1, l.state.NextSeq(1)+1, 20260101, &project.Moderation{Suggestion: 1})
			if err != nil {
				t.Fatal(err)
			}
			return e.Marshal()
		},
		"no entry": func(*projectLog) []byte { return []byte("hello") },
	} {
		l := newProjectLog(t)
		l.suggest()
		l.raw(raw(l))
		r := VerifyProjects(l.export().record(), ProjectOptions{})
		if failedCheck(r) != CheckEntryRules || r.Findings[2].Index != 5 {
			t.Errorf("%s: %v", name, r.Findings)
		}
	}
}

func failedCheck(r *ProjectReport) election.CheckID {
	for _, f := range r.Findings {
		if f.Status == Failed {
			return f.Check
		}
	}
	return ""
}
