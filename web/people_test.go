package web

import (
	"fmt"
	"strings"
	"testing"

	"piaojue/store"
)

// TestConfirmLink: who makes a new link is told that an API key stays, where there
// is one.
func TestConfirmLink(t *testing.T) {
	s := newStage(t)
	s.config.PlainCookies = true
	s.restart()
	s.do(store.RoleAdmin, "POST", "/persons", []byte(`{"id":"p0","name":"张","role":"staff","staff_number":"0"}`))
	p := newBrowser(t, s.base).tab(s.base, 1280, 800)
	p.signIn(s, store.RoleAdmin)
	p.open("/people")
	for _, x := range []struct {
		id   string
		want bool
	}{{"p0", false}, {"gate", true}} {
		row := fmt.Sprintf(`[...document.querySelectorAll("#persons tr")].find((r) => r.querySelector(".code").textContent === %q)`, x.id)
		p.wait(row + ` !== undefined`)
		var asked string
		p.eval(`window.confirm = (words) => { window.asked = words; return false; }, `+row+`.querySelector("button").click(), window.asked`, &asked)
		if !strings.Contains(asked, "动态码立即失效") || strings.Contains(asked, "供工具使用的密钥") != x.want {
			t.Errorf("%s: %q", x.id, asked)
		}
	}
}

// TestSignInAgain: on a screen that was left open an administrator shows again who it
// is, once, and what was asked for is done then.
func TestSignInAgain(t *testing.T) {
	o := newOffice(t)
	o.config.PlainCookies = true
	o.restart()
	d := o.join("wang", store.RoleAdmin)
	o.invite("li", store.RoleStaff)
	stranger := &desk{stage: o.stage}
	o.signIn(stranger, "wang", "wrong password", "000000")
	o.server.jobs.Wait()
	o.wait(freshness)
	p := newBrowser(t, o.base).tab(o.base, 1280, 800, "403 (Forbidden) "+o.base+"/persons/li/links", "401 (Unauthorized) "+o.base+"/session")
	p.setCookie(o.server.cookie(d.cookie))
	p.open("/people")
	p.shown(".account-alerts")
	p.shot("account-alerts")
	p.seeAlerts()
	if on := p.text(":focus"); !strings.Contains(on, "人员") {
		t.Errorf("the eyes are led nowhere: %q", on)
	}
	p.open("/people")
	p.shown("#persons tr")
	p.wait(`!document.querySelector(".account-alerts")`)
	button := `[...document.querySelectorAll("#persons tr")].find((r) => r.querySelector(".code").textContent === "li")?.querySelector("button")`
	p.wait(button + ` !== undefined`)
	p.eval(`window.confirm = () => true, `+button+`.click()`, nil)
	p.shown("#again[open]")
	p.shot("sign-in-again")
	p.click("#again-no")
	p.wait(`!document.getElementById("refusal").hidden`)
	p.eval(button+`.click()`, nil)
	p.shown("#again[open]")
	p.fill("#again-password", "not this one")
	p.fill("#again-code", o.code(d))
	p.click("#again [type=submit]")
	p.shown("#again [role=alert]")
	p.click("#again-no")
	p.eval(button+`.click()`, nil)
	p.shown("#again[open]")
	p.wait(`document.querySelector("#again [role=alert]").hidden`) // of the last time
	p.fill("#again-code", o.code(d))
	p.fill("#again-password", testPassword)
	p.click("#again [type=submit]")
	p.shown("#link")
	if link := p.text("#link-text"); !strings.Contains(link, "/welcome#") {
		t.Errorf("link %q", link)
	}
	var left string
	p.eval(`document.getElementById("again-password").value + document.getElementById("again-code").value`, &left)
	if left != "" {
		t.Error("the password stays in the page")
	}
}
