package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"piaojue/lang"
	"piaojue/project"
)

const (
	// mailMost is how many things a mail lists, and itemsMost how many are
	// remembered to know tomorrow what is new.
	mailMost  = 20
	itemsMost = 500
	// hookMost is how many bytes a text has that a group of 企业微信 takes, with
	// room for its last lines.
	hookMost = 1700
)

// dueFor is what waits for an actor on a day. All of it is made of the log's
// state, which holds no name, text, contact or code of a citizen and nothing of
// a vote's casting: so messages cannot tell any.
type dueFor struct {
	actor project.Actor
	items []waitingItem
	late  int
}

// key names a thing that waits, the same on every day.
func (w *waitingItem) key() string { return fmt.Sprintf("%s %d %s", w.Kind, w.Number, w.Due) }

// pressing reports whether the day of a thing has come.
func (w *waitingItem) pressing() bool { return w.Due != 0 && w.Days >= 0 }

// dueOn lists what waits for each actor on a day: what their desks show. It lets
// go of the state between two actors, since pages wait for whoever writes it.
func (s *Server) dueOn(ctx context.Context, today project.Date) (map[uint32]*dueFor, error) {
	var all *awaitedThings
	var actors []project.Actor
	s.projects.view(func(state *project.State) error {
		all = allAwaited(state, today)
		for n := uint32(1); int(n) < state.Actors(); n++ {
			if a, ok := state.Actor(n); ok && !a.Retired {
				actors = append(actors, a)
			}
		}
		return nil
	})
	found := map[uint32]*dueFor{}
	for _, a := range actors {
		items, err := s.waitsFor(ctx, a.Number, today, all)
		if err != nil {
			return nil, err
		}
		if len(items) > 0 {
			found[a.Number] = newDue(a, items)
		}
	}
	return found, nil
}

func newDue(a project.Actor, items []waitingItem) *dueFor {
	d := &dueFor{actor: a, items: items}
	for _, x := range items {
		if x.Days > 0 {
			d.late++
		}
	}
	return d
}

// itemKeys are the keys of things, one in a line.
func itemKeys(items []waitingItem) string {
	keys := make([]string, 0, len(items))
	for _, x := range items {
		keys = append(keys, x.key())
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	return strings.Join(keys[:min(len(keys), itemsMost)], "\n")
}

// worthTelling reports whether something is due or overdue, or was not there when
// the last message told what is.
func worthTelling(items []waitingItem, told string) bool {
	known := strings.Split(told, "\n")
	return slices.ContainsFunc(items, func(w waitingItem) bool { return w.pressing() || !slices.Contains(known, w.key()) })
}

// mail says to a member what waits, in one language: what, about which thing, until
// when, and where the desk is.
func (d *dueFor) mail(v voice, site string, today project.Date) (subject, body string) {
	subject = v.text("message.mail_subject", len(d.items))
	if d.late > 0 {
		subject = v.text("message.mail_subject_late", len(d.items), d.late)
	}
	lines := []string{v.text("message.mail_greeting", d.actor.Name), "", v.text("message.mail_lead", v.day(today)), ""}
	for i, x := range d.items[:min(len(d.items), mailMost)] {
		lines = append(lines, v.text("message.mail_line", i+1, x.say(v)))
	}
	if more := len(d.items) - mailMost; more > 0 {
		lines = append(lines, v.text("message.mail_more", more))
	}
	lines = append(lines, "", v.text("message.mail_way"), site+"/projects/desk", "", v.text("message.mail_stop"), site+"/projects/messages", "")
	return subject, strings.Join(lines, "\n")
}

// say names a thing that waits, as the desk does.
func (w *waitingItem) say(v voice) string {
	when := v.text("work.now")
	if w.Due != 0 {
		when = v.text("work.due", v.day(w.Due))
	}
	if w.Days > 0 {
		when = v.text("message.due_late", when, v.text("work.late", w.Days))
	}
	thing := v.text(w.Text, w.Number)
	if w.Title != "" {
		thing += " " + w.Title
	}
	return v.text("message.mail_thing", v.text("deed.do_"+w.Kind), thing, when)
}

// digest is what the webhook is told, once a day: how much waits for whom. Its form
// is that of events of Standard Webhooks.
type digest struct {
	Type string     `json:"type"` // digestType
	Time time.Time  `json:"timestamp"`
	Data digestData `json:"data"`
}

type digestData struct {
	Day     string         `json:"day"`
	Desk    string         `json:"desk"`
	Waiting int            `json:"waiting"`
	Overdue int            `json:"overdue"`
	Members []digestMember `json:"members"`
	Text    string         `json:"text"` // the same for people, in Chinese
}

type digestMember struct {
	Actor   uint32 `json:"actor"` // in the log of the projects
	Name    string `json:"name"`  // as there
	Waiting int    `json:"waiting"`
	Overdue int    `json:"overdue"`
}

// digestMost is how many members a digest names.
const digestMost = 300

func newDigest(due map[uint32]*dueFor, site string, today project.Date, now time.Time) *digest {
	x := &digest{Type: digestType, Time: now.In(china).Truncate(time.Second)}
	x.Data = digestData{Day: today.String(), Desk: site + "/projects/desk", Members: []digestMember{}}
	seen := map[string]bool{}
	for n, d := range due {
		x.Data.Members = append(x.Data.Members, digestMember{n, d.actor.Name, len(d.items), d.late})
		for _, w := range d.items {
			if seen[w.key()] {
				continue // it waits for several: an organ and its clerks
			}
			seen[w.key()] = true
			x.Data.Waiting++
			if w.Days > 0 {
				x.Data.Overdue++
			}
		}
	}
	slices.SortFunc(x.Data.Members, func(a, b digestMember) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Waiting, a.Waiting), cmp.Compare(a.Actor, b.Actor))
	})
	x.Data.Text = x.Data.text(voice{lang: lang.ZH})
	x.Data.Members = x.Data.Members[:min(len(x.Data.Members), digestMost)]
	return x
}

// text says a digest to people, as long as a group takes it.
func (d *digestData) text(v voice) string {
	lines := []string{d.title(v)}
	size := len(lines[0])
	for i, m := range d.Members {
		line := v.text("message.hook_line", m.Name, m.Waiting)
		if m.Overdue > 0 {
			line = v.text("message.hook_line_late", m.Name, m.Waiting, m.Overdue)
		}
		if size += len(line) + 1; size > hookMost {
			lines = append(lines, v.text("message.hook_more", len(d.Members)-i))
			break
		}
		lines = append(lines, line)
	}
	return strings.Join(append(lines, d.Desk), "\n")
}

func (d *digestData) title(v voice) string {
	if d.Overdue > 0 {
		return v.text("message.hook_title_late", d.Waiting, d.Overdue)
	}
	return v.text("message.hook_title", d.Waiting)
}

func parseDigest(body string) (*digest, error) {
	d := &digest{}
	return d, json.Unmarshal([]byte(body), d)
}
