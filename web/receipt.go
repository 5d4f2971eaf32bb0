package web

import (
	"context"
	"errors"

	"piaojue/project"
	"piaojue/store"
)

var errOtherForm = errors.New("the number of this form is that of another")

// receipt finds what became of a form that was sent before by the same actor.
// That of another actor tells nothing.
func (p *projects) receipt(ctx context.Context, id [16]byte, actor uint32) (body project.Body, sent bool, err error) {
	by, at, err := p.db.Receipt(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if by != actor {
		return nil, false, because(codeConflict, errOtherForm)
	}
	body, err = p.entry(ctx, at)
	return body, true, err
}
