package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"piaojue/election"
	"piaojue/form"
	"piaojue/keyfile"
	"piaojue/lang"
)

// organizerCommand is what session staff (会务) and their lead do: prepare the
// draft, freeze it, check deputies in, open, close.
func (t *tool) organizerCommand() *cobra.Command {
	return t.personal(t.verifying(t.group("organizer",
		t.createCommand(),
		t.importCommand("roll", func(table []byte) error { _, err := form.ReadRoll(table); return err }),
		t.importCommand("candidates", func(table []byte) error { _, err := form.ReadCandidates(table); return err }),
		t.reviewsCommand(),
		t.rulesCommand(),
		t.upload("organizer badges", "badges/badges.csv", t.uploadBadges),
		t.organizerKeysCommand(),
		t.upload("organizer issuers", "issuers.json", t.uploadIssuers),
		t.upload("organizer policy", "policy.txt", func(ctx context.Context, s *server, text []byte) (int, error) {
			return bytes.Count(text, []byte("witness ")), s.putPolicy(ctx, text)
		}),
		t.pinsCommand(),
		t.draftCommand(),
		t.terminalCodeCommand(),
		t.checkInCommand(),
		t.organizerProposeCommand(),
		t.nextCommand(),
		t.signCommand("organizer", "staff.age"),
	)))
}

// createCommand starts a draft.
func (t *tool) createCommand() *cobra.Command {
	var v newVote
	var parent string
	c := exactly(0, t.command("organizer create", "", `piaojue organizer create --vote lz2026 --congress 'Lanzhou People\'s Congress' --session 'Sixth session' --title 'Livelihood projects 2026' --date 2026-01-12 --kind rehearsal --trustees 5 --threshold 3`,
		func(ctx context.Context, _ []string) error { return t.createVote(ctx, v, parent) }))
	f := c.Flags()
	f.StringVar(&v.Congress, "congress", "", "")
	f.StringVar(&v.Session, "session", "", "")
	f.StringVar(&v.Title, "title", "", "")
	f.StringVar(&v.Date, "date", "", "")
	f.StringVar(&v.Kind, "kind", "real", "")
	f.StringVar(&v.Origin, "origin", "", "")
	f.Uint8Var(&v.Trustees, "trustees", 5, "")
	f.Uint8Var(&v.Threshold, "threshold", 3, "")
	f.Uint32Var(&v.MinBallots, "min-ballots", election.FewBallots, "")
	f.StringVar(&v.Terminals, "terminals", "", "")
	f.StringVar(&parent, "parent", "", "")
	f.Uint8Var(&v.Round, "round", 1, "")
	return c
}

func (t *tool) createVote(ctx context.Context, v newVote, parent string) error {
	s, err := t.connect()
	if err != nil {
		return err
	}
	v.ID = s.vote
	if v.Origin == "" {
		v.Origin = s.base.Host + "/" + s.vote
	}
	if parent != "" {
		hash, err := parseHash(parent)
		if err != nil {
			return err
		}
		v.Parent = (*key32)(&hash)
	}
	if err := s.create(ctx, v); err != nil {
		return err
	}
	t.talk(t.words.say("organizer.created", v.ID))
	t.talk(t.words.say("organizer.created_next"))
	return nil
}

// upload returns a command that sends one file, which the server checks whole.
func (t *tool) upload(path, example string, send func(context.Context, *server, []byte) (int, error)) *cobra.Command {
	return exactly(1, t.command(path, "FILE", "piaojue "+path+" "+example, func(ctx context.Context, args []string) error {
		data, err := t.read(args[0])
		if err != nil {
			return err
		}
		s, err := t.connect()
		if err != nil {
			return err
		}
		n, err := send(ctx, s, data)
		if err != nil {
			return err
		}
		t.talk(t.words.say("organizer.sent", args[0], n))
		return nil
	}))
}

// A table is read here first: its errors then need no server.
func (t *tool) uploadBadges(ctx context.Context, s *server, table []byte) (int, error) {
	rows, err := form.ReadBadges(table)
	if err != nil {
		return 0, err
	}
	return len(rows), s.putTable(ctx, "badges", table)
}

// uploadIssuers takes cards of issuers, one after the other or as a list.
func (t *tool) uploadIssuers(ctx context.Context, s *server, data []byte) (int, error) {
	all, err := parseIssuers(data)
	if err != nil {
		return 0, because(err, "issuers")
	}
	return len(all), s.putIssuers(ctx, all)
}

func parseIssuers(data []byte) ([]issuerCard, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '[' {
		var all []issuerCard
		return all, d.Decode(&all)
	}
	var all []issuerCard
	for {
		var c issuerCard
		err := d.Decode(&c)
		if err == io.EOF && len(all) > 0 {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
}

// rulesCommand sends rules: a document, or those of a preset.
func (t *tool) rulesCommand() *cobra.Command {
	var from rulesSource
	c := between(0, 1, t.command("organizer rules", "[FILE]", `piaojue organizer rules rules.json
piaojue organizer rules --preset select_majority --candidates 13 --seats 10`, func(ctx context.Context, args []string) error {
		document, err := t.rulesDocument(strings.Join(args, ""), from)
		if err != nil {
			return err
		}
		s, err := t.connect()
		if err != nil {
			return err
		}
		return s.putRules(ctx, document)
	}))
	from.flags(c.Flags())
	return c
}

// rulesSource is where rules come from: a document, or a preset.
type rulesSource struct {
	preset            string
	candidates, seats int
}

func (r *rulesSource) flags(f *pflag.FlagSet) {
	f.StringVar(&r.preset, "preset", "", "")
	f.IntVar(&r.candidates, "candidates", 0, "")
	f.IntVar(&r.seats, "seats", 0, "")
}

// readRules gives the document and what it says.
func (t *tool) readRules(path string, from rulesSource) ([]byte, election.Rules, error) {
	if (path == "") == (from.preset == "") || from.preset != "" && !slices.Contains(election.Presets(), election.Preset(from.preset)) {
		return nil, election.Rules{}, misuse("rules_source", presetNames())
	}
	var document []byte
	var err error
	if path != "" {
		document, err = t.read(path)
	} else {
		var rules election.Rules
		if rules, err = election.Preset(from.preset).Rules(from.candidates, from.seats); err == nil {
			document, err = json.Marshal(rules)
		}
	}
	if err != nil {
		return nil, election.Rules{}, err
	}
	rules, err := form.ReadRules(document)
	return document, rules, err
}

// rulesDocument shows the rules as they will be, so that nobody is surprised by
// a default.
func (t *tool) rulesDocument(path string, from rulesSource) ([]byte, error) {
	document, rules, err := t.readRules(path, from)
	if err != nil {
		return nil, err
	}
	for _, line := range t.describeRules(&rules) {
		fmt.Fprintln(t.out, lang.Plain(strings.TrimSpace(line)))
	}
	for _, line := range t.describeDoubts(rules.Doubts(election.Basics{})) {
		t.talk(line)
	}
	return document, nil
}

func presetNames() string {
	var names []string
	for _, p := range election.Presets() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

// organizerKeysCommand names who may sign orders: by the cards of staff lead
// and presidium.
func (t *tool) organizerKeysCommand() *cobra.Command {
	return exactly(2, t.command("organizer keys", "CARD CARD", "piaojue organizer keys staff.pub presidium.pub",
		func(ctx context.Context, args []string) error {
			cards, err := readCards(args)
			if err != nil {
				return err
			}
			keys := make(map[keyfile.Kind]key32)
			for _, c := range cards {
				keys[c.Kind] = c.Role
			}
			staff, ok := keys[keyfile.Staff]
			presidium, ok2 := keys[keyfile.Presidium]
			if !ok || !ok2 || len(cards) != 2 {
				return wrong("two_cards")
			}
			s, err := t.connect()
			if err != nil {
				return err
			}
			if err := s.putKeys(ctx, staff, presidium); err != nil {
				return err
			}
			t.talk(t.words.say("organizer.keys"))
			return nil
		}))
}

// pinsCommand puts the hashes of programs into the manifest, so that nobody can
// adjust them to the result (attack S12).
func (t *tool) pinsCommand() *cobra.Command {
	return between(1, -1, t.command("organizer pins", "NAME=FILE...", "piaojue organizer pins piaojue-verify-linux-amd64=bin/piaojue-verify",
		func(ctx context.Context, args []string) error {
			pins, err := hashPrograms(args)
			if err != nil {
				return err
			}
			s, err := t.connect()
			if err != nil {
				return err
			}
			for _, p := range pins {
				fmt.Fprintf(t.out, "%x  %s\n", p.SHA256[:], p.Name)
			}
			return s.putPins(ctx, pins)
		}))
}

func hashPrograms(args []string) ([]pin, error) {
	var pins []pin
	for _, a := range args {
		name, path, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, misuse("pins")
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		pins = append(pins, pin{Name: name, SHA256: key32(h.Sum(nil))})
	}
	slices.SortFunc(pins, func(a, b pin) int { return strings.Compare(a.Name, b.Name) })
	return pins, nil
}

// draftCommand shows the manifest as it would be frozen, or what is missing.
func (t *tool) draftCommand() *cobra.Command {
	return exactly(0, t.command("organizer draft", "", "piaojue organizer draft", func(ctx context.Context, _ []string) error {
		s, err := t.connect()
		if err != nil {
			return err
		}
		_, _, err = t.showDraft(ctx, s)
		return err
	}))
}

// checkInCommand is the register at the doors, for whoever has no gate screen.
func (t *tool) checkInCommand() *cobra.Command {
	var left bool
	var reason string
	c := between(0, -1, t.command("organizer checkin", "[NUMBER...]", `piaojue organizer checkin
piaojue organizer checkin 001 002 017 --reason 'badge forgotten, known in person'
piaojue organizer checkin 003 --left`, func(ctx context.Context, args []string) error {
		s, err := t.connect()
		if err != nil {
			return err
		}
		for _, number := range args {
			name, err := s.checkIn(ctx, number, !left, reason)
			if err != nil {
				return because(err, "checkin", number)
			}
			fmt.Fprintf(t.out, "%s %s\n", lang.Plain(number), lang.Plain(name))
		}
		r, err := s.register(ctx)
		if err != nil {
			return err
		}
		t.talk(t.words.say("organizer.register", r.N, r.Quorum, r.Present, r.P, r.Waiting))
		return nil
	}))
	c.Flags().BoolVar(&left, "left", false, "")
	c.Flags().StringVar(&reason, "reason", "", "")
	return c
}
