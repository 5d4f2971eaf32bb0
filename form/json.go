package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"piaojue/election"
)

const (
	maxJSON  = 1 << 20
	maxDepth = 8
)

// A document is JSON being read strictly. encoding/json alone would take
// "Tie" for "tie", the last of two equal names, and U+FFFD for what is not
// UTF-8: two readers could see two documents in one (attack G7).
type document struct {
	errs    FieldErrors
	dropped int
}

func (d *document) fail(field, cause string, args ...any) {
	if len(d.errs) >= maxErrors {
		d.dropped++
		return
	}
	d.errs = append(d.errs, FieldError{field, Cause{cause, args}})
}

func (d *document) err() error {
	if len(d.errs) == 0 {
		return nil
	}
	if d.dropped > 0 {
		d.errs = append(d.errs, FieldError{Cause: Cause{"row.more", []any{d.dropped}}})
	}
	return d.errs
}

// A node is a JSON value with its path. Its value is an object (members), a
// list ([]*node), a json.Number, a string, a bool or nil.
type node struct {
	doc   *document
	path  string
	value any
}

// members are an object's, in their order.
type members struct {
	names []string
	nodes map[string]*node
}

var errDeep = errors.New("nested too deeply")

// parse reads one object and nothing after it.
func (d *document) parse(data []byte) *node {
	switch {
	case len(data) > maxJSON:
		d.fail("", "json.large")
		return nil
	case !utf8.Valid(data):
		d.fail("", "json.bad_text")
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte(bom))))
	dec.UseNumber()
	root, err := d.read(dec, "", 0)
	if err == nil {
		if _, err = dec.Token(); err == io.EOF {
			return root
		}
	}
	if err == errDeep {
		d.fail("", "json.deep")
	} else {
		d.fail("", "json.bad_json", dec.InputOffset())
	}
	return nil
}

func (d *document) read(dec *json.Decoder, path string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{doc: d, path: path, value: token}
	switch token {
	case json.Delim('{'):
		n.value, err = d.readObject(dec, path, depth)
	case json.Delim('['):
		n.value, err = d.readList(dec, path, depth)
	}
	return n, err
}

func (d *document) readObject(dec *json.Decoder, path string, depth int) (members, error) {
	m := members{nodes: make(map[string]*node)}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return m, err
		}
		name, ok := token.(string)
		if !ok {
			return m, errors.New("name is not a string")
		}
		member, err := d.read(dec, join(path, name), depth+1)
		if err != nil {
			return m, err
		}
		if m.nodes[name] != nil {
			d.fail(member.path, "json.double")
			continue
		}
		m.names, m.nodes[name] = append(m.names, name), member
	}
	_, err := dec.Token()
	return m, err
}

func (d *document) readList(dec *json.Decoder, path string, depth int) ([]*node, error) {
	var list []*node
	for dec.More() {
		n, err := d.read(dec, fmt.Sprintf("%s[%d]", path, len(list)), depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	_, err := dec.Token()
	return list, err
}

func join(path, name string) string {
	name = shown(name)
	if path == "" {
		return name
	}
	return path + "." + name
}

// object gives the members of an object that has no others than these; without
// names, any. What is not an object has none.
func (n *node) object(names ...string) members {
	m, ok := n.value.(members)
	if !ok {
		n.fail("json.want_object")
		return members{}
	}
	for _, name := range m.names {
		if len(names) > 0 && !slices.Contains(names, name) {
			m.nodes[name].fail("json.unknown")
		}
	}
	return m
}

// member gives a member that must be there, or nil.
func (n *node) member(name string) *node {
	m, ok := n.value.(members)
	if !ok {
		return nil // noted by object
	}
	if m.nodes[name] == nil {
		n.doc.fail(join(n.path, name), "json.missing")
	}
	return m.nodes[name]
}

func (n *node) list() []*node {
	list, ok := n.value.([]*node)
	if !ok {
		n.fail("json.want_list")
	}
	return list
}

func (n *node) text() string {
	text, ok := n.value.(string)
	switch {
	case !ok:
		n.fail("json.want_text")
	case badCharacter(text) != nil: // half a surrogate pair became U+FFFD
		n.fail("json.bad_text")
	}
	return text
}

func (n *node) truth() bool {
	truth, ok := n.value.(bool)
	if !ok {
		n.fail("json.want_truth")
	}
	return truth
}

// whole gives a number written in digits only: neither 1e2 nor 1.0. If it
// is none, that is noted and ok is false.
func (n *node) whole() (v uint32, ok bool) {
	number, _ := n.value.(json.Number)
	wide, err := strconv.ParseUint(number.String(), 10, 32)
	if err != nil {
		n.fail("json.want_number")
	}
	return uint32(wide), err == nil
}

func (n *node) fail(cause string, args ...any) { n.doc.fail(n.path, cause, args...) }

// failFields notes each election.FieldError in a tree of joined errors, under
// the name that the document has for the field.
func (d *document) failFields(err error, name func(string) string) {
	switch e := err.(type) {
	case nil:
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			d.failFields(part, name)
		}
	default:
		field, cause := "", err
		if bad, ok := errors.AsType[*election.FieldError](err); ok {
			field, cause = name(bad.Field), bad.Err
		}
		d.fail(field, "json.value", cause.Error())
	}
}

func (n *node) failValue(err error) {
	n.doc.failFields(err, func(string) string { return n.path })
}
