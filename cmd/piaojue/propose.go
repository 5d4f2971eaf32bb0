package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// An entry that several people sign travels like this: one of them builds it
// from their own board and proposes it with their signature; the others fetch
// it, check it against their own boards, read it in plain words, and add their
// signatures. The server logs it when it has all.

// build makes an entry from a board.
type build func(b *client.Board) (*election.Entry, error)

// proposeCommand returns a command that proposes one kind of entry.
func (t *tool) proposeCommand(path, args, example string, make func(args []string) build) *cobra.Command {
	return t.signing(t.command(path, args, example, func(ctx context.Context, args []string) error {
		at, err := t.asSigner(ctx, anyKind)
		if err != nil {
			return err
		}
		e, err := make(args)(at.board)
		if err != nil {
			return err
		}
		return t.proposeEntry(ctx, at, e)
	}))
}

// signerAt is the person's key with the log that they have verified.
type signerAt struct {
	server *server
	board  *client.Board
	secret *keyfile.Secret
}

// asSigner opens the key file and then verifies the log: what a large log leaves
// in memory does not come on top of what the key file takes.
func (t *tool) asSigner(ctx context.Context, kind keyfile.Kind) (*signerAt, error) {
	s, err := t.connect()
	if err != nil {
		return nil, err
	}
	secret, err := t.secretFor(kind)
	if err != nil {
		return nil, err
	}
	b, err := t.board(ctx, s)
	return &signerAt{s, b, secret}, err
}

// proposeEntry checks, shows, signs and hands in an entry.
func (t *tool) proposeEntry(ctx context.Context, at *signerAt, e *election.Entry) error {
	body, err := checkEntry(at.board, e)
	if err != nil {
		return err
	}
	state := at.board.State()
	t.show(e.Kind, t.describe(body, state))
	return t.submit(ctx, at, e, state.Manifest(), state)
}

// submit asks the person, signs and proposes. Before there is a log, there is no
// state.
func (t *tool) submit(ctx context.Context, at *signerAt, e *election.Entry, m *election.Manifest, state *election.State) error {
	p, err := newSigner(at.secret, m, state)
	if err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.sign")); err != nil {
		return err
	}
	p.Sign(e, m.Hash())
	answer, err := at.server.propose(ctx, e)
	if err != nil {
		return err
	}
	t.announce(answer, e)
	return nil
}

// announce says what became of a signature.
func (t *tool) announce(p *proposal, e *election.Entry) {
	switch {
	case p.Index == nil:
		fmt.Fprintln(t.out, t.words.say("proposal.waits", p.Needed, strings.Join(t.signers(p.Missing), ", "), hexOf(unsigned(e).Hash())))
	case e.Kind == election.KindManifest:
		fmt.Fprintln(t.out, t.words.say("manifest.print", hexOf(sha256.Sum256(e.Body))))
	default:
		fmt.Fprintln(t.out, t.words.say("proposal.logged", *p.Index))
	}
}

// unsigned is the entry as it is proposed, whose hash others sign it by.
func unsigned(e *election.Entry) *election.Entry {
	return &election.Entry{Kind: e.Kind, Body: e.Body}
}

// signers are the server's names of signers in plain words.
func (t *tool) signers(names []string) []string {
	var all []string
	for _, n := range names {
		role, index, numbered := strings.Cut(n, ":")
		text := t.lang.Text("role." + role)
		if numbered {
			text += " " + index
		}
		all = append(all, lang.Plain(text))
	}
	return all
}

// show prints what an entry is before it is signed.
func (t *tool) show(k election.Kind, lines []string) {
	fmt.Fprintf(t.out, "%s\n", t.lang.Text("kind."+k.String()))
	for _, line := range lines {
		fmt.Fprintf(t.out, "  %s\n", lang.Plain(line))
	}
}

// kindOf finds a kind by its name.
func kindOf(name string) (election.Kind, bool) {
	for _, k := range election.Kinds() {
		if k.String() == name {
			return k, true
		}
	}
	return 0, false
}
