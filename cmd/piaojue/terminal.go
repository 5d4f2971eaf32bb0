package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/lang"
)

// A terminal takes one deputy after the other from the badge to the promise. It
// keeps nothing of a deputy: what is between two steps is on the server, sealed
// under the badge.

// textTerminalCommand is a session terminal in a text window: it waits for
// badges, which a scanner types.
func (t *tool) textTerminalCommand() *cobra.Command {
	return t.verifying(t.atTerminal(exactly(0, t.command("terminal text", "", "piaojue terminal text --terminal-key terminal.key --server https://hall:8443 --vote lz2026 --manifest 5f3c…",
		func(ctx context.Context, _ []string) error {
			s, b, err := t.connectBoard(ctx)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			if s.terminal != "" {
				go s.beat(ctx)
			}
			return t.serveDeputies(ctx, s, b)
		}))))
}

// serveDeputies ends with its input. What goes wrong with one deputy is said,
// and the next one may come; only a server whose log is not credible ends all.
func (t *tool) serveDeputies(ctx context.Context, s *server, b *client.Board) error {
	next := "" // badge that was shown before it was asked for
	for ctx.Err() == nil {
		text := next
		if next = ""; text == "" {
			var err error
			if text, err = t.scan(); err != nil {
				return nil
			}
		}
		if text == "" {
			continue
		}
		err := t.welcome(s, b, text)
		if errors.Is(err, client.ErrBoard) {
			return err
		}
		if other, ok := errors.AsType[*otherBadge](err); ok {
			next = other.text
			t.wipeNow()
			continue
		}
		if err != nil {
			t.finish(err)
		}
		next = t.wipe()
	}
	return ctx.Err()
}

// otherBadge ends a visit: who was there has left, and the next deputy shows a
// badge. The error does not show its text, which is a secret.
type otherBadge struct{ text string }

func (*otherBadge) Error() string { return "another badge was shown" }

// inVisit is a way to ask in a visit. What the one before has typed may stand
// before the badge.
func inVisit(ask func(string) (string, error)) func(string) (string, error) {
	return func(prompt string) (string, error) {
		answer, err := ask(prompt)
		for i := range answer {
			if _, err := client.ParseBadge(answer[i:]); err == nil {
				return "", &otherBadge{answer[i:]}
			}
		}
		return answer, err
	}
}

// welcome serves who showed a badge, by the log as it is now.
func (t *tool) welcome(s *server, b *client.Board, text string) error {
	seed, err := client.ParseBadge(text)
	if err != nil {
		return err
	}
	if err := b.Update(); err != nil {
		return err
	}
	return t.serveDeputy(s, b, seed)
}

// serveDeputy is one visit: the ballot is shown, filled in, read back, sealed
// and cast. An empty answer hands the credential in unused.
func (t *tool) serveDeputy(s *server, b *client.Board, seed [32]byte) error {
	v, decided, err := t.admit(s, b, seed, inVisit(t.hidden))
	if err != nil {
		return err
	}
	defer v.Wipe()
	if decided {
		return t.showPromise(v, "ballot.decided")
	}
	for _, line := range t.describeOffer(b.State().Manifest()) {
		fmt.Fprintln(t.out, lang.Plain(line))
	}
	for {
		answer, err := inVisit(t.question)(t.words.say("prompt.choice"))
		if err != nil {
			return err
		}
		words := strings.Fields(answer)
		if len(words) == 0 {
			return t.decline(v)
		}
		err = t.castAtTerminal(b, v, words)
		if f, ok := errors.AsType[*fault](err); ok && f.again {
			t.finish(err)
			continue
		}
		return err
	}
}

// castAtTerminal casts what was typed, after it was read back.
func (t *tool) castAtTerminal(b *client.Board, v *client.Voter, words []string) error {
	c, err := t.readChoice(b.State().Manifest(), words)
	if err != nil {
		return err
	}
	code, err := v.Seal(c)
	if err != nil {
		return explainChoice(err, b.State().Manifest())
	}
	for _, line := range t.describeChoice(b.State().Manifest(), c) {
		fmt.Fprintln(t.out, lang.Plain(line))
	}
	fmt.Fprintln(t.out, t.words.say("ballot.seal", spaced(code)))
	if err := t.confirmBy(inVisit(t.question), t.words.say("prompt.cast")); err != nil {
		return retry(err)
	}
	if err := v.Cast(); err != nil {
		return err
	}
	return t.showPromise(v, "ballot.cast")
}

func (t *tool) decline(v *client.Voter) error {
	if err := t.confirmBy(inVisit(t.question), t.words.say("prompt.decline")); err != nil {
		return err
	}
	if err := v.Decline(); err != nil {
		return err
	}
	return t.showPromise(v, "ballot.declined")
}

// admit takes a deputy from the badge to the credential, and finds out whether
// this credential was used already, here or elsewhere. It asks for a PIN by ask.
func (t *tool) admit(s *server, b *client.Board, seed [32]byte, ask func(string) (string, error)) (_ *client.Voter, decided bool, err error) {
	v := client.NewVoter(b, seed)
	defer func() {
		s.pin = ""
		if err != nil {
			v.Wipe()
		}
	}()
	if err := v.Identify(); err != nil {
		return nil, false, err
	}
	for {
		err := v.Obtain()
		if err == nil {
			break
		}
		if s.pin, err = t.askPIN(err, ask); err != nil {
			return nil, false, err
		}
	}
	decided, err = v.Resume()
	return v, decided, err
}

// askPIN asks for the PIN of a badge if it is the PIN that is missing or wrong.
// Without an answer it stays with the refusal.
func (t *tool) askPIN(refused error, ask func(string) (string, error)) (string, error) {
	no, ok := errors.AsType[*client.Refusal](refused)
	if !ok || no.Code != "pin_needed" && no.Code != "wrong_pin" {
		return "", refused
	}
	if no.Code == "wrong_pin" {
		t.finish(refused)
	}
	pin, err := ask(t.words.say("prompt.pin"))
	if _, ok := errors.AsType[*otherBadge](err); ok {
		return "", err
	}
	if err != nil || pin == "" {
		return "", refused
	}
	return pin, nil
}

// showPromise tells the deputy that the ballot is in the box, which is said
// only with a verified promise in hand.
func (t *tool) showPromise(v *client.Voter, id string) error {
	fmt.Fprintln(t.out, t.words.say(id))
	fmt.Fprintln(t.out, t.words.say("ballot.code", hexOf(v.Promise().Entry)))
	return nil
}

// spaced is a hash in groups of four digits, as people compare it.
func spaced(hash [32]byte) string {
	text := hex.EncodeToString(hash[:])
	var groups []string
	for i := 0; i < len(text); i += 4 {
		groups = append(groups, text[i:i+4])
	}
	return strings.Join(groups, " ")
}
