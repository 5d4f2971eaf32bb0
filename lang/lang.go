// Package lang holds every message people read, in Chinese and in English.
//
// Callers want [Parse], for a language a person named, and [Lang.Text], for a
// message. The catalogues zh.txt and en.txt are embedded. Each line is
//
//	id = text
//
// where text may hold the verbs %d, %s, %v and %%; a line that starts with #
// is a heading or a note, and blank lines part groups. Ids are dotted and in
// lower case, and end in the identifier the program uses where there is one:
// error.<code>, phase.<phase>, check.<id of the check>, value.<rule>.<value>.
//
// The tests read the whole module: each id that some Text call names exists in
// both catalogues, with the same verbs in the same order, and no English has
// slipped into the Chinese. At run time an unknown id is shown as itself,
// because a screen in a session must never go dark over a message.
//
// The package knows no screens and formats no tables or dates.
package lang

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// A Lang is a language that people can choose. The zero value is [ZH].
type Lang string

// The languages there are. Chinese is the first everywhere.
const (
	ZH Lang = "zh"
	EN Lang = "en"
)

var (
	//go:embed zh.txt
	zhText string
	//go:embed en.txt
	enText string
)

var (
	zh = sync.OnceValue(func() map[string]string { return mustRead("zh.txt", zhText) })
	en = sync.OnceValue(func() map[string]string { return mustRead("en.txt", enText) })
)

// Parse reads the name of a language as people and browsers write it: zh,
// zh-CN, zh_CN.UTF-8, en, en-GB.
func Parse(name string) (Lang, error) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(name)), "-")
	primary, _, _ = strings.Cut(primary, "_")
	switch Lang(primary) {
	case ZH:
		return ZH, nil
	case EN:
		return EN, nil
	}
	return ZH, fmt.Errorf("no such language: %q (there are zh and en)", name)
}

// Text returns the message with that id, its verbs filled from args. If there
// is none, it returns the id.
func (l Lang) Text(id string, args ...any) string {
	text, ok := l.catalogue()[id]
	switch {
	case !ok:
		return id
	case len(args) == 0 && !strings.Contains(text, "%"):
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Failure says why a check of the verifier failed. The code is the check's id,
// and the cause if the catalogue tells it apart: "entry.signatures.missing".
func (l Lang) Failure(code string) string {
	for id := "failure." + code; ; {
		if l.Has(id) {
			return l.Text(id)
		}
		at := strings.LastIndex(id, ".")
		if at < 0 {
			return code
		}
		id = id[:at]
	}
}

// Has says whether there is a message with that id. A caller that builds an id
// from data can give a general message instead.
func (l Lang) Has(id string) bool {
	_, ok := l.catalogue()[id]
	return ok
}

// IDs returns all ids that start with prefix, in ascending order.
func IDs(prefix string) []string {
	ids := slices.Sorted(maps.Keys(zh()))
	return slices.DeleteFunc(ids, func(id string) bool { return !strings.HasPrefix(id, prefix) })
}

// Tag is the language for HTML's lang attribute.
func (l Lang) Tag() string {
	if l == EN {
		return "en"
	}
	return "zh-CN"
}

func (l Lang) catalogue() map[string]string {
	if l == EN {
		return en()
	}
	return zh()
}

func mustRead(name, text string) map[string]string {
	messages, err := Read(text)
	if err != nil {
		panic("lang: internal error: " + name + ": " + err.Error())
	}
	return messages
}

// Read parses a catalogue in the form above, of a program that has its own. A
// line out of form is an error, not a comment.
func Read(text string) (map[string]string, error) {
	messages := make(map[string]string)
	for i, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, message, ok := strings.Cut(line, " = ")
		if err := checkLine(messages, id, message, ok); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		messages[id] = message
	}
	return messages, nil
}

const idLetters = "abcdefghijklmnopqrstuvwxyz0123456789_."

func checkLine(messages map[string]string, id, message string, ok bool) error {
	switch {
	case !ok || message == "" || strings.TrimSpace(message) != message:
		return errors.New("want id = text")
	case id == "" || strings.Trim(id, idLetters) != "" || !strings.Contains(id, "."):
		return errors.New("id is not dotted and in lower case")
	case messages[id] != "":
		return fmt.Errorf("%s stands twice", id)
	}
	return nil
}
