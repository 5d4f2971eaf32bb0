package web

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"piaojue/lang"
)

var update = flag.Bool("update", false, "write openapi.json anew")

type object = map[string]any

// TestOpenAPI compares the document with the one that the table of routes
// makes.
func TestOpenAPI(t *testing.T) {
	want, err := json.MarshalIndent(openAPI(), "", "  ")
	must(t, err)
	want = append(want, '\n')
	if *update {
		must(t, os.WriteFile("openapi.json", want, 0o644))
		openapi = want
	}
	if !bytes.Equal(openapi, want) {
		t.Error("openapi.json is not that of the routes: run go test ./web -run TestOpenAPI -update")
	}
	s := newStage(t)
	if got := s.do("", "GET", "/openapi.json", nil); !bytes.Equal(got, want) {
		t.Error("another document is served")
	}
}

// openAPI makes the document of the table of routes.
func openAPI() object {
	d := &drawing{schemas: object{}}
	refused := d.lift(schemaOf(refusedJSON{}))
	paths := object{}
	for _, rows := range rowsByPath() {
		path := strings.ReplaceAll(rows[0].path, "*", "{path}")
		item, ok := paths[path].(object)
		if !ok {
			item = object{}
			paths[path] = item
		}
		item[strings.ToLower(rows[0].method)] = d.operation(rows)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "Piaojue",
			"version":     "1",
			"description": "The HTTP interface of piaojued. Binary bodies are those of PROTOCOL.md; hashes and keys in JSON are lower-case hexadecimal.",
			"license":     object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"paths": paths,
		"components": object{
			"securitySchemes": object{"key": object{"type": "http", "scheme": "bearer", "description": "The API key of a person."},
				"session": object{"type": "apiKey", "in": "cookie", "name": "__Host-piaojue", "description": "A person who has signed in: see POST /session."}},
			"schemas":   d.schemas,
			"responses": object{"Refused": object{"description": "Refused; nothing has changed.", "content": object{mediaJSON: object{"schema": refused}}}},
		},
	}
}

// operation describes the routes of one method and path.
func (d *drawing) operation(rows []*route) object {
	rt := rows[0]
	op := object{
		"summary":    summary(rows),
		"parameters": parameters(rows),
		"responses":  object{strconv.Itoa(rt.status): d.response(rt), "default": object{"$ref": "#/components/responses/Refused"}},
		"x-roles":    roles(rows),
	}
	if rt.media != "" {
		content := object{"schema": d.body(rt.in, true)}
		if rt.media == mediaJSON {
			content["example"] = json.RawMessage(rt.sample)
		}
		op["requestBody"] = object{"required": true, "content": object{rt.media: content}}
	}
	if slices.ContainsFunc(rows, func(r *route) bool { return !r.who.anyone }) {
		op["security"] = []object{{"key": []string{}}, {"session": []string{}}}
		if rt.who.anyone {
			op["security"] = []object{{}, {"key": []string{}}, {"session": []string{}}}
		}
	}
	if rt.fresh {
		op["security"], op["x-fresh-minutes"] = []object{{"session": []string{}}}, int(freshness/time.Minute)
	}
	if rt.box {
		op["description"] = "The ballot box: a request with a cookie or an Authorization header is refused, and none is logged. Use a connection of its own."
	}
	return op
}

func summary(rows []*route) string {
	var lines []string
	for _, rt := range rows {
		line := rt.doc
		if rt.query != "" {
			line = rt.query + ": " + line
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, " ")
}

func roles(rows []*route) object {
	all := object{}
	for _, rt := range rows {
		names := []string{"anyone"}
		if !rt.who.anyone {
			names = nil
			for _, r := range rt.who.roles {
				names = append(names, string(r))
			}
		}
		view := rt.query
		if view == "" {
			view = "always"
		}
		all[view] = names
	}
	return all
}

func parameters(rows []*route) []object {
	list := []object{}
	path := strings.ReplaceAll(rows[0].path, "*", "{path}")
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			list = append(list, object{"name": strings.TrimSuffix(name, "}"), "in": "path", "required": true, "schema": object{"type": "string"}})
		}
	}
	var values []string
	for _, rt := range rows {
		if _, value, ok := strings.Cut(rt.query, "="); ok {
			values = append(values, value)
		}
	}
	if values != nil {
		name, _, _ := strings.Cut(rows[0].query, "=")
		list = append(list, object{"name": name, "in": "query", "required": true, "schema": object{"type": "string", "enum": values}})
	}
	return list
}

func (d *drawing) response(rt *route) object {
	r := object{"description": http.StatusText(rt.status)}
	if rt.answer != "" {
		r["content"] = object{rt.answer: object{"schema": d.either(rt.out, rt.also)}}
	} else if rt.out != nil {
		r["description"] = "Switching to websocket; each message is one of x-message."
		r["x-message"] = d.body(rt.out, false)
	}
	if rt.headers != nil {
		all := object{}
		for name, doc := range rt.headers {
			all[name] = object{"description": doc, "schema": object{"type": "string"}}
		}
		r["headers"] = all
	}
	return r
}

// either is the schema of one of two types, or of the first.
func (d *drawing) either(out, also any) any {
	if also == nil {
		return d.body(out, false)
	}
	return object{"anyOf": []any{d.body(out, false), d.body(also, false)}}
}

// drawing collects the schemas that have names.
type drawing struct {
	schemas object
}

// body is the schema of a body. A request has no fields but those of its type;
// an answer may get more one day.
func (d *drawing) body(sample any, request bool) any {
	if about, ok := sample.(octets); ok {
		return object{"type": "string", "format": "binary", "description": string(about)}
	}
	if sample == nil {
		return object{"type": "string", "format": "binary"}
	}
	s := schemaOf(sample)
	if request {
		s.shut()
	}
	return d.lift(s)
}

// lift puts what has a name among the components and refers to it.
func (d *drawing) lift(s *schema) *schema {
	for name, p := range s.Properties {
		s.Properties[name] = d.lift(p)
	}
	if s.Items != nil {
		s.Items = d.lift(s.Items)
	}
	if s.Title == "" {
		return s
	}
	name, about, null := s.Title, s.Description, s.Type.has("null")
	s.Title, s.Description, s.Type = "", "", types{"object"}
	if name == "Problem" {
		s.Properties["code"].Enum = codeNames()
	}
	d.schemas[name] = s
	ref := &schema{Ref: "#/components/schemas/" + name, Description: about}
	if null {
		return &schema{AnyOf: []*schema{ref, {Type: types{"null"}}}}
	}
	return ref
}

// shut says that an object has no other fields.
func (s *schema) shut() {
	for _, p := range s.Properties {
		p.shut()
	}
	if s.Items != nil {
		s.Items.shut()
	}
	if s.Properties != nil {
		s.Closed = new(bool)
	}
}

func codeNames() []string {
	var names []string
	for c := range statuses {
		names = append(names, string(c))
	}
	slices.Sort(names)
	return names
}

// TestErrorTable: every code has a status and a sentence in both languages.
func TestErrorTable(t *testing.T) {
	for c, status := range statuses {
		if status < 400 || http.StatusText(status) == "" {
			t.Errorf("%s: status %d", c, status)
		}
		for _, l := range []lang.Lang{lang.ZH, lang.EN} {
			if id := "error." + string(c); !l.Has(id) {
				t.Errorf("%s has no sentence in %s", id, l)
			}
		}
	}
	source, err := os.ReadFile("error.go")
	must(t, err)
	for _, m := range regexp.MustCompile(`\tcode\w+ +code = "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		if statuses[code(m[1])] == 0 {
			t.Errorf("%s has no status", m[1])
		}
	}
	for check, c := range checkCodes {
		if statuses[c] == 0 || check.Number() == 0 {
			t.Errorf("%s: code %q has no status", check, c)
		}
	}
	for _, s := range sentinels {
		if statuses[s.code] == 0 {
			t.Errorf("%v: code %q has no status", s.err, s.code)
		}
	}
	for o, c := range outcomes {
		if statuses[c] == 0 {
			t.Errorf("%v: code %q has no status", o, c)
		}
	}
}
