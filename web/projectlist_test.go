package web

import (
	"strings"
	"testing"
)

// The dashboard sums what is chosen, links to each project and needs no script.
func TestProjectsList(t *testing.T) {
	s := newStage(t)
	s.world(4, func(w *worldBuilder) {
		w.work(1)
		w.report(1, 100, 50)
		w.work(2)
	})
	body := string(s.do("", "GET", "/projects", nil))
	for _, want := range []string{"新建第1处停车场", `href="/projects/3"`, "储备库", "新建第4处停车场", "1700", "绿灯：正常", "红灯", "未评灯", "市交通委"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(body, "<script type=\"module\"") {
		t.Error("it asks for a script")
	}
	for query, want := range map[string][2]string{
		"light=1":     {"第1处", "第2处"},
		"light=0":     {"第3处", "第1处"},
		"stage=22":    {"第1处", "第3处"},
		"unit=2":      {"第2处", "第3处"},
		"year=2026":   {"第1处", ""},
		"year=2025":   {"没有符合条件", "第1处停车场</a>"},
		"from=999999": {"没有符合条件", "第1处停车场</a>"},
	} {
		body, _, _ := strings.Cut(string(s.do("", "GET", "/projects?"+query, nil)), `id="reserve"`)
		if !strings.Contains(body, want[0]) || want[1] != "" && strings.Contains(body, want[1]) {
			t.Errorf("%s: not as chosen", query)
		}
	}
}
