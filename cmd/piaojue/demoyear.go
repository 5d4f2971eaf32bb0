package main

import (
	"context"
	"slices"
	"strconv"

	"piaojue/election"
)

// This file is the year after the vote: departments take the adopted projects
// on, report on them, and the congress inspects and accepts.

// yearOf is a project that is played.
type yearOf struct {
	*demo
	ctx        context.Context
	number     int // of the project
	option     election.Option
	course     sampleCourse
	department string // account
	committee  string // account
	err        error  // of the first form that was refused; what follows is left out
}

// liveYear plays what follows from the result.
func (d *demo) liveYear(ctx context.Context) error {
	state := d.board.State()
	adopted := slices.Sorted(slices.Values(state.Result().Outcome.Adopted))
	if len(adopted) == 0 {
		return nil
	}
	if err := d.awaitAdoption(ctx, len(adopted)); err != nil {
		return err
	}
	for i, o := range adopted {
		y := &yearOf{demo: d, ctx: ctx, number: i + 1, option: state.Manifest().Options[o], course: courseOf(int(o))}
		y.department, y.committee = accountOf(y.option.Unit), accountOf(y.course.committee)
		y.play()
		if y.err != nil {
			return y.err
		}
	}
	if err := d.planYear(ctx); err != nil {
		return err
	}
	d.say("demo.lived", len(adopted))
	if err := d.rateYear(ctx, adopted); err != nil {
		return err
	}
	d.say("demo.one_day")
	return nil
}

// planYear is what the office plans, and a day on which a deputy received people.
func (d *demo) planYear(ctx context.Context) error {
	plan := filledIn("work", "3", "committee", unitNumber(cityCommittee), "projects", "1", "due", d.lastDay(), "plan", "逐项核对完成情况，走访受益群众，形成满意度测评材料。")
	if _, err := d.do(ctx, "staff_lead", "plan", 0, plan); err != nil {
		return err
	}
	_, err := d.do(ctx, "station_east", "activity", firstDeputy(), filledIn("duty", "1", "held", d.dayIn(-12)))
	return err
}

// do fills in a form about the project, unless one was refused before.
func (y *yearOf) do(who, kind string, f *paperForm) {
	y.about(who, kind, y.number, f)
}

// about is do for something else, and returns the number of what was made.
func (y *yearOf) about(who, kind string, number int, f *paperForm) (made int) {
	if y.err == nil {
		made, y.err = y.demo.do(y.ctx, who, kind, number, f)
	}
	return made
}

// scene adds a picture to a form.
func (y *yearOf) scene(f *paperForm, when season) *paperForm {
	if y.err != nil {
		return f
	}
	picture, err := drawScene(y.number, when)
	y.err = err
	return f.picture(picture)
}

// play goes on until the course halts.
func (y *yearOf) play() {
	y.handOver()
	y.team()
	if y.course.halt == haltTaken {
		return
	}
	y.taskBook()
	for month := range reportedMonths {
		y.report(month)
	}
	y.problem()
	switch y.course.halt {
	case haltAsked:
		y.inquire()
	case haltSuspended:
		y.suspend()
	case haltDelivered:
		y.deliver()
	case haltRedone:
		y.deliver()
		y.inspect("3", "就餐环境整洁；两处助餐点没有适老扶手，菜价未公示。")
	case haltAccepted:
		y.deliver()
		y.inspect("5", "走访住户二十八家，都说方便了。")
		y.do(y.committee, "acceptance", filledIn("acceptance_passed", "yes", "acceptance", "现场抽查二十部，资料齐全，同意通过验收。"))
	}
}

// handOver is 预交办: the department accepts, or objects first.
func (y *yearOf) handOver() {
	offer := []string{"lead_department", unitNumber(y.option.Unit)}
	for range y.course.objections {
		y.do("government", "offer", filledIn(offer...))
		y.do(y.department, "answer", filledIn("accepted", "no", "objection", "管线穿越国道，须交通部门协办，请重新明确分工。"))
	}
	if y.course.objections > 0 {
		offer = append(offer, "assisting", unitNumber("市交通运输委员会"))
	}
	y.do("government", "offer", filledIn(offer...))
	y.do(y.department, "answer", filledIn("accepted", "yes"))
}

// team is three deputies under a committee.
func (y *yearOf) team() {
	f := filledIn("team_leader", "市人大常委会副主任", "committee", unitNumber(y.course.committee), "specialists", "1")
	for i := range sampleSignedIn {
		f.with("deputies", strconv.Itoa(firstDeputy()+i))
	}
	y.do("staff_lead", "team", f)
}

// taskBook is 领单, with a promise in public.
func (y *yearOf) taskBook() {
	f := filledIn("leader", "分管副市长", "responsible", y.option.Unit+"主要负责人", "goals", y.option.Content,
		"deadline", y.lastDay(), "investment", wan(y.option.Investment), "funds", "财政资金"+wan(y.option.Fiscal)+"万元，其余由责任单位筹措，专款专用。",
		"safeguards", "每月调度一次，公开电话受理群众意见，质量问题一次整改到位。")
	begins := -300
	for i, m := range []struct{ name, weight string }{{"前期手续", "20"}, {"施工建设", "60"}, {"验收交付", "20"}} {
		f.with("milestones_0", m.name, "milestones_1", m.weight, "milestones_2", y.dayIn(begins), "milestones_3", y.dayIn(y.course.ends[i]))
		begins = y.course.ends[i] + 1
	}
	y.do(y.department, "task", f)
	y.do(y.department, "site", filledIn("builders", "建设单位："+y.option.Unit+"\n施工单位：市建设工程有限公司\n监理单位：市工程监理中心",
		"standards", "按国家和本省现行标准，一次验收合格。", "site_begins", y.dayIn(-300), "site_ends", y.dayIn(y.course.ends[2]), "report_phone", "12345"))
	y.do(y.department, "commitment", filledIn("commitment", "我们承诺：按任务书的时限和标准完成，进度每月公开，欢迎监督。"))
}

// reportedMonths is how many reports each project has: those of the last months.
const reportedMonths = 3

// report is the progress of a month. Numbers grow evenly up to the last.
func (y *yearOf) report(month int) {
	part, all := month+1, reportedMonths
	today := y.now().In(chinaTime)
	period := today.AddDate(0, part-all, 1-today.Day()).Format("2006-01")
	text, picture := "按计划推进。", before
	done := 0
	f := filledIn("period", period, "percents", "yes")
	for _, p := range y.course.percents {
		f.with("percents_0", strconv.Itoa(p*part/all))
		done += p
	}
	if part == all {
		if text, picture = y.course.progress, working; done == 300 {
			picture = after
		}
	}
	spent := y.option.Investment / 10_000 * uint64(done) / 300 * uint64(part) / uint64(all)
	f.with("spent", strconv.FormatUint(spent, 10), "outlook", y.course.outlook, "progress", text)
	if part == 1 || part == all {
		f = y.scene(f, picture)
	}
	y.do(y.department, "report", f)
}

// inspect is a visit of a deputy.
func (y *yearOf) inspect(score, opinion string) {
	f := filledIn("held", y.dayIn(-1), "score_progress", score, "score_quality", score, "score_effect", score, "opinion", opinion)
	y.do(deputyAccount(0), "inspection", y.scene(f, working))
}

// problem is what an inspection found, from the list until it is struck off it.
func (y *yearOf) problem() {
	if y.course.found == "" {
		return
	}
	y.inspect("3", y.course.found)
	n := y.about(y.committee, "problem", y.number, filledIn("owner", unitNumber(y.option.Unit), "due", y.dayIn(20), "problem", y.course.found))
	contact := func(days int) { y.about(deputyAccount(0), "contact", n, filledIn("held", y.dayIn(days))) }
	contact(-9)
	if !y.course.righted {
		return
	}
	contact(-5)
	y.about(y.department, "evidence", n, y.scene(filledIn("rectified", "已整改完成，见照片。"), after))
	y.about(y.committee, "recheck", n, filledIn("recheck_passed", "yes", "held", y.dayIn(-1), "recheck", "现场复查，问题已解决。"))
	contact(-1)
	y.about(y.committee, "strike", n, filledIn("consent", "1"))
}

// inquire is a question that was answered.
func (y *yearOf) inquire() {
	n := y.about(y.committee, "inquiry", y.number, filledIn("inquiry_work", "6", "asked_department", unitNumber(y.option.Unit), "due", y.dayIn(20), "question", "步道为什么比计划少七公里？"))
	y.about(y.department, "response", n, filledIn("class", "3", "reply", "滨河段正在办理河道手续，下月初开工，年底前贯通。"))
	y.about(y.committee, "settlement", n, filledIn("enough", "yes"))
}

// suspend is decided by the standing committee, and announced. That it must be
// reported to the next plenary waits.
func (y *yearOf) suspend() {
	y.do(y.department, "request", filledIn("ruled", "2", "request_why", "地块与地铁施工区域重叠，须待地铁完工。"))
	y.do("standing", "ruling", filledIn("granted", "yes", "document", "示例市人大常委会决定〔2026〕3号", "decision", "同意暂缓，地铁施工结束后恢复。"))
	y.do("standing", "announcement", filledIn("announcement", "公共停车泊位增设项目暂缓实施，已建成的九百个泊位照常开放。"))
}

func (y *yearOf) deliver() {
	y.do(y.department, "delivery", y.scene(filledIn("delivery", "任务书所列内容全部完成，申请验收。"), after))
}
