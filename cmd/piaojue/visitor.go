package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"piaojue/client"
	"piaojue/keyfile"
)

// This file is what waits for who watched the demo: a second vote that is open,
// and all that it takes to finish it by hand. A demo has no secrets: that they
// are printed is what makes it one.

var tryVote = voteTitle{"try", "2026年度民生实事项目票决（试一试）", "open"}

const (
	tryDeputies = 12
	tryLate     = 2 // have not checked in
	tryCast     = 6 // have voted before the visitor comes
)

// visitor is who sits before the screen, with what they get.
type visitor struct {
	*demo      // the finished vote
	open       *demo
	accounts   []account
	passphrase string // of all key files
	code       string // registers a terminal
	minutes    int    // that it serves
}

// receive prepares the second vote, and says where to begin. All of it goes
// into a file as well: it scrolls away.
func (d *demo) receive(ctx context.Context) error {
	fmt.Fprintln(d.out)
	if !d.try {
		d.say("demo.stop")
		return nil
	}
	d.say("try.preparing")
	v := &visitor{demo: d, passphrase: samplePassword()}
	if err := d.take(ctx, v.prepare); err != nil {
		return err
	}
	guide := v.guide()
	if err := keyfile.Write(d.path("try", "guide.txt"), []byte(guide)); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "%s\n", guide)
	v.sayCodes()
	d.say("try.file", d.path("try", "guide.txt"))
	go v.answerEnter()
	return nil
}

func (v *visitor) prepare(ctx context.Context) (err error) {
	if v.open, err = v.openSecond(ctx); err != nil {
		return err
	}
	if v.accounts, err = v.makeAccounts(ctx); err != nil {
		return err
	}
	if err := sealKeys(v.path("try", "keys"), v.open.secrets, v.passphrase); err != nil {
		return err
	}
	v.code, v.minutes, err = v.open.as("staff").makeTerminalCode(ctx)
	return err
}

// openSecond brings a small vote on the same server to where deputies cast. It
// tells no story: the visitor has just seen it.
func (d *demo) openSecond(ctx context.Context) (*demo, error) {
	silent := *d.tool
	silent.out = io.Discard
	s := &demo{
		tool: &silent, vote: tryVote, dir: d.path("try"), base: d.base, late: tryLate,
		scene: scenario{deputies: tryDeputies, candidates: 13, choose: 5, trustees: 3, threshold: 2, seed: d.scene.seed + 1},
	}
	if err := s.readPeople(d.path("server", "people")); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{
		s.prepareDraft, s.freeze, s.approveTrustees, s.holdCeremony, s.checkInAll, s.openVote, s.castSome,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// castSome lets the first deputies vote.
func (d *demo) castSome(ctx context.Context) error {
	first := make([]int, tryCast)
	for i := range first {
		first[i] = i
	}
	return d.castVisits(ctx, []string{""}, d.scene.visits(first))
}

// guide is where to look, who to be, and what to do.
func (v *visitor) guide() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say := v.words.say
	s := v.open.scene
	line("%s", say("try.title", s.deputies, s.candidates, s.choose, tryCast))
	line("\n%s", say("try.pages"))
	for _, p := range v.pages() {
		line("  %-40s %s", v.base+p.path, say("try.page."+p.id))
	}
	line("\n%s", say("try.accounts"))
	for _, a := range v.accounts {
		line("  %-14s %-20s %-33s %s", a.role, a.password, cmp.Or(a.device, "-"), cmp.Or(a.label, v.lang.Text("role."+a.role)))
	}
	line("\n%s", say("try.badges", v.open.path("badges", badgeSheet)))
	for i, x := range v.open.badges[tryCast:] {
		state := "try.present"
		if i >= tryDeputies-tryLate-tryCast {
			state = "try.late"
		}
		line("  %s  %s  %s %s", x.Number, client.FormatBadge(x.seed), say(state), x.Name)
	}
	line("\n%s", say("try.keys", v.passphrase))
	for _, x := range v.open.secrets {
		line("  %s", v.path("try", "keys", x.name+".age"))
	}
	line("\n%s", say("try.guide"))
	for i, step := range v.steps() {
		line("  %d. %s", i+1, step)
	}
	line("\n%s", say("try.agent"))
	line("  bin/piaojue terminal --server %s --vote %s --manifest %x", v.base, v.open.vote.id, v.open.manifest)
	return b.String()
}

// tryPage is an address of the guide, by what the catalogues call it.
type tryPage struct{ path, id string }

// pages are the addresses of the guide.
func (v *visitor) pages() []tryPage {
	if v.plain {
		return tryPages
	}
	return append(slices.Clone(tryPages), projectPages...)
}

var projectPages = []tryPage{
	{"/projects", "projects"},
	{"/projects/4", "project"},
	{"/projects/desk", "projects_desk"},
	{"/projects/wish", "wish"},
}

var tryPages = []tryPage{
	{"/", "home"},
	{"/signin", "signin"},
	{"/terminal", "terminal"},
	{"/hall/try", "hall"},
	{"/podium/try", "podium"},
	{"/operations/try", "operations"},
	{"/console/try", "console"},
	{"/checkin/try", "checkin"},
	{"/sign/try", "sign"},
	{"/trustee/try", "trustee"},
	{"/people", "people"},
	{"/log/try", "log"},
	{"/track/try", "track"},
	{"/verify/try", "verify"},
	{"/hall/demo", "hall_done"},
	{"/log/demo", "log_done"},
	{"/track/demo", "track_done"},
	{"/verify/demo", "verify_done"},
}

// steps are what to do, in order.
func (v *visitor) steps() []string {
	say := v.words.say
	return []string{
		say("try.step.1", v.base, v.code, v.minutes),
		say("try.step.2"),
		say("try.step.3"),
		say("try.step.4"),
		say("try.step.5"),
		say("try.step.6"),
		say("try.step.7"),
		say("try.step.8", v.base, v.open.manifest),
	}
}

// sayCodes shows what the code devices of all accounts would show now.
func (v *visitor) sayCodes() {
	now := v.now()
	v.say("try.codes", 30-now.Unix()%30)
	for _, a := range v.accounts {
		if code, err := a.code(now); err == nil && code != "" {
			fmt.Fprintf(v.out, "  %-12s %s\n", a.role, code)
		}
	}
}

// answerEnter shows the codes again whenever the visitor asks; it ends with
// standard input, or with the program.
func (v *visitor) answerEnter() {
	for asked := bufio.NewScanner(v.in); asked.Scan(); {
		v.sayCodes()
		time.Sleep(time.Second) // who holds the key down, or pipes a file in
	}
}
