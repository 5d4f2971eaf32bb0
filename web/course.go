package web

import (
	"context"
	"encoding/hex"
	"errors"

	"piaojue/project"
	"piaojue/store"
)

// published is a text of the public record. Gone says that it was erased, or that
// it is not public.
type published struct {
	Text string
	Gone bool
}

// published reads a text that everybody may see. What is not public stays unread,
// whoever asks: pages for a few have their own ways.
func (s *Server) published(ctx context.Context, state *project.State, b project.Blob) (published, error) {
	if b == (project.Blob{}) {
		return published{}, nil
	}
	if h, ok := state.Holding(b); !ok || h.Visibility != project.Public {
		return published{Gone: true}, nil
	}
	file, err := s.projects.db.Blob(ctx, b)
	if errors.Is(err, store.ErrNotFound) {
		return published{Gone: true}, nil
	}
	if err != nil {
		return published{}, err
	}
	media, text, err := project.OpenBlob(file)
	if err != nil || media != project.MediaText {
		return published{Gone: true}, nil
	}
	return published{Text: string(text)}, nil
}

// courseLine is what happened to a problem, inquiry or plan, as its page tells it.
type courseLine struct {
	Kind    string // inspect.did_<Kind>
	Entry   uint64
	Day     project.Date
	Held    project.Date
	Due     project.Date
	Who     string
	Verdict string // id of a text; empty: none
	Words   published
	Photos  []string // hashes
}

// course reads what the entries about a thing say. It is called with the state
// held; the entries of one thing are few.
func (s *Server) course(ctx context.Context, state *project.State, events []project.Event) ([]courseLine, error) {
	lines := make([]courseLine, 0, len(events))
	for _, e := range events {
		_, body, err := s.projects.wholeEntry(ctx, e.Entry)
		if err != nil {
			return nil, err
		}
		by, _ := state.Actor(e.Actor)
		line := courseLine{Kind: e.Kind.String(), Entry: e.Entry, Day: e.Day, Who: by.Name}
		if line.Words, err = s.published(ctx, state, line.take(body)); err != nil {
			return nil, err
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// take takes what an entry says, and returns the commitment to its words.
func (l *courseLine) take(b project.Body) project.Blob {
	switch b := b.(type) {
	case *project.Problem:
		l.Due = b.Due
		return b.Text
	case *project.Contact:
		l.Held, l.Verdict = b.Held, stepTexts[b.Step]
	case *project.Evidence:
		l.Photos = hashesOf(b.Proof)
		return b.Text
	case *project.Recheck:
		l.Held, l.Due, l.Verdict = b.Held, b.Due, verdictText("recheck_passed", b.Passed)
		return b.Text
	case *project.Strike:
		l.Verdict = consentTexts[b.Proposer]
	case *project.Lookback:
		l.Held, l.Due, l.Verdict = b.Held, b.Due, verdictText("fine", b.Fine)
		return b.Text
	case *project.Inquiry:
		l.Due = b.Due
		return b.Text
	case *project.Response:
		l.Verdict = classTexts[b.Class]
		return b.Text
	case *project.Settlement:
		l.Due, l.Verdict = b.Due, verdictText("enough", b.Enough)
	}
	return project.Blob{}
}

var (
	stepTexts    = [...]string{"", "inspect.step_1", "inspect.step_2", "inspect.step_3"}
	consentTexts = [...]string{"", "inspect.consent_1", "inspect.consent_2"}
	classTexts   = [...]string{
		"", "inspect.class_1", "inspect.class_2", "inspect.class_3", "inspect.class_4", "inspect.class_5", "inspect.class_6", "inspect.class_7",
	}
)

// verdictText names a yes or no as the form of its entry does.
func verdictText(field string, yes bool) string {
	if yes {
		return "deed." + field + "_yes"
	}
	return "deed." + field + "_no"
}

func hashesOf(all []project.Blob) []string {
	hashes := make([]string, len(all))
	for i, b := range all {
		hashes[i] = hex.EncodeToString(b[:])
	}
	return hashes
}

// deedLink leads to a form that whoever looks may fill in now.
type deedLink struct {
	Kind  string // deed.do_<Kind>
	About uint32
}

// deedLinks are those of these entries that an actor may make now, each with the
// number of its subject. The server decides again when the form comes in.
func deedLinks(state *project.State, actor, about uint32, bodies ...project.Body) (all []deedLink) {
	for _, b := range bodies {
		if state.May(actor, b) == nil {
			all = append(all, deedLink{b.Kind().String(), about})
		}
	}
	return all
}

// onTeam reports whether a project is watched over by an actor, or in the hands of
// the actor's unit.
func onTeam(p *project.Project, a *project.Actor) bool {
	if a.Unit != 0 && (p.Lead == a.Unit || p.Team.Committee == a.Unit) {
		return true
	}
	for _, n := range p.Team.Deputies {
		if n == a.Number && a.Role == project.RoleDeputy {
			return true
		}
	}
	return false
}
