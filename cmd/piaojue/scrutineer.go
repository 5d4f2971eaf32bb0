package main

import (
	"context"
	"encoding/hex"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
)

// scrutineerCommand is what a scrutineer (监票人) does beside the key ceremony.
func (t *tool) scrutineerCommand() *cobra.Command {
	return t.personal(t.verifying(t.group("scrutineer",
		t.group("scrutineer propose",
			t.attendanceCommand(),
			exactly(0, t.proposeCommand("scrutineer propose collection", "",
				"piaojue scrutineer propose collection --key zhang.age", func([]string) build { return t.collection })),
			exactly(0, t.proposeCommand("scrutineer propose certificate", "",
				"piaojue scrutineer propose certificate --key zhang.age", func([]string) build { return t.certificate })),
			t.badgeCommand(),
			t.sheetsCommand(),
		),
		t.scrutineerSignCommand(),
	)))
}

// scrutineerSignCommand signs batches of paper, too, for which a scrutineer
// vouches (PROTOCOL.md, Section 7.1).
func (t *tool) scrutineerSignCommand() *cobra.Command {
	var how vouching
	c := t.signCommandWith("scrutineer", "zhang.age", &how)
	c.Example += "\n" + indent("piaojue scrutineer sign --openings openings.bin --sheets sheets-b.txt --key zhang.age")
	f := c.Flags()
	f.StringVar(&how.openings, "openings", "", "")
	f.StringVar(&how.sheets, "sheets", "", "")
	f.BoolVar(&how.watched, "watched", false, "")
	return c
}

func (t *tool) collection(b *client.Board) (*election.Entry, error) {
	e, err := b.ProposeCollection(t.clock())
	return early(e, err, wrong("no_collection"))
}

func (t *tool) certificate(b *client.Board) (*election.Entry, error) {
	e, err := b.ProposeCertificate(t.clock())
	return early(e, err, wrong("no_result"))
}

// attendanceCommand proposes what the register at the doors says.
func (t *tool) attendanceCommand() *cobra.Command {
	return exactly(0, t.signing(t.command("scrutineer propose attendance", "",
		"piaojue scrutineer propose attendance --key zhang.age", func(ctx context.Context, _ []string) error {
			at, err := t.asSigner(ctx, anyKind)
			if err != nil {
				return err
			}
			r, err := at.server.register(ctx)
			if err != nil {
				return err
			}
			if len(r.Attendance) == 0 {
				return wrong("nobody_new")
			}
			e, err := newAttendance(r.Attendance)
			if err != nil {
				return err
			}
			return t.proposeEntry(ctx, at, e)
		})))
}

// badgeCommand replaces a lost badge. The table of the first badges says which
// leaf is the deputy's, that of the new one what its key is.
func (t *tool) badgeCommand() *cobra.Command {
	var before, after string
	c := exactly(1, t.signing(t.command("scrutineer propose badge", "NUMBER",
		"piaojue scrutineer propose badge 017 --old badges/badges.csv --new again/badges.csv --key zhang.age",
		func(ctx context.Context, args []string) error {
			return t.replaceBadge(ctx, args[0], before, after)
		})))
	c.Flags().StringVar(&before, "old", "", "")
	c.Flags().StringVar(&after, "new", "", "")
	return c
}

func (t *tool) replaceBadge(ctx context.Context, number, before, after string) error {
	if before == "" || after == "" {
		return misuse("two_tables")
	}
	oldKey, err := badgeKey(before, number)
	if err != nil {
		return err
	}
	newKey, err := badgeKey(after, number)
	if err != nil {
		return err
	}
	at, err := t.asSigner(ctx, anyKind)
	if err != nil {
		return err
	}
	leaf, err := findLeaf(ctx, at.server, at.board.State().Manifest(), oldKey)
	if err != nil {
		return err
	}
	e, err := at.board.ProposeBadge(t.clock(), leaf.Index, newKey)
	if err != nil {
		return err
	}
	return t.proposeEntry(ctx, at, e)
}

// badgeKey finds a deputy's key in a table of badges.
func badgeKey(path, number string) (key [32]byte, err error) {
	data, err := readFile(path, maxDocument)
	if err != nil {
		return key, err
	}
	badges, err := form.ReadBadges(data)
	if err != nil {
		return key, err
	}
	for _, b := range badges {
		if b.Number == number {
			return b.Key, nil
		}
	}
	return key, wrong("no_deputy", number)
}

// findLeaf asks the server for the leaf of a badge key, and proves that it is
// on the roll of the manifest.
func findLeaf(ctx context.Context, s *server, m *election.Manifest, key [32]byte) (election.Leaf, error) {
	answer, err := s.call(ctx, "GET", s.path("/roll/"+hex.EncodeToString(key[:])), "", nil)
	if err != nil {
		return election.Leaf{}, err
	}
	leaf, path, err := election.ParseLeaf(answer)
	if err == nil {
		err = leaf.Verify(m.RollRoot, m.Deputies, path)
	}
	if err != nil || leaf.Key != key {
		return election.Leaf{}, because(client.ErrRoll, "false_leaf")
	}
	return leaf, nil
}
