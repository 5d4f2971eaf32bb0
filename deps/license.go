package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// allowed are licences under which a program may be given to a state organ with
// nothing asked but that its notices stay.
var allowed = []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "blessing"}

// testsOnly may stand in what tests use, and in no program: whoever hands on a
// changed file of theirs must publish it.
var testsOnly = []string{"MPL-2.0"}

// readByHand are licence files that a person has read, all of 2026-11-22, by the
// sums of their texts: a new version is to be read anew.
var readByHand = map[string]string{
	// sqlite: a list, made by a program, of what it holds and is tested with, whose
	// texts stand beside those modules: MIT, BSD, Apache-2.0, public domain.
	"b4366b9c27a9364633e015011a231913ed19bf1228f335bf617e50a6f7b168a6": "modernc.org/sqlite/LICENSE-3RD-PARTY.md",
	// libc: Go (BSD-3-Clause), musl, go-netdb and nixpkgs (MIT).
	"f597097efe3d97021f89170746bd3a0fb9a8b6fb26b82043ed68a4e0283bee6c": "modernc.org/libc/LICENSE-3RD-PARTY.md",
	// memory: the address of a picture that no program holds.
	"5ae5bee3072a841376451b48d8cfcec7188e10543926d5870828d36c8a750dc5": "modernc.org/memory/LICENSE-LOGO",
	// axe-core: what it holds of others, under MIT and ISC.
	"4f8563870d0fca38bbc3e00b6f670cb7fa9f380ba9f26a7f7d1184a6b18b1653": "node_modules/axe-core/LICENSE-3RD-PARTY.txt",
}

// license is a text that is recognized as a whole, word for word. An ellipsis
// stands for the name of an owner.
type license struct {
	id   string
	text *regexp.Regexp
}

var licenses = []license{
	{"MIT", whole(mit)},
	{"BSD-3-Clause", whole(bsd + bsdName + bsdEnd)},
	{"BSD-2-Clause", whole(bsd + bsdEnd)},
	{"ISC", whole(isc)},
}

var appendix = whole(apacheAppendix)

// spare is how many words may stand beside the texts: titles and owners. A clause
// that takes something back is longer, or has a word of takesBack.
const spare = 60

var takesBack = regexp.MustCompile(`commons clause|non ?commercial use|used for good|not be used|gnu |affero|sspl|business source|elastic license|not (use|sell)`)

// identify returns the licences of a text, none if anything else stands in it.
func identify(text string) []string {
	var found []string
	rest := plain(text)
	for _, l := range licenses {
		if without := l.text.ReplaceAllString(rest, " "); without != rest {
			rest = without
			found = append(found, l.id)
		}
	}
	for _, l := range long {
		if without, ok := l.cut(rest); ok {
			rest = appendix.ReplaceAllString(without, " ")
			found = append(found, l.id)
		}
	}
	if len(strings.Fields(rest)) > spare || takesBack.MatchString(rest) {
		return nil
	}
	return found
}

func (l longLicense) cut(text string) (without string, ok bool) {
	from, to := strings.Index(text, l.from), strings.LastIndex(text, l.to)
	if from < 0 || to < from {
		return "", false
	}
	to += len(l.to)
	if fmt.Sprintf("%x", sha256.Sum256([]byte(text[from:to]))) != l.sum {
		return "", false
	}
	return text[:from] + text[to:], true
}

var (
	noWord = regexp.MustCompile(`[^a-z0-9…]+`)
	// Bullets and numbers of lists differ from copy to copy.
	bullet = regexp.MustCompile(`(?m)^\s*((\(?[0-9a-z][.)]|[*-])\s+)+`)
)

func plain(text string) string {
	text = strings.ReplaceAll(strings.ToLower(text), "https://", "http://")
	return strings.TrimSpace(noWord.ReplaceAllString(bullet.ReplaceAllString(text, " "), " "))
}

func whole(text string) *regexp.Regexp {
	words := regexp.QuoteMeta(plain(text))
	return regexp.MustCompile(strings.ReplaceAll(words, "…", `(?:[a-z0-9]+ ){0,14}?[a-z0-9]+`))
}

// licensesOf reads the licence files of a module or package in a folder.
func licensesOf(name, folder string) ([]string, error) {
	files, err := licenseFiles(folder)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return nil, err
		}
		if readByHand[fmt.Sprintf("%x", sha256.Sum256(text))] == name+"/"+file {
			continue
		}
		found := identify(string(text))
		if found == nil {
			return nil, fmt.Errorf("%s: the licence in %s is none that is known word for word; read it, and refuse the module or teach deps/license.go its text", name, file)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s has no licence file; without one nobody may hand it on", name)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

var isLicense = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)`)

func licenseFiles(folder string) (names []string, err error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && isLicense.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// permit says why a licence is none for what a program contains, or tests use.
func permit(name string, ids []string, shipped bool) error {
	for _, id := range ids {
		switch {
		case slices.Contains(allowed, id), slices.Contains(testsOnly, id) && !shipped:
		case slices.Contains(testsOnly, id):
			return fmt.Errorf("%s is part of a program, and its licence %s is for what tests use; replace it", name, id)
		default:
			return fmt.Errorf("%s: the licence %s is not on the list; replace the module, or have the list changed in deps/license.go", name, id)
		}
	}
	return nil
}
