package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// signCommand signs what others proposed. It stands under each role that signs.
func (t *tool) signCommand(role, key string) *cobra.Command {
	return t.signCommandWith(role, key, &vouching{})
}

func (t *tool) signCommandWith(role, key string, how *vouching) *cobra.Command {
	return between(0, 1, t.signing(t.command(role+" sign", "[HASH]", fmt.Sprintf(`piaojue %s sign --key %s
piaojue %s sign --key %s 5f3c`, role, key, role, key), func(ctx context.Context, args []string) error {
		s, err := t.connect()
		if err != nil {
			return err
		}
		secret, err := t.secretFor(anyKind)
		if err != nil {
			return err
		}
		prefix, err := how.prefix(strings.Join(args, ""))
		if err != nil {
			return err
		}
		return t.signWaiting(ctx, s, secret, prefix, how)
	})))
}

// motion is a proposal that waits for the person's signature, checked and
// ready to be shown.
type motion struct {
	hash   string
	entry  *election.Entry
	board  *client.Board // nil for a manifest
	words  []string
	signer *client.Signer
	m      *election.Manifest
}

// signWaiting lists what waits for this key. What the person names, or the only
// one, is signed after a question.
func (t *tool) signWaiting(ctx context.Context, s *server, secret *keyfile.Secret, prefix string, how *vouching) error {
	motions, err := t.waiting(ctx, s, secret, prefix)
	if err != nil {
		return err
	}
	for _, m := range motions {
		fmt.Fprintf(t.out, "%s  ", m.hash[:min(16, len(m.hash))])
		t.show(m.entry.Kind, m.words)
	}
	switch {
	case len(motions) == 0 && prefix != "":
		return wrong("no_proposal", prefix)
	case len(motions) == 0:
		t.talk(t.words.say("nothing_waits"))
		return nil
	case len(motions) > 1:
		return wrong("which_proposal")
	}
	return t.signMotion(ctx, s, motions[0], how)
}

// signMotion signs what was shown.
func (t *tool) signMotion(ctx context.Context, s *server, m motion, how *vouching) error {
	if err := t.vouch(ctx, s, m, how); err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.sign")); err != nil {
		return err
	}
	answer, err := s.countersign(ctx, m.hash, m.signer.Sign(m.entry, m.m.Hash()))
	if err != nil {
		return err
	}
	t.announce(answer, m.entry)
	return nil
}

// waiting fetches the proposals that this key could sign and has not signed.
// One that does not agree with the person's own board is not shown as if it
// could be signed: it is an error if the person named it.
func (t *tool) waiting(ctx context.Context, s *server, secret *keyfile.Secret, prefix string) ([]motion, error) {
	all, err := s.proposals(ctx)
	if err != nil {
		return nil, err
	}
	var board *client.Board
	var motions []motion
	for _, p := range all {
		if !strings.HasPrefix(p.Hash, strings.ToLower(prefix)) {
			continue
		}
		if board == nil && p.Kind != election.KindManifest.String() {
			if board, err = t.board(ctx, s); err != nil {
				return nil, err
			}
		}
		m, err := t.examine(board, secret, p)
		switch {
		case err != nil && prefix != "":
			return nil, err
		case err != nil:
			text, _ := t.explain(err)
			t.talk(t.words.say("proposal.skipped", lang.Plain(p.Hash[:min(16, len(p.Hash))]), text))
		case m != nil:
			motions = append(motions, *m)
		}
	}
	return motions, nil
}

// examine checks a proposal. It returns nil if it does not wait for this key.
func (t *tool) examine(b *client.Board, secret *keyfile.Secret, p proposal) (*motion, error) {
	kind, ok := kindOf(p.Kind)
	if !ok {
		return nil, wrong("bad_answer")
	}
	e := &election.Entry{Kind: kind, Body: p.Body}
	if hexOf(e.Hash()) != p.Hash { // who named a hash signs what has it, and nothing else
		return nil, wrong("false_proposal")
	}
	if kind == election.KindManifest {
		return t.examineManifest(secret, p)
	}
	body, err := checkEntry(b, e)
	if err != nil {
		return nil, err
	}
	s := b.State()
	who, err := newSigner(secret, s.Manifest(), s)
	if err != nil {
		return nil, err
	}
	wanted, err := s.Wanted(e)
	if err != nil || !who.May(wanted) || hasSigned(p, who) {
		return nil, err
	}
	return &motion{hash: p.Hash, entry: e, board: b, words: t.describe(body, s), signer: who, m: s.Manifest()}, nil
}

// examineManifest has no board to compare with: the manifest is where trust
// starts, and the person reads all of it.
func (t *tool) examineManifest(secret *keyfile.Secret, p proposal) (*motion, error) {
	e, m, err := newManifest(p.Body)
	if err != nil {
		return nil, err
	}
	who, err := newSigner(secret, m, nil)
	if err != nil || hasSigned(p, who) {
		return nil, err
	}
	return &motion{hash: p.Hash, entry: e, words: t.describe(m, nil), signer: who, m: m}, nil
}

// hasSigned asks the server's list, only to spare the person a question.
func hasSigned(p proposal, who *client.Signer) bool {
	return slices.Contains(p.Signed, signerName(who))
}

// signerName is how the server calls a signer.
func signerName(p *client.Signer) string {
	if p.Index == 0 {
		return roleIDs[p.Role]
	}
	return fmt.Sprintf("%s:%d", roleIDs[p.Role], p.Index)
}
