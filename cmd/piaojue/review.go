package main

import (
	"context"

	"github.com/spf13/cobra"
)

// reviews are who considered the candidates before the vote, as it stands on
// paper.
type reviews struct {
	Committee review `json:"committee"`
	Presidium review `json:"presidium"`
	Demanded  string `json:"demanded"`
}

type review struct {
	Date     string `json:"date"`
	Document string `json:"document"`
}

// reviewsCommand enters the reviews of the list of candidates as it is now.
func (t *tool) reviewsCommand() *cobra.Command {
	var v reviews
	c := exactly(0, t.command("organizer reviews", "", `piaojue organizer reviews --presidium-date 2026-01-05 --presidium-document 1
piaojue organizer reviews --demanded none`, func(ctx context.Context, _ []string) error {
		s, err := t.connect()
		if err != nil {
			return err
		}
		if err := s.put(ctx, "PUT", s.path("/reviews"), v, nil); err != nil {
			return err
		}
		t.talk(t.words.say("organizer.reviews"))
		return nil
	}))
	f := c.Flags()
	f.StringVar(&v.Committee.Date, "committee-date", "", "")
	f.StringVar(&v.Committee.Document, "committee-document", "", "")
	f.StringVar(&v.Presidium.Date, "presidium-date", "", "")
	f.StringVar(&v.Presidium.Document, "presidium-document", "", "")
	f.StringVar(&v.Demanded, "demanded", "presidium", "")
	return c
}
