package web

import (
	"strings"
	"testing"

	"piaojue/project"
)

// TestPublicScreens looks as everybody at ten projects of which one is late, and
// at that one: its page says by how much, and behind which plan.
func TestPublicScreens(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.world(1, func(w *worldBuilder) {
		w.titles = strings.Fields("老旧小区加装电梯补助 社区助餐点建设 中小学教室照明改造 背街小巷路灯修复 公共停车泊位增设 " +
			"乡镇卫生院设备更新 农村饮水管网改造 普惠托育服务点建设 口袋公园和健身步道建设 公交候车亭改造 集贸市场改造提升")
		w.adopt(len(w.titles))
		for n, design := range map[uint32]uint8{1: 100, 2: 55, 3: 20, 4: 100, 5: 60, 6: 100} {
			w.work(n)
			w.do(worldRoadsClerk, &project.Report{
				Project: n, Period: uint32(w.server.projects.day() / 100), Percents: []uint8{design, 0},
				Spent: uint64(design) * 10_000, Outlook: project.OutlookSure, Text: w.words("设计正在进行。"),
			})
		}
	})
	x := newBrowser(t, s.base).tab(s.base, 1280, 1180)
	x.open("/projects")
	x.wait(`document.querySelectorAll("main table a[href^='/projects/']").length >= 10`)
	x.shot("public-projects")
	x.open("/projects/3")
	if said := x.text("main"); !strings.Contains(said, "黄灯") || !strings.Contains(said, "中小学教室照明改造") {
		t.Errorf("who is late is not shown: %.300s", said)
	}
	x.shot("public-project")
}
