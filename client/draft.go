package client

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"piaojue/project"
)

// ErrDraft says that a draft of the projects' log is not one that can be shown
// in full, so that nobody may sign it.
var ErrDraft = errors.New("client: not a draft that can be shown")

// Draft is an entry of the projects' log before it is signed, as its actor's
// own device reads it: nothing of what it says is taken from a server
// (PROTOCOL.md, "Entries" of the log of the projects).
type Draft struct {
	Log   [32]byte // name of the log
	Entry *project.Entry

	body     project.Body
	contents map[project.Blob][]byte
	lines    []DraftLine
}

// DraftLine is one thing that an entry says.
type DraftLine struct {
	Path   string // "Options[2].Candidate": names of fields, numbers from 1
	Type   string // of package project, or of Go: "Gate", "Date", "uint32"
	Value  any    // of that type; of a content its bytes
	Number uint64 // of a number or a choice
	Media  project.Media
}

// NewDraft reads a draft. It demands each content to which the entry commits,
// and no other: what is signed unseen could be anything.
func NewDraft(log [32]byte, entry []byte, contents [][]byte) (*Draft, error) {
	e, err := project.ParseEntry(entry)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDraft, err)
	}
	if e.Signature != nil {
		return nil, fmt.Errorf("%w: it is signed already", ErrDraft)
	}
	d := &Draft{Log: log, Entry: e, contents: make(map[project.Blob][]byte)}
	if d.body, err = project.ParseBody(e); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDraft, err)
	}
	for _, file := range contents {
		d.contents[project.HashBlob(file)] = file
	}
	if err := d.read("", reflect.ValueOf(d.body).Elem()); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDraft, err)
	}
	if len(d.contents) > 0 {
		return nil, fmt.Errorf("%w: a content that the entry does not name", ErrDraft)
	}
	return d, nil
}

// Lines are all that the entry says, in the order of PROTOCOL.md.
func (d *Draft) Lines() []DraftLine { return d.lines }

// Hash is what a server calls the draft.
func (d *Draft) Hash() [32]byte { return sha256.Sum256(d.Entry.Marshal()) }

// Sign returns the signed entry.
func (d *Draft) Sign(sk ed25519.PrivateKey) []byte {
	signed := *d.Entry
	signed.Sign(sk, d.Log)
	return signed.Marshal()
}

// unwritten are fields that an entry does not hold, nor any course: they say
// what the log adds.
var unwritten = []string{"By", "Vote"}

// read puts a value into lines.
func (d *Draft) read(path string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return d.read(path, v.Elem())
	case reflect.Struct:
		return d.readFields(path, v)
	case reflect.Slice:
		return d.readList(path, v)
	case reflect.Array:
		if v.Len() != 32 {
			return d.readList(path, v)
		}
		return d.readHash(path, v)
	}
	line := DraftLine{Path: path, Type: v.Type().Name(), Value: v.Interface()}
	if v.CanUint() {
		line.Number = v.Uint()
	}
	d.lines = append(d.lines, line)
	return nil
}

func (d *Draft) readFields(path string, v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || strings.HasSuffix(f.Name, "Course") || slices.Contains(unwritten, f.Name) {
			continue
		}
		if err := d.read(strings.TrimPrefix(path+"."+f.Name, "."), v.Field(i)); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draft) readList(path string, v reflect.Value) error {
	for i := range v.Len() {
		if err := d.read(fmt.Sprintf("%s[%d]", path, i+1), v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// readHash reads 32 bytes: a content, if they are a commitment.
func (d *Draft) readHash(path string, v reflect.Value) error {
	line := DraftLine{Path: path, Type: v.Type().Name(), Value: v.Interface()}
	_, erased := d.body.(*project.Withdrawal) // it names contents of others
	if blob, ok := line.Value.(project.Blob); ok && !erased {
		if blob == (project.Blob{}) {
			return nil
		}
		media, data, err := project.OpenBlob(d.contents[blob])
		if err != nil {
			return fmt.Errorf("content %x: %w", blob[:8], err)
		}
		delete(d.contents, blob)
		line.Media, line.Value = media, data
	}
	d.lines = append(d.lines, line)
	return nil
}
