package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
)

// boardCommand shows the log to people.
func (t *tool) boardCommand() *cobra.Command {
	var record string
	show := between(0, 1, t.command("board show", "[INDEX]", `piaojue board show
piaojue board show 0
piaojue board show --record record.zip`, func(ctx context.Context, args []string) error {
		return t.showBoard(ctx, record, strings.Join(args, ""))
	}))
	show.Flags().StringVar(&record, "record", "", "")
	return t.verifying(t.group("board", show, t.bundleCommand(), t.evidenceCommand(), t.compareCommand()))
}

// showBoard verifies the log, and then shows all of it or one entry.
func (t *tool) showBoard(ctx context.Context, record, index string) error {
	b, done, err := t.lookAt(ctx, record)
	if err != nil {
		return err
	}
	defer done()
	entries := b.Entries()
	if index == "" {
		return t.listEntries(entries, b.State())
	}
	at, err := strconv.ParseUint(index, 10, 63)
	if err != nil || at >= uint64(len(entries)) {
		return misuse("no_entry", len(entries))
	}
	return t.showEntry(at, entries[at], b.State())
}

// lookAt opens a verified board over a server's log or a record.
func (t *tool) lookAt(ctx context.Context, record string) (*client.Board, func(), error) {
	if record == "" {
		s, err := t.connect()
		if err != nil {
			return nil, nil, err
		}
		b, err := t.anyBoard(ctx, s)
		return b, func() {}, err
	}
	send, vote, done, err := recordTransport(record)
	if err != nil {
		return nil, nil, err
	}
	hash, err := t.manifestHash()
	if err != nil {
		done()
		return nil, nil, err
	}
	b, err := openBoard(send, vote, hash)
	if err != nil {
		done()
	}
	return b, done, err
}

// many are the kinds of which a log holds hundreds that say little one by one.
var many = []election.Kind{election.KindIssuance, election.KindBallot, election.KindUnused, election.KindSpent, election.KindPaper}

// listEntries prints a line for each entry, and one for each run of those that
// are many.
func (t *tool) listEntries(entries [][]byte, s *election.State) error {
	for i := 0; i < len(entries); {
		e, err := election.ParseEntry(entries[i])
		if err != nil {
			return err
		}
		run := 1
		for slices.Contains(many, e.Kind) && i+run < len(entries) && entries[i+run][0] == byte(e.Kind) {
			run++
		}
		if err := t.listEntry(i, run, e, s); err != nil {
			return err
		}
		i += run
	}
	fmt.Fprintln(t.out, t.words.say("board.phase", t.lang.Text("phase."+s.Phase().String()), len(entries)))
	return nil
}

func (t *tool) listEntry(at, run int, e *election.Entry, s *election.State) error {
	kind := lang.Pad(t.lang.Text("kind."+e.Kind.String()), t.kindWidth())
	if run > 1 {
		_, err := fmt.Fprintf(t.out, "%11s  %8s  %s  %s\n", fmt.Sprintf("%d-%d", at, at+run-1), "", kind, t.words.say("board.run", run))
		return err
	}
	body, err := election.ParseBody(e)
	if err != nil {
		return err
	}
	clock := ""
	if when, ok := signedAt(e); ok {
		clock = when.Format("15:04:05")
	}
	words := strings.Join(t.describe(body, s)[:1], "")
	_, err = fmt.Fprintf(t.out, "%11d  %8s  %s  %s\n", at, clock, kind, lang.Plain(words))
	return err
}

func (t *tool) kindWidth() int {
	widest := 0
	for _, k := range election.Kinds() {
		widest = max(widest, lang.Columns(t.lang.Text("kind."+k.String())))
	}
	return widest
}

// showEntry prints everything about one entry.
func (t *tool) showEntry(at uint64, raw []byte, s *election.State) error {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return err
	}
	body, err := election.ParseBody(e)
	if err != nil {
		return err
	}
	t.show(e.Kind, t.describe(body, s))
	if when, ok := signedAt(e); ok {
		fmt.Fprintln(t.out, t.words.say("board.time", when.Format("2006-01-02 15:04:05 -0700")))
	}
	for _, sig := range e.Signatures {
		fmt.Fprintln(t.out, t.words.say("board.signature", t.roleName(sig), shortSig(sig)))
	}
	fmt.Fprintln(t.out, t.words.say("board.hash", at, hexOf(e.Hash()), len(raw)))
	return nil
}

var roleIDs = map[election.Role]string{
	election.RoleStaff:      "staff_lead",
	election.RolePresidium:  "presidium",
	election.RoleScrutineer: "scrutineer",
	election.RoleTeller:     "teller",
	election.RoleLog:        "log",
	election.RoleBadge:      "badge",
}

func (t *tool) roleName(s election.Signature) string {
	name := t.lang.Text("role." + roleIDs[s.Role])
	if s.Index > 0 {
		name += " " + strconv.Itoa(int(s.Index))
	}
	return name
}

func shortSig(s election.Signature) string { return fmt.Sprintf("%x…", s.Sig[:8]) }
