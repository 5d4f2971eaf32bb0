package web

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/store"
)

// later has the page believe that time has passed.
func (x *seat) later(seconds int) {
	x.Helper()
	x.eval(fmt.Sprintf("(() => { const now = Date.now; Date.now = () => now() + %d; })()", seconds*1000), nil)
}

// step has trustees take their next step of the ceremony, by number, as soon as
// the others let them.
func (s *stage) step(numbers ...int) {
	s.Helper()
	for _, i := range numbers {
		e, err := s.trustees()[i-1].Next()
		for errors.Is(err, client.ErrWait) {
			time.Sleep(50 * time.Millisecond)
			e, err = s.trustees()[i-1].Next()
		}
		must(s, err)
		s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
	}
}

// seatTrustee puts the first trustee's key file on the stick, and their card on
// the table.
func (s *stage) seatTrustee(x *seat) {
	s.Helper()
	key := s.scrutineers[0]
	x.sealKey(key)
	static := [32]byte(group.NewElement().ScalarBaseMult(key.static).Bytes())
	must(s, s.config.DB.PutCard(s.Context(), s.vote, store.Card{
		Person: x.id, Kind: string(keyfile.Scrutineer), Name: x.name, RoleKey: public(key.role), StaticKey: &static,
	}))
}

// says wants words on the card.
func (x *seat) says(all ...string) {
	x.Helper()
	for _, want := range all {
		if got := x.text("#card"); !strings.Contains(got, want) {
			x.Errorf("the card does not say %q: %s", want, got)
		}
	}
}

// voted goes from the sealed box to the counts; ballots are cast.
func (s *stage) voted(ballots int) {
	s.Helper()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	for i := range ballots {
		s.cast(i, ballot.Choice{Marks: append([]ballot.Mark{ballot.For}, make([]ballot.Mark, 12)...)})
	}
	s.order()
	s.collect()
}

// forgedShare is the share of a trustee with one bit of its proof changed, and
// signed by them: what a broken device would send.
func (s *stage) forgedShare(key testScrutineer) func([]byte) []byte {
	return func(b []byte) []byte {
		e, err := election.ParseEntry(b)
		must(s, err)
		share, err := election.ParseShare(e.Body)
		must(s, err)
		share.Factors[len(share.Factors)-32] ^= 1
		forged := &election.Entry{Kind: e.Kind, Body: share.Marshal()}
		forged.Sign(election.RoleScrutineer, share.Index, key.role, s.manifest)
		return forged.Marshal()
	}
}

// TestTrusteeTrouble: a trustee whose colleagues are late is told whom to call,
// at the sealing and at the opening; one whose network is lost, or whose share
// is refused, is told that nothing has left and what to do, and goes on.
func TestTrusteeTrouble(t *testing.T) {
	t.Parallel()
	s, tap := trusteeStage(t)
	s.approve()
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer, "Failed to load resource")
	s.seatTrustee(x)
	s.lateSealing(x)
	s.voted(3)
	s.networkLost(x, tap)
	s.shareRefused(x, tap)
	s.lateOpening(x)
}

func (s *stage) lateSealing(x *seat) {
	s.Helper()
	x.open("/trustee/v1")
	x.click("#same")
	x.card("ceremony-open")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.card("ceremony-run")
	x.wait(`document.querySelector("#card .waits").innerText.includes("监票人2、监票人3")`)
	x.later(130)
	x.shown("#card .notice.warn")
	x.says("监票人2、监票人3迟迟没有完成")
	x.shot("trustee-30-late-sealing")
	for range 3 {
		s.step(2, 3)
	}
	x.card("ceremony-reread")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.card("compare")
	x.click("#same-key")
	x.card("sign")
}

func (s *stage) networkLost(x *seat, tap *tap) {
	s.Helper()
	x.card("opening-key")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.card("opening-numbers")
	tap.cut.Store("/tile/")
	x.click("#numbers-fit")
	x.card("bad-network")
	x.says("都没有送出去")
	x.shot("trustee-31-network")
	x.click("#card .actions .button")
	x.card("bad-network")
	tap.cut.Store("")
	x.click("#card .actions .button")
	x.card("opening-root")
}

// opens goes from the comparison of the code to the share on its way.
func (x *seat) opens(first bool) {
	x.Helper()
	x.card("opening-root")
	for row := range 4 {
		if first {
			x.click(fmt.Sprintf("#row-%d", row))
		}
	}
	x.click("#root-same")
	x.card("opening-note")
	x.upload("#kept-note", x.downloaded("opened-*.txt"))
	x.click("#release")
}

func (s *stage) shareRefused(x *seat, tap *tap) {
	s.Helper()
	forge := s.forgedShare(s.scrutineers[0])
	tap.forge.Store(&forge)
	x.opens(true)
	x.card("bad-own_share")
	x.says("其他监票人不受影响")
	x.shot("trustee-32-own-share")
	tap.forge.Store(nil)
	if len(s.update().Shares()) > 0 {
		s.Error("a false share is in the log")
	}
	x.click("#card .actions .button")
	x.card("opening-key")
	x.openKey("#open-key", x.keyFile(), x.passphrase)
	x.opens(false)
}

func (s *stage) lateOpening(x *seat) {
	s.Helper()
	x.card("shared")
	x.shot("trustee-33-shared")
	x.later(100)
	x.shown("#card .notice.warn")
	x.says("监票人2、监票人3还没有启封", "还需 1 位")
	x.shot("trustee-33-late-opening")
	s.share(2)
	x.card("certify")
}

// TestTrusteeFew: nobody opens a box with so few ballots that their sum would
// say how people voted; the page says so before it asks for a key.
func TestTrusteeFew(t *testing.T) {
	t.Parallel()
	s, tap := trusteeStage(t)
	s.approve()
	s.ceremony()
	s.voted(1)
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer)
	s.seatTrustee(x)
	x.open("/trustee/v1")
	x.click("#same")
	x.card("compare")
	x.click("#same-key")
	x.card("bad-too_few")
	x.says("只收回 1 张票", "少于规定的 2 张")
	x.shot("trustee-34-few")
	s.organize(election.NewEntry(election.NewVoid(s.chain(), "票数太少")))
	x.card("voided")
}

// TestTrusteeFewBesidePaper: the same of one ballot beside sheets, which the
// tellers have read.
func TestTrusteeFewBesidePaper(t *testing.T) {
	t.Parallel()
	s, tap := trusteeStage(t)
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	s.approve()
	s.ceremony()
	s.checkIn(0, 1, 2, 3)
	s.opening(1, 0)
	s.handOut(2, 3)
	one := ballot.Choice{Marks: append([]ballot.Mark{ballot.For}, make([]ballot.Mark, 12)...)}
	s.cast(0, one)
	s.order()
	s.await(election.PhaseClosed)
	sealed, _ := s.tell("一号票箱", one, one)
	s.cosignBatch(sealed.Entry)
	s.collect()
	b := newBrowser(t, tap.URL)
	x := s.sit(b, tap.URL, "zhang", "张明", store.RoleScrutineer)
	s.seatTrustee(x)
	x.open("/trustee/v1")
	x.click("#same")
	x.card("compare")
	x.click("#same-key")
	x.card("bad-too_few")
	x.says("少于规定的 2 张", "不再启封")
	x.shot("trustee-35-few")
}
