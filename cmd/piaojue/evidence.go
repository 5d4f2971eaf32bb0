package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/keyfile"
	"piaojue/lang"
)

// maxEvidence bounds the file: audit refuses what is longer than it needs.
const maxEvidence = 1 << 20

func (t *tool) evidenceCommand() *cobra.Command {
	return exactly(1, t.command("board evidence", "FILE", "piaojue board evidence evidence-vote.example.org_v1-120.txt",
		func(_ context.Context, args []string) error { return t.checkEvidence(args[0]) }))
}

// checkEvidence says whether a file convicts a log, offline.
func (t *tool) checkEvidence(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() > maxEvidence {
		return wrong("evidence_none", path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	e, err := audit.ParseEvidence(text)
	if err != nil {
		return wrong("evidence_none", path)
	}
	verdict := e.Verify()
	if verdict != nil && !errors.Is(verdict, audit.ErrUnproven) {
		return wrong("evidence_none", path)
	}
	first, second := e.Heads()
	say := t.words.say
	for _, line := range []string{
		say("evidence.log", lang.Plain(first.Origin)),
		say("evidence.key", hexOf(e.Log.Public())),
		say("evidence.first", first.Size, hexOf(first.Root)),
		say("evidence.second", second.Size, hexOf(second.Root)),
	} {
		fmt.Fprintln(t.out, line)
	}
	if verdict != nil {
		return wrong("evidence_unproven")
	}
	fmt.Fprintln(t.out, say("evidence.proven"))
	return nil
}

// keepEvidence writes what convicts a log into the current folder.
func (t *tool) keepEvidence(err error) {
	f, ok := errors.AsType[*client.ForkError](err)
	if !ok {
		return
	}
	name := f.Evidence.Name()
	if err := keyfile.Write(name, f.Evidence.Marshal()); err != nil && !errors.Is(err, fs.ErrExist) {
		t.talk(t.words.say("evidence.not_kept", err))
		return
	}
	t.talk(t.words.say("evidence.kept", name))
}
