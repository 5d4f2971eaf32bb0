package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"piaojue/client"
	"piaojue/election"
)

// This file is the deputies of the demo at their terminals.

// terminals is how many deputies vote at the same time.
const terminals = 12

// errUnplugged is the network that breaks.
var errUnplugged = errors.New("the connection broke")

// castAll lets everybody present vote, while the turnout comes over the
// websocket, as on the screen of the hall.
func (d *demo) castAll(ctx context.Context) error {
	var present []int
	for i, deputy := range d.roll {
		if deputy.Standing == election.Sitting {
			present = append(present, i)
		}
	}
	present, err := d.handOut(ctx, present)
	if err != nil {
		return err
	}
	keys, err := d.registerTerminals(ctx)
	if err != nil {
		return err
	}
	visits := d.scene.visits(present)
	show := d.showTurnout(ctx, len(visits))
	d.at("") // the turnout tells
	defer usualPace.during(func(time.Duration) { show.repeat() })()
	err = d.castVisits(ctx, keys, visits)
	if err == nil {
		err = show.await(ctx, len(visits))
	}
	show.stop()
	if err != nil {
		return err
	}
	did := make(map[deed]int)
	for _, v := range visits {
		did[v.deed]++
	}
	d.say("demo.deeds", did[challengesFirst], did[losesAnswer], did[changesTerminal], did[repeatsElsewhere])
	return nil
}

// registerTerminals registers the terminals, each with a code of its own, and
// returns their keys.
func (d *demo) registerTerminals(ctx context.Context) ([]string, error) {
	var keys []string
	for i := range terminals {
		code, _, err := d.as("staff").makeTerminalCode(ctx)
		if err != nil {
			return nil, err
		}
		key, err := d.as("staff").registerTerminal(ctx, registration{Code: code, Label: fmt.Sprint(i + 1), shared: true})
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// atTerminal is how a terminal speaks to the server: without anybody's API key.
func (d *demo) atTerminal(key string) (*server, error) {
	s, err := newServer(d.base, d.vote.id, "", nil, d.lang)
	if err == nil {
		s.terminal = key
	}
	return s, err
}

// castVisits shares the visits among the terminals. A terminal has a board of
// its own, which it verified itself.
func (d *demo) castVisits(ctx context.Context, keys []string, visits []visit) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var wg sync.WaitGroup
	for i, key := range keys {
		wg.Go(func() {
			s, err := d.atTerminal(key)
			if err != nil {
				cancel(err)
				return
			}
			beating, stop := context.WithCancel(ctx)
			defer stop()
			if key != "" {
				go s.beat(beating)
			}
			b := d.boardOf(ctx, s)
			if err := b.Update(); err != nil {
				cancel(err)
				return
			}
			other := keys[(i+1)%len(keys)]
			for i := int(next.Add(1)) - 1; i < len(visits) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := d.visit(ctx, b, other, visits[i]); err != nil {
					cancel(fmt.Errorf("%s: %w", d.badges[visits[i].badge].Number, err))
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// visit is one deputy, from badge to promise. Who cannot or will not stay goes
// to the other terminal.
func (d *demo) visit(ctx context.Context, b *client.Board, other string, v visit) error {
	voter := client.NewVoter(b, d.badges[v.badge].seed)
	err := d.takeSteps(ctx, voter, v)
	if errors.Is(err, errUnplugged) { // any terminal goes on with the badge
		voter, err = d.goOn(ctx, other, v)
	}
	if err != nil {
		return err
	}
	if v.deed == repeatsElsewhere {
		again, err := d.goOn(ctx, other, v)
		if err != nil {
			return err
		}
		if again.Promise().Entry != voter.Promise().Entry {
			return errors.New("a second terminal made a second ballot")
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, deputyNote{name: d.roll[v.badge].Name, entry: voter.Promise().Entry, deed: v.deed})
	return nil
}

// takeSteps goes through the vote once; some deeds break off on the way.
func (d *demo) takeSteps(ctx context.Context, voter *client.Voter, v visit) error {
	if err := voter.Identify(); err != nil {
		return err
	}
	if err := voter.Obtain(); err != nil {
		return err
	}
	if v.deed == changesTerminal {
		return errUnplugged
	}
	if _, err := voter.Seal(v.choice); err != nil {
		return err
	}
	if v.deed == challengesFirst {
		if err := d.challenge(voter, v); err != nil {
			return err
		}
	}
	if err := voter.Cast(); err != nil {
		return err
	}
	if v.deed == losesAnswer {
		return errUnplugged // it was cast; this terminal never hears
	}
	return nil
}

// challenge has the sealed ballot opened by a second device, and seals another.
func (d *demo) challenge(voter *client.Voter, v visit) error {
	code, err := voter.Seal(v.choice)
	if err != nil {
		return err
	}
	revealed, err := voter.Challenge()
	if err != nil {
		return err
	}
	params := d.board.State().Params()
	bits, err := params.CheckRevealed(revealed, code)
	if err != nil {
		return err
	}
	want, err := params.Grid().Fill(v.choice)
	if err != nil {
		return err
	}
	for i := range want {
		if bits[i] != want[i] {
			return errors.New("the terminal sealed another choice")
		}
	}
	_, err = voter.Seal(v.choice)
	return err
}

// goOn is the same deputy at another terminal.
func (d *demo) goOn(ctx context.Context, key string, v visit) (*client.Voter, error) {
	s, err := d.atTerminal(key)
	if err != nil {
		return nil, err
	}
	b := d.boardOf(ctx, s)
	if err := b.Update(); err != nil {
		return nil, err
	}
	voter := client.NewVoter(b, d.badges[v.badge].seed)
	if err := voter.Identify(); err != nil {
		return nil, err
	}
	if err := voter.Obtain(); err != nil {
		return nil, err
	}
	decided, err := voter.Resume()
	if err != nil || decided {
		return voter, err
	}
	if _, err := voter.Seal(v.choice); err != nil {
		return nil, err
	}
	return voter, voter.Cast()
}

// verify checks the receipts of all deputies, and then runs the verifier on the
// published record alone.
func (d *demo) verify(ctx context.Context) error {
	for _, n := range d.notes {
		if _, err := d.board.Receipt(n.entry); err != nil {
			return err
		}
	}
	path, err := sibling("piaojue-verify")
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, "-lang", string(d.lang), "-manifest", fmt.Sprintf("%x", d.manifest), d.path("record"))
	cmd.Stdout, cmd.Stderr = d.out, os.Stderr
	if err := cmd.Run(); err != nil {
		return because(err, "program_failed", "piaojue-verify")
	}
	return nil
}

// showNext says where to look and what to try.
func (d *demo) showNext() {
	vote := fmt.Sprintf("--server %s --vote %s --manifest %x", d.base, d.vote.id, d.manifest)
	fmt.Fprintln(d.out)
	if !d.exit {
		d.say("demo.look")
		fmt.Fprintf(d.out, "  %s/hall/%s\n  %s/log/%s\n", d.base, d.vote.id, d.base, d.vote.id)
		if !d.plain {
			fmt.Fprintf(d.out, "  %s/projects\n", d.base)
		}
	}
	d.say("demo.try")
	fmt.Fprintf(d.out, "  bin/piaojue-verify -manifest %x %s\n", d.manifest, d.path("record"))
	fmt.Fprintf(d.out, "  bin/piaojue forms --manifest %x -o %s %s\n", d.manifest, d.path("forms"), d.path("record"))
	if !d.exit {
		fmt.Fprintf(d.out, "  bin/piaojue board show %s\n", vote)
		fmt.Fprintf(d.out, "  bin/piaojue receipt fetch %s %x\n", vote, d.notes[0].entry)
	}
	d.say("demo.files", d.dir)
}

// bar draws a part of a whole in so many columns.
func bar(part, whole, width int) string {
	if whole == 0 {
		return strings.Repeat("░", width)
	}
	full := min(part*width/whole, width)
	return strings.Repeat("█", full) + strings.Repeat("░", width-full)
}
