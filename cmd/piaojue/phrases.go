package main

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"piaojue/lang"
)

// The catalogues hold the help and the talk of this command only, with names of
// flags and files in the midst of sentences; what other programs say too is in
// package lang. A catalogue has sections, each under a line of its own:
//
//	[organizer create]    help of a command: a line, then paragraphs
//	[flags]               name = what the flag is for
//	[words]               id = text, with verbs of package fmt
//
// Lines that begin with # are notes.
//
//go:embed text/zh.txt text/en.txt
var catalogues embed.FS

// phrases are a catalogue that was read.
type phrases struct {
	pages map[string]page
	flags map[string]string
	words map[string]string
}

// page is the help of a command.
type page struct{ short, long string }

var (
	chinese = sync.OnceValue(func() *phrases { return mustRead("text/zh.txt") })
	english = sync.OnceValue(func() *phrases { return mustRead("text/en.txt") })
)

func phrasesIn(l lang.Lang) *phrases {
	if l == lang.EN {
		return english()
	}
	return chinese()
}

func mustRead(name string) *phrases {
	text, err := catalogues.ReadFile(name)
	if err == nil {
		var p *phrases
		if p, err = readPhrases(string(text)); err == nil {
			return p
		}
	}
	panic("piaojue: internal error: " + name + ": " + err.Error())
}

func readPhrases(text string) (*phrases, error) {
	p := &phrases{pages: make(map[string]page), flags: make(map[string]string), words: make(map[string]string)}
	section, lines := "", []string(nil)
	for _, line := range append(strings.Split(text, "\n"), "[]") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, begins := strings.CutPrefix(line, "[")
		if !begins {
			lines = append(lines, line)
			continue
		}
		if err := p.add(section, lines); err != nil {
			return nil, fmt.Errorf("[%s]: %w", section, err)
		}
		section, lines = strings.TrimSuffix(name, "]"), nil
	}
	return p, nil
}

func (p *phrases) add(section string, lines []string) error {
	switch section {
	case "":
		return nil
	case "flags":
		return addWords(p.flags, lines)
	case "words":
		return addWords(p.words, lines)
	}
	short, long, _ := strings.Cut(strings.Trim(strings.Join(lines, "\n"), "\n"), "\n")
	if _, twice := p.pages[section]; twice || short == "" {
		return errors.New("is empty or stands twice")
	}
	p.pages[section] = page{short: short, long: strings.Trim(long, "\n")}
	return nil
}

func addWords(to map[string]string, lines []string) error {
	for _, line := range lines {
		if line == "" {
			continue
		}
		id, text, ok := strings.Cut(line, " = ")
		if _, twice := to[id]; twice || !ok || text == "" {
			return fmt.Errorf("%q is no line of the form id = text, or stands twice", line)
		}
		to[id] = text
	}
	return nil
}

// say gives the text with that id, its verbs filled. An unknown id is shown as
// itself: a vote must not stop over a message.
func (p *phrases) say(id string, args ...any) string {
	text, ok := p.words[id]
	switch {
	case !ok:
		return id
	case len(args) == 0:
		return text
	}
	return fmt.Sprintf(text, args...)
}

func (p *phrases) has(id string) bool {
	_, ok := p.words[id]
	return ok
}
