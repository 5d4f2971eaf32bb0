package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/project"
)

// projectCommand is what organs do about projects with keys of their own.
func (t *tool) projectCommand() *cobra.Command {
	return t.group("project", t.signProjectCommand())
}

// signProjectCommand signs an entry of the projects' log. It needs no network:
// what the entry says is in the file, and the person reads it here, where no
// server can show something else than what is signed.
func (t *tool) signProjectCommand() *cobra.Command {
	var output string
	c := exactly(1, t.signing(t.command("project sign", "DRAFT", "piaojue project sign --key staff.age 5f3c91aa.draft -o signed", func(_ context.Context, args []string) error {
		return t.signProject(args[0], output)
	})))
	c.Flags().StringVarP(&output, "output", "o", "", "")
	return c
}

// projectDraft is the file that a server gives.
type projectDraft struct {
	Format   string     `json:"format"`
	Log      key32      `json:"log"`
	Entry    hexBytes   `json:"entry"`
	Contents []hexBytes `json:"contents"`
}

const draftFormat = "piaojue-project-draft-v1"

func (t *tool) signProject(path, output string) error {
	if err := checkNew(output); err != nil {
		return err
	}
	data, err := readFile(path, 64<<20) // up to nine pictures
	if err != nil {
		return err
	}
	d, entry, body, err := readProjectDraft(data)
	if err != nil {
		return because(err, "no_draft", path)
	}
	if err := t.showProject(d, entry, body); err != nil {
		return because(err, "no_draft", path)
	}
	secret, err := t.openKey(t.settings.key)
	if err != nil {
		return err
	}
	key, err := roleKey(secret)
	if err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.sign")); err != nil {
		return err
	}
	entry.Sign(key, d.Log)
	if err := keyfile.Write(output, entry.Marshal()); err != nil {
		return err
	}
	t.talk(t.words.say("project.signed", output))
	return nil
}

// readProjectDraft reads a draft, and checks that each content is one to which
// the entry commits.
func readProjectDraft(data []byte) (*projectDraft, *project.Entry, project.Body, error) {
	d := &projectDraft{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(d); err != nil || d.Format != draftFormat {
		return nil, nil, nil, fmt.Errorf("not of the format %s", draftFormat)
	}
	entry, err := project.ParseEntry(d.Entry)
	if err != nil {
		return nil, nil, nil, err
	}
	body, err := project.ParseBody(entry)
	return d, entry, body, err
}

// showProject says everything that the entry says. Numbers are those of the
// directory and of the things, as the log counts them. Without a content to which
// the entry commits nobody can know what is signed: that is an error.
func (t *tool) showProject(d *projectDraft, entry *project.Entry, body project.Body) error {
	line := func(text string) { fmt.Fprintln(t.out, lang.Plain(text)) }
	line(t.words.say("project.entry", entry.Kind, entry.Day, entry.Actor, entry.Seq))
	x := &projectWords{tool: t, contents: make(map[project.Blob][]byte)}
	for _, file := range d.Contents {
		x.contents[project.HashBlob(file)] = file
	}
	for _, text := range x.fields("", reflect.ValueOf(body).Elem()) {
		line("  " + text)
	}
	return x.err
}

// projectWords puts a body into lines.
type projectWords struct {
	*tool
	contents map[project.Blob][]byte
	err      error // a content is missing, or none
}

// fields puts a value into lines, each under the names of PROTOCOL.md.
func (x *projectWords) fields(name string, v reflect.Value) (all []string) {
	if b, ok := v.Interface().(project.Blob); ok {
		return x.contentLines(name, b)
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return x.fields(name, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !strings.HasSuffix(f.Name, "Course") {
				all = append(all, x.fields(strings.TrimPrefix(name+"."+f.Name, "."), v.Field(i))...)
			}
		}
		return all
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, x.fields(fmt.Sprintf("%s[%d]", name, i+1), v.Index(i))...)
		}
		return all
	case reflect.Array:
		if b, ok := v.Interface().([32]byte); ok {
			return []string{name + ": " + hex.EncodeToString(b[:])}
		}
	}
	return []string{fmt.Sprintf("%s: %v", name, v.Interface())}
}

// contentLines shows a content.
func (x *projectWords) contentLines(name string, b project.Blob) []string {
	if b == (project.Blob{}) {
		return nil
	}
	media, data, err := project.OpenBlob(x.contents[b])
	switch {
	case err != nil:
		x.err = fmt.Errorf("content %x: %w", b[:8], err)
		return nil
	case media != project.MediaText:
		return []string{name + ": " + x.words.say("project.picture", len(data))}
	}
	return []string{name + ": " + strings.ReplaceAll(string(data), "\n", " / ")}
}
