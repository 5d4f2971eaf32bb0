package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// page is a document.
type page struct {
	source string // its path from the root
	title  string // its first heading
	lang   string
	card   bool // hangs on a wall
	text   []byte
	tree   ast.Node
	parts  []part // its headings of the second level
	body   template.HTML
	images []string // the pictures it shows, by their path from the root
}

// part is a heading, and where it stands.
type part struct{ ID, Title string }

// markdown reads what GitHub reads: tables too, and headings that links find.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithParserOptions(parser.WithAutoHeadingID()),
)

func readPage(root, source string) (*page, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(source)))
	if err != nil {
		return nil, err
	}
	p := &page{source: source, text: data, lang: "en", card: path.Dir(source) == wall}
	p.tree = markdown.Parser().Parse(text.NewReader(data), parser.WithContext(parser.NewContext(parser.WithIDs(&ids{seen: make(map[string]int)}))))
	for n := p.tree.FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok {
			continue
		}
		title := plain(h, data)
		id, _ := h.AttributeString("id")
		switch {
		case h.Level == 1 && p.title == "":
			p.title = title
		case h.Level == 2:
			p.parts = append(p.parts, part{ID: string(id.([]byte)), Title: title})
		}
	}
	if p.title == "" {
		return nil, fmt.Errorf("%s: no heading of the first level; begin it with # and its title", source)
	}
	if strings.ContainsFunc(p.title, func(r rune) bool { return unicode.Is(unicode.Han, r) }) && !strings.HasSuffix(source, ".en.md") && source != "README.md" {
		p.lang = "zh-CN"
	}
	return p, nil
}

// plain is the text of a node.
func plain(n ast.Node, source []byte) string {
	var out strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			out.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return out.String()
}

// ids names headings as GitHub does, so that one link serves both.
type ids struct{ seen map[string]int }

func (i *ids) Generate(value []byte, _ ast.NodeKind) []byte {
	id := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, strings.TrimSpace(string(value)))
	n := i.seen[id]
	i.seen[id]++
	if n > 0 {
		id = fmt.Sprintf("%s-%d", id, n)
	}
	return []byte(id)
}

func (i *ids) Put(value []byte) { i.seen[string(value)]++ }

// render makes the body of a document, with links that lead to pages of the site.
func (s *site) render(p *page) error {
	s.relink(p)
	var out bytes.Buffer
	err := markdown.Renderer().Render(&out, p.text, p.tree)
	p.body = template.HTML(out.String())
	return err
}

// relink turns the links of a document to those of the site. Of a link to what is
// not there, its words stay.
func (s *site) relink(p *page) {
	var lost []*ast.Link
	_ = ast.Walk(p.tree, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Image:
			image := path.Join(path.Dir(p.source), string(n.Destination))
			p.images = append(p.images, image)
			n.Destination = []byte(relative(target(p.source), target(image)))
		case *ast.Link:
			to, known := s.linkTo(p.source, string(n.Destination))
			if !known {
				lost = append(lost, n)
			}
			n.Destination = []byte(to)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range lost {
		for c := n.FirstChild(); c != nil; c = n.FirstChild() {
			n.Parent().InsertBefore(n.Parent(), n, c)
		}
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// linkTo is where a link of a document leads on the site, if it leads anywhere.
func (s *site) linkTo(source, link string) (string, bool) {
	u, err := url.Parse(link)
	if err != nil || u.IsAbs() || u.Path == "" {
		return link, err == nil
	}
	to := s.pages[path.Join(path.Dir(source), u.Path)]
	if to == nil {
		return link, false
	}
	way := relative(target(source), target(to.source))
	if u.Fragment != "" {
		way += "#" + u.Fragment
	}
	return way, true
}

// twin is the way to the same document in the other language, if there is one.
func (s *site) twin(p *page, from string) (way link) {
	other, words := strings.TrimSuffix(p.source, ".md")+".en.md", "English"
	if base, ok := strings.CutSuffix(p.source, ".en.md"); ok {
		other, words = base+".md", "中文"
	}
	if s.pages[other] == nil {
		return link{}
	}
	return link{Way: relative(from, target(other)), Words: words}
}

type link struct{ Way, Words string }

// view is what the layout shows.
type view struct {
	Lang, Title, Home string
	IsHome, Card      bool
	Style             template.CSS
	Sheets            []template.HTML
	Parts             []part
	Twin              link
}

//go:embed page.html
var layoutText string

//go:embed style.css
var ownStyle string

var layout = template.Must(template.New("page").Parse(layoutText))

// style is that of the product's pages, and what documents need beside it.
func (s *site) style() (template.CSS, error) {
	tokens, err := os.ReadFile(filepath.Join(s.root, "kiosk/static/style/00-tokens.css"))
	return template.CSS(string(tokens) + ownStyle), err
}
