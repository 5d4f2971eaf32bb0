package web

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"piaojue/kiosk"
	"piaojue/lang"
)

// The texts of pages, one catalogue for each noun and language, in the form of
// package lang. What other programs say too is in package lang, what terminals
// say in package kiosk.
//
//go:embed text
var textFiles embed.FS

var (
	chineseTexts = sync.OnceValue(func() map[string]string { return mustReadTexts(lang.ZH) })
	englishTexts = sync.OnceValue(func() map[string]string { return mustReadTexts(lang.EN) })
)

func textsIn(l lang.Lang) map[string]string {
	if l == lang.EN {
		return englishTexts()
	}
	return chineseTexts()
}

func mustReadTexts(l lang.Lang) map[string]string {
	texts, err := readTexts(l)
	if err != nil {
		panic("web: internal error: " + err.Error())
	}
	return texts
}

func readTexts(l lang.Lang) (map[string]string, error) {
	names, err := fs.Glob(textFiles, "text/*."+string(l)+".txt")
	if err != nil {
		return nil, err
	}
	all := kiosk.Texts(l)
	for _, name := range names {
		body, err := textFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		texts, err := lang.Read(string(body))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		maps.Copy(all, texts)
	}
	return all, nil
}

// pageText returns the text with that id of the pages, or else of package lang.
func pageText(l lang.Lang, id string, args ...any) string {
	text, ok := textsIn(l)[id]
	switch {
	case !ok:
		return l.Text(id, args...)
	case len(args) == 0 && !strings.Contains(text, "%"):
		return text
	}
	return fmt.Sprintf(text, args...)
}

// sharedTexts are the groups of package lang that every script may need.
var sharedTexts = []string{"phase.", "role."}

// screenTexts are the further groups that the three live screens share. Of
// package lang none may have verbs: it fills them at once.
var screenTexts = []string{"screen.", "mark.", "next.", "vote.", "kind."}

// signerTexts are the further groups of the pages of those who hold keys: what
// they sign is about everything.
var signerTexts = []string{"desk.", "kind.", "vote_kind.", "number.", "mark.", "reason.", "vote.", "next.", "rule.", "value.", "column.", "check.", "warning."}

// signerPages are the nouns of those pages.
var signerPages = []string{"trustee", "sign", "paper"}

// publicTexts are the further groups of the pages for everybody, by noun.
var publicTexts = map[string][]string{
	"track":     {"public."},
	"challenge": {"public.", "mark."},
	"contact":   {"desk."},
	"intake":    {"desk."},
	"draft":     draftTexts,
	"verify": {
		"public.", "check.", "failure.", "warning.", "number.", "mark.", "reason.", "vote.", "next.",
		"report.passed", "report.failed", "report.not_reached", "report.verified", "report.not_verified", "report.incomplete",
		"report.rehearsal", "result.rank", "result.passed", "result.grade",
	},
}

// scriptTexts returns the texts for a page's script: those of its noun and the
// common ones, their verbs unfilled.
func scriptTexts(l lang.Lang, name string) map[string]string {
	noun, _, _ := strings.Cut(name, "/")
	groups := append([]string{noun + ".", "common."}, sharedTexts...)
	if slices.Contains(viewNames[:], noun) {
		groups = append(groups, screenTexts...)
	}
	if slices.Contains(signerPages, noun) {
		groups = append(groups, signerTexts...)
	}
	groups = append(groups, publicTexts[noun]...)
	texts := make(map[string]string)
	for id, text := range textsIn(l) {
		if slices.ContainsFunc(groups, func(group string) bool { return strings.HasPrefix(id, group) }) {
			texts[id] = text
		}
	}
	for _, group := range groups {
		for _, id := range lang.IDs(group) {
			texts[id] = l.Text(id)
		}
	}
	return texts
}
