package gen

import (
	"errors"

	"piaojue/group"
	"piaojue/project"
)

type projectFile struct {
	LogID    bin               `json:"log_id"`
	Entries  []projectEntry    `json:"entries"`
	Contents []contentVector   `json:"contents"`
	Refused  []projectRefusal  `json:"refused"`
	Stages   map[string]string `json:"stages"`
	Lights   []lightVector     `json:"lights"`
	Tags     []string          `json:"tags"`
}

type projectEntry struct {
	Name    string `json:"name"`
	Entry   bin    `json:"entry"`
	Hash    bin    `json:"hash"`
	Message bin    `json:"message,omitempty"`
}

type contentVector struct {
	File       bin    `json:"file"`
	Commitment bin    `json:"commitment"`
	Visibility string `json:"visibility"`
}

type projectRefusal struct {
	About string `json:"about"`
	After int    `json:"after"`
	Entry bin    `json:"entry"`
	Code  string `json:"code"`
}

type lightVector struct {
	Day     uint32 `json:"day"`
	Planned int    `json:"planned"`
	Actual  int    `json:"actual"`
	Share   int    `json:"share"`
	Overdue int    `json:"overdue"`
	Colour  string `json:"colour"`
}

// projectPlay lets one wish go all the way.
type projectPlay struct {
	state *project.State
	file  projectFile
	texts [][]byte
}

const (
	projectServer, projectOffice, projectStanding, projectRoads, projectCommittee, projectDeputy = 0, 1, 2, 3, 4, 5
)

// seals says whose entries are signed, and with which key.
var seals = map[uint32]string{projectOffice: "project office", projectStanding: "project standing"}

// projectVectors are the life of one project, from a suggestion to its closure,
// with what must be refused on the way.
func projectVectors() projectFile {
	p := &projectPlay{state: project.New(group.VerifyMessage)}
	p.directory()
	p.adopt()
	p.work()
	p.inspect()
	id := p.state.ID()
	p.file.LogID = id[:]
	p.file.Stages = p.stages()
	for _, t := range []project.Tag{{Of: project.TagDeputy, Number: 5}, {Of: project.TagStation, Number: 851}, {Of: project.TagSuggestion, Number: 42}, {Of: project.TagProject, Number: 123456}} {
		p.file.Tags = append(p.file.Tags, t.String())
	}
	return p.file
}

func (p *projectPlay) text(s string) project.Blob {
	salt := secretOf("project salt " + s)
	file, b := project.NewBlob(salt, project.MediaText, []byte(s))
	p.texts = append(p.texts, file)
	return b
}

func (p *projectPlay) make(actor uint32, day project.Date, b project.Body) *project.Entry {
	e := must(project.NewEntry(actor, max(p.state.NextSeq(actor), 1), day, b))
	if name := seals[actor]; name != "" {
		e.Sign(key(name), p.state.ID())
	}
	return e
}

func (p *projectPlay) add(actor uint32, day project.Date, b project.Body) {
	e := p.make(actor, day, b)
	check(p.state.Apply(e))
	hash, v := e.Hash(), projectEntry{Name: e.Kind.String(), Entry: e.Marshal()}
	v.Hash = hash[:]
	if e.Signature != nil {
		v.Message = e.Message(p.state.ID())
	}
	p.file.Entries = append(p.file.Entries, v)
}

// refuse notes an entry that is refused now.
func (p *projectPlay) refuse(about string, e *project.Entry) {
	fault, ok := errors.AsType[*project.Error](p.state.Check(e))
	if !ok {
		panic(about + " is not refused")
	}
	p.file.Refused = append(p.file.Refused, projectRefusal{about, len(p.file.Entries), e.Marshal(), fault.Code.String()})
}

func (p *projectPlay) directory() {
	p.add(projectServer, 20250901, &project.Organisation{Suite: project.Suite, Origin: "example.org/projects", Name: "某县人大",
		LogKey: public(key("project log")), Office: "人大办", OfficeKey: public(key("project office")), Settings: project.DefaultSettings()})
	for i, u := range []project.Unit{{Of: project.UnitDepartment, Name: "交通局"}, {Of: project.UnitCommittee, Name: "城环工委"}, {Of: project.UnitStation, Name: "城关代表之家"}} {
		u.Number = uint32(i + 1)
		p.add(projectOffice, 20250901, &u)
	}
	for i, a := range []project.Actor{
		{Role: project.RoleStanding, Name: "常委会", Key: public(key("project standing"))},
		{Role: project.RoleDepartment, Unit: 1, Name: "交通局"}, {Role: project.RoleCommittee, Unit: 2, Name: "城环工委"},
		{Role: project.RoleDeputy, Unit: 3, Name: "代表甲"}, {Role: project.RoleDeputy, Unit: 3, Name: "代表乙"}, {Role: project.RoleDeputy, Unit: 3, Name: "代表丙"},
		{Role: project.RoleGovernment, Name: "政府办"}, {Role: project.RoleParty, Name: "党委"}, {Role: project.RolePresidium, Name: "主席团"},
	} {
		a.Number = uint32(i + 2)
		p.add(projectOffice, 20250901, &a)
	}
}

func (p *projectPlay) adopt() {
	p.add(projectServer, 20250910, &project.Suggestion{Number: 1, Channel: project.ChannelPerson, Source: projectDeputy, Field: project.FieldTraffic, People: 300, Held: 20250909, Contact: true, Text: p.text("停车难")})
	p.refuse("the same content again", p.make(projectServer, 20250910, &project.Suggestion{Number: 2, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: 20250910, Text: project.HashBlob(p.texts[0])}))
	p.add(projectOffice, 20250911, &project.Moderation{Suggestion: 1, Shown: project.ShownText})
	p.add(projectOffice, 20250911, &project.Transfer{Suggestion: 1, Unit: 1})
	p.refuse("another's sequence number", must(project.NewEntry(projectRoads, 2, 20250911, &project.Study{Suggestion: 1})))
	p.refuse("a day before", p.make(projectRoads, 20250910, &project.Study{Suggestion: 1}))
	p.add(projectRoads, 20250920, &project.Study{Suggestion: 1})
	p.add(projectOffice, 20250925, &project.Verdict{Suggestion: 1, Text: p.text("采纳")})
	p.add(projectOffice, 20251001, &project.Candidate{Number: 1, Title: "停车场", Field: project.FieldTraffic, Behind: []uint32{1}, Text: p.text("论述"),
		Figures: project.Figures{Investment: 5_000_000, Fiscal: 3_000_000, People: 2000, Unit: 1, Deadline: 20261130}})
	p.add(projectOffice, 20251001, &project.List{Number: 1, Year: 2026, Candidates: []uint32{1}})
	for i, by := range []uint32{8, 9, projectStanding, 10} {
		p.add(by, 20251101, &project.Passage{List: 1, Gate: project.Gate(i + 1), Passed: true, Document: "第1号"})
	}
	manifest, result, certificate := secretOf("project manifest"), secretOf("project result"), secretOf("project certificate")
	freeze := func(n uint32) *project.Freeze {
		return &project.Freeze{List: 1, Manifest: manifest, Options: []project.Choice{{Candidate: 1, ID: "01", Suggestions: n}}}
	}
	p.refuse("a wish that nobody made", p.make(projectOffice, 20251201, freeze(2)))
	p.add(projectOffice, 20251201, freeze(1))
	p.add(projectServer, 20260112, &project.Adoption{List: 1, Manifest: manifest, Result: result, Certificate: certificate, Tallies: true, First: 1,
		Outcomes: []project.Decided{{Candidate: 1, Outcome: project.OutcomeAdopted, Votes: 201}}})
}

func (p *projectPlay) work() {
	p.add(8, 20260115, &project.Offer{Project: 1, Lead: 1})
	p.add(projectRoads, 20260118, &project.Answer{Project: 1, Accepted: true})
	book := project.TaskBook{Lead: 1, Leader: "副县长", Responsible: "局长", Goals: "建成\n三个停车场", Deadline: 20261130, Investment: 5_000_000,
		Funds: "财政资金三百万元", Safeguards: "专班", Milestones: []project.Milestone{{Name: "设计", Weight: 20, Begins: 20260201, Ends: 20260331}, {Name: "施工", Weight: 80, Begins: 20260401, Ends: 20261031}}}
	short := book
	short.Milestones = book.Milestones[:1]
	p.refuse("weights of 20", p.make(projectRoads, 20260120, &project.Task{Project: 1, Book: short}))
	p.add(projectRoads, 20260120, &project.Task{Project: 1, Book: book})
	site := func(ends project.Date) *project.Site {
		return &project.Site{Project: 1, Builders: "建设单位：交通局\n施工单位：某公司", Standards: "国家标准", Begins: 20260201, Ends: ends, Phone: "12345"}
	}
	p.add(projectRoads, 20260120, site(20261031))
	p.refuse("another department's site", p.make(projectCommittee, 20260120, site(20261031)))
	p.add(projectOffice, 20260120, &project.Team{Project: 1, Leader: "副主任", Committee: 2, Deputies: []uint32{5, 6, 7}})
	p.add(projectRoads, 20260405, &project.Report{Project: 1, Period: 202603, Percents: []uint8{90, 0}, Spent: 100, Outlook: project.OutlookSure, Text: p.text("三月")})
	p.refuse("a percent that falls", p.make(projectRoads, 20260505, &project.Report{Project: 1, Period: 202604, Percents: []uint8{80, 0}, Spent: 100, Outlook: project.OutlookSure, Text: p.text("四月")}))
	p.texts = p.texts[:len(p.texts)-1]
	for _, day := range []project.Date{20260201, 20260331, 20260401, 20260430, 20260801, 20261201} {
		l := p.state.Light(1, day)
		p.file.Lights = append(p.file.Lights, lightVector{uint32(day), l.Planned, l.Actual, l.Share, l.Overdue, l.Colour.String()})
	}
}

func (p *projectPlay) inspect() {
	p.add(projectDeputy, 20260610, &project.Inspection{Number: 1, Project: 1, Held: 20260609, Progress: 4, Quality: 4, Effect: 3, Text: p.text("看现场")})
	p.add(projectCommittee, 20260612, &project.Problem{Number: 1, Project: 1, Inspection: 1, Owner: 1, Due: 20260712, Text: p.text("标线不清")})
	p.add(projectDeputy, 20260613, &project.Contact{Problem: 1, Step: 1, Held: 20260613})
	p.add(projectDeputy, 20260620, &project.Contact{Problem: 1, Step: 2, Held: 20260620})
	p.add(projectRoads, 20260701, &project.Evidence{Problem: 1, Text: p.text("已重画"), Proof: []project.Blob{p.text("照片")}})
	p.add(projectDeputy, 20260702, &project.Recheck{Problem: 1, Passed: true, Held: 20260702, Text: p.text("合格")})
	p.refuse("struck after two contacts", p.make(projectCommittee, 20260702, &project.Strike{Problem: 1}))
	p.add(projectDeputy, 20260703, &project.Contact{Problem: 1, Step: 3, Held: 20260703})
	p.add(projectCommittee, 20260703, &project.Strike{Problem: 1})
	p.add(projectRoads, 20261105, &project.Report{Project: 1, Period: 202610, Percents: []uint8{100, 100}, Spent: 5_000_000, Outlook: project.OutlookSure, Text: p.text("十月")})
	p.add(projectRoads, 20261106, &project.Delivery{Project: 1, Text: p.text("申请验收")})
	p.add(projectCommittee, 20261120, &project.Acceptance{Project: 1, Passed: true, Text: p.text("通过")})
	rating := func(g project.Grade) *project.Rating {
		return &project.Rating{Manifest: secretOf("rating manifest"), Result: secretOf("rating result"), Certificate: secretOf("rating certificate"), Base: 29,
			Rows: []project.Rated{{Project: 1, Good: 14, Basic: 14, Bad: 1, Grade: g}}}
	}
	p.refuse("a grade that the votes do not make", p.make(projectServer, 20261220, rating(project.GradeGood)))
	p.add(projectServer, 20261220, rating(project.GradeBasic))
	p.add(projectCommittee, 20261225, &project.Closure{Project: 1, Text: p.text("销号")})
	p.refuse("closed twice", p.make(projectCommittee, 20261225, &project.Closure{Project: 1, Text: p.text("再销号")}))
	p.texts = p.texts[:len(p.texts)-1]
	for _, file := range p.texts {
		b := project.HashBlob(file)
		h, _ := p.state.Holding(b)
		p.file.Contents = append(p.file.Contents, contentVector{file, b[:], map[project.Visibility]string{
			project.Internal: "internal", project.Pending: "pending", project.Public: "public"}[h.Visibility]})
	}
}

func (p *projectPlay) stages() map[string]string {
	x, _ := p.state.Suggestion(1)
	c, _ := p.state.Candidate(1)
	l, _ := p.state.List(1)
	j, _ := p.state.Project(1)
	q, _ := p.state.Problem(1)
	return map[string]string{
		"suggestion": x.Stage.String(), "candidate": c.Stage.String(), "list": l.Stage.String(),
		"project": j.Stage.String(), "problem": q.Stage.String(),
	}
}
