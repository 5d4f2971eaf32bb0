package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"piaojue/courier"
	"piaojue/project"
	"piaojue/store"
)

const (
	// postmanPace is the time between two looks at the outbox.
	postmanPace = time.Minute
	// postHour is the hour of the day, in China, at which messages are written.
	postHour = 8
	// claimTime is how long a message is nobody else's to send. It is more than a
	// server may take to answer.
	claimTime = 2 * time.Minute
	// maxRest is the longest time between two tries.
	maxRest = time.Hour
	// maxPostDays is after how many days a message is given up.
	maxPostDays = 3
	// keepPost is how many days a message is remembered.
	keepPost = 35
	// maxRound bounds what is sent between two looks.
	maxRound = 500
)

// digestType is what a webhook's summary says it is (Standard Webhooks). It stands
// here because in a file with texts it would be taken for one's id.
const digestType = "projects.due"

// postman writes once a day what waits for whom, puts it into the outbox, and
// sends what is there: public facts, by mail to members who gave an address, and
// to the installation's webhook. It has a goroutine of its own and writes only the
// projects' database, so that no vote ever waits for it.
//
// A message leaves the outbox when it is marked as sent. If the server dies
// between the two it is sent twice, with the same name; it is never lost.
type postman struct {
	s    *Server
	wake chan struct{}
	ctx  context.Context
	stop context.CancelFunc
	runs sync.WaitGroup
	day  project.Date // for which messages are written; run's own
}

func newPostman(s *Server) *postman {
	p := &postman{s: s, wake: make(chan struct{}, 1)}
	p.ctx, p.stop = context.WithCancel(context.Background())
	return p
}

// poke says that the outbox has something to send. It never waits.
func (p *postman) poke() {
	if p == nil {
		return
	}
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// close ends it. That there is none is no error.
func (p *postman) close() {
	if p != nil {
		p.stop()
		p.runs.Wait()
	}
}

func (p *postman) run() {
	tick := time.NewTicker(postmanPace)
	defer tick.Stop()
	for {
		if err := p.round(); err != nil && p.ctx.Err() == nil {
			p.s.config.Log.Error("messages are not sent", "error", err)
		}
		select {
		case <-tick.C:
		case <-p.wake:
		case <-p.ctx.Done():
			return
		}
	}
}

// round writes the messages of a day that has begun, and sends what may be sent.
func (p *postman) round() (err error) {
	defer rescue(&err) // a fault here must not end the server, on which people vote
	if today := p.s.projects.day(); today != p.day && p.s.config.Now().In(china).Hour() >= postHour {
		if err := p.write(today); err != nil {
			return err
		}
		p.day = today
	}
	for c, on := range map[store.Channel]bool{store.ChannelMail: p.s.config.Mail != nil, store.ChannelWebhook: p.s.config.Webhook != nil} {
		if on {
			err = errors.Join(err, p.deliver(c))
		}
	}
	return err
}

// update writes the projects' database, though the server stops: what has left
// must be marked. Something that could not be wiped from the file is no reason to
// stop; the next start does it.
func (p *postman) update(fn func(*store.ProjectsTx) error) error {
	err := p.s.projects.db.Update(context.WithoutCancel(p.ctx), fn)
	if errors.Is(err, store.ErrUnclean) {
		return nil
	}
	return err
}

// deliver sends what waits on a channel.
func (p *postman) deliver(c store.Channel) error {
	for range maxRound {
		if p.ctx.Err() != nil {
			return nil
		}
		m, err := p.s.projects.db.NextMessage(p.ctx, c, p.s.config.Now().Unix())
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := p.send(m); err != nil {
			return err
		}
	}
	return nil
}

// send tries to send a message, and notes what became of it. Nobody else sends
// what it has claimed.
func (p *postman) send(m store.Message) error {
	now := p.s.config.Now()
	err := p.update(func(tx *store.ProjectsTx) error { return tx.ClaimMessage(m, now.Add(claimTime).Unix()) })
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = p.hand(m, now)
	if p.ctx.Err() != nil && err != nil {
		return nil // it was interrupted, and is tried again after the next start
	}
	err = p.update(func(tx *store.ProjectsTx) error { return p.note(tx, m, now, err) })
	if errors.Is(err, store.ErrNotFound) { // somebody erased the address
		return nil
	}
	return err
}

// hand gives a message to the server that carries it on.
func (p *postman) hand(m store.Message, now time.Time) error {
	if m.Channel == store.ChannelWebhook {
		d, err := parseDigest(m.Body)
		if err != nil {
			return err
		}
		return p.s.config.Webhook.Send(p.ctx, courier.Event{ID: m.ID, Body: []byte(m.Body), Text: d.Data.Text}, now)
	}
	to, err := p.s.projects.db.Address(p.ctx, m.Person)
	if err != nil {
		return err
	}
	return p.s.config.Mail.Send(p.ctx, courier.Letter{ID: m.ID, To: to.Email, Subject: m.Subject, Text: m.Body})
}

// note writes down what became of a try.
func (p *postman) note(tx *store.ProjectsTx, m store.Message, now time.Time, err error) error {
	if err == nil {
		return tx.MarkSent(m.ID)
	}
	if errors.Is(err, store.ErrNotFound) {
		return tx.DropMessage(m.ID) // nobody wants it any more
	}
	t, ok := errors.AsType[*courier.Trouble](err)
	if !ok {
		return err
	}
	p.s.config.Log.Warn("a message was not delivered", "channel", string(m.Channel), "error", t)
	until := now.Add(rest(m.Tries)).Unix()
	switch {
	case t.Lasting:
		return tx.FailMessage(m.ID, string(t.Reason))
	case t.Alone:
		return tx.DelayMessage(m.ID, until, string(t.Reason))
	}
	return tx.DelayChannel(m.Channel, until, string(t.Reason))
}

// rest is how long to wait after so many tries before the last one.
func rest(tries int64) time.Duration {
	if tries > 6 {
		return maxRest
	}
	return min(time.Minute<<max(tries, 0), maxRest)
}
