package doctor

import (
	_ "embed"
	"sync"

	"piaojue/lang"
)

// The catalogues, in the form of package lang: CHECK.CASE is what was seen,
// CHECK.CASE.fix what to do. They are not in package lang, because the programs of
// terminals carry all of that.
var (
	//go:embed text/zh.txt
	zhText string
	//go:embed text/en.txt
	enText string
)

var (
	zh = sync.OnceValue(func() map[string]string { return mustRead(zhText) })
	en = sync.OnceValue(func() map[string]string { return mustRead(enText) })
)

func texts(l lang.Lang) map[string]string {
	if l == lang.EN {
		return en()
	}
	return zh()
}

func mustRead(text string) map[string]string {
	all, err := lang.Read(text)
	if err != nil {
		panic("doctor: internal error: " + err.Error())
	}
	return all
}
