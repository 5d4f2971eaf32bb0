package web

import (
	"archive/zip"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// remoteTrustee is a scrutineer who acts by a program.
type remoteTrustee struct {
	*desk
	name   string
	role   ed25519.PrivateKey
	static *group.Scalar
}

func (j *journey) newRemote(id, name, link string) *remoteTrustee {
	j.Helper()
	_, role, err := ed25519.GenerateKey(rand.Reader)
	must(j, err)
	x := &remoteTrustee{&desk{stage: j.stage}, name, role, tally.GenerateStatic()}
	var in invitation
	must(j, json.Unmarshal(x.browse("POST", "/welcome", fmt.Sprintf(`{"token":%q}`, tokenOf(link))).body, &in))
	a := x.browse("PUT", "/welcome", fmt.Sprintf(`{"token":%q,"password":%q,"code":%q}`, tokenOf(link), testPassword, j.codeNow(in.Code.Secret, 0)))
	if a.status != http.StatusOK {
		j.Fatalf("%s: %d %s", id, a.status, a.body)
	}
	return x
}

// handIn hands in the card.
func (x *remoteTrustee) handIn(j *journey) {
	x.Helper()
	static := group.NewElement().ScalarBaseMult(x.static).Bytes()
	a := x.browse("PUT", j.path("/cards"), fmt.Sprintf(`{"kind":"scrutineer","name":%q,"delegation":"第四代表团","role":"%x","static":"%x"}`, x.name, public(x.role), static))
	if a.status/100 != 2 {
		x.Fatalf("card of %s: %d %s", x.name, a.status, a.body)
	}
}

// seal takes part in the ceremony until it is over.
func (x *remoteTrustee) seal(j *journey) error {
	b := client.NewBoard(j.transport, j.vote, j.manifest)
	var last election.Kind // handed in; no witness may have signed it yet
	for deadline := time.Now().Add(2 * pageWait); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if err := b.Update(); err != nil {
			return err
		}
		t, err := client.NewTrustee(b, x.role, x.static)
		if err != nil {
			return err
		}
		e, err := t.Next()
		switch {
		case errors.Is(err, client.ErrWait):
			continue
		case err != nil:
			return err
		case e == nil:
			return nil
		case e.Kind == last:
			continue
		}
		last = e.Kind
		if a := x.browse("POST", j.path("/entries"), string(e.Marshal())); a.status/100 != 2 {
			return fmt.Errorf("%s: %d %s", e.Kind, a.status, a.body)
		}
	}
	return errors.New("the ceremony does not end")
}

// sealBox has the trustees make and hand in their keys, the presidium name
// them, and the five seal the box.
func (j *journey) sealBox() {
	prepare(j.TB, j.trustees...)
	for _, x := range j.remote {
		x.handIn(j)
	}
	j.nameTrustees()
	j.reaches(election.PhaseApproved)
	all := []func(){func() { j.seal(j.trustees...) }}
	for _, x := range j.remote {
		all = append(all, func() {
			if err := x.seal(j); err != nil {
				j.Errorf("%s: %v", x.name, err)
			}
		})
	}
	j.together(all...)
	j.reaches(election.PhaseKeyed)
	key := hex.EncodeToString(j.board.State().JointKey().Y.Bytes())
	j.hall.wait(fmt.Sprintf(`document.querySelector("#key-code").innerText.replace(/\s/g, "") === %q`, key))
	j.hall.shot("whole-07-hall-sealed")
	j.noResult()
}

// nameTrustees has the chair compare the five cards and approve the list.
func (j *journey) nameTrustees() {
	x := j.chair
	x.click("[data-start=trustees]")
	for _, id := range []string{"j001", "j002", "j003", "j004", "j005"} {
		x.click("#use-" + id)
	}
	x.click("#chief-j001")
	x.click(".start-dialog .actions .button.primary")
	x.wait(`document.querySelectorAll(".start-dialog tbody tr").length === 5 && !document.querySelector("#use-j001")`)
	x.click(".start-dialog .actions .button.primary")
	x.shown(".start-dialog .notice.good")
	x.click(".start-dialog .actions .button")
}

// closeVoting has both organizers hold the button.
func (j *journey) closeVoting() {
	const dialog, motion = ".start-dialog[open]", ".motion[data-kind=order]"
	j.lead.click("[data-start=order]")
	j.lead.fill(dialog+" .typed", "截止")
	j.lead.hold(dialog + " .hold")
	j.lead.shown(".start-dialog .notice[role=status]")
	j.chair.fill(motion+" .typed", "截止")
	j.chair.shot("whole-17-close")
	j.chair.hold(motion + " .hold")
	j.reaches(election.PhaseClosed)
	j.shows("r", truth.cast)
	j.trustees[0].begin("collection")
	j.trustees[1].countersign("collection", "whole-18-collection")
	j.reaches(election.PhaseCollected)
}

// reaches waits until the hall and the log have come to a phase.
func (j *journey) reaches(p election.Phase) {
	j.Helper()
	j.hall.wait(fmt.Sprintf(`document.body.dataset.phase === %q`, p))
	j.await(p)
}

// openBox has three trustees verify the record and let their shares go.
func (j *journey) openBox() {
	var all []func()
	for i, x := range j.trustees {
		all = append(all, func() { x.openShare(i == 0) })
	}
	j.together(all...)
	j.reaches(election.PhaseCounted)
	j.podium.wait(fmt.Sprintf(`document.querySelector("#table").innerText.includes("%d")`, votesFor()[0]))
	j.podium.shot("whole-20-podium")
	j.noResult()
}

func (x *seat) openShare(first bool) {
	x.card("opening-")
	var card string
	x.eval(`document.querySelector("#card").dataset.card`, &card)
	if card == "opening-key" {
		x.openKey("#open-key", x.keyFile(), x.passphrase)
	}
	x.card("opening-numbers")
	x.click("#numbers-fit")
	x.card("opening-root")
	for row := range 4 {
		x.click(fmt.Sprintf("#row-%d", row))
	}
	if first {
		x.shot("whole-19-opening")
	}
	x.click("#root-same")
	x.card("opening-note")
	x.upload("#kept-note", x.downloaded("opened-*.txt"))
	x.click("#release")
	x.wait(`["shared", "certify"].includes(document.querySelector("#card").dataset.card)`)
}

// certifyResult has a majority of the scrutineers sign, the chief among them;
// from then on the hall has the result.
func (j *journey) certifyResult() {
	j.trustees[0].card("certify")
	j.trustees[0].begin("certificate")
	j.trustees[1].countersign("certificate", "whole-21-certificate")
	j.trustees[2].shown(".motion[data-kind=certificate] .actions .button.primary")
	j.noResult()
	j.trustees[2].countersign("certificate", "whole-21-certificate-last")
	j.reaches(election.PhaseCertified)
	j.hall.shown("#board .sheet-page.shown")
	j.hall.fits()
	j.hall.wait(`getComputedStyle(document.querySelector("#board .sheet-page.shown")).opacity === "1"`) // it fades in
	j.hall.wait(`document.querySelector(".with-bars .bar-list .votes").innerText !== "0"`)              // it counts up
	j.hall.rest()
	j.hall.shot("whole-22-hall-result")
	j.hallNumbers()
}

// hallNumbers compares the result on the screen with the truth.
func (j *journey) hallNumbers() {
	var shown []string
	j.hall.eval(`[...document.querySelectorAll("#result .five dd")].map((n) => n.textContent)`, &shown)
	n := j.numbers()
	want := strings.Split(strings.Trim(fmt.Sprint([]uint32{n.N, n.P, n.I, n.R, n.V, n.X}), "[]"), " ")
	if !slices.Equal(shown, want) {
		j.Errorf("the hall shows %q, want %q", shown, want)
	}
	options := j.board.State().Manifest().Options
	for o, want := range votesFor() { // they count up
		j.hall.wait(fmt.Sprintf(`[...document.querySelectorAll(".with-bars .bar-list li")].some((li) =>
			li.querySelector(".name").textContent.trim() === %q && li.querySelector(".votes").textContent.trim() === "%d")`, options[o].Name, want))
	}
}

// publish has the chair announce and archive.
func (j *journey) publish() {
	j.chair.begin("announcement")
	j.reaches(election.PhasePublished)
	j.chair.begin("archive")
	j.reaches(election.PhaseArchived)
}

// verifyAll has a deputy find a ballot, and the auditor verify in the browser;
// the verifier in Go agrees on the record that the auditor has saved.
func (j *journey) verifyAll() {
	phone := j.browser.tab(j.net.URL, 390, 844)
	phone.open(j.receipt)
	phone.answers("您的票在公示板上")
	phone.shot("whole-23-track")
	x := j.auditor
	x.open("/verify/" + j.vote)
	x.click("input[name=paper][value=same]")
	x.click("#start")
	x.shown("#verdict.good")
	var lights int
	x.eval(`document.querySelectorAll(".light.good").length`, &lights)
	if want := len(election.Checks()); lights != want {
		j.Errorf("%d checks passed, want %d", lights, want)
	}
	x.shot("whole-24-verify")
	x.click("#save-zip")
	j.agrees(x.downloaded("*.zip"))
}

func (j *journey) agrees(path string) {
	z, err := zip.OpenReader(path)
	must(j, err)
	defer z.Close()
	report := audit.Verify(audit.OpenRecord(z), audit.Options{Manifest: &j.manifest})
	if !report.Verified || report.Phase != election.PhaseArchived || report.Numbers != j.numbers() {
		j.Fatalf("the record: verified %t, %s, %+v, %+v", report.Verified, report.Phase, report.Numbers, report.Findings)
	}
	for _, f := range report.Findings {
		if f.Status != audit.Passed {
			j.Errorf("check %s: %v", f.Check, f.Status)
		}
	}
	if got, want := report.Result.Totals, votesFor(); !slices.Equal(got[:len(want)], want) {
		j.Errorf("totals %v, want %v", got, want)
	}
	if got := len(report.Result.Outcome.Adopted); got != 10 {
		j.Errorf("%d are adopted, want 10", got)
	}
}

// checkNothingLeft looks for secrets in all that browsers sent.
func (j *journey) checkNothingLeft() {
	holders := append(slices.Clone(j.trustees), j.lead, j.chair)
	j.unseal(holders...)
	j.net.checkSecrets(holders...)
	for i := range truth.present {
		seed := badgeSeed(number(i))
		for _, secret := range []string{string(seed[:]), client.FormatBadge(seed), client.FormatBadgeDigits(seed)} {
			if j.net.sends([]byte(secret)) {
				j.Errorf("the badge of deputy %d was sent", i)
			}
		}
	}
}
