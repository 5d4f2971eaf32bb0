package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxDepth is deeper than any body nests.
const maxDepth = 8

// maxProblems bounds the fields that one answer names.
const maxProblems = 50

// document is a JSON body being read strictly. Package json alone would take
// "T" for "t" and the last of two equal names, and says not even which field is
// wrong (attack G7).
type document struct {
	problems []fieldProblem
	unknown  bool // one of them is a name that does not exist
	deepest  int
}

// parseJSON reads one JSON value and nothing after it into v, if it is what the
// schema of v demands. The refusal names every field that is not.
func parseJSON(body []byte, v any) error {
	d := &document{deepest: maxDepth}
	if value, ok := d.parse(body); ok {
		d.check(newSchema(reflect.TypeOf(v).Elem()), value, "")
	}
	if err := d.err(); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v); err != nil {
		return because(codeBadForm, err)
	}
	return nil
}

func (d *document) err() error {
	if d.problems == nil {
		return nil
	}
	c := codeBadForm
	if d.unknown {
		c = codeUnknownField
	}
	return &refusal{code: c, fields: d.problems}
}

func (d *document) fail(field, id string, args ...any) {
	if len(d.problems) < maxProblems {
		d.problems = append(d.problems, newFieldProblem(shownField(field), id, args...))
	}
}

// shownField keeps what a request calls a field short, and on one line.
func shownField(name string) string {
	const most = 100
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, name)
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "") + "…"
	}
	return name
}

func (d *document) parse(body []byte) (any, bool) {
	if !utf8.Valid(body) {
		d.fail("", "json.bad_text")
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	value, err := d.read(dec, "", 0)
	if err == nil {
		if _, err = dec.Token(); err == io.EOF {
			return value, true
		}
	}
	if errors.Is(err, errDeep) {
		d.fail("", "json.deep")
	} else {
		d.fail("", "json.bad_json", dec.InputOffset())
	}
	return nil, false
}

var (
	errDeep = errors.New("nested too deeply")
	errName = errors.New("name is no text")
)

// read reads a value: a map[string]any, an []any, a json.Number, a string, a
// bool or nil.
func (d *document) read(dec *json.Decoder, path string, depth int) (any, error) {
	if depth > d.deepest {
		return nil, errDeep
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return d.readObject(dec, path, depth)
	case json.Delim('['):
		return d.readList(dec, path, depth)
	}
	return token, nil
}

func (d *document) readObject(dec *json.Decoder, path string, depth int) (any, error) {
	object := make(map[string]any)
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, errName
		}
		value, err := d.read(dec, join(path, name), depth+1)
		if err != nil {
			return nil, err
		}
		if _, double := object[name]; double {
			d.fail(join(path, name), "json.double")
		}
		object[name] = value
	}
	_, err := dec.Token()
	return object, err
}

func (d *document) readList(dec *json.Decoder, path string, depth int) (any, error) {
	list := []any{}
	for dec.More() {
		value, err := d.read(dec, item(path, len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	_, err := dec.Token()
	return list, err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func item(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// check notes every way in which a value is not what a schema demands.
func (d *document) check(s *schema, value any, path string) {
	switch v := value.(type) {
	case map[string]any:
		d.checkObject(s, v, path)
	case []any:
		d.checkList(s, v, path)
	case json.Number:
		d.checkNumber(s, v, path)
	case string:
		d.checkText(s, v, path)
	case bool:
		if !s.Type.has("boolean") {
			d.failType(s, path)
		}
	default:
		if !s.Type.has("null") {
			d.failType(s, path)
		}
	}
}

// wants are what people are told that a field must hold.
var wants = map[string]string{
	"object": "json.want_object", "array": "json.want_list", "integer": "json.want_number",
	"string": "json.want_text", "boolean": "json.want_truth",
}

func (d *document) failType(s *schema, path string) {
	if s.Maximum != nil {
		d.fail(path, "field.range", *s.Minimum, *s.Maximum)
		return
	}
	d.fail(path, wants[s.Type[0]])
}

func (d *document) checkObject(s *schema, v map[string]any, path string) {
	if !s.Type.has("object") {
		d.failType(s, path)
		return
	}
	if s.Properties == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		if p := s.Properties[name]; p != nil {
			d.check(p, v[name], join(path, name))
			continue
		}
		d.unknown = true
		d.fail(join(path, name), "json.unknown")
	}
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			d.fail(join(path, name), "json.missing")
		}
	}
}

func (d *document) checkList(s *schema, v []any, path string) {
	if !s.Type.has("array") || len(v) < s.MinItems || s.MaxItems > 0 && len(v) > s.MaxItems {
		d.failType(s, path)
		return
	}
	for i, x := range v {
		d.check(s.Items, x, item(path, i))
	}
}

func (d *document) checkNumber(s *schema, v json.Number, path string) {
	n, whole := new(big.Int).SetString(v.String(), 10)
	if !whole || len(v) > 20 || !s.Type.has("integer") {
		d.failType(s, path)
		return
	}
	small := s.Minimum != nil && n.Sign() < 0
	large := s.Maximum != nil && n.Cmp(big.NewInt(*s.Maximum)) > 0
	if small || large || !n.IsInt64() && !n.IsUint64() {
		d.failType(s, path)
	}
}

func (d *document) checkText(s *schema, v, path string) {
	switch {
	case !s.Type.has("string"):
		d.failType(s, path)
	case strings.ContainsRune(v, utf8.RuneError): // half a surrogate pair, too
		d.fail(path, "json.bad_text")
	case s.form != nil && !s.form.MatchString(v):
		d.fail(path, s.wrong)
	case s.Enum != nil && !slices.Contains(s.Enum, v):
		d.fail(path, "json.one_of", strings.Join(s.Enum, ", "))
	}
}
