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
