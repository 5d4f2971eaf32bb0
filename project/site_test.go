package project

import "testing"

// TestSite: what the board at the site says is the latest that the department
// stated; it says all six things, or the entry is refused.
func TestSite(t *testing.T) {
	w := newWorld(t)
	n := w.taken()
	w.do(roadsClerk, w.site(n))
	for _, flaw := range []func(*Site){
		func(b *Site) { b.Builders = "" },
		func(b *Site) { b.Standards = "" },
		func(b *Site) { b.Standards = "一\x00二" },
		func(b *Site) { b.Phone = "" },
		func(b *Site) { b.Phone = "1\n2" },
		func(b *Site) { b.Begins, b.Ends = w.Day.Add(1), w.Day },
		func(b *Site) { b.Begins = 0 },
	} {
		b := w.site(n)
		flaw(b)
		w.refuse(CodeForm, roadsClerk, b)
	}
	later := w.site(n)
	later.Phone = "96005"
	w.do(roadsClerk, later)
	p, _ := w.State.Project(n)
	if p.Stage != StageTaken || p.Site == nil || p.Site.Phone != "96005" || len(p.Site.Builders) == 0 {
		t.Errorf("%s %+v", p.Stage, p.Site)
	}
}

func (w *world) site(n uint32) *Site {
	return &Site{Project: n, Builders: "建设单位：交通局\n施工单位：某公司", Standards: "按国家标准", Begins: w.Day, Ends: w.Day, Phone: "12345"}
}
