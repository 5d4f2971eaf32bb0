package web

import (
	"encoding"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"piaojue/election"
)

// schema says what a JSON value must look like, in the words of JSON Schema
// that OpenAPI takes. It is made of the Go type that a handler reads or writes,
// so that the two cannot drift apart; requests are checked by the same one.
type schema struct {
	Ref         string             `json:"$ref,omitempty"`
	Title       string             `json:"title,omitempty"` // of the Go type
	Description string             `json:"description,omitempty"`
	Type        types              `json:"type,omitempty"`
	Format      string             `json:"format,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Minimum     *int64             `json:"minimum,omitempty"`
	Maximum     *int64             `json:"maximum,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	MaxItems    int                `json:"maxItems,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Closed      *bool              `json:"additionalProperties,omitempty"` // false in requests

	form  *regexp.Regexp // Pattern
	wrong string         // what people are told of a text that has another form
}

// types are the JSON types that a value may have.
type types []string

func (t types) has(name string) bool { return slices.Contains(t, name) }

// bits of integers that a schema bounds; in those above every int64 fits.
const boundedBits = 32

var (
	textType = reflect.TypeFor[encoding.TextMarshaler]()

	hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)
	hexForm  = regexp.MustCompile(`^([0-9a-f]{2})*$`)
)

// newSchema returns the schema of a type of this API.
func newSchema(t reflect.Type) *schema {
	switch {
	case t == reflect.TypeFor[election.Rules]():
		return rulesSchema()
	case t.Kind() == reflect.Pointer:
		s := newSchema(t.Elem())
		s.Type = append(s.Type, "null")
		return s
	case t.Implements(textType):
		return encodedSchema(t)
	}
	switch k := t.Kind(); k {
	case reflect.Struct:
		return structSchema(t)
	case reflect.Slice, reflect.Array:
		s := &schema{Type: types{"array"}, Items: newSchema(t.Elem())}
		if k == reflect.Array {
			s.MinItems, s.MaxItems = t.Len(), t.Len()
		}
		return s
	case reflect.Map, reflect.Interface:
		return &schema{Type: types{"object"}}
	case reflect.String:
		return &schema{Type: types{"string"}}
	case reflect.Bool:
		return &schema{Type: types{"boolean"}}
	}
	return numberSchema(t)
}

// encodedSchema is that of a type that writes itself as text.
func encodedSchema(t reflect.Type) *schema {
	s := &schema{Type: types{"string"}}
	switch t {
	case reflect.TypeFor[hex32]():
		s.form, s.wrong = hashForm, "field.hash"
	case reflect.TypeFor[hexBytes]():
		s.form, s.wrong = hexForm, "field.hex"
	default:
		return s
	}
	s.Pattern = s.form.String()
	return s
}

func numberSchema(t reflect.Type) *schema {
	s := &schema{Type: types{"integer"}}
	if k := t.Kind(); k >= reflect.Uint && k <= reflect.Uint64 {
		s.Minimum = new(int64)
		if t.Bits() <= boundedBits {
			most := int64(1)<<t.Bits() - 1
			s.Maximum = &most
		}
	}
	return s
}

// structSchema reads the tags: json for the name, and for whether a field may
// be left out; doc for what it means; enum for the texts it may hold.
func structSchema(t reflect.Type) *schema {
	name := strings.TrimSuffix(t.Name(), "JSON")
	s := &schema{Type: types{"object"}, Properties: make(map[string]*schema)}
	if name != "" {
		s.Title = strings.ToUpper(name[:1]) + name[1:]
	}
	s.addFields(t)
	slices.Sort(s.Required)
	return s
}

func (s *schema) addFields(t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, rest, tagged := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			s.addFields(f.Type)
			continue
		}
		if !f.IsExported() {
			continue
		}
		p := newSchema(f.Type)
		p.Description = f.Tag.Get("doc")
		if values := f.Tag.Get("enum"); values != "" {
			p.Enum = strings.Split(values, ",")
		}
		s.Properties[name] = p
		if !tagged || !strings.HasPrefix(rest, "omit") {
			s.Required = append(s.Required, name)
		}
	}
}

// rulesSchema is that of the table of rules, from which package form reads
// them too: nested by the dots of their names, and none is required.
func rulesSchema() *schema {
	root := &schema{Title: "Rules", Type: types{"object"}, Properties: make(map[string]*schema)}
	for _, f := range election.RuleFields() {
		at, name := root, f.Name
		if group, rest, ok := strings.Cut(f.Name, "."); ok {
			if root.Properties[group] == nil {
				root.Properties[group] = &schema{Type: types{"object"}, Properties: make(map[string]*schema)}
			}
			at, name = root.Properties[group], rest
		}
		at.Properties[name] = ruleSchema(f)
	}
	return root
}

func ruleSchema(f election.RuleField) *schema {
	s := &schema{Type: types{"string"}, Description: "Default: " + f.Default}
	switch {
	case f.Name == "grades":
		return &schema{Type: types{"array"}, Items: s, Description: "Three texts, best first, for satisfaction_3."}
	case f.Default == "true" || f.Default == "false":
		s.Type = types{"boolean"}
	case strings.Trim(f.Default, "0123456789") == "":
		s.Type, s.Minimum = types{"integer"}, new(int64)
	default:
		s.Enum = f.Values
	}
	return s
}

// schemaOf returns the schema of the value that a row of the table names.
func schemaOf(sample any) *schema { return newSchema(reflect.TypeOf(sample)) }
