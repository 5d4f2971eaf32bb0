package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// tellerCommand is what tellers (计票人) do with paper ballots: two of them read
// the same sheets without each other, compare, and one seals what both read.
func (t *tool) tellerCommand() *cobra.Command {
	return t.personal(t.verifying(t.group("teller",
		t.asking(exactly(1, t.command("teller enter", "SHEETS", "piaojue teller enter sheets-a.txt", func(ctx context.Context, args []string) error {
			return t.enterSheets(ctx, args[0])
		}))),
		exactly(2, t.command("teller compare", "SHEETS SHEETS", "piaojue teller compare sheets-a.txt sheets-b.txt", func(ctx context.Context, args []string) error {
			return t.compareSheets(ctx, args[0], args[1])
		})),
		t.batchCommand(),
		t.checkBatchCommand(),
	)))
}

// enterSheets takes one sheet after the other until an empty line, and keeps
// each at once.
func (t *tool) enterSheets(ctx context.Context, path string) error {
	_, b, err := t.connectBoard(ctx)
	if err != nil {
		return err
	}
	m := b.State().Manifest()
	n := 0
	if exists(path) {
		sheets, err := t.readSheets(path, m)
		if err != nil {
			return err
		}
		n = len(sheets)
	}
	for _, line := range t.describeOffer(m) {
		t.talk(line)
	}
	for {
		line, err := t.question(t.words.say("prompt.sheet", n+1))
		if err != nil || line == "" {
			break
		}
		c, err := parseSheet(m, line)
		if err != nil {
			t.finish(err)
			continue
		}
		text := t.sheetText(m, c)
		if err := appendSheet(path, text); err != nil {
			return err
		}
		n++
		fmt.Fprintln(t.out, lang.Plain(t.words.say("reading.sheet", n, text)))
	}
	t.talk(t.words.say("sheets.entered", path, n))
	return nil
}

// compareSheets shows what two tellers read differently.
func (t *tool) compareSheets(ctx context.Context, first, second string) error {
	_, b, err := t.connectBoard(ctx)
	if err != nil {
		return err
	}
	m := b.State().Manifest()
	mine, err := t.readSheets(first, m)
	if err != nil {
		return err
	}
	other, err := t.readSheets(second, m)
	if err != nil {
		return err
	}
	differ, err := t.showDiffering(m, mine, other)
	if err != nil {
		return err
	}
	if differ > 0 {
		return wrong("sheets_differ", differ)
	}
	fmt.Fprintln(t.out, t.words.say("sheets.same", len(mine)))
	return nil
}

// showDiffering prints both readings of each sheet that was read differently,
// and returns how many these are.
func (t *tool) showDiffering(m *election.Manifest, mine, other []ballot.Choice) (int, error) {
	grid, err := m.Grid()
	if err != nil {
		return 0, err
	}
	differ, err := client.CompareSheets(grid, mine, other)
	for _, i := range differ {
		fmt.Fprintln(t.out, lang.Plain(t.words.say("reading.differs", i+1, t.reading(m, mine, i), t.reading(m, other, i))))
	}
	return len(differ), err
}

func (t *tool) reading(m *election.Manifest, sheets []ballot.Choice, i int) string {
	if i >= len(sheets) {
		return t.words.say("reading.none")
	}
	return t.sheetText(m, sheets[i])
}

// batchCommand seals the sheets of a box and proposes the batch.
func (t *tool) batchCommand() *cobra.Command {
	var box, openings string
	c := exactly(1, t.signing(t.command("teller batch", "SHEETS --box NAME -o FILE",
		"piaojue teller batch sheets-a.txt --box 'Box 1' -o openings.bin --key zhao.age", func(ctx context.Context, args []string) error {
			if box == "" {
				return misuse("no_box")
			}
			if err := checkNew(openings); err != nil {
				return err
			}
			return t.sealBatch(ctx, args[0], box, openings)
		})))
	c.Flags().StringVar(&box, "box", "", "")
	c.Flags().StringVarP(&openings, "output", "o", "", "")
	return c
}

// sealBatch writes the openings before the batch leaves: without them nobody
// else could sign it.
func (t *tool) sealBatch(ctx context.Context, path, box, openings string) error {
	at, err := t.asSigner(ctx, keyfile.Teller)
	if err != nil {
		return err
	}
	sealed, err := t.seal(at.board, path, box)
	if err != nil {
		return err
	}
	state := at.board.State()
	p, err := newSigner(at.secret, state.Manifest(), state)
	if err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.sign")); err != nil {
		return err
	}
	if err := keepOpenings(openings, sealed); err != nil {
		return err
	}
	p.Sign(sealed.Entry, state.ManifestHash())
	answer, err := at.server.batch(ctx, sealed.Entry, sealed.Papers)
	if no, refused := errors.AsType[*client.Refusal](err); refused && no.Decided() {
		return errors.Join(err, os.Remove(openings)) // they are of nothing
	}
	if err != nil {
		return err
	}
	t.announce(answer, sealed.Entry)
	t.talk(t.words.say("batch.openings", openings))
	return nil
}

// seal makes a batch of a file of sheets, and shows it.
func (t *tool) seal(b *client.Board, path, box string) (*client.SealedBatch, error) {
	sheets, err := t.readSheets(path, b.State().Manifest())
	if err != nil {
		return nil, err
	}
	sealed, err := b.SealBatch(t.clock(), box, sheets)
	if errors.Is(err, client.ErrEarly) {
		return nil, wrong("no_batch")
	}
	if err != nil {
		return nil, err
	}
	body, err := checkEntry(b, sealed.Entry)
	if err != nil {
		return nil, err
	}
	t.show(sealed.Entry.Kind, t.describe(body, b.State()))
	return sealed, nil
}

func keepOpenings(path string, sealed *client.SealedBatch) error {
	data, err := sealed.MarshalOpenings()
	if err != nil {
		return err
	}
	return keyfile.Write(path, data)
}

// checkBatchCommand is the other teller, who signs if the batch holds what they
// read themselves.
func (t *tool) checkBatchCommand() *cobra.Command {
	var how vouching
	c := exactly(1, t.signing(t.command("teller check", "SHEETS --openings FILE",
		"piaojue teller check sheets-b.txt --openings openings.bin --key qian.age", func(ctx context.Context, args []string) error {
			how.sheets = args[0]
			if how.openings == "" {
				return misuse("no_openings")
			}
			return t.signBatch(ctx, &how)
		})))
	c.Flags().StringVar(&how.openings, "openings", "", "")
	return c
}

// signBatch signs the batch whose openings the teller has.
func (t *tool) signBatch(ctx context.Context, how *vouching) error {
	hash, _, err := how.read()
	if err != nil {
		return err
	}
	at, err := t.asSigner(ctx, keyfile.Teller)
	if err != nil {
		return err
	}
	e, _, err := at.server.papers(ctx, hexOf(hash))
	if err != nil {
		return err
	}
	m, err := t.examine(at.board, at.secret, proposal{Hash: hexOf(hash), Kind: e.Kind.String(), Body: e.Body})
	if err != nil {
		return err
	}
	if m == nil {
		return wrong("no_proposal", hexOf(hash))
	}
	t.show(m.entry.Kind, m.words)
	return t.signMotion(ctx, at.server, *m, how)
}
