package kiosk

import (
	_ "embed"
	"maps"

	"piaojue/lang"
)

// The texts of the terminal, and those that it shares with other pages.
var (
	//go:embed text/terminal.zh.txt
	terminalZH string
	//go:embed text/terminal.en.txt
	terminalEN string
	//go:embed text/common.zh.txt
	commonZH string
	//go:embed text/common.en.txt
	commonEN string
)

// Texts are the texts of the page and its script, the verbs unfilled.
func Texts(l lang.Lang) map[string]string {
	sources := []string{terminalZH, commonZH}
	if l == lang.EN {
		sources = []string{terminalEN, commonEN}
	}
	all := make(map[string]string)
	for _, source := range sources {
		texts, err := lang.Read(source)
		if err != nil {
			panic("kiosk: internal error: " + err.Error())
		}
		maps.Copy(all, texts)
	}
	return all
}

// say finds a text of the page, or else of package lang.
func say(texts map[string]string, l lang.Lang, id string) string {
	if text, ok := texts[id]; ok {
		return text
	}
	return l.Text(id)
}
