package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/keyfile"
	"piaojue/lang"
)

func (t *tool) evidenceCommand() *cobra.Command {
	return exactly(1, t.command("board evidence", "FILE", "piaojue board evidence evidence-vote.example.org_v1-120.txt",
		func(_ context.Context, args []string) error { return t.checkEvidence(args[0]) }))
}

// checkEvidence says whether a file convicts a log or a server, offline.
func (t *tool) checkEvidence(path string) error {
	text, err := readFile(path, audit.MaxBreach)
	if err != nil {
		return err
	}
	if audit.IsBreach(text) {
		return t.checkBreach(path, text)
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

// checkBreach says whether a file convicts a server of not keeping a promise.
func (t *tool) checkBreach(path string, text []byte) error {
	b, err := audit.ParseBreach(text)
	if err != nil {
		return wrong("evidence_none", path)
	}
	verdict := b.Verify()
	m, err := b.Vote()
	if err != nil || verdict != nil && !errors.Is(verdict, audit.ErrKept) && !errors.Is(verdict, audit.ErrFormer) {
		return wrong("evidence_none", path)
	}
	if given, err := t.manifestHash(); err == nil && given != m.Hash() {
		return wrong("promise_vote")
	}
	say := t.words.say
	for _, line := range []string{
		say("breach.vote", lang.Plain(m.Title)),
		say("breach.manifest", hexOf(m.Hash())),
		say("breach.code", hexOf(b.Promise.Entry)),
		say("breach.close", len(b.Leaves), b.At),
	} {
		fmt.Fprintln(t.out, line)
	}
	switch {
	case errors.Is(verdict, audit.ErrKept):
		return wrong("breach_kept")
	case verdict != nil:
		return wrong("breach_former")
	}
	if index, late := b.Late(); late {
		fmt.Fprintln(t.out, say("breach.late", index))
	}
	fmt.Fprintln(t.out, say("breach.proven"))
	return nil
}

// keepEvidence writes what convicts a log into the current folder.
func (t *tool) keepEvidence(err error) {
	if f, ok := errors.AsType[*client.ForkError](err); ok {
		t.keepFile(f.Evidence.Name(), f.Evidence.Marshal())
	}
}

func (t *tool) keepFile(name string, text []byte) {
	if err := keyfile.Write(name, text); err != nil && !errors.Is(err, fs.ErrExist) {
		t.talk(t.words.say("evidence.not_kept", err))
		return
	}
	t.talk(t.words.say("evidence.kept", name))
}
