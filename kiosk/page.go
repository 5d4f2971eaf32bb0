package kiosk

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"html/template"
	"strings"
	"sync"

	"piaojue/lang"
)

//go:embed page.html
var pageSource string

// data is what the page is filled with.
type data struct {
	Lang  lang.Lang
	Other lang.Lang
	Texts map[string]string // for the script
	Of    map[string]string // integrity by name
	Map   template.HTML     // import map: integrity of modules by address
	Parts map[string]string // integrity of what the script loads itself, by address
}

// Tag is the language for HTML.
func (d data) Tag() string { return d.Lang.Tag() }

// page fills the page. What a browser loads for it is named with its hash, so
// that nothing between server and browser changes a part unseen.
func page(l lang.Lang, parts []File) []byte {
	texts := Texts(l)
	d := data{Lang: l, Other: other(l), Texts: texts, Of: make(map[string]string), Map: importMap(parts), Parts: make(map[string]string)}
	for _, f := range parts {
		d.Of[f.Name] = f.Integrity()
		if worked(f.Name) {
			d.Parts["/"+f.Name] = f.Integrity()
		}
	}
	t := template.Must(template.New("page").Funcs(template.FuncMap{"t": func(id string) string { return say(texts, l, id) }}).Parse(pageSource))
	var b bytes.Buffer
	if err := t.Execute(&b, d); err != nil {
		panic("kiosk: internal error: " + err.Error()) // nothing in it depends on a request
	}
	return b.Bytes()
}

// worked reports whether a part belongs to the worker, which the page starts.
func worked(name string) bool {
	return name == "static/js/machine-worker.js" || strings.HasPrefix(name, "static/wasm/")
}

// importMap is the integrity of all modules. Browsers that do not know it (before
// Chromium 127) load modules without. To the template it is markup: only then is
// it left as it is.
func importMap(parts []File) template.HTML {
	of := make(map[string]string)
	for _, f := range parts {
		if strings.HasPrefix(f.Name, "static/js/") && !worked(f.Name) {
			of["/"+f.Name] = f.Integrity()
		}
	}
	b, err := json.Marshal(map[string]any{"integrity": of}) // sorts
	if err != nil {
		panic("kiosk: internal error: " + err.Error())
	}
	return template.HTML(b)
}

// Policy is the policy of the page: the one script in it is the import map.
var Policy = sync.OnceValue(func() string {
	return strict(" '" + integrity(sha256.Sum256([]byte(importMap(files())))) + "'")
})

// Strict lets a page load what its own server holds, run our WebAssembly, and
// nothing else (attacks S4, S5).
func Strict() string { return strict("") }

func strict(script string) string {
	return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'" + script + "; style-src 'self'; img-src 'self' data: blob:; " +
		"connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

func other(l lang.Lang) lang.Lang {
	if l == lang.EN {
		return lang.ZH
	}
	return lang.EN
}
