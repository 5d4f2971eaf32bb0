package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"

	"piaojue/lang"
	"piaojue/project"
	"piaojue/store"
)

// receiver is a member with an address, and as whom that person acts.
type receiver struct {
	store.Address
	actor uint32
}

// write puts the messages of a day into the outbox, and clears it of what is over:
// old messages, addresses of who has no account or no part any more, and what could
// not be sent for days.
func (p *postman) write(today project.Date) error {
	wanted, gone, err := p.receivers()
	if err != nil {
		return err
	}
	due, err := p.s.dueOn(p.ctx, today)
	if err != nil {
		return err
	}
	var all []store.Message
	for _, r := range wanted {
		if d := due[r.actor]; p.s.config.Mail != nil && d != nil {
			m := store.Message{Channel: store.ChannelMail, Person: r.Person}
			m.Subject, m.Body = d.mail(voice{lang: lang.Lang(r.Language)}, p.s.config.Site, today)
			if all, err = p.add(all, m, d.items, today); err != nil {
				return err
			}
		}
	}
	if p.s.config.Webhook != nil && len(due) > 0 {
		m, items, err := p.digest(due, today)
		if err != nil {
			return err
		}
		if all, err = p.add(all, m, items, today); err != nil {
			return err
		}
	}
	return p.update(func(tx *store.ProjectsTx) error { return p.put(tx, all, gone, today) })
}

// receivers are the members with an address. gone are those whose address is
// nobody's any more.
func (p *postman) receivers() (wanted []receiver, gone []string, err error) {
	persons, err := p.s.personNames(p.ctx)
	if err != nil {
		return nil, nil, err
	}
	members, err := p.s.projects.db.Members(p.ctx)
	if err != nil {
		return nil, nil, err
	}
	all, err := p.s.projects.db.Addresses(p.ctx)
	for _, a := range all {
		if _, known := persons[a.Person]; !known || members[a.Person] == 0 {
			gone = append(gone, a.Person)
			continue
		}
		wanted = append(wanted, receiver{a, members[a.Person]})
	}
	return wanted, gone, err
}

func (p *postman) digest(due map[uint32]*dueFor, today project.Date) (m store.Message, items []waitingItem, err error) {
	x := newDigest(due, p.s.config.Site, today, p.s.config.Now())
	body, err := json.Marshal(x)
	for _, d := range due {
		items = append(items, d.items...)
	}
	return store.Message{Channel: store.ChannelWebhook, Subject: x.Data.title(voice{lang: lang.ZH}), Body: string(body)}, items, err
}

// add adds a message to those of the day, if there is something to tell.
func (p *postman) add(all []store.Message, m store.Message, items []waitingItem, today project.Date) ([]store.Message, error) {
	last, err := p.s.projects.db.LastMessage(p.ctx, m.Channel, m.Person)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if project.Date(last.Day) >= today || !worthTelling(items, last.Items) {
		return all, nil
	}
	rand.Read(m.ID[:])
	m.Day, m.Items, m.Retry = uint32(today), itemKeys(items), p.s.config.Now().Unix()
	return append(all, m), nil
}

func (p *postman) put(tx *store.ProjectsTx, all []store.Message, gone []string, today project.Date) error {
	for _, person := range gone {
		if err := tx.EraseAddress(person); err != nil {
			return err
		}
	}
	for _, m := range all {
		if err := tx.PutMessage(m); err != nil && !errors.Is(err, store.ErrExists) {
			return err
		}
	}
	return errors.Join(tx.FailMessages(uint32(today.Add(-maxPostDays))), tx.SweepOutbox(uint32(today.Add(-keepPost))))
}
