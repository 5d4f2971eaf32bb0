package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// deputyCommand is what a deputy (代表) does, at a terminal and with a second
// device beside it.
func (t *tool) deputyCommand() *cobra.Command {
	return t.verifying(t.group("deputy", t.voteCommand(), t.challengeCheckCommand()))
}

// voteOptions are the flags of deputy vote.
type voteOptions struct {
	badge   badgeSource
	abstain bool
	spoil   bool
	unused  bool
	reveal  string // file to challenge to, instead of casting
	output  string // file for the promise
}

// voteCommand casts one ballot.
func (t *tool) voteCommand() *cobra.Command {
	var o voteOptions
	c := between(0, -1, t.atTerminal(t.asking(t.sealed(t.command("deputy vote", "[NUMBER...]", `piaojue deputy vote --badge badge.txt -o promise.txt
piaojue deputy vote 1 3 5 --badge badge.txt
piaojue deputy vote 1=for 2=against 3=abstain --badge badge.txt
piaojue deputy vote --abstain --badge badge.txt
piaojue deputy vote 1 3 5 --badge badge.txt --challenge revealed.bin`, func(ctx context.Context, args []string) error {
		return t.vote(ctx, o, args)
	})))))
	o.badge.flags(c)
	f := c.Flags()
	f.BoolVar(&o.abstain, "abstain", false, "")
	f.BoolVar(&o.spoil, "spoil", false, "")
	f.BoolVar(&o.unused, "unused", false, "")
	f.StringVar(&o.reveal, "challenge", "", "")
	f.StringVarP(&o.output, "output", "o", "", "")
	return c
}

func (t *tool) vote(ctx context.Context, o voteOptions, args []string) error {
	for _, path := range []string{o.output, o.reveal} {
		if path != "" && exists(path) {
			return wrong("exists", path)
		}
	}
	s, b, err := t.connectBoard(ctx)
	if err != nil {
		return err
	}
	choice, err := t.settleChoice(b.State().Manifest(), o, args)
	if err != nil {
		return err
	}
	seed, err := t.seed(o.badge)
	if err != nil {
		return err
	}
	v, decided, err := t.admit(s, b, seed, t.hidden)
	if err != nil {
		return err
	}
	if decided {
		return t.keepPromise(v, o.output, "ballot.decided")
	}
	return t.fillIn(b, v, o, choice)
}

// settleChoice reads the choice before the badge is used: a mistake in it should
// cost nothing. Arguments can be seen by others on the machine, so that it asks
// who gave none.
func (t *tool) settleChoice(m *election.Manifest, o voteOptions, args []string) (ballot.Choice, error) {
	switch {
	case o.unused:
		return ballot.Choice{}, nil
	case o.spoil:
		args = append(args, t.lang.Text("mark.spoil"))
	case o.abstain:
		args = append(args, t.lang.Text("mark.abstain"))
	}
	if len(args) > 0 {
		return t.readChoice(m, args)
	}
	for _, line := range t.describeOffer(m) {
		fmt.Fprintln(t.out, lang.Plain(line))
	}
	answer, err := t.question(t.words.say("prompt.marks"))
	if err != nil || answer == "" {
		return ballot.Choice{}, misuse("no_choice")
	}
	return t.readChoice(m, strings.Fields(answer))
}

// readChoice reads marks, or one word for the whole ballot.
func (t *tool) readChoice(m *election.Manifest, words []string) (c ballot.Choice, err error) {
	whole := strings.Join(words, " ")
	switch {
	case whole == t.lang.Text("mark.spoil"):
		c = ballot.Choice{Spoil: true}
	case whole == t.lang.Text("mark.abstain"):
		c = ballot.Choice{Abstain: true}
	default:
		if c, err = parseChoice(m, words); err != nil {
			return c, retry(err)
		}
	}
	grid, err := m.Grid()
	if err == nil {
		_, err = grid.Fill(c)
	}
	if err != nil {
		return c, retry(explainChoice(err, m))
	}
	return c, nil
}

// fillIn seals the choice and casts or challenges it.
func (t *tool) fillIn(b *client.Board, v *client.Voter, o voteOptions, choice ballot.Choice) error {
	if o.unused {
		if err := v.Decline(); err != nil {
			return err
		}
		return t.keepPromise(v, o.output, "ballot.declined")
	}
	code, err := v.Seal(choice)
	if err != nil {
		return err
	}
	for _, line := range t.describeChoice(b.State().Manifest(), choice) {
		fmt.Fprintln(t.out, lang.Plain(line))
	}
	fmt.Fprintln(t.out, t.words.say("ballot.seal", spaced(code)))
	if o.reveal != "" {
		return t.reveal(v, o.reveal)
	}
	if err := t.confirm(t.words.say("prompt.cast")); err != nil {
		return err
	}
	if err := v.Cast(); err != nil {
		return err
	}
	return t.keepPromise(v, o.output, "ballot.cast")
}

// reveal opens the sealed ballot for a second device instead of casting it.
func (t *tool) reveal(v *client.Voter, path string) error {
	revealed, err := v.Challenge()
	if err != nil {
		return err
	}
	if err := keyfile.Write(path, revealed.Marshal()); err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("ballot.revealed", path))
	return nil
}

// keepPromise writes the promise for the deputy to take home.
func (t *tool) keepPromise(v *client.Voter, path, id string) error {
	if err := t.showPromise(v, id); err != nil || path == "" {
		return err
	}
	text := base64.StdEncoding.EncodeToString(v.Promise().Marshal()) + "\n"
	return keyfile.Write(path, []byte(promiseHeader+text))
}

// challengeCheckCommand is the second device: it recomputes the seal code that
// was captured before the terminal knew that it would have to reveal.
func (t *tool) challengeCheckCommand() *cobra.Command {
	var code string
	c := exactly(1, t.command("deputy challenge-check", "FILE", "piaojue deputy challenge-check revealed.bin --seal '5f3c 01ab …'",
		func(ctx context.Context, args []string) error {
			seal, err := parseHash(code)
			if err != nil {
				return err
			}
			_, b, err := t.connectBoard(ctx)
			if err != nil {
				return err
			}
			return t.checkRevealed(b, args[0], seal)
		}))
	c.Flags().StringVar(&code, "seal", "", "")
	return c
}

func (t *tool) checkRevealed(b *client.Board, path string, seal [32]byte) error {
	data, err := readFile(path, maxDocument)
	if err != nil {
		return err
	}
	revealed, err := ballot.ParseRevealed(data)
	if err != nil {
		return because(err, "revealed")
	}
	params := b.State().Params()
	if params == nil {
		return client.ErrNotOpen
	}
	bits, err := params.CheckRevealed(revealed, seal)
	if err != nil {
		return because(err, "revealed")
	}
	fmt.Fprintln(t.out, t.words.say("ballot.was_sealed"))
	for _, line := range t.describeChoice(b.State().Manifest(), params.Grid().Read(bits)) {
		fmt.Fprintln(t.out, lang.Plain(line))
	}
	return nil
}
