package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// openerAt is a trustee's device after the close, with the record.
type openerAt struct {
	*client.Opening
	server *server
}

// asOpener opens the key file, downloads the record into a folder of its own,
// verifies it there and finds the trustee's place in it. A board would hold every
// ballot in memory.
func (t *tool) asOpener(ctx context.Context) (*openerAt, error) {
	s, err := t.connect()
	if err != nil {
		return nil, err
	}
	secret, err := t.secretFor(keyfile.Scrutineer)
	if err != nil {
		return nil, err
	}
	var c client.OpeningConfig
	if c.Manifest, err = t.manifestHash(); err != nil {
		return nil, err
	}
	if c.Role, c.Static, err = trusteeKeys(secret); err != nil {
		return nil, err
	}
	o, err := t.download(ctx, s, c)
	if err != nil {
		return nil, t.unopened(err)
	}
	return &openerAt{o, s}, nil
}

func (t *tool) download(ctx context.Context, s *server, c client.OpeningConfig) (*client.Opening, error) {
	limitMemory()
	dir, err := newRecordFolder()
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := client.FetchRecord(s.transport(ctx), s.vote, t.progress("record"), folderWriter(dir)); err != nil {
		return nil, err
	}
	files, done, err := openFiles(dir)
	if err != nil {
		return nil, err
	}
	defer done()
	return client.NewOpening(audit.OpenRecord(files), c)
}

// newRecordFolder makes a folder where the person keeps what programs may throw
// away: a record can have gigabytes, and what is temporary often lies in memory.
func newRecordFolder() (string, error) {
	if cache, err := os.UserCacheDir(); err == nil && os.Getenv("TMPDIR") == "" {
		below := filepath.Join(cache, "piaojue")
		if os.MkdirAll(below, 0o700) == nil {
			return os.MkdirTemp(below, "record-")
		}
	}
	return os.MkdirTemp("", "piaojue-record-")
}

// openBox releases the trustee's share of the sum. The whole record is verified
// on this machine before, and what is opened is on its disk for ever before the
// share leaves.
func (t *tool) openBox(ctx context.Context, root string) error {
	at, err := t.asOpener(ctx)
	if err != nil {
		return err
	}
	if slices.Contains(at.State().Shares(), at.Index()) {
		fmt.Fprintln(t.out, t.words.say("trustee.opened", at.Index()))
		return nil
	}
	manifest := at.State().ManifestHash()
	path := openedPath(t.settings.key, manifest)
	opened, err := readOpened(path, manifest)
	if err != nil {
		return err
	}
	e, closing, err := at.Share(opened)
	if err != nil {
		return t.unopened(err)
	}
	if err := t.compareRoot(at.State().Numbers(), closing, opened, root); err != nil {
		return err
	}
	if err := recordOpened(path, closing, manifest); err != nil {
		return err
	}
	if err := at.server.post(ctx, e); err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("trustee.opened", at.Index()))
	return nil
}

// unopened tells what is wrong with a record that cannot be opened.
func (t *tool) unopened(err error) error {
	report, ok := errors.AsType[*client.ReportError](err)
	if !ok {
		return err
	}
	for _, f := range report.Report.Findings {
		if f.Detail != "" {
			t.talk(t.finding(f))
		}
	}
	if !report.Report.Failed() {
		return wrong("not_collected", t.lang.Text("phase."+report.Report.Phase.String()))
	}
	return err
}

// finding says which check failed and why. The expert's sentence is English.
func (t *tool) finding(f audit.Finding) string {
	if t.lang == lang.EN {
		return f.String()
	}
	text := t.lang.Text("report.line", f.Number(), t.lang.Text("check."+string(f.Check)), t.lang.Failure(f.Code()))
	if f.Index != audit.NoEntry {
		text = t.lang.Text("report.about", text, t.lang.Text("report.at", f.Index))
	}
	return text
}

// compareRoot shows what is about to be opened. On a machine that has not
// opened this vote before, the person compares the root with the one that is
// read aloud, or gives it.
func (t *tool) compareRoot(n election.Numbers, c client.Closing, opened *client.Closing, aloud string) error {
	t.talk(t.words.say("trustee.numbers", n.I, n.R, n.U))
	if n.Sheets > 0 {
		t.talk(t.lang.Text("report.paper", n.Sheets, n.Paper))
	}
	t.talk(t.words.say("trustee.root", c.Size, hexOf(c.Root)))
	switch {
	case aloud != "":
		hash, err := parseHash(aloud)
		if err != nil {
			return err
		}
		if hash != c.Root {
			return client.ErrOtherRoot
		}
		return nil
	case opened != nil:
		return nil
	case t.settings.yes: // a comparison that nobody makes is none
		return misuse("root_needed")
	}
	return t.confirm(t.words.say("prompt.root"))
}
