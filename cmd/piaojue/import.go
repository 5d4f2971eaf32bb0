package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"piaojue/lang"
)

// preview is what the server says an import would change.
type preview struct {
	Rows      int         `json:"rows"`
	Places    int         `json:"places"`
	Before    int         `json:"before"`
	Sitting   int         `json:"sitting"`
	OnLeave   int         `json:"on_leave"`
	Vacant    int         `json:"vacant"`
	Notes     []flaw      `json:"notes"`
	Added     []namedRow  `json:"added"`
	Removed   []namedRow  `json:"removed"`
	Changed   []changeRow `json:"changed"`
	Unchanged int         `json:"unchanged"`
	Reordered bool        `json:"reordered"`
}

type namedRow struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Seat string `json:"seat"`
}

type changeRow struct {
	namedRow
	Fields []struct {
		Column string `json:"column"`
		Old    string `json:"old"`
		New    string `json:"new"`
	} `json:"fields"`
}

// importCommand replaces a table of the draft, after showing what that changes.
// The table is read here first: its errors then need no server.
func (t *tool) importCommand(name string, check func(table []byte) error) *cobra.Command {
	var dry bool
	path := "organizer " + name
	example := fmt.Sprintf("piaojue %s %s.xlsx --dry-run\npiaojue %s %s.csv", path, name, path, name)
	c := exactly(1, t.command(path, "FILE", example, func(ctx context.Context, args []string) error {
		table, err := t.read(args[0])
		if err != nil {
			return err
		}
		if err := check(table); err != nil {
			return err
		}
		s, err := t.connect()
		if err != nil {
			return err
		}
		p, err := s.preview(ctx, name, table)
		if err != nil {
			return err
		}
		t.showPreview(name, p)
		if dry {
			t.talk(t.words.say("import.dry"))
			return nil
		}
		// Of what is there already something is lost.
		if len(p.Removed)+len(p.Changed) > 0 {
			if err := t.confirm(t.words.say("import.confirm", len(p.Removed), len(p.Changed))); err != nil {
				return err
			}
		}
		if err := s.putTable(ctx, name, table); err != nil {
			return err
		}
		t.talk(t.words.say("organizer.sent", args[0], p.Rows))
		return nil
	}))
	c.Flags().BoolVar(&dry, "dry-run", false, "")
	c.Flags().BoolVarP(&t.settings.yes, "yes", "y", false, "")
	return c
}

func (s *server) preview(ctx context.Context, name string, table []byte) (*preview, error) {
	answer, err := s.send(ctx, s.shared, request{
		method: "POST", address: s.base.String() + s.path("/"+name+"/preview"), body: table, media: mediaCSV, key: s.key,
		header: map[string]string{"Cookie": "lang=" + string(s.lang)},
	})
	if err != nil {
		return nil, err
	}
	p := &preview{}
	return p, decode(answer, p)
}

// showPreview prints what would change, line by line, as data.
func (t *tool) showPreview(name string, p *preview) {
	line := func(text string) { fmt.Fprintln(t.out, lang.Plain(text)) }
	say := t.words.say
	line(say("import.counts", p.Rows, len(p.Added), len(p.Removed), len(p.Changed), p.Unchanged))
	if name == "roll" {
		line(say("import.places", p.Before, p.Places))
		line(say("import.standing", p.Sitting, p.OnLeave, p.Vacant))
	}
	if p.Reordered {
		line(say("import.reordered"))
	}
	for _, n := range p.Notes {
		text := n.ZH
		if t.lang == lang.EN {
			text = n.EN
		}
		line("! " + text)
	}
	for _, r := range p.Added {
		line("+ " + r.text())
	}
	for _, r := range p.Removed {
		line("- " + r.text())
	}
	for _, r := range p.Changed {
		for _, f := range r.Fields {
			line("~ " + r.text() + say("import.field", f.Column, f.Old, f.New))
		}
	}
}

func (r namedRow) text() string {
	text := r.Key + " " + r.Name
	if r.Seat != "" {
		text += " (" + r.Seat + ")"
	}
	return text
}
