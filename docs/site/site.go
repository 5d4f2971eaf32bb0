// Command site renders the documents of the project as pages that a browser
// shows from a folder, without a server and without a network: go run ./docs/site
// writes them to dist/docs (make docs). Of links to what is no document, such as
// a folder of the source, it keeps the words. runbook/all.html has all cards for the wall, one sheet of paper
// each.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "dist/docs", "the folder to write to; what is there stays")
	flag.Parse()
	if err := write(".", *out); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

// documents of the root that belong to the site, in the order of its menu.
var documents = []string{"README.md", "README.zh-CN.md", "SECURITY.md", "PROTOCOL.md", "NEWS.md", "testvectors/README.md"}

// index is the document that is the first page.
const index = "docs/README.md"

// wall is the folder of the cards that hang on a wall: each is one sheet of paper.
const wall = "docs/runbook"

// write renders the documents below root into a folder.
func write(root, out string) error {
	sources, err := sourcesOf(root)
	if err != nil {
		return err
	}
	s := site{root: root, out: out, pages: make(map[string]*page)}
	for _, source := range sources {
		if s.pages[source], err = readPage(root, source); err != nil {
			return err
		}
	}
	for _, source := range sources {
		if err := s.render(s.pages[source]); err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
	}
	for _, source := range sources {
		if err := s.writePage(s.pages[source]); err != nil {
			return fmt.Errorf("%s: %w", source, err)
		}
	}
	return s.writeWall()
}

// sourcesOf lists all documents, by their path from the root.
func sourcesOf(root string) ([]string, error) {
	sources := slices.Clone(documents)
	for _, pattern := range []string{"docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return nil, err
		}
		for _, f := range found {
			f, err := filepath.Rel(root, f)
			if err != nil {
				return nil, err
			}
			sources = append(sources, filepath.ToSlash(f))
		}
	}
	return sources, nil
}

// target is where a document's page lies in the site.
func target(source string) string {
	if source == index {
		return "index.html"
	}
	source = strings.TrimPrefix(source, "docs/")
	if path.Ext(source) != ".md" {
		return source
	}
	if dir, file := path.Split(source); file == "README.md" && dir != "" {
		source = strings.TrimSuffix(dir, "/") + ".md"
	}
	return strings.TrimSuffix(source, ".md") + ".html"
}

// site is what is written where.
type site struct {
	root, out string
	pages     map[string]*page // by source
}

// writePage writes a page, and the pictures that it shows.
func (s *site) writePage(p *page) error {
	for _, image := range p.images {
		if err := s.copy(image, target(image)); err != nil {
			return err
		}
	}
	return s.show(target(p.source), p, []template.HTML{p.body})
}

// writeWall writes all cards for the wall as one document to print.
func (s *site) writeWall() error {
	var sheets []template.HTML
	for _, card := range cards {
		p := s.pages[wall+"/"+card+".md"]
		if p == nil {
			return fmt.Errorf("%s/%s.md is missing: it is one of the cards for the wall", wall, card)
		}
		sheets = append(sheets, p.body)
	}
	all := &page{source: wall + "/all.md", title: "上墙卡片", lang: "zh-CN", card: true}
	return s.show(target(all.source), all, sheets)
}

// cards for the wall, in the order in which they hang there.
var cards = []string{"power", "network", "terminal", "trustee", "tie", "dispute"}

func (s *site) show(to string, p *page, sheets []template.HTML) error {
	style, err := s.style()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	err = layout.Execute(&out, view{
		Lang: p.lang, Title: p.title, Home: relative(to, "index.html"), IsHome: p.source == index, Card: p.card,
		Style: style, Sheets: sheets, Parts: p.parts, Twin: s.twin(p, to),
	})
	if err != nil {
		return err
	}
	return s.put(to, out.Bytes())
}

func (s *site) copy(from, to string) error {
	data, err := os.ReadFile(filepath.Join(s.root, filepath.FromSlash(from)))
	if err != nil {
		return err
	}
	return s.put(to, data)
}

func (s *site) put(to string, data []byte) error {
	name := filepath.Join(s.out, filepath.FromSlash(to))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// relative is the way from one page of the site to another.
func relative(from, to string) string {
	way, err := filepath.Rel(filepath.FromSlash(path.Dir(from)), filepath.FromSlash(to))
	if err != nil { // both are relative
		panic(err)
	}
	return filepath.ToSlash(way)
}
