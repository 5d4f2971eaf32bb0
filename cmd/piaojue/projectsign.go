package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/keyfile"
	"piaojue/lang"
	"piaojue/project"
)

// projectCommand is what organs and officers do about projects with keys of their
// own.
func (t *tool) projectCommand() *cobra.Command {
	return t.group("project", t.signProjectCommand(), t.contactCommand())
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
	secret, err := t.secretFor(anyKind)
	if err != nil {
		return err
	}
	data, err := readFile(path, 64<<20) // up to nine pictures
	if err != nil {
		return err
	}
	d, err := readProjectDraft(data)
	if err != nil {
		return because(err, "no_draft", path)
	}
	t.showProject(d)
	key, err := roleKey(secret)
	if err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.sign")); err != nil {
		return err
	}
	if err := keyfile.Write(output, d.Sign(key)); err != nil {
		return err
	}
	t.talk(t.words.say("project.signed", output))
	return nil
}

// readProjectDraft reads a draft whole: without a content to which the entry
// commits nobody can know what is signed.
func readProjectDraft(data []byte) (*client.Draft, error) {
	f := &projectDraft{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(f); err != nil || f.Format != draftFormat {
		return nil, fmt.Errorf("not of the format %s", draftFormat)
	}
	var contents [][]byte
	for _, file := range f.Contents {
		contents = append(contents, file)
	}
	return client.NewDraft(f.Log, f.Entry, contents)
}

// showProject says everything that the entry says, each under the names of
// PROTOCOL.md. Numbers are those of the directory and of the things, as the log
// counts them.
func (t *tool) showProject(d *client.Draft) {
	line := func(text string) { fmt.Fprintln(t.out, lang.Plain(text)) }
	line(t.words.say("project.entry", d.Entry.Kind, d.Entry.Day, d.Entry.Actor, d.Entry.Seq))
	for _, l := range d.Lines() {
		line("  " + l.Path + ": " + t.draftValue(l))
	}
}

func (t *tool) draftValue(l client.DraftLine) string {
	switch v := l.Value.(type) {
	case []byte:
		if l.Media != project.MediaText {
			return t.words.say("project.picture", len(v))
		}
		return strings.ReplaceAll(string(v), "\n", " / ")
	case [32]byte:
		return hex.EncodeToString(v[:])
	case project.Blob:
		return hex.EncodeToString(v[:])
	}
	return fmt.Sprint(l.Value)
}
