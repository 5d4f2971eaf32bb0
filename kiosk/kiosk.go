// Package kiosk holds all that a terminal loads, and nothing else: one page in
// two languages, its scripts, stylesheet and program. A server hands it out
// (package web), and so does a terminal that takes nothing from a server
// (piaojue terminal); both hand out the same bytes.
//
// [List] names every file with its hash, and [Hash] is the hash of that list,
// which manifests pin under [PinName] (PROTOCOL.md, Section 4.1). Whoever has
// the list finds out which file differs; whoever has the manifest needs to
// trust nobody for the list.
//
// The threat is a server, or somebody between server and terminal, that hands
// out another script. Against the first only a terminal helps that loads
// nothing from the server.
package kiosk

import (
	"bytes"
	"embed"
	"encoding/base64"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"piaojue/lang"
)

// PinName is what manifests call the hash of the bundle.
const PinName = "terminal"

// Names of files that are made of others.
const (
	StyleName = "static/kiosk.css"
	ListName  = "static/kiosk.sha256"
)

// Static is what a terminal loads beside its page, and what other pages share
// with it. static/wasm is made by make wasm-clients.
//
//go:embed static
var Static embed.FS

// File is a part of the bundle.
type File struct {
	Name  string // what is asked for: path and query without the first slash
	Media string
	Body  *Body
	Sum   [32]byte // SHA-256
}

func newFile(name, media string, body *Body) File { return File{name, media, body, body.Sum()} }

// Integrity is the hash of a file as browsers take it.
func (f *File) Integrity() string { return integrity(f.Sum) }

func integrity(sum [32]byte) string { return "sha256-" + base64.StdEncoding.EncodeToString(sum[:]) }

// mediaByEnding are the types of files that a terminal loads.
var mediaByEnding = map[string]string{
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
	".wasm": "application/wasm",
}

const mediaHTML = "text/html; charset=utf-8"

// Files are all parts of the bundle, by name.
func Files() []File { return files() }

// Find returns the part with that name.
func Find(name string) (*File, bool) {
	all := files()
	at, ok := slices.BinarySearchFunc(all, name, func(f File, name string) int { return strings.Compare(f.Name, name) })
	if !ok {
		return nil, false
	}
	return &all[at], true
}

// PageName is the name of the page in a language.
func PageName(l lang.Lang) string { return "terminal?lang=" + string(l) }

var files = sync.OnceValue(func() []File {
	all := staticFiles()
	for _, l := range []lang.Lang{lang.EN, lang.ZH} {
		all = append(all, newFile(PageName(l), mediaHTML, Made(page(l, all))))
	}
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return all
})

// staticFiles are the parts but for the pages. The parts of the stylesheet are
// joined in the order of their names.
func staticFiles() []File {
	var all []File
	var style bytes.Buffer
	err := fs.WalkDir(Static, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body := Embedded(Static, name)
		media, known := mediaByEnding[path.Ext(name)]
		switch {
		case path.Ext(name) == ".css":
			style.ReadFrom(body.Open())
		case known:
			all = append(all, newFile(name, media, body))
		}
		return nil
	})
	if err != nil {
		panic("kiosk: internal error: " + err.Error()) // embedded
	}
	return append(all, newFile(StyleName, mediaByEnding[".css"], Made(style.Bytes())))
}

// Complete reports whether the program has been made.
func Complete() bool {
	for _, name := range []string{"static/wasm/terminal.wasm", "static/wasm/wasm_exec.js"} {
		if _, ok := Find(name); !ok {
			return false
		}
	}
	return true
}
