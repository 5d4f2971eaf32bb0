package main

import (
	"strings"

	"github.com/spf13/cobra"

	"piaojue/client"
	"piaojue/keyfile"
)

// badgeSource says where a badge is: a file with its code, standard input, or a
// file of seeds for simulations.
type badgeSource struct {
	file   string
	seeds  string
	number string
}

// flags adds the flags of a badge.
func (b *badgeSource) flags(c *cobra.Command) {
	c.Flags().StringVar(&b.file, "badge", "-", "")
	c.Flags().StringVar(&b.seeds, "seeds-file", "", "")
	c.Flags().StringVar(&b.number, "number", "", "")
}

// seed reads the badge.
func (t *tool) seed(b badgeSource) (seed [32]byte, err error) {
	switch {
	case b.seeds != "":
		return t.seedOf(b.seeds, b.number)
	case b.file == "-":
		text, err := t.scan()
		if err != nil {
			return seed, err
		}
		return client.ParseBadge(text)
	}
	data, err := keyfile.Read(b.file)
	if err != nil {
		return seed, err
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return client.ParseBadge(line)
}

func (t *tool) seedOf(path, number string) (seed [32]byte, err error) {
	secret, err := t.openKey(path)
	if err != nil {
		return seed, err
	}
	if err := secret.Check(keyfile.Badges, ""); err != nil {
		return seed, err
	}
	raw, err := secret.Value(number, len(seed))
	if err != nil {
		return seed, wrong("no_deputy", number)
	}
	return [32]byte(raw), nil
}
