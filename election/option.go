package election

import "errors"

// Option is what can be voted for: a project, or a variant of one.
type Option struct {
	ID            string // 编号, unique
	Name          string
	Content       string
	Investment    uint64 // 总投资, 元
	Fiscal        uint64 // 财政资金, 元
	Beneficiaries string
	Deadline      string
	Unit          string // 责任单位
	Suggestions   uint32 // how many people asked for it
}

func (o *Option) encode(w *encoder) {
	w.text8(o.ID)
	w.text8(o.Name)
	w.text16(o.Content)
	w.AddUint64(o.Investment)
	w.AddUint64(o.Fiscal)
	w.text16(o.Beneficiaries)
	w.text8(o.Deadline)
	w.text8(o.Unit)
	w.AddUint32(o.Suggestions)
}

func decodeOption(d *decoder) Option {
	return Option{
		ID:            d.text8(),
		Name:          d.text8(),
		Content:       d.text16(),
		Investment:    d.u64(),
		Fiscal:        d.u64(),
		Beneficiaries: d.text16(),
		Deadline:      d.text8(),
		Unit:          d.text8(),
		Suggestions:   d.u32(),
	}
}

func (o *Option) check(field string) error {
	return errors.Join(
		checkName(field+".id", o.ID),
		checkName(field+".name", o.Name),
		checkText(field+".content", o.Content, 0xffff),
		checkText(field+".beneficiaries", o.Beneficiaries, 0xffff),
		checkText(field+".deadline", o.Deadline, maxText),
		checkText(field+".unit", o.Unit, maxText),
	)
}
