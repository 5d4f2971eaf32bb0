package web

import (
	"context"
	"crypto/rand"
	"fmt"

	"piaojue/audit"
	"piaojue/project"
	"piaojue/store"
)

// worldBuilder fills the log of the projects with what people did. It keeps the
// rules but skips the forms, and writes all at once.
type worldBuilder struct {
	*stage
	entries [][]byte
	blobs   []blob
	titles  []string // of the next list's candidates, if not all are car parks
}

// Units and actors of the world that build makes.
const (
	worldDistrict, worldRoads, worldSchools, worldCommittee, worldStation = 1, 2, 3, 4, 5

	worldGovernment, worldParty, worldStanding, worldPresidium = 2, 3, 4, 5
	worldRoadsClerk, worldSchoolsClerk, worldCommitteeClerk    = 6, 7, 8
	worldDeputy                                                = 9 // and the two after it
	worldOutsider                                              = 12
)

// world makes units, actors, and one list of n candidates of which all but the
// last are adopted, and writes what more does.
func (s *stage) world(n int, more func(*worldBuilder)) {
	s.Helper()
	s.openProjects()
	s.mustPost(store.RoleStaffLead, "/projects/begin", "name", "兰州市人民代表大会", "office", "市人大常委会办公室")
	w := &worldBuilder{stage: s}
	p := s.server.projects
	p.mu.Lock()
	w.units()
	w.adopt(n)
	more(w)
	must(s, w.write(p))
	p.mu.Unlock()
}

func (w *worldBuilder) state() *project.State { return w.server.projects.state }

func (w *worldBuilder) do(actor uint32, b project.Body) {
	w.Helper()
	e, err := w.state().Draft(actor, w.server.projects.day(), b)
	if err == nil {
		err = w.state().Apply(e)
	}
	if err != nil {
		w.Fatalf("%s: %v", b.Kind(), err)
	}
	w.entries = append(w.entries, e.Marshal())
}

func (w *worldBuilder) write(p *projects) error {
	ctx := context.Background()
	return p.db.Update(ctx, func(tx *store.ProjectsTx) error {
		for _, b := range w.blobs {
			if err := tx.PutBlob(b.hash, b.file, b.preview); err != nil {
				return err
			}
		}
		log, err := p.open(ctx, tx)
		if err != nil {
			return err
		}
		return w.append(ctx, tx, log)
	})
}

func (w *worldBuilder) append(ctx context.Context, tx *store.ProjectsTx, log *audit.Log) error {
	size, err := tx.Size(ctx)
	if err != nil {
		return err
	}
	tree, err := log.Append(ctx, size, w.entries)
	if err != nil {
		return err
	}
	note, err := log.Checkpoint(ctx, uint64(tree.N))
	if err != nil {
		return err
	}
	return tx.PutCheckpoint(note)
}

// words makes a text, picture a picture.
func (w *worldBuilder) words(text string) project.Blob { return w.content(project.MediaText, text) }
func (w *worldBuilder) picture(name string) project.Blob {
	return w.content(project.MediaJPEG, "\xff\xd8 "+name)
}

func (w *worldBuilder) content(m project.Media, text string) project.Blob {
	var salt [32]byte
	rand.Read(salt[:])
	file, hash := project.NewBlob(salt, m, []byte(text))
	b := blob{hash: hash, file: file}
	if m == project.MediaJPEG {
		b.preview = []byte(text + " small")
	}
	w.blobs = append(w.blobs, b)
	return hash
}

func (w *worldBuilder) units() {
	for i, u := range []project.Unit{
		{Of: project.UnitDistrict, Name: "城关区"}, {Of: project.UnitDepartment, Name: "市交通委"}, {Of: project.UnitDepartment, Name: "市教育局"},
		{Of: project.UnitCommittee, Name: "城建环资工委"}, {Of: project.UnitStation, Name: "雁滩代表之家", Parent: 1},
	} {
		u.Number = uint32(i + 1)
		w.do(officeActor, &u)
	}
	for i, a := range []project.Actor{
		{Role: project.RoleGovernment}, {Role: project.RoleParty}, {Role: project.RoleStanding}, {Role: project.RolePresidium},
		{Role: project.RoleDepartment, Unit: worldRoads}, {Role: project.RoleDepartment, Unit: worldSchools}, {Role: project.RoleCommittee, Unit: worldCommittee},
		{Role: project.RoleDeputy, Unit: worldStation}, {Role: project.RoleDeputy, Unit: worldStation}, {Role: project.RoleDeputy, Unit: worldStation},
		{Role: project.RoleDeputy, Unit: worldStation},
	} {
		a.Number, a.Name = uint32(i+2), fmt.Sprintf("甲%d", i)
		w.do(officeActor, &a)
	}
}

// adopt brings a list of n candidates through its vote.
func (w *worldBuilder) adopt(n int) {
	number, first := w.state().Next(project.NounList), w.state().Next(project.NounCandidate)
	vote := [32]byte{byte(number)}
	list := &project.List{Number: number, Year: 2026}
	freeze := &project.Freeze{List: number, Manifest: vote}
	adoption := &project.Adoption{List: number, Manifest: vote, Result: [32]byte{2}, Certificate: [32]byte{3}, Tallies: true, First: w.state().Next(project.NounProject)}
	for i := first; i < first+uint32(n); i++ {
		title := fmt.Sprintf("新建第%d处停车场", i)
		if w.titles != nil {
			title = w.titles[i-first]
		}
		w.do(officeActor, &project.Candidate{
			Number: i, Title: title, Field: project.Field(1 + i%12), District: worldDistrict, Text: w.words("论述"),
			Figures: project.Figures{Investment: 5_000_000, Fiscal: 3_000_000, People: 2000, Unit: worldRoads, Deadline: w.server.projects.day().Add(300)},
		})
		list.Candidates = append(list.Candidates, i)
		freeze.Options = append(freeze.Options, project.Choice{Candidate: i, ID: fmt.Sprintf("A%d", i)})
		outcome := project.OutcomeAdopted
		if i == first+uint32(n)-1 {
			outcome = project.OutcomeRejected
		}
		adoption.Outcomes = append(adoption.Outcomes, project.Decided{Candidate: i, Outcome: outcome, Votes: 200})
	}
	w.do(officeActor, list)
	for g := project.GateGovernment; g <= project.GatePresidium; g++ {
		w.do(uint32(g)+1, &project.Passage{List: number, Gate: g, Passed: true, Document: "第一号"})
	}
	w.do(officeActor, freeze)
	w.do(serverActor, adoption)
}

// work brings a project to its work, with a team.
func (w *worldBuilder) work(n uint32) {
	today := w.server.projects.day()
	w.do(worldGovernment, &project.Offer{Project: n, Lead: worldRoads, Assisting: []uint32{worldSchools}})
	w.do(worldRoadsClerk, &project.Answer{Project: n, Accepted: true})
	w.do(worldRoadsClerk, &project.Task{Project: n, Book: project.TaskBook{
		Lead: worldRoads, Assisting: []uint32{worldSchools}, Leader: "副市长", Responsible: "主任", Goals: "建成三个停车场",
		Deadline: today.Add(300), Investment: 6_000_000, Funds: "财政资金三百万元", Safeguards: "专班",
		Milestones: []project.Milestone{{Name: "设计", Weight: 20, Begins: today.Add(-60), Ends: today.Add(-1)}, {Name: "施工", Weight: 80, Begins: today, Ends: today.Add(259)}},
	}})
	w.do(officeActor, &project.Team{Project: n, Leader: "副主任", Committee: worldCommittee, Deputies: []uint32{worldDeputy, worldDeputy + 1, worldDeputy + 2}, Specialists: 1})
}

// report adds the report of this month.
func (w *worldBuilder) report(n uint32, percents ...uint8) *project.Report {
	b := &project.Report{
		Project: n, Period: uint32(w.server.projects.day() / 100), Percents: percents, Spent: 1_200_000, Outlook: project.OutlookSure,
		Text: w.words("地基已经完成。<b>不是标记</b>"), Photos: []project.Blob{w.picture("before"), w.picture("after")},
	}
	w.do(worldRoadsClerk, b)
	return b
}

// sample makes one of everything, each with the number 1.
func (w *worldBuilder) sample() {
	today := w.server.projects.day()
	w.do(serverActor, &project.Suggestion{Number: 1, Channel: project.ChannelWeb, District: worldDistrict, Field: project.FieldTraffic, People: 300, Held: today, Text: w.words("门口没有地方停车")})
	w.do(officeActor, &project.Moderation{Suggestion: 1, Shown: project.ShownText})
	w.work(1)
	w.report(1, 50, 10)
	w.do(officeActor, &project.Plan{Number: 1, Work: project.WorkVisit, Committee: worldCommittee, Projects: []uint32{1}, Due: today.Add(30)})
	w.do(worldDeputy, &project.Inspection{Number: 1, Project: 1, Held: today, Progress: 4, Quality: 5, Effect: 3, Text: w.words("进度正常")})
	w.do(worldCommitteeClerk, &project.Problem{Number: 1, Project: 1, Inspection: 1, Owner: worldRoads, Due: today.Add(20), Text: w.words("围挡不牢")})
	w.do(worldCommitteeClerk, &project.Inquiry{Number: 1, Project: 1, Work: project.WorkInquiry, Unit: worldRoads, Due: today.Add(15), Text: w.words("什么时候完工？")})
}
