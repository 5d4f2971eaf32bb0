package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/form"
)

// formsCommand makes the official forms of a record, which it verifies first:
// whoever has the record gets the same bytes as the office.
func (t *tool) formsCommand() *cobra.Command {
	var output string
	var fonts []string
	c := exactly(1, t.command("forms", "RECORD", `piaojue forms record.zip --manifest 5f3c… -o forms
piaojue forms record -o forms --font build/fonts --font HanaMinB.ttf`, func(_ context.Context, args []string) error {
		return t.makeForms(args[0], output, fonts)
	}))
	addText(c, &t.settings.manifest, "manifest")
	c.Flags().StringVarP(&output, "output", "o", "forms", "")
	c.Flags().StringArrayVar(&fonts, "font", nil, "")
	return c
}

func (t *tool) makeForms(record, output string, fonts []string) error {
	if err := checkNew(output); err != nil {
		return err
	}
	face, err := t.typeface(fonts)
	if err != nil {
		return err
	}
	forms, err := t.officialForms(record)
	if err != nil {
		return err
	}
	files, err := writtenForms(forms, face)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(output, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		if err := writeNew(filepath.Join(output, f.name), f.data); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%x  %s\n", sha256.Sum256(f.data), f.name) // as sha256sum writes and checks it
	}
	return nil
}

// typeface finds the font: where the person says, or where make fonts put it.
func (t *tool) typeface(paths []string) (*form.Typeface, error) {
	if env := t.env("PIAOJUE_FONT"); env != "" && len(paths) == 0 {
		paths = filepath.SplitList(env)
	}
	var font *form.Font
	program, err := os.Executable()
	switch {
	case len(paths) > 0:
		font, err = form.OpenFont(paths...)
	case err == nil:
		font, err = form.FindFont(form.FontPlaces(program)...)
	}
	if errors.Is(err, form.ErrNoFont) {
		return nil, because(err, "forms_font")
	}
	if err != nil {
		return nil, err
	}
	face, err := font.Typeface()
	if err == nil && !face.Standard() {
		t.talk(t.words.say("forms.other_font"))
	}
	return face, err
}

// officialForms verifies a record and makes the forms it has come to.
func (t *tool) officialForms(path string) ([]*form.Form, error) {
	files, done, err := openFiles(path)
	if err != nil {
		return nil, err
	}
	defer done()
	report, state, err := t.verifyRecord(files)
	if err != nil {
		return nil, err
	}
	if report.Failed() {
		return nil, wrong("forms_false", path)
	}
	forms, err := form.Forms(state, report.Checkpoint.Root, entriesOf(files, report.Checkpoint.Size))
	if err != nil {
		return nil, err
	}
	if len(forms) == 0 {
		return nil, wrong("forms_none", t.lang.Text("phase."+report.Phase.String()))
	}
	if report.Phase < election.PhaseCertified {
		t.talk(t.words.say("forms.early", t.lang.Text("phase."+report.Phase.String())))
	}
	return forms, nil
}

// entriesOf reads the entries again, which were verified as they went by.
// Package form compares them with the root, in case a file changed since.
func entriesOf(files fs.FS, size uint64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, bundle := range audit.Bundles(0, size) {
			data, err := fs.ReadFile(files, bundle.Path())
			if err != nil {
				yield(nil, err)
				return
			}
			entries, err := bundle.ParseEntries(data)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, raw := range entries {
				if !yield(raw, nil) {
					return
				}
			}
		}
	}
}

// A formFile is a form as it is filed.
type formFile struct {
	name string
	data []byte
}

// writtenForms makes all files before the first is written: some of them are
// not the forms of a vote.
func writtenForms(forms []*form.Form, face *form.Typeface) ([]formFile, error) {
	var files []formFile
	for _, f := range forms {
		pdf, err := f.PDF(face)
		if missing, ok := errors.AsType[*form.GlyphError](err); ok {
			return nil, wrong("forms_glyph", fmt.Sprintf("%c (U+%04X)", missing.Rune, missing.Rune), missing.Text, f.Label())
		}
		if err != nil {
			return nil, err
		}
		book, err := f.XLSX()
		if err != nil {
			return nil, err
		}
		files = append(files, formFile{f.FileName() + ".pdf", pdf}, formFile{f.FileName() + ".xlsx", book})
	}
	return files, nil
}
