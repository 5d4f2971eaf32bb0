package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/keyfile"
)

// The files that the making of badges leaves in its folder.
const (
	badgeSheet = "badges.html"
	badgePINs  = "pins.html"
	badgeTable = "badges.csv"
	badgeSeeds = "seeds.age"
)

// badgeOptions are the flags of badges.
type badgeOptions struct {
	roll  string
	dir   string
	title string
	seeds bool
	pin   bool
	only  []string
}

// badgesCommand makes badges, offline, before the manifest is frozen.
func (t *tool) badgesCommand() *cobra.Command {
	var o badgeOptions
	c := exactly(0, t.command("badges", "--roll FILE -o DIR", `piaojue badges --roll roll.xlsx -o badges --title 'Lanzhou 2026' --pin
piaojue badges --roll roll.csv -o again --only 017`, func(context.Context, []string) error {
		return t.makeBadges(o)
	}))
	f := c.Flags()
	f.StringVar(&o.roll, "roll", "", "")
	f.StringVarP(&o.dir, "output", "o", "", "")
	f.StringVar(&o.title, "title", "", "")
	f.BoolVar(&o.seeds, "seeds", false, "")
	f.BoolVar(&o.pin, "pin", false, "")
	f.StringArrayVar(&o.only, "only", nil, "")
	return t.sealed(c)
}

func (t *tool) makeBadges(o badgeOptions) error {
	if o.roll == "" || o.dir == "" {
		return misuse("badges")
	}
	if o.pin && len(o.only) > 0 { // a badge entry has no place for a PIN
		return misuse("badges_pin")
	}
	deputies, err := readDeputies(o.roll, o.only)
	if err != nil {
		return err
	}
	badges := generateBadges(deputies)
	if o.pin {
		addPINs(badges)
	}
	if err := t.writeBadges(o, badges); err != nil {
		return err
	}
	t.talk(t.words.say("badges.written", len(badges), o.dir))
	if o.pin {
		t.talk(t.words.say("badges.pins"))
	}
	t.talk(t.words.say("badges.next"))
	return nil
}

// badge is a deputy's badge with its secret.
type badge struct {
	election.Deputy
	seed [32]byte
	pin  string // six digits, or none
}

func (b badge) key() [32]byte { return publicKey(ed25519.NewKeyFromSeed(b.seed[:])) }

// generateBadges draws a seed for each deputy. Nobody but the deputy may keep
// it: whoever has it can act as that deputy.
func generateBadges(deputies []election.Deputy) []badge {
	badges := make([]badge, len(deputies))
	for i, d := range deputies {
		badges[i].Deputy = d
		rand.Read(badges[i].seed[:])
	}
	return badges
}

// addPINs draws a PIN for each badge: whoever finds the badge has only half.
func addPINs(badges []badge) {
	for i := range badges {
		badges[i].pin = form.GeneratePIN()
	}
}

// readDeputies reads the roll, without vacant seats: all, or those with the
// given numbers.
func readDeputies(path string, only []string) ([]election.Deputy, error) {
	data, err := readFile(path, maxDocument)
	if err != nil {
		return nil, err
	}
	deputies, err := form.ReadRoll(data)
	if err != nil {
		return nil, err
	}
	deputies = slices.DeleteFunc(deputies, func(d election.Deputy) bool { return d.Standing == election.Vacant })
	if len(only) == 0 {
		return deputies, nil
	}
	for _, number := range only {
		if !slices.ContainsFunc(deputies, func(d election.Deputy) bool { return d.Number == number }) {
			return nil, wrong("no_deputy", number)
		}
	}
	return slices.DeleteFunc(deputies, func(d election.Deputy) bool { return !slices.Contains(only, d.Number) }), nil
}

// writeBadges writes the files. It begins with the check that none is there,
// because a half-made set of badges confuses people.
func (t *tool) writeBadges(o badgeOptions, badges []badge) error {
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	for _, name := range []string{badgeSheet, badgePINs, badgeTable, badgeSeeds} {
		if err := checkNew(filepath.Join(o.dir, name)); err != nil {
			return err
		}
	}
	files, err := t.badgeFiles(o, badges)
	if err != nil {
		return err
	}
	if o.seeds {
		err = t.sealKey(filepath.Join(o.dir, badgeSeeds), seedsOf(badges))
	}
	for _, f := range files {
		err = errors.Join(err, keyfile.Write(filepath.Join(o.dir, f.name), f.data))
	}
	return err
}

// badgeFile is a file before it is written.
type badgeFile struct {
	name string
	data []byte
}

// badgeFiles makes the sheets and the table. Badges and PINs are two documents:
// they go to the deputy by two ways.
func (t *tool) badgeFiles(o badgeOptions, badges []badge) ([]badgeFile, error) {
	s, err := t.newSheet(o.title, badges)
	if err != nil {
		return nil, err
	}
	page, err := s.render("badges")
	if err != nil {
		return nil, err
	}
	files := []badgeFile{{badgeSheet, page}, {badgeTable, form.WriteBadges(t.lang, publicBadges(badges))}}
	if o.pin {
		letters, err := s.render("pins")
		if err != nil {
			return nil, err
		}
		files = append(files, badgeFile{badgePINs, letters})
	}
	return files, nil
}

func publicBadges(badges []badge) []form.Badge {
	public := make([]form.Badge, len(badges))
	for i, b := range badges {
		public[i] = form.Badge{Number: b.Number, Key: b.key()}
		if b.pin != "" {
			public[i].PIN = form.HashPIN(b.pin)
		}
	}
	return public
}

// seedsOf is the key file with which terminals can be simulated.
func seedsOf(badges []badge) *keyfile.Secret {
	s := &keyfile.Secret{Kind: keyfile.Badges, Values: make(map[string][]byte, len(badges))}
	for _, b := range badges {
		s.Values[b.Number] = b.seed[:]
	}
	return s
}

// code is the text of the badge in groups, as people copy it.
func (b badge) code() []string {
	text := client.FormatBadge(b.seed)
	var groups []string
	for group := range slices.Chunk([]byte(text), 8) {
		groups = append(groups, string(group))
	}
	return groups
}
