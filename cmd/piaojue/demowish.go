package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"piaojue/election"
	"piaojue/lang"
)

// This file is the half-year before the vote: people ask for things, and the
// office and departments make candidates of them.

// chinaTime is where the days of the log are counted.
var chinaTime = time.FixedZone("UTC+8", 8*60*60)

// withProjects adds what comes before and after the vote.
func (d *demo) withProjects(steps []demoStep) []demoStep {
	if d.plain {
		return steps
	}
	steps = slices.Insert(steps, 1, demoStep{"wishes", d.collectWishes})
	return append(steps, demoStep{"year", d.liveYear})
}

// persons are the accounts of the server, as flags of piaojued init; none: one of
// each role. Those of the vote are named after their roles.
func (d *demo) persons() (all []string) {
	if d.plain {
		return nil
	}
	add := func(role, id, name string) { all = append(all, "--person", role+":"+id+":"+name) }
	for _, role := range sampleRoles {
		add(role, role, lang.ZH.Text("role."+role))
	}
	for _, u := range sampleUnits {
		if u.person != "" {
			add("member", u.person, u.name)
		}
	}
	for _, o := range sampleOrgans {
		if o.person != "presidium" { // which has an account for the vote
			add("member", o.person, o.name)
		}
	}
	for i := range sampleSignedIn {
		add("member", deputyAccount(i), fmt.Sprintf("代表%d", i+1))
	}
	return all
}

func deputyAccount(i int) string { return fmt.Sprintf("deputy%d", i+1) }

// unit returns the number of a unit in the log.
func unitNumber(name string) string {
	for i, u := range sampleUnits {
		if u.name == name {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// accountOf returns the account of a unit.
func accountOf(unit string) string {
	for _, u := range sampleUnits {
		if u.name == unit {
			return u.person
		}
	}
	return ""
}

// collectWishes begins the log of the projects, and brings it to a list of
// candidates.
func (d *demo) collectWishes(ctx context.Context) error {
	options, err := sampleOptions(d.scene.candidates)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context, []election.Option) error{
		d.beginProjects, d.sendWishes, d.answerWishes, d.makeCandidates, d.drawList,
	} {
		if err := step(ctx, options); err != nil {
			return err
		}
	}
	d.choices = d.putList
	d.say("demo.wished", len(sampleWishes), len(options))
	return nil
}

// beginProjects makes the log and the directory.
func (d *demo) beginProjects(ctx context.Context, _ []election.Option) error {
	begin := filledIn("name", "示例市人民代表大会", "office", "市人大常委会办公室")
	if _, err := d.as("staff_lead").submit(ctx, "/projects/begin", begin, ""); err != nil {
		return err
	}
	for _, u := range sampleUnits {
		f := filledIn("unit_kind", u.kind, "name", u.name, "parent", unitNumber(u.parent))
		if _, err := d.do(ctx, "staff_lead", "unit", 0, f); err != nil {
			return err
		}
	}
	for _, o := range sampleOrgans {
		if err := d.addActor(ctx, o.role, "", o.name, o.person); err != nil {
			return err
		}
	}
	for _, u := range sampleUnits {
		if u.role == "" {
			continue
		}
		if err := d.addActor(ctx, u.role, u.name, u.name, u.person); err != nil {
			return err
		}
	}
	return d.addDeputies(ctx)
}

// addDeputies names the first deputies of the roll, at the stations of the
// districts.
func (d *demo) addDeputies(ctx context.Context) error {
	roll := sampleRoll(d.scene.deputies, d.scene.rand(1))
	for i := range sampleDeputies {
		account := ""
		if i < sampleSignedIn {
			account = deputyAccount(i)
		}
		station := sampleUnits[len(sampleUnits)-8+i%8].name
		if err := d.addActor(ctx, actsDeputy, station, roll[i].Name, account); err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) addActor(ctx context.Context, role, unit, name, account string) error {
	f := filledIn("actor_role", role, "unit", unitNumber(unit), "public_name", name, "account", account)
	_, err := d.do(ctx, "staff_lead", "actor", 0, f)
	return err
}

// firstDeputy is the number of the first deputy's actor: the server is 0, the
// office 1.
func firstDeputy() int {
	n := 2 + len(sampleOrgans)
	for _, u := range sampleUnits {
		if u.role != "" {
			n++
		}
	}
	return n
}

// sendWishes fills in the form that is open to everybody, without an account, and
// the one on which a station types in what people tell it.
func (d *demo) sendWishes(ctx context.Context, _ []election.Option) error {
	anybody, err := newServer(d.base, d.vote.id, "", nil, d.lang)
	if err != nil {
		return err
	}
	anybody.tells(d.timing(), d.sayWaiting)
	for i, w := range sampleWishes {
		f := filledIn("thing", w.thing, "field", w.field, "district", unitNumber(w.district), "place", w.place, "why", w.why, "people", w.people)
		if w.photo {
			picture, err := drawScene(i+1, before)
			if err != nil {
				return err
			}
			f.picture(picture)
		}
		by, door := anybody, wishPath(w)
		if w.typed {
			by, door = d.as("station_east"), "/projects/intake/wish"
			f.with("held", d.dayIn(-3*i)) // the day on which they came
		}
		if _, err := by.submit(ctx, door, f, "photos"); err != nil {
			return err
		}
	}
	return nil
}

// wishPath is where the code of the district's station leads.
func wishPath(w sampleWish) string {
	for i, u := range sampleUnits {
		if u.kind == unitStation && u.parent == w.district {
			return "/projects/wish?station=" + strconv.Itoa(i+1)
		}
	}
	return "/projects/wish"
}

// answerWishes is the office, which shows, bundles and passes on, and those who
// answer. The last wish waits for whoever looks at the demo.
func (d *demo) answerWishes(ctx context.Context, options []election.Option) error {
	lead := 0
	for i, w := range sampleWishes {
		n := i + 1
		if n == len(sampleWishes) {
			return nil
		}
		if _, err := d.do(ctx, "staff_lead", "moderation", n, filledIn("shown", "2")); err != nil {
			return err
		}
		var err error
		switch {
		case w.candidate > len(options): // they are not in this demo
		case w.candidate > 0 && lead > 0 && sampleWishes[lead-1].candidate == w.candidate:
			_, err = d.do(ctx, "staff_lead", "bundle", lead, filledIn("members", strconv.Itoa(n)))
		case w.candidate > 0:
			lead = n
			err = d.takeUp(ctx, n, options[w.candidate-1].Unit)
		case w.solved != "":
			_, err = d.do(ctx, "staff_lead", "solution", n, filledIn("solution", w.solved))
		default:
			_, err = d.do(ctx, "government", "verdict", n, filledIn("reason", w.reason, "answer", w.refusal))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// takeUp passes a wish on to a department, which looks into it; the government
// takes it up.
func (d *demo) takeUp(ctx context.Context, wish int, department string) error {
	if _, err := d.do(ctx, "staff_lead", "transfer", wish, filledIn("department", unitNumber(department))); err != nil {
		return err
	}
	if _, err := d.do(ctx, accountOf(department), "study", wish, filledIn()); err != nil {
		return err
	}
	_, err := d.do(ctx, "government", "verdict", wish, filledIn("reason", "0", "answer", "采纳。"+department+"已现场了解情况，列为候选项目的来源。"))
	return err
}

// makeCandidates makes the candidates, each with the wishes that it comes from.
func (d *demo) makeCandidates(ctx context.Context, options []election.Option) error {
	for i, o := range options {
		var behind []string
		field := "12"
		for k, w := range sampleWishes {
			if w.candidate == i+1 && len(behind) == 0 { // the others are bundled with it
				behind, field = append(behind, strconv.Itoa(k+1)), w.field
			}
		}
		figures := []string{
			"investment", wan(o.Investment), "fiscal", wan(o.Fiscal), "department", unitNumber(o.Unit), "deadline", d.lastDay(),
			"people", strconv.Itoa(samplePeople[i%len(samplePeople)]),
		}
		f := filledIn("title", o.Name, "field", field, "case", o.Content, "behind", strings.Join(behind, " ")).with(figures...)
		n, err := d.do(ctx, "government", "candidate", 0, f)
		if err != nil {
			return err
		}
		marks := filledIn(figures...).with("estimate", "资金有来源，用地已落实，年内可以完成。")
		for _, m := range []string{"mark_need", "mark_feasible", "mark_means", "mark_nature", "mark_land", "mark_safety", "mark_lawful"} {
			marks.with(m, "1")
		}
		if _, err := d.do(ctx, "government", "estimate", n, marks); err != nil {
			return err
		}
	}
	return nil
}

// wan writes an amount in 万元, which those of the sample are.
func wan(yuan uint64) string { return strconv.FormatUint(yuan/10_000, 10) }

// lastDay is the day by which projects shall be done: it must be to come,
// whenever the demo is played.
func (d *demo) lastDay() string { return d.dayIn(45) }

// dayIn is the day so many days from today, as browsers write it. Days of the
// log are those of China.
func (d *demo) dayIn(days int) string {
	return d.now().In(chinaTime).AddDate(0, 0, days).Format("2006-01-02")
}
