package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/keyfile"
	"piaojue/lang"
)

// trusteeCommand is what a scrutineer does as a trustee of the key: make it,
// open the box, destroy the key.
func (t *tool) trusteeCommand() *cobra.Command {
	var root string
	var patience time.Duration
	ceremony := exactly(0, t.signing(t.command("trustee ceremony", "", "piaojue trustee ceremony --key zhang.age",
		func(ctx context.Context, _ []string) error { return t.ceremony(ctx, patience) })))
	ceremony.Flags().DurationVar(&patience, "patience", 30*time.Minute, "")
	open := exactly(0, t.signing(t.command("trustee open", "", "piaojue trustee open --key zhang.age",
		func(ctx context.Context, _ []string) error { return t.openBox(ctx, root) })))
	open.Flags().StringVar(&root, "root", "", "")
	destroy := exactly(0, t.signing(t.command("trustee destroy", "", "piaojue trustee destroy --key zhang.age",
		func(ctx context.Context, _ []string) error { return t.destroyKey(ctx) })))
	return t.personal(t.verifying(t.group("trustee", ceremony, open, destroy)))
}

// trusteeAt is a trustee's device with its board.
type trusteeAt struct {
	*client.Trustee
	*signerAt
	given handed
}

// asTrustee opens the key file and finds the trustee's place in the log.
func (t *tool) asTrustee(ctx context.Context) (*trusteeAt, error) {
	at, err := t.asSigner(ctx, keyfile.Scrutineer)
	if err != nil {
		return nil, err
	}
	trustee, err := newTrustee(at.board, at.secret)
	return &trusteeAt{trustee, at, make(handed)}, err
}

func newTrustee(b *client.Board, secret *keyfile.Secret) (*client.Trustee, error) {
	role, static, err := trusteeKeys(secret)
	if err != nil {
		return nil, err
	}
	return client.NewTrustee(b, role, static)
}

// pollEvery is how often a trustee looks whether the others have acted.
const pollEvery = time.Second

// ceremony takes the trustee through the key ceremony, waiting for the others
// as long as patience lasts, until the joint key stands: the whole hall
// compares it.
func (t *tool) ceremony(ctx context.Context, patience time.Duration) error {
	at, err := t.asTrustee(ctx)
	if err != nil {
		return err
	}
	t.talk(t.words.say("trustee.place", at.Index(), len(at.board.State().Ceremony().Trustees().Scrutineers)))
	if err := t.confirm(t.words.say("prompt.ceremony")); err != nil {
		return err
	}
	rest := patience
	for {
		acted, err := t.ceremonyStep(ctx, at)
		if err != nil {
			return err
		}
		if key := at.board.State().JointKey(); key != nil {
			fmt.Fprintln(t.out, t.words.say("trustee.key", hexOf([32]byte(key.Y.Bytes()))))
			return nil
		}
		if acted {
			rest = patience
		} else if err := t.awaitOthers(ctx, at.board.State(), &rest, patience); err != nil {
			return err
		}
		if err := at.board.Update(); err != nil {
			return err
		}
	}
}

// awaitOthers waits a moment, if there is patience left. It says for whom once.
func (t *tool) awaitOthers(ctx context.Context, s *election.State, rest *time.Duration, patience time.Duration) error {
	names := strings.Join(t.idle(s), ", ")
	if *rest <= 0 {
		return wrong("patience", names)
	}
	if *rest == patience {
		t.talk(t.words.say("trustee.waits", names))
	}
	*rest -= pollEvery
	return sleep(ctx, pollEvery)
}

// ceremonyStep takes one step, if it is this trustee's turn. Before the last
// one the key file is read anew: who says to be ready can open the box with
// what is on the disk.
func (t *tool) ceremonyStep(ctx context.Context, at *trusteeAt) (acted bool, err error) {
	c := at.board.State().Ceremony()
	e, err := at.Next()
	e, err = at.given.due(c, e, err)
	if errors.Is(err, client.ErrWait) {
		return false, nil
	}
	if err != nil || e == nil {
		return false, err
	}
	if e.Kind == election.KindReady {
		if at.secret, err = t.secretFor(keyfile.Scrutineer); err != nil {
			return false, err
		}
		if at.Trustee, err = newTrustee(at.board, at.secret); err != nil {
			return false, err
		}
		if e, err = at.Next(); err != nil {
			return false, err
		}
	}
	if err := at.server.post(ctx, e); err != nil {
		return false, err
	}
	at.given.note(c, e)
	t.talk(t.words.say("trustee.step", t.lang.Text("kind."+e.Kind.String())))
	if e.Kind == election.KindComplaint {
		return false, wrong("complaint")
	}
	return true, nil
}

// idle names the trustees who must act before anything goes on.
func (t *tool) idle(s *election.State) []string {
	c := s.Ceremony()
	missing := func(done func(i int) bool) (names []string) {
		for i := range c.Trustees().Scrutineers {
			if !done(i) {
				names = append(names, lang.Plain(t.trustee(s, uint8(i+1))))
			}
		}
		return names
	}
	for _, done := range []func(i int) bool{
		func(i int) bool { return c.Dealings()[i] != nil },
		func(i int) bool { return c.Agreements()[i] != nil },
		func(i int) bool { return c.Ready()[i] },
	} {
		if names := missing(done); len(names) > 0 {
			return names
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// destroyKey says in the log that the static key is destroyed, and destroys the
// file. The entry comes first: a key that is gone cannot sign that it is.
func (t *tool) destroyKey(ctx context.Context) error {
	at, err := t.asOpener(ctx)
	if err != nil {
		return err
	}
	e, err := at.Destroyed()
	if err != nil {
		return err
	}
	if err := t.confirm(t.words.say("prompt.destroy", t.settings.key)); err != nil {
		return err
	}
	if err := at.server.post(ctx, e); err != nil {
		return err
	}
	if err := os.Remove(t.settings.key); err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("trustee.destroyed", t.settings.key))
	return nil
}
