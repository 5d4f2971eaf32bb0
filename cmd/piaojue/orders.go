package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
)

// organizerProposeCommand is what the staff lead starts and the presidium must
// sign too.
func (t *tool) organizerProposeCommand() *cobra.Command {
	return t.group("organizer propose",
		t.freezeCommand(),
		t.openingCommand(),
		exactly(0, t.proposeCommand("organizer propose close", "", "piaojue organizer propose close --key staff.age",
			func([]string) build { return t.order })),
		t.noticeCommand("suspend", election.KindSuspend),
		t.noticeCommand("resume", election.KindResume),
		t.noticeCommand("void", election.KindVoid),
		t.successorCommand(),
	)
}

// openingCommand lets issuers issue, or everybody vote on paper.
func (t *tool) openingCommand() *cobra.Command {
	var issuers []uint
	var paper bool
	c := exactly(0, t.proposeCommand("organizer propose opening", "", `piaojue organizer propose opening --key staff.age
piaojue organizer propose opening --paper --key staff.age`,
		func([]string) build {
			return func(b *client.Board) (*election.Entry, error) {
				switch {
				case paper && len(issuers) > 0:
					return nil, misuse("paper_issuers")
				case paper:
					return b.ProposePaperOnly(t.clock())
				}
				return t.opening(b, issuers)
			}
		}))
	c.Flags().UintSliceVar(&issuers, "issuers", nil, "")
	c.Flags().BoolVar(&paper, "paper", false, "")
	return c
}

func (t *tool) opening(b *client.Board, issuers []uint) (*election.Entry, error) {
	var set []uint8
	for _, i := range issuers {
		if i > 0xff {
			return nil, misuse("issuer_number")
		}
		set = append(set, uint8(i))
	}
	slices.Sort(set)
	return b.ProposeOpening(t.clock(), set)
}

func (t *tool) order(b *client.Board) (*election.Entry, error) {
	e, err := b.ProposeOrder(t.clock())
	return early(e, err, client.ErrNotOpen)
}

func (t *tool) noticeCommand(name string, kind election.Kind) *cobra.Command {
	path := "organizer propose " + name
	return exactly(1, t.proposeCommand(path, "REASON", "piaojue "+path+" 'power failure in the hall' --key staff.age",
		func(args []string) build {
			return func(b *client.Board) (*election.Entry, error) { return b.ProposeNotice(kind, t.clock(), args[0]) }
		}))
}

// freezeCommand proposes the manifest. There is no log yet: what the person
// reads, and the hash, is all there is.
func (t *tool) freezeCommand() *cobra.Command {
	return exactly(0, t.signing(t.command("organizer propose freeze", "", "piaojue organizer propose freeze --key staff.age",
		func(ctx context.Context, _ []string) error {
			s, err := t.connect()
			if err != nil {
				return err
			}
			secret, err := t.secretFor(anyKind)
			if err != nil {
				return err
			}
			e, m, err := t.showDraft(ctx, s)
			if err != nil {
				return err
			}
			return t.submit(ctx, &signerAt{server: s, secret: secret}, e, m, nil)
		})))
}

// showDraft shows the manifest as it would be frozen, and returns its entry.
func (t *tool) showDraft(ctx context.Context, s *server) (*election.Entry, *election.Manifest, error) {
	body, err := s.draft(ctx)
	if err != nil {
		return nil, nil, err
	}
	e, m, err := newManifest(body)
	if err != nil {
		return nil, nil, err
	}
	t.show(e.Kind, t.describe(m, nil))
	return e, m, nil
}
