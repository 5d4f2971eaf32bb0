package web

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/courier"
	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/pgtest"
	"piaojue/project"
	"piaojue/store"
)

// A member is told once a day, from eight o'clock on, what the desk shows: what is
// due or overdue each day, all else when it is new.
func TestMessageOfTheDay(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(w *worldBuilder) { w.work(1) })
	o.opens()
	o.lives(store.RoleMember, worldRoadsClerk, "roads@example.org", "zh")
	o.lives(store.RolePresidium, worldSchoolsClerk, "schools@example.org", "zh") // for whom nothing waits
	o.pass(-time.Hour)                                                           // half past seven in China
	if got := o.tells(); len(got) != 0 {
		t.Errorf("before eight: %v", got)
	}
	o.pass(time.Hour)
	got := o.tells()
	if len(got) != 1 || got[0].to != "<roads@example.org>" {
		t.Fatalf("%v, want one letter", got)
	}
	desk := o.mainOf("/projects/desk")
	first := got[0]
	for _, want := range []string{"https://vote.example.org/projects/desk\n", "甲4", "新建第1处停车场", pageText(lang.ZH, "deed.do_report"), "2026年"} {
		if !strings.Contains(first.text, want) {
			t.Errorf("no %q in %q", want, first.text)
		}
	}
	if items := strings.Count(first.text, "号"); items != strings.Count(desk, `class="waiting-due"`) {
		t.Errorf("%d things in %q, want those of the desk", items, first.text)
	}
	o.postman.day = 0 // as after a restart
	if got := o.tells(); len(got) != 0 {
		t.Errorf("twice on a day: %v", got)
	}
	o.pass(day)
	if got := o.tells(); len(got) != 0 {
		t.Errorf("nothing new, and nothing due: %v", got)
	}
	o.actAs(store.RoleMember, worldGovernment)
	o.mustPost(store.RoleMember, "/projects/do/offer?about=2", "lead_department", fmt.Sprint(worldRoads))
	o.actAs(store.RoleMember, worldRoadsClerk)
	o.pass(day)
	if got := o.tells(); len(got) != 1 || !strings.Contains(got[0].text, "新建第2处停车场") || got[0].id == first.id {
		t.Errorf("something new: %v", got)
	}
	o.pass(61 * day)
	if got := o.tells(); len(got) != 1 || !strings.Contains(got[0].subject, "超期") || !strings.Contains(got[0].text, "超期") {
		t.Errorf("something overdue: %v", got)
	}
	o.mustPost(store.RoleMember, "/projects/messages", "remove", "yes")
	o.pass(day)
	if got := o.tells(); len(got) != 0 {
		t.Errorf("who wants none gets %v", got)
	}
}

// Nothing that is not public leaves: no name, telephone number, text or code of a
// citizen, nobody of the roll, no address of another.
func TestMessagesArePublic(t *testing.T) {
	o := newPostRoom(t)
	o.draft()
	o.world(3, func(w *worldBuilder) { w.work(1) })
	_, recipient, err := keyfile.GenerateIdentity()
	must(t, err)
	o.mustPost(store.RoleStaffLead, "/projects/intake/recipients", "name", "受理岗", "key", recipient)
	code := o.mustWish("/projects/wish", aWish("district", "1", "place", "雁滩小学门口", "why", "学生过马路危险", "name", "王小明", "phone", "13900000000"))
	o.opens()
	o.pass(40 * day) // the wish is overdue
	due, err := o.server.dueOn(t.Context(), o.server.projects.day())
	must(t, err)
	var all []string
	for _, d := range due {
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			subject, body := d.mail(voice{lang: l}, "https://vote.example.org", o.server.projects.day())
			all = append(all, subject, body)
		}
	}
	m, _, err := o.postman.digest(due, o.server.projects.day())
	must(t, err)
	text := strings.Join(append(all, m.Subject, m.Body), "\n")
	if !strings.Contains(text, pageText(lang.ZH, "work.thing_suggestion", 1)) || !strings.Contains(text, pageText(lang.EN, "work.thing_suggestion", 1)) {
		t.Fatal("no message is about the wish")
	}
	planted := []string{code, "王小明", "13900000000", "路口装红绿灯", "雁滩小学", "过马路", recipient, "@"}
	for _, secret := range append(planted, o.rollNames()...) {
		if strings.Contains(text, secret) {
			t.Errorf("%q in a message", secret)
		}
	}
}

// rollNames are the names of the deputies of the vote.
func (o *postRoom) rollNames() (names []string) {
	roll, err := o.config.DB.Roll(o.Context(), o.vote)
	must(o, err)
	for _, d := range roll {
		names = append(names, d.Name)
	}
	if len(names) == 0 {
		o.Error("nobody is in the roll")
	}
	return names
}

// A server that dies between sending and marking sends again, under the same
// name; nothing is lost, and nobody else sends at the same time.
func TestMessageTwice(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(w *worldBuilder) { w.work(1) })
	o.opens()
	o.lives(store.RoleMember, worldRoadsClerk, "roads@example.org", "en")
	must(t, o.postman.write(o.server.projects.day()))
	m, err := o.server.projects.db.NextMessage(t.Context(), store.ChannelMail, o.now().Unix())
	must(t, err)
	must(t, o.postman.update(func(tx *store.ProjectsTx) error { return tx.ClaimMessage(m, o.now().Add(claimTime).Unix()) }))
	must(t, o.postman.hand(m, o.now())) // and here it dies
	first := o.box.empty()
	o.postman = newPostman(o.server)
	if got := o.tells(); len(got) != 0 {
		t.Errorf("sent while another sends it: %v", got)
	}
	o.pass(claimTime)
	again := o.tells()
	if len(first) != 1 || len(again) != 1 || again[0].id != first[0].id || !strings.Contains(again[0].subject, "wait for you") {
		t.Errorf("%v, then %v", first, again)
	}
	o.pass(time.Hour)
	if got := o.tells(); len(got) != 0 {
		t.Errorf("a third time: %v", got)
	}
}

// The webhook is told once a day how much waits for whom; a receiver that is down
// is asked again, ever more rarely, and gets it once it is back.
func TestWebhookOfTheDay(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(w *worldBuilder) { w.work(1) })
	o.opens()
	o.status = 503
	for range 120 { // two hours
		o.tells()
		o.pass(time.Minute)
	}
	if n := len(o.hooked); n < 5 || n > 9 {
		t.Errorf("asked %d times in two hours", n)
	}
	o.status = 200
	o.pass(time.Hour)
	o.tells()
	o.pass(time.Hour)
	tries := len(o.hooked)
	if o.tells(); len(o.hooked) != tries {
		t.Error("told again after it was taken")
	}
	for _, r := range o.hooked {
		if id := r.Header.Get("webhook-id"); id != o.hooked[0].Header.Get("webhook-id") || r.Header.Get("webhook-signature") == "" {
			t.Errorf("webhook-id %s, signature %s", id, r.Header.Get("webhook-signature"))
		}
	}
	d, err := parseDigest(o.bodies[0])
	must(t, err)
	if d.Type != "projects.due" || d.Data.Day != "2026-11-22" || d.Data.Desk != "https://vote.example.org/projects/desk" || d.Data.Waiting == 0 || len(d.Data.Members) == 0 ||
		!strings.HasPrefix(d.Data.Text, "民生实事：等待办理") || !strings.HasSuffix(d.Data.Text, "/projects/desk") {
		t.Errorf("%+v", d)
	}
}

// What cannot be delivered stands on the office's page, with the reason in plain
// words, and can be sent again once the address is right.
func TestMessageTrouble(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(w *worldBuilder) { w.work(1) })
	o.opens()
	o.lives(store.RoleMember, worldRoadsClerk, "rods@example.org", "zh")
	o.box.refuse = "550 5.1.1 no <rods@example.org> here"
	o.tells()
	page := o.officePage()
	again := between(page, `name="message" value="`, `"`)
	if !strings.Contains(page, pageText(lang.ZH, "message.trouble_receiver")) || len(again) != 32 || !strings.Contains(string(o.do(store.RoleStaffLead, "GET", "/projects/desk", nil)), pageText(lang.ZH, "work.unsent", 1)) {
		t.Fatalf("the office is not told: %s", page)
	}
	if strings.Contains(o.mainOf("/projects/messages"), pageText(lang.ZH, "message.troubled")) {
		t.Error("everybody sees what was not delivered")
	}
	if a := o.post(store.RoleMember, "/projects/messages/again", fill{values: []string{"message", again}}); a.status != http.StatusForbidden {
		t.Errorf("a department sends again: %d", a.status)
	}
	o.box.refuse = ""
	o.mustPost(store.RoleStaffLead, "/projects/messages", "person", string(store.RoleMember), "email", "roads@example.org", "language", "zh")
	o.mustPost(store.RoleStaffLead, "/projects/messages/again", "message", again)
	if got := o.tells(); len(got) != 1 || got[0].to != "<roads@example.org>" {
		t.Errorf("sent again: %v", got)
	}
	for _, id := range []string{again, "00", strings.Repeat("0", 32)} {
		if a := o.post(store.RoleStaffLead, "/projects/messages/again", fill{values: []string{"message", id}}); a.status != http.StatusNotFound {
			t.Errorf("message %s, which was not given up: %d", id, a.status)
		}
	}
	if page := o.officePage(); !strings.Contains(page, pageText(lang.ZH, "message.troubled_none")) {
		t.Error("trouble that is over is still there")
	}
}

func (o *postRoom) officePage() string {
	return between(string(o.do(store.RoleStaffLead, "GET", "/projects/messages", nil)), "<main", "</main>")
}

// A mail server that is down for days: one letter waits for each member, the
// newest; then it is given up, and said so.
func TestMessageGivenUp(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(w *worldBuilder) { w.work(1) })
	o.opens()
	o.lives(store.RoleMember, worldRoadsClerk, "roads@example.org", "zh")
	o.pass(61 * day) // everything is overdue
	o.box.refuse = "451 4.3.0 later"
	for range maxPostDays {
		if got := o.tells(); len(got) != 0 {
			t.Fatal(got)
		}
		all, err := o.server.projects.db.TroubledMessages(t.Context(), 10)
		must(t, err)
		if len(all) != 1 || all[0].State != store.MessageWaits || project.Date(all[0].Day) != o.server.projects.day() {
			t.Errorf("%+v, want one that waits, of today", all)
		}
		if page := o.officePage(); !strings.Contains(page, pageText(lang.ZH, "message.later")) {
			t.Error("the page does not say that it is tried again")
		}
		o.pass(day)
	}
	o.tells()
	if page := o.officePage(); !strings.Contains(page, pageText(lang.ZH, "message.again")) {
		t.Error("it was not given up")
	}
	o.box.refuse = ""
	o.pass(day)
	if got := o.tells(); len(got) != 1 {
		t.Errorf("the day after: %v, want that day's letter", got)
	}
	o.pass((keepPost + 1) * day)
	o.tells()
	if page := o.officePage(); strings.Contains(page, pageText(lang.ZH, "message.again")) {
		t.Error("what is old is not swept")
	}
}

// TestAddressUnderReader: somebody who reads the file, such as a backup, keeps nobody
// from giving an address.
func TestAddressUnderReader(t *testing.T) {
	t.Parallel() // it waits
	pgtest.SQLiteOnly(t)
	o := newPostRoom(t)
	o.world(3, func(*worldBuilder) {})
	o.opens()
	o.actAs(store.RoleMember, worldRoadsClerk)
	db, err := sql.Open("sqlite", filepath.Join(o.folder, "db-projects"))
	must(t, err)
	defer db.Close()
	reader, err := db.BeginTx(t.Context(), nil)
	must(t, err)
	defer reader.Rollback()
	var n int
	must(t, reader.QueryRow(`SELECT COUNT(*) FROM addresses`).Scan(&n))
	o.mustPost(store.RoleMember, "/projects/messages", "email", "roads@example.org", "language", "zh")
	if !o.server.projects.db.Unclean() {
		t.Error("nothing is left in the file: the test is about nothing")
	}
}

// An address is its owner's and the office's to set, must be one, and goes with the
// account.
func TestAddressOfMember(t *testing.T) {
	o := newPostRoom(t)
	o.world(3, func(*worldBuilder) {})
	o.opens()
	o.actAs(store.RoleMember, worldRoadsClerk)
	o.actAs(store.RolePresidium, worldSchoolsClerk)
	for _, bad := range []string{"", "roads", "roads@example.org\r\nBcc: x@example.org", "a@example.org,b@example.org", "李 <li@example.org>"} {
		a := o.post(store.RoleMember, "/projects/messages", fill{values: []string{"email", bad, "language", "zh"}})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), pageText(lang.ZH, "message.refused")) {
			t.Errorf("%q: %d", bad, a.status)
		}
	}
	other := fill{values: []string{"person", string(store.RolePresidium), "email", "x@example.org", "language", "zh"}}
	if a := o.post(store.RoleMember, "/projects/messages", other); a.status != http.StatusForbidden {
		t.Errorf("a department sets another's: %d", a.status)
	}
	if a := o.send(store.RoleMember, "GET", "/projects/messages?person=presidium", nil); a.status != http.StatusForbidden {
		t.Errorf("a department sees another's: %d", a.status)
	}
	if a := o.post(store.RoleStaffLead, "/projects/messages", fill{values: []string{"person", "nobody", "email", "x@example.org", "language", "zh"}}); a.status != http.StatusNotFound {
		t.Errorf("of nobody: %d", a.status)
	}
	if a := o.post(store.RoleStaff, "/projects/messages", fill{values: []string{"email", "x@example.org", "language", "zh"}}); a.status != http.StatusForbidden {
		t.Errorf("who takes no part: %d", a.status)
	}
	o.mustPost(store.RoleStaffLead, "/projects/messages", other.values...)
	o.mustPost(store.RoleMember, "/projects/messages", "email", "roads@example.org", "language", "en")
	if page := o.mainOf("/projects/messages"); !strings.Contains(page, "roads@example.org") || strings.Contains(page, "x@example.org") {
		t.Error("a member does not see the own address, or sees another's")
	}
	if page := o.officePage(); !strings.Contains(page, "roads@example.org") || !strings.Contains(page, "x@example.org") {
		t.Error("the office does not see them")
	}
	must(t, o.config.DB.DeletePerson(t.Context(), string(store.RolePresidium)))
	o.tells()
	all, err := o.server.projects.db.Addresses(t.Context())
	must(t, err)
	if len(all) != 1 || all[0].Person != string(store.RoleMember) {
		t.Errorf("%v, want the address of who is gone erased", all)
	}
}

// The goroutine itself sends, and ends with the server though nobody answers.
func TestPostmanStops(t *testing.T) {
	o := newPostRoom(t)
	hanging := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then the server sees who hangs up
		close(hanging)
		<-r.Context().Done()
	}))
	t.Cleanup(silent.Close)
	var err error
	o.config.Site = "https://vote.example.org"
	o.config.Webhook, err = courier.NewWebhook(courier.WebhookConfig{URL: silent.URL, Secret: hookSecret})
	must(t, err)
	o.world(2, func(*worldBuilder) {})
	o.pass(day)
	o.server.postman.poke()
	<-hanging
	begin := time.Now()
	o.close()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	o.open()
}
