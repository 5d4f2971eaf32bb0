package main

import (
	"context"
	"io"
	"strconv"
	"time"

	"piaojue/ballot"
	"piaojue/election"
)

// This file is 满意度测评: the standing committee votes on what was done, with the
// engine and the secrecy of the vote before it.

var rateVote = voteTitle{"satisfaction", "2026年度民生实事项目满意度测评（演示）", "open"}

const rateMembers = 15 // of the standing committee

// gradeOf is what most members think of a project that has come so far.
var gradeOf = map[halt]ballot.Mark{haltAccepted: ballot.Grade0, haltDelivered: ballot.Grade1, haltRedone: ballot.Grade2}

// grade is a member's opinion of each project; one in five is of the middle.
func (s scenario) grade(i int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, s.candidates)}
	for o, usual := range s.grades {
		if c.Marks[o] = usual; i%5 == 4 {
			c.Marks[o] = ballot.Grade1
		}
	}
	return c
}

// rateYear has those projects rated that are done, and closes what may be closed.
// What is 不满意 is to be done again: the server writes that by itself.
func (d *demo) rateYear(ctx context.Context, adopted []uint16) error {
	form, grades, done := filledIn("vote", rateVote.id), []ballot.Mark(nil), 0
	for i, o := range adopted {
		if g, ok := gradeOf[courseOf(int(o)).halt]; ok {
			form.with("projects", strconv.Itoa(i+1))
			if grades = append(grades, g); g == ballot.Grade0 {
				done = i + 1
			}
		}
	}
	if len(grades) == 0 {
		return nil
	}
	if err := d.rate(ctx, form, grades); err != nil {
		return err
	}
	d.say("demo.rated", len(grades))
	if done == 0 {
		return nil
	}
	return d.closeProject(ctx, done, accountOf(courseOf(int(adopted[done-1])).committee))
}

// rate plays the vote. It tells no story: it goes as the one before.
func (d *demo) rate(ctx context.Context, form *paperForm, grades []ballot.Mark) error {
	silent := *d.tool
	silent.out = io.Discard
	s := &demo{
		tool: &silent, vote: rateVote, dir: d.path("satisfaction"), base: d.base, plain: true,
		scene: scenario{deputies: rateMembers, candidates: len(grades), choose: 1, trustees: 2, threshold: 2, seed: d.scene.seed + 2, grades: grades},
	}
	s.choices = func(ctx context.Context) error {
		_, err := s.as("staff_lead").submit(ctx, "/projects/ratings", form, "")
		return err
	}
	if err := s.readPeople(d.path("server", "people")); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		s.prepareDraft, s.freeze, s.approveTrustees, s.holdCeremony, s.checkInAll, s.openVote, s.castPresent, s.closeVote, s.openBox, s.certify,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// castPresent lets all vote who are there.
func (d *demo) castPresent(ctx context.Context) error {
	var present []int
	for i := range d.roll {
		if d.roll[i].Standing == election.Sitting {
			present = append(present, i)
		}
	}
	return d.castVisits(ctx, []string{""}, d.scene.visits(present))
}

// closeProject closes what the members are satisfied with, as soon as the server
// has written that they are.
func (d *demo) closeProject(ctx context.Context, project int, committee string) error {
	for end := time.Now().Add(d.patience()); ; {
		_, err := d.do(ctx, committee, "closure", project, filledIn("closure", "验收合格，测评满意，资料归档，予以结项。"))
		if err == nil || time.Now().After(end) {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}
