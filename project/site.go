package project

// Site is what the notice board at the site must say besides the task book: 公示牌
// 六公开 are 名称, 投资规模, 参建单位, 工期, 标准 and 举报电话, and the law's task book
// holds the first two. A later one replaces it. It stands in the log in clear, for
// it names firms and the telephone of an office, and nobody in private.
type Site struct {
	Project   uint32
	Builders  string // 参建单位: who commissions, designs, builds, supervises
	Standards string // 建设标准
	Begins    Date   // 工期
	Ends      Date
	Phone     string // 监督电话
}

// Kind says what entry it is.
func (*Site) Kind() Kind { return KindSite }

func (b *Site) fields(c *codec) {
	c.number(&b.Project)
	c.lines16(&b.Builders)
	c.lines16(&b.Standards)
	c.date(&b.Begins)
	c.date(&b.Ends)
	c.expect(b.Begins <= b.Ends, errRange)
	c.name(&b.Phone)
}

func (b *Site) about() []Ref { return []Ref{{NounProject, b.Project}} }

func (*Site) check(*State, place) error { return nil }

func (b *Site) apply(s *State, _ place) { s.projects[b.Project-1].Site = b }
