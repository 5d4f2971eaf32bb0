package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"piaojue/store"
)

// TestDeviceLeavesPage (S10): once a code device is in force, its secret is
// nowhere on the page, nor is a password that was taken.
func TestDeviceLeavesPage(t *testing.T) {
	o := newOffice(t)
	o.config.PlainCookies, o.config.Now = true, time.Now
	o.restart()
	body := fmt.Sprintf(`{"token":%q,"password":%q,"code":""}`, o.invite("zhang", store.RoleGate), testPassword)
	if got := o.send("", "PUT", "/welcome", []byte(body)); got.status != http.StatusOK {
		t.Fatalf("welcome: %d %s", got.status, got.body)
	}
	p := newBrowser(t, o.base).tab(o.base, 1280, 800)
	p.open("/signin?next=/account")
	p.fill("#name", "zhang")
	p.fill("#password", testPassword)
	p.click("#signin [type=submit]")
	p.wait(`location.pathname === "/account"`)
	p.fill("#device-password", testPassword)
	p.click("#renew [type=submit]")
	p.shown("#new-code")
	secret := strings.ReplaceAll(p.text("#secret"), " ", "")
	var left string
	p.eval(`document.querySelector("#device-password").value`, &left)
	if secret == "" || left != "" {
		t.Fatalf("secret of %d characters, password of %d", len(secret), len(left))
	}
	code, err := totp.GenerateCode(secret, time.Now())
	must(t, err)
	p.fill("#new-code", code)
	p.click("#renew [type=submit]")
	p.shown("#done")
	p.eval(`document.querySelector("#secret").textContent + document.querySelector("#qr").innerHTML`, &left)
	if left != "" {
		t.Errorf("left on the page: %d characters", len(left))
	}
}
