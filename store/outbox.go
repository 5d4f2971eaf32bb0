package store

import (
	"context"
	"database/sql"
	"errors"
)

// Channel is a way on which messages leave the server.
type Channel string

// The channels.
const (
	ChannelMail    Channel = "mail"    // to the address of a person
	ChannelWebhook Channel = "webhook" // to the installation's
)

// MessageState says what became of a message.
type MessageState uint8

// The states.
const (
	MessageWaits MessageState = iota
	MessageSent
	MessageFailed
)

// Message tells somebody what waits for them. It exists once for a channel,
// person and day.
type Message struct {
	ID            [16]byte // by which a receiver knows a message that comes twice
	Channel       Channel
	Person        string // empty: the webhook
	Day           uint32 // as project.Date
	Since         uint32 // day of the oldest message in whose place it came; set by PutMessage
	Items         string // what it tells, one in a line
	Subject, Body string // empty once it is sent
	State         MessageState
	Tries         int64
	Retry         int64  // Unix seconds: not before
	Trouble       string // why it did not leave; empty: nothing was tried
}

const selectMessage = `
	SELECT id, channel, person, day, since, items, subject, body, state, tries, retry, trouble
	FROM outbox`

func scanMessage(rows *sql.Rows) (m Message, err error) {
	var id []byte
	err = rows.Scan(&id, &m.Channel, &m.Person, &m.Day, &m.Since, &m.Items, &m.Subject, &m.Body, &m.State, &m.Tries, &m.Retry, &m.Trouble)
	copy(m.ID[:], id)
	return m, err
}

// PutMessage puts a message into the outbox, in the place of an older one to the
// same person that still waits: whoever gets it late wants to know how things are
// now. It returns ErrExists if there is one of that channel, person and day.
func (t *ProjectsTx) PutMessage(m Message) error {
	older, err := queryAll(t.ctx, t.tx, scanMessage, selectMessage+`
		WHERE channel = $1 AND person = $2 AND state = 0 AND day < $3`,
		string(m.Channel), m.Person, m.Day)
	if err != nil {
		return err
	}
	m.Since = m.Day
	for _, o := range older {
		m.Since, m.Tries, m.Trouble = min(m.Since, o.Since), max(m.Tries, o.Tries), o.Trouble
	}
	err = execOne(t.ctx, t.tx, `
		INSERT INTO outbox (id, channel, person, day, since, items, subject, body, state, tries, retry, trouble)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)
		ON CONFLICT (channel, person, day) DO NOTHING`,
		m.ID[:], string(m.Channel), m.Person, m.Day, m.Since, m.Items, m.Subject, m.Body, m.Tries, m.Retry, m.Trouble)
	if errors.Is(err, errNone) {
		return ErrExists
	}
	for _, o := range older {
		err = errors.Join(err, t.DropMessage(o.ID))
	}
	return err
}

// DropMessage removes a message. That there is none is no error.
func (t *ProjectsTx) DropMessage(id [16]byte) error {
	_, err := t.tx.ExecContext(t.ctx, `DELETE FROM outbox WHERE id = $1`, id[:])
	return err
}

// LastMessage returns the newest message to a person, or ErrNotFound.
func (db *Projects) LastMessage(ctx context.Context, c Channel, person string) (Message, error) {
	return db.oneMessage(ctx, `
		WHERE channel = $1 AND person = $2
		ORDER BY day DESC
		LIMIT 1`, string(c), person)
}

// NextMessage returns the message that should leave next, or ErrNotFound.
func (db *Projects) NextMessage(ctx context.Context, c Channel, now int64) (Message, error) {
	return db.oneMessage(ctx, `
		WHERE state = 0 AND channel = $1 AND retry <= $2
		ORDER BY retry
		LIMIT 1`, string(c), now)
}

func (db *Projects) oneMessage(ctx context.Context, where string, args ...any) (m Message, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		all, err := queryAll(ctx, tx, scanMessage, selectMessage+where, args...)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return ErrNotFound
		}
		m = all[0]
		return nil
	})
	return m, err
}

// CountUnsent counts the messages that wait, or that were given up.
func (db *Projects) CountUnsent(ctx context.Context) (n int64, err error) {
	err = db.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT COUNT(*)
			FROM outbox
			WHERE state <> 1`).Scan(&n)
	})
	return n, err
}

// TroubledMessages returns messages that could not leave, the newest first.
func (db *Projects) TroubledMessages(ctx context.Context, most int) (all []Message, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, scanMessage, selectMessage+`
			WHERE state = 2 OR state = 0 AND trouble <> ''
			ORDER BY day DESC, person
			LIMIT $1`, most)
		return err
	})
	return all, err
}

// ClaimMessage counts a try at a message that still waits as it was read, and
// keeps others from trying until a time: it then is the caller's to send. It
// returns ErrNotFound if it is not.
func (t *ProjectsTx) ClaimMessage(m Message, until int64) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE outbox
		SET retry = $1, tries = tries + 1
		WHERE id = $2 AND state = 0 AND retry = $3`,
		until, m.ID[:], m.Retry))
}

// MarkSent notes that a message has left, and forgets what it said.
func (t *ProjectsTx) MarkSent(id [16]byte) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE outbox
		SET state = 1, subject = '', body = '', trouble = ''
		WHERE id = $1 AND state = 0`,
		id[:]))
}

// DelayMessage lets a message wait until a time, and notes why.
func (t *ProjectsTx) DelayMessage(id [16]byte, until int64, trouble string) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE outbox
		SET retry = $1, trouble = $2
		WHERE id = $3 AND state = 0`,
		until, trouble, id[:]))
}

// DelayChannel lets all that waits for a channel wait until a time: what is wrong
// is wrong for all of it.
func (t *ProjectsTx) DelayChannel(c Channel, until int64, trouble string) error {
	_, err := t.tx.ExecContext(t.ctx, `
		UPDATE outbox
		SET retry = $1, trouble = $2
		WHERE state = 0 AND channel = $3`,
		until, trouble, string(c))
	return err
}

// FailMessage gives a message up.
func (t *ProjectsTx) FailMessage(id [16]byte, trouble string) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE outbox
		SET state = 2, trouble = $1
		WHERE id = $2 AND state = 0`,
		trouble, id[:]))
}

// FailMessages gives up all that waits since a day, or longer.
func (t *ProjectsTx) FailMessages(since uint32) error {
	_, err := t.tx.ExecContext(t.ctx, `
		UPDATE outbox
		SET state = 2
		WHERE state = 0 AND since <= $1`,
		since)
	return err
}

// SendAgain lets a message that was given up wait anew, from a day and a time on.
// It returns ErrNotFound if none was.
func (t *ProjectsTx) SendAgain(id [16]byte, day uint32, now int64) error {
	return notFound(execOne(t.ctx, t.tx, `
		UPDATE outbox
		SET state = 0, tries = 0, since = $1, retry = $2, trouble = ''
		WHERE id = $3 AND state = 2`,
		day, now, id[:]))
}

// SweepOutbox removes messages of the days before a day.
func (t *ProjectsTx) SweepOutbox(before uint32) error {
	_, err := t.tx.ExecContext(t.ctx, `
		DELETE FROM outbox
		WHERE day < $1`,
		before)
	return err
}
