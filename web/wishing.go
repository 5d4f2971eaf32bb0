package web

import (
	"context"
	"net/http"

	"piaojue/project"
	"piaojue/store"
)

// wishing is a filled-in form of a wish on its way into the log.
type wishing struct {
	given      *filled
	actor      uint32
	recipients []string // whom contacts are sealed to; none: no contact is asked for
	source     func(*project.State) wishSource
	finish     func(*sheet, *project.Suggestion) // more fields, for those who type in what others said; nil: none

	form *wishForm
	from wishSource
}

// read describes the form, or reads it.
func (x *wishing) read(state *project.State, today project.Date) *project.Suggestion {
	actor, _ := state.Actor(x.actor)
	form, b := fillWish(&sheet{state: state, actor: actor, today: today, given: x.given}, len(x.recipients) > 0)
	x.form, x.from = form, x.source(state)
	b.Channel, b.Source = x.from.Channel, x.from.Number
	if x.finish != nil {
		x.finish(form.sheet, b)
		form.cut("desk")
	}
	return b
}

// describe reads the form only to show it again.
func (x *wishing) describe(p *projects) error {
	return p.view(func(state *project.State) error {
		x.given.photos = nil
		x.read(state, p.day())
		return nil
	})
}

// wish writes a wish into the log, with what lies beside it. The contact is
// sealed before anything is stored; the text of it stands nowhere else.
func (p *projects) wish(ctx context.Context, x *wishing) (project.Body, error) {
	code, err := p.wishCode(x.given.id)
	if err != nil {
		return nil, err
	}
	d := &deed{actor: x.actor}
	d.body = func(state *project.State) (project.Body, error) {
		b := x.read(state, p.day())
		if x.form.wrong {
			return nil, errSheet
		}
		d.blobs = x.form.blobs
		return b, nil
	}
	d.also = func(tx *store.ProjectsTx, body project.Body, at uint64) error {
		if err := tx.PutReceipt(wishReceipt(x.given.id), x.actor, at); err != nil {
			return err // before the code, of which there is one for each form
		}
		b := body.(*project.Suggestion)
		if b.Contact {
			sealed, err := x.form.contact.seal(b.Number, x.recipients)
			if err != nil {
				return err
			}
			if err := tx.PutContact(b.Number, sealed); err != nil {
				return err
			}
		}
		return tx.PutCode(hashWishCode(code), b.Number)
	}
	return p.record(ctx, d)
}

// free is how much of the disk is free.
func (p *projects) free() uint64 { return p.db.Free() }

// entry reads an entry of the log.
func (p *projects) entry(ctx context.Context, at uint64) (project.Body, error) {
	raws, err := p.db.Log().ReadEntries(ctx, at, at+1)
	if err != nil {
		return nil, err
	}
	e, err := project.ParseEntry(raws[0])
	if err != nil {
		return nil, err
	}
	return project.ParseBody(e)
}

// ownOrigin is this server as the browser that asks calls it.
func (s *Server) ownOrigin(r *http.Request) string {
	if r.TLS == nil && s.config.PlainCookies {
		return "http://" + r.Host
	}
	return "https://" + r.Host
}
