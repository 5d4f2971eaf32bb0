package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// journey is a whole vote on a server that knew nobody, which people take
// through the pages.
type journey struct {
	*stage
	net     *tap // the network of the office and of the hall
	browser *browser
	links   map[string]string // one-time links of those who have not come yet

	admin, lead, clerk, chair, gate, auditor *seat
	trustees                                 []*seat          // three of five have a page
	remote                                   []*remoteTrustee // the other two a program

	hall, podium *tab
	kiosks       []*kioskSeat
	losing       *losing // the network of one kiosk

	mu   sync.Mutex // guards acks
	acks []time.Time

	receipt string // what a phone opens to find a ballot
}

// TestWholeVote goes through a whole vote by the pages only: administrator,
// staff, check-in, three of five trustees, six terminals at once among others,
// the screen of the hall watched all along, to the verifier in a browser.
// Nothing secret leaves a device (attacks S3, S5, K1, V13).
func TestWholeVote(t *testing.T) {
	j := newJourney(t)
	j.step("the first administrator and the accounts", j.invite)
	j.step("everybody comes in", j.arrive)
	j.step("the vote on the console", j.prepare)
	j.step("keys and freeze", j.freeze)
	j.step("trustees", j.sealBox)
	j.step("check-in", j.comeIn)
	j.step("terminals and opening", j.openVoting)
	j.step("votes", j.voteAll)
	j.step("close", j.closeVoting)
	j.step("opening the box", j.openBox)
	j.step("signatures and result", j.certifyResult)
	j.step("announcement and archive", j.publish)
	j.step("track and verify", j.verifyAll)
	j.step("secrets", j.checkNothingLeft)
}

func newJourney(t testing.TB) *journey {
	s := emptyStage(t)
	s.config.PlainCookies, s.config.Grace = true, 10*time.Second
	s.deputies, s.n, s.t = len(truth.names), 5, 3
	s.close()
	j := &journey{stage: s, links: make(map[string]string)}
	j.links["admin"] = s.inviteFirst()
	s.open()
	j.net = newTap(s)
	j.browser = newBrowser(t, j.net.URL)
	return j
}

// inviteFirst is what piaojued init does.
func (s *stage) inviteFirst() string {
	s.Helper()
	ctx := s.Context()
	db, err := s.openDB()
	must(s, err)
	a, err := OpenAdministration(ctx, db, s.config.Keys, slog.Default(), time.Now)
	must(s, err)
	link, err := a.InviteFirst(ctx, Person{ID: "administrator", Name: "管理员", Role: store.RoleAdmin})
	must(s, err)
	must(s, db.Close())
	return link.Path
}

// step does a part of the journey, and says how long it took.
func (j *journey) step(name string, do func()) {
	j.Helper()
	start := time.Now()
	do()
	j.Logf("%-45s %5.1f s", name, time.Since(start).Seconds())
}

// together lets several people act at once.
func (j *journey) together(all ...func()) {
	j.Helper()
	var wg sync.WaitGroup
	for _, f := range all {
		wg.Go(f)
	}
	wg.Wait()
	if j.Failed() {
		j.FailNow()
	}
}

// truth is who votes how in this vote; all that is shown is compared with it.
var truth = struct {
	names    []string // of all deputies, by roll
	present  int      // the first ones
	issued   int
	cast     int
	options  int
	declines int // the deputy who gives the credential back
}{
	names: strings.Fields("王建国 李秀英 阿依古丽·买买提 张伟 欧阳明 单雄信 刘桂兰 陈志强 杨丽华 赵永福 黄文静 周国栋 " +
		"吴春梅 徐海涛 孙淑珍 马小军 朱玉兰 胡德胜 林月娥 郭建平 何慧敏 高志远 罗秋菊 梁万里"),
	present: 23, issued: 22, cast: 21, options: 13, declines: 21,
}

// Deputies at the six kiosks.
const (
	challenger = iota
	reloader
	crasher
	abstainer
	spoiler
	keeper // of the receipt
	atKiosks
)

// choiceOf is how a deputy votes: those at kiosks mark the first options.
func choiceOf(i int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, truth.options)}
	switch i {
	case abstainer:
		c.Abstain = true
		return c
	case spoiler:
		c.Spoil = true
		return c
	}
	for o := range kioskMarks(i) {
		c.Marks[o] = ballot.For
	}
	if i >= atKiosks { // others leave one of the first ten out for a later one
		c.Marks[i%10], c.Marks[10+i%3] = ballot.None, ballot.For
	}
	return c
}

func kioskMarks(i int) int {
	if i == keeper {
		return 8
	}
	return 10
}

// votesFor is how many votes each option has.
func votesFor() []uint32 {
	votes := make([]uint32, truth.options)
	for i := range truth.cast {
		for o, m := range choiceOf(i).Marks {
			if m == ballot.For {
				votes[o]++
			}
		}
	}
	return votes
}

// numbers of the whole vote.
func (j *journey) numbers() election.Numbers {
	return election.Numbers{
		N: uint32(len(truth.names)), P: uint32(truth.present), I: uint32(truth.issued), R: uint32(truth.cast), U: 1,
		V: uint32(truth.cast) - 1, X: 1,
	}
}

// goOn runs something beside the journey, to its end.
func (j *journey) goOn(run func(context.Context)) {
	ctx, stop := context.WithCancel(j.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx)
	}()
	j.Cleanup(func() {
		stop()
		<-done
	})
}

// losing is a network whose ballots arrive while the answers do not.
type losing struct {
	*httptest.Server
	lose atomic.Bool
	lost atomic.Int32
}

func (j *journey) newLosing() *losing {
	l := &losing{}
	inner := j.net.Config.Handler
	l.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !l.lose.Load() || !strings.HasPrefix(r.URL.Path, "/box/") {
			inner.ServeHTTP(w, r)
			return
		}
		inner.ServeHTTP(httptest.NewRecorder(), r)
		l.lost.Add(1)
		panic(http.ErrAbortHandler)
	}))
	j.Cleanup(l.Close)
	return l
}

// simulate votes as a deputy at a terminal without a screen.
func (j *journey) simulate(i int) error {
	v, err := j.credential(i)
	if err != nil {
		return err
	}
	if i == truth.declines {
		return v.Decline()
	}
	if _, err := v.Seal(choiceOf(i)); err != nil {
		return err
	}
	if err := v.Cast(); err != nil {
		return err
	}
	j.acknowledged()
	return nil
}

func (j *journey) credential(i int) (*client.Voter, error) {
	b := client.NewBoard(j.transport, j.vote, j.manifest)
	if err := b.Update(); err != nil {
		return nil, err
	}
	v := client.NewVoter(b, badgeSeed(number(i)))
	if err := v.Identify(); err != nil {
		return nil, fmt.Errorf("deputy %d: %w", i, err)
	}
	return v, v.Obtain()
}

func (j *journey) acknowledged() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.acks = append(j.acks, time.Now())
}
