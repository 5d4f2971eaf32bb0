package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
)

// The vote that follows another one, its repeat or next round, is derived
// (PROTOCOL.md, Section 10, rule 7). Each of the two names the other in its log.

// nextCommand makes the draft of the vote that follows.
func (t *tool) nextCommand() *cobra.Command {
	return exactly(0, t.command("organizer next", "", "piaojue organizer next --vote lz2026", func(ctx context.Context, _ []string) error {
		s, b, err := t.connectBoard(ctx)
		if err != nil {
			return err
		}
		f, err := b.State().Follow()
		if err != nil {
			return because(err, "no_follow")
		}
		as := "second_round"
		if f.Round == b.State().Manifest().Round {
			as = "repeat"
		}
		id, err := s.follow(ctx, as)
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, id)
		t.talk(t.words.say("organizer.next", t.lang.Text("next."+as), id, f.Round, len(f.Options), f.Rules.WinnersK))
		return nil
	}))
}

// successorCommand says in the log of a vote which one follows it.
func (t *tool) successorCommand() *cobra.Command {
	return between(1, 2, t.signing(t.command("organizer propose successor", "VOTE [HASH]",
		"piaojue organizer propose successor lz2026-round-1 9a07… --key staff.age", func(ctx context.Context, args []string) error {
			at, err := t.asSigner(ctx, anyKind)
			if err != nil {
				return err
			}
			next, err := t.nextManifest(ctx, at.server, args)
			if err != nil {
				return err
			}
			e, err := at.board.ProposeSuccessor(t.clock(), next)
			if errors.Is(err, client.ErrEarly) {
				return wrong("no_follow")
			}
			if err != nil {
				return because(err, "false_next", args[0])
			}
			return t.proposeEntry(ctx, at, e)
		})))
}

// nextManifest reads the manifest of the next vote from its own log, which it
// verifies. Without a hash from paper it takes the server's, and says so.
func (t *tool) nextManifest(ctx context.Context, s *server, args []string) (*election.Manifest, error) {
	if !voteName.MatchString(args[0]) {
		return nil, misuse("vote_name", args[0])
	}
	other := *s
	other.vote = args[0]
	b, err := t.boardAt(ctx, &other, strings.Join(args[1:], ""))
	if err != nil {
		return nil, err
	}
	return b.State().Manifest(), nil
}
