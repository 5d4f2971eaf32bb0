package form

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"piaojue/audit"
	"piaojue/project"
)

// course is a log of projects with what the forms need, and the texts beside it.
type course struct {
	*testing.T
	state  *project.State
	bodies []project.Body
	texts  map[project.Blob]string
	day    project.Date
}

func (c *course) do(actor uint32, b project.Body) {
	c.Helper()
	e, err := c.state.Draft(actor, c.day, b)
	if err == nil {
		err = c.state.Apply(e)
	}
	if err != nil {
		c.Fatalf("%s: %v", b.Kind(), err)
	}
	c.bodies = append(c.bodies, b)
}

func (c *course) text(text string) project.Blob {
	var salt [32]byte
	binary.BigEndian.PutUint64(salt[:], uint64(len(c.texts)))
	_, b := project.NewBlob(salt, project.MediaText, []byte(text))
	c.texts[b] = text
	return b
}

func (c *course) papers() *Papers {
	return &Papers{
		State: c.state, Today: c.day.Add(40), Checkpoint: audit.Checkpoint{Origin: "piaojue/projects/1", Size: c.state.Size(), Root: [32]byte{7}},
		Body:  func(at uint64) (project.Body, error) { return c.bodies[at], nil },
		Words: func(b project.Blob) (string, error) { return c.texts[b], nil },
	}
}

// newCourse brings one of two candidates to its work, finds a problem, suspends
// the work, and rates it.
func newCourse(t *testing.T) *course {
	t.Helper()
	c := &course{T: t, state: project.New(nil), texts: map[project.Blob]string{}, day: 20260301}
	set := project.DefaultSettings()
	set.Gates, set.TeamDeputies = 0, 1
	c.do(0, &project.Organisation{Suite: project.Suite, Origin: "piaojue/projects/1", Name: "兰州市人民代表大会", LogKey: [32]byte{1}, Office: "市人大常委会办公室", Settings: set})
	for i, u := range []project.Unit{{Of: project.UnitDepartment, Name: "市住建局"}, {Of: project.UnitCommittee, Name: "城建环资工委"}, {Of: project.UnitStation, Name: "雁滩代表之家"}} {
		u.Number = uint32(i + 1)
		c.do(1, &u)
	}
	for i, a := range []project.Actor{
		{Role: project.RoleDepartment, Unit: 1, Name: "市住建局"}, {Role: project.RoleCommittee, Unit: 2, Name: "城建环资工委"}, {Role: project.RoleDeputy, Unit: 3, Name: "马𫖯"},
		{Role: project.RoleStation, Unit: 3, Name: "雁滩代表之家"}, {Role: project.RoleStanding, Name: "市人大常委会"},
	} {
		a.Number = uint32(i + 2)
		c.do(1, &a)
	}
	c.do(5, &project.Suggestion{Number: 1, Channel: project.ChannelForm, Source: 3, Field: project.FieldHousing, People: 300, Held: c.day, Contact: true, Text: c.text("加装电梯")})
	c.do(0, &project.Suggestion{Number: 2, Channel: project.ChannelWeb, Field: project.FieldTraffic, Held: c.day, Text: c.text("=路灯不亮")})
	c.adopt()
	c.watch()
	return c
}

func (c *course) adopt() {
	f := &project.Freeze{List: 1, Manifest: [32]byte{1}}
	a := &project.Adoption{List: 1, Manifest: [32]byte{1}, Result: [32]byte{2}, Certificate: [32]byte{3}, First: 1}
	for i, title := range []string{"老旧小区加装电梯补助", "社区助餐点建设"} {
		n := uint32(i + 1)
		c.do(1, &project.Candidate{Number: n, Title: title, Field: project.FieldHousing, Text: c.text("论述"), Figures: project.Figures{Investment: 5_000_000, Deadline: 20261130}})
		f.Options = append(f.Options, project.Choice{Candidate: n, ID: fmt.Sprint(n)})
		a.Outcomes = append(a.Outcomes, project.Decided{Candidate: n, Outcome: project.OutcomeAdopted})
	}
	c.do(1, &project.List{Number: 1, Year: 2026, Candidates: []uint32{1, 2}})
	c.do(1, f)
	c.do(0, a)
	c.do(1, &project.Offer{Project: 1, Lead: 1})
	c.do(2, &project.Answer{Project: 1, Accepted: true})
	c.do(2, &project.Task{Project: 1, Book: project.TaskBook{
		Lead: 1, Leader: "副市长", Responsible: "局长", Goals: "加装一百部", Deadline: 20261130, Investment: 52_000_000, Funds: "财政补助", Safeguards: "专班推进",
		Milestones: []project.Milestone{{Name: "招标", Weight: 40, Begins: 20260301, Ends: 20260601}, {Name: "施工", Weight: 60, Begins: 20260602, Ends: 20261130}},
	}})
	c.do(1, &project.Team{Project: 1, Leader: "副主任", Committee: 2, Deputies: []uint32{4}})
}

func (c *course) watch() {
	c.day = 20260620
	c.do(4, &project.Inspection{Number: 1, Project: 1, Held: 20260618, Progress: 2, Quality: 4, Effect: 3, Text: c.text("工期滞后")})
	c.do(3, &project.Problem{Number: 1, Project: 1, Inspection: 1, Owner: 1, Due: 20260720, Official: "副主任", Text: c.text("三处工地停工")})
	c.do(2, &project.Request{Project: 1, For: project.RuledSuspend, Text: c.text("汛期无法施工")})
	c.do(6, &project.Ruling{Project: 1, For: project.RuledSuspend, Granted: true, Document: "常发二十号", Text: c.text("同意暂缓至九月")})
	c.do(1, &project.Announcement{Project: 1, Text: c.text("现予公告")})
	c.do(1, &project.Notice{Project: 1, Meeting: "第七次会议", Held: 20260620})
	c.do(0, &project.Rating{Manifest: [32]byte{9}, Result: [32]byte{8}, Certificate: [32]byte{7}, Base: 331, Rows: []project.Rated{{Project: 1, Good: 100, Basic: 60, Bad: 140, Grade: project.GradeBad, Due: 20260920}}})
}

// TestPapers: each form about projects says what the log says, twice in the same
// bytes; a text that was erased is said to be, and nothing else is missing.
func TestPapers(t *testing.T) {
	c := newCourse(t)
	p := c.papers()
	face := typeface(t)
	for _, x := range []struct {
		number int
		about  uint32
		name   string
		want   []string
	}{
		{TaskPaper, 1, "表八-领单任务书", []string{"市住建局", "5200万元", "2026年11月30日", "招标", "40"}},
		{RulingPaper, 1, "表九-项目调整（暂缓、终止）申请与决定", []string{"暂缓　同意", "汛期无法施工", "常发二十号", "第七次会议", "现予公告"}},
		{InspectionPaper, 1, "表十-验单意见表", []string{"马𫖯", "二分　较差", "工期滞后", "2026年6月18日"}},
		{ProblemsPaper, 0, "表十一-问题、责任、整改三清单", []string{"三处工地停工", "副主任", "待整改", "2026年7月20日"}},
		{RatingPaper, 1, "表十二-民生实事项目满意度测评结果", []string{"不满意", "140", "100"}},
		{ReceptionPaper, 1, "表十三-代表接待（点单）登记表", []string{"雁滩代表之家", "加装电梯", "约300人"}},
		{ActivityPaper, 0, "附表一-代表履职活动统计", []string{"马𫖯", "雁滩代表之家", "验单"}},
		{ReminderPaper, 0, "附表二-待办提醒单", []string{"整改并提交证据（问题第1号）", "老旧小区加装电梯补助", "转交（意见第1号）", "2026年7月20日"}},
		{WishPaper, 2, "表十四-民生实事项目征集表", []string{"=路灯不亮", "网上", "已收到"}},
	} {
		f, err := p.Form(x.number, x.about)
		if err != nil || f == nil {
			t.Fatalf("%d: %v, %v", x.number, f, err)
		}
		var texts []string
		for _, b := range f.blocks {
			texts = append(texts, b.texts()...)
		}
		all := strings.Join(texts, "\n")
		for _, want := range append(x.want, "兰州市人民代表大会") {
			if !strings.Contains(all, want) {
				t.Errorf("%d: no %q in\n%s", x.number, want, all)
			}
		}
		if strings.Contains(all, "%!") || strings.Contains(all, "t1") || f.FileName() != x.name {
			t.Errorf("%d: %s\n%s", x.number, f.FileName(), all)
		}
		pdf, book := written(t, f, face)
		again, _ := p.Form(x.number, x.about)
		pdf2, book2 := written(t, again, face)
		if !bytes.Equal(pdf, pdf2) || !bytes.Equal(book, book2) {
			t.Errorf("%d: other bytes", x.number)
		}
	}
}

// TestRatedAgain: the form of a vote has all its rows, also of a project that
// another vote has rated since.
func TestRatedAgain(t *testing.T) {
	c := newCourse(t)
	c.do(1, &project.Offer{Project: 2, Lead: 1})
	c.do(2, &project.Answer{Project: 2, Accepted: true})
	p, _ := c.state.Project(1)
	c.do(2, &project.Task{Project: 2, Book: *p.Task})
	rate := func(vote byte, base uint32, rows ...project.Rated) {
		c.do(0, &project.Rating{Manifest: [32]byte{vote}, Result: [32]byte{8}, Certificate: [32]byte{7}, Base: base, Rows: rows})
	}
	rate(10, 331, project.Rated{Project: 2, Good: 201, Basic: 60, Bad: 40, Grade: project.GradeGood}, project.Rated{Project: 1, Option: 1, Good: 111, Basic: 22, Bad: 140, Grade: project.GradeBad, Due: 20260920})
	rate(11, 330, project.Rated{Project: 1, Good: 222, Basic: 33, Bad: 5, Grade: project.GradeGood})
	for about, want := range map[uint32]string{2: "全体组成人员 331 名。 1 老旧小区加装电梯补助 111 22 140 0 不满意 2 社区助餐点建设 201 60 40 0 满意", 1: "全体组成人员 330 名。 1 老旧小区加装电梯补助 222 33 5 0 满意"} {
		f, err := c.papers().Form(RatingPaper, about)
		if err != nil || f == nil {
			t.Fatal(err)
		}
		var texts []string
		for _, b := range f.blocks {
			texts = append(texts, b.texts()...)
		}
		all := strings.Join(texts, " ")
		for _, part := range strings.Fields(want) {
			if !strings.Contains(all, part) {
				t.Errorf("project %d: no %q in %s", about, part, all)
			}
		}
		if strings.Contains(all, "社区助餐点建设") != (about == 2) {
			t.Errorf("project %d: rows of another vote: %s", about, all)
		}
	}
}

// Who asks for what is not there gets no form.
func TestPapersAbsent(t *testing.T) {
	c := newCourse(t)
	p := c.papers()
	for _, x := range [][2]int{{TaskPaper, 2}, {TaskPaper, 0}, {RulingPaper, 2}, {InspectionPaper, 2}, {ProblemsPaper, 2}, {ProblemsPaper, 9}, {RatingPaper, 2}, {ReceptionPaper, 2}, {WishPaper, 1}, {WishPaper, 7}, {7, 1}, {17, 1}} {
		if f, err := p.Form(x[0], uint32(x[1])); f != nil || err != nil {
			t.Errorf("form %d about %d: %v, %v", x[0], x[1], f, err)
		}
	}
	clear(c.texts)
	f, err := p.Form(InspectionPaper, 1)
	if err != nil || !strings.Contains(fmt.Sprint(f.blocks[len(f.blocks)-3].texts()), words("tx.form_withheld")) {
		t.Errorf("an erased text: %v", err)
	}
}

// TestActivityKnowsNoCasting: nothing that says whether, when or how a deputy cast
// can come into the record of activities: it counts exactly what a Tally holds, and
// each field of that is a public duty.
func TestActivityKnowsNoCasting(t *testing.T) {
	var fields []string
	tally := reflect.TypeFor[project.Tally]()
	for i := range tally.NumField() {
		fields = append(fields, tally.Field(i).Name)
	}
	if want := []string{"Suggestions", "Inspections", "Rechecks", "Contacts", "Duties"}; !slices.Equal(fields, want) {
		t.Errorf("a tally counts %q", fields)
	}
	if got, want := len(activityColumns), 2+4+int(project.DutyMeeting); got != want {
		t.Errorf("%d columns, want %d", got, want)
	}
	for _, id := range activityColumns {
		if strings.ContainsAny(words(id), "票投决弃赞") {
			t.Errorf("column %s", words(id))
		}
	}
}

// TestReminderWords: whatever can be awaited has its words.
func TestReminderWords(t *testing.T) {
	for _, k := range []project.Kind{
		project.KindTransfer, project.KindVerdict, project.KindAnswer, project.KindOffer, project.KindTask, project.KindDelivery, project.KindReport,
		project.KindAnnouncement, project.KindNotice, project.KindEvidence, project.KindRecheck, project.KindLookback, project.KindResponse, project.KindEvent,
	} {
		if id := "t16.awaits_" + k.String(); words(id) == id {
			t.Errorf("no text %q", id)
		}
	}
}
