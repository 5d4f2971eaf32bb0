package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/form"
)

// formats are those in which a result leaves, by what --format takes.
var formats = []string{"json", "csv", "xlsx", "pb"}

// resultCommand exports the certified result of a record, which it verifies
// first.
func (t *tool) resultCommand() *cobra.Command {
	var format, output string
	var deputies bool
	c := exactly(1, t.command("result", "RECORD", `piaojue result record.zip --manifest 5f3c… --format xlsx -o result.xlsx
piaojue result record --format json | piaojue adopt -`, func(_ context.Context, args []string) error {
		p, err := t.publication(args[0])
		if err != nil {
			return err
		}
		p.Deputies = deputies
		data, err := t.publish(p, format)
		if err != nil {
			return err
		}
		if !p.Tallies() {
			t.talk(t.words.say("result.kept"))
		}
		if output == "" {
			_, err = t.out.Write(data)
			return err
		}
		return writeNew(output, data)
	}))
	addText(c, &t.settings.manifest, "manifest")
	c.Flags().StringVar(&format, "format", "json", "")
	c.Flags().StringVarP(&output, "output", "o", "", "")
	c.Flags().BoolVar(&deputies, "for-deputies", false, "")
	return c
}

// publication verifies a record and takes its result: what is not verified, or
// not signed by the scrutineers yet, does not leave in a form that looks final.
func (t *tool) publication(path string) (*form.Publication, error) {
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
		return nil, wrong("result_false", path)
	}
	p, err := form.NewPublication(state)
	if err != nil || !report.Verified {
		return nil, wrong("result_none", t.lang.Text("phase."+report.Phase.String()))
	}
	return p, nil
}

// verifyRecord verifies a record, against the manifest hash if the person gave
// one.
func (t *tool) verifyRecord(files fs.FS) (*audit.Report, *election.State, error) {
	show := t.progress("verify")
	options := audit.Options{Progress: func(done, total uint64) { show(int(done), int(total)) }}
	if t.either(t.settings.manifest, "PIAOJUE_MANIFEST") != "" {
		hash, err := t.manifestHash()
		if err != nil {
			return nil, nil, err
		}
		options.Manifest = &hash
	} else {
		t.talk(t.words.say("result.no_manifest"))
	}
	report, state := audit.Replay(audit.OpenRecord(files), options)
	return report, state, nil
}

// writeNew makes a file that everybody may read.
func writeNew(path string, data []byte) error {
	if err := checkNew(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

func (t *tool) publish(p *form.Publication, format string) ([]byte, error) {
	switch format {
	case "json":
		return p.JSON(), nil
	case "csv":
		return p.CSV(t.lang), nil
	case "xlsx":
		return p.Book(t.lang), nil
	case "pb":
		data, err := p.Pabulib()
		if err != nil {
			return nil, wrong("result_pabulib")
		}
		return data, nil
	}
	return nil, misuse("result_format", strings.Join(formats, ", "))
}
