package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

const (
	// collectEvery is the time between the first two questions to an issuer that
	// does not show its register; it doubles up to collectAtMost.
	collectEvery  = 10 * time.Second
	collectAtMost = 10 * time.Minute
	// maxRegister bounds the rows of a register that is fetched.
	maxRegister = (128 << 10) * audit.RegisterRowSize
)

// collector fetches the registers of other issuers once nothing more is issued,
// while their machines still run, and keeps them for the record. What an issuer
// signed is kept even if it contradicts the log: that is for auditors to see.
type collector struct {
	v     *vote
	relay *relay
	wake  chan struct{}
	stop  context.CancelFunc
	done  chan struct{}
}

func newCollector(v *vote) *collector {
	return &collector{v: v, relay: newRelay(v.config), wake: make(chan struct{}, 1), done: make(chan struct{})}
}

func (c *collector) start() {
	var ctx context.Context
	ctx, c.stop = context.WithCancel(context.Background())
	go c.run(ctx)
}

func (c *collector) close() {
	c.stop()
	<-c.done
}

// poke has the registers asked for now.
func (c *collector) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *collector) run(ctx context.Context) {
	defer close(c.done)
	pause := collectEvery
	for {
		var again <-chan time.Time
		if missing := c.collect(ctx); missing > 0 {
			again = time.After(pause)
			pause = min(2*pause, collectAtMost)
		}
		select {
		case <-again:
		case <-c.wake:
			pause = collectEvery
		case <-ctx.Done():
			return
		}
	}
}

// issued reports whether nothing more can be issued in a vote.
func (w *view) issued() bool {
	return w.manifest != nil && w.epoch > 0 && (w.phase >= election.PhaseClosing || w.phase == election.PhaseVoided)
}

// collect asks the issuers whose registers are not there, and returns how many
// are still missing.
func (c *collector) collect(ctx context.Context) (missing int) {
	now := c.v.view.Load()
	if now == nil || !now.issued() {
		return 0
	}
	for i := range now.manifest.Issuers {
		if i == ownIssuer {
			continue
		}
		_, err := c.v.config.DB.IssuerRegister(ctx, c.v.id, uint8(i))
		if errors.Is(err, store.ErrNotFound) {
			err = c.fetch(ctx, now.manifest, uint8(i))
		}
		if err != nil {
			missing++
			c.v.config.Log.Warn("register of an issuer not collected", "vote", c.v.id, "issuer", i, "error", err)
		}
	}
	return missing
}

func (c *collector) fetch(ctx context.Context, m *election.Manifest, number uint8) error {
	address, err := c.v.issuerURL(ctx, int(number))
	if err != nil {
		return err
	}
	checkpoint, err := c.relay.get(ctx, address+registerPath+"checkpoint")
	if err != nil {
		return err
	}
	rows, err := c.relay.get(ctx, address+registerPath+"entries")
	if err != nil {
		return err
	}
	return c.v.keepRegister(ctx, m, number, checkpoint, rows)
}

// keepRegister keeps a register that its issuer has signed, and nothing else.
// Rows behind the checkpoint came in between the two answers.
func (v *vote) keepRegister(ctx context.Context, m *election.Manifest, number uint8, checkpoint, rows []byte) error {
	head, err := audit.ReadCheckpoint(checkpoint)
	if err != nil {
		return err
	}
	if head.Size*audit.RegisterRowSize < uint64(len(rows)) {
		rows = rows[:head.Size*audit.RegisterRowSize]
	}
	key, err := audit.RegisterKey(m, number)
	if err != nil {
		return err
	}
	if _, err := audit.OpenRegister(key, checkpoint, rows); err != nil {
		return err
	}
	return v.config.DB.PutIssuerRegister(ctx, v.id, store.IssuerRegister{Issuer: number, Checkpoint: checkpoint, Entries: rows})
}

// get fetches a public file of an issuer.
func (x *relay) get(ctx context.Context, address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "piaojued")
	resp, err := x.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxRegister+1))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the issuer answers with %d", resp.StatusCode)
	case len(data) > maxRegister:
		return nil, errors.New("the register is too long")
	}
	return data, nil
}

// ownRegister is that of the server's own issuer: it signs nothing without an
// entry, and so has signed what the log says, no more and no less.
func (v *vote) ownRegister(ctx context.Context, now *view) (*store.IssuerRegister, error) {
	if r := v.ownRows.Load(); r != nil {
		return r, nil
	}
	log := v.config.DB.Log(v.id)
	rows, err := signedRows(ctx, log, now.size, &v.kinds)
	if err != nil {
		return nil, err
	}
	checkpoint, err := audit.SignRegister(now.manifest.Origin, ownIssuer, rows, nil, v.keys.issuer.Register)
	if err != nil {
		return nil, err
	}
	r := &store.IssuerRegister{Issuer: ownIssuer, Checkpoint: checkpoint, Entries: rows}
	v.ownRows.Store(r)
	return r, nil
}

// signedRows are the rows of all issuances of epochs in which the server's own
// issuer was in force.
func signedRows(ctx context.Context, log *store.Log, size uint64, index *kindIndex) (rows []byte, err error) {
	kinds, err := index.upTo(ctx, log, size)
	if err != nil {
		return nil, err
	}
	var opening *election.Opening
	for i, k := range kinds {
		if k != election.KindOpening && (k != election.KindIssuance || !slices.Contains(opening.Issuers, ownIssuer)) {
			continue
		}
		raw, err := log.ReadEntries(ctx, uint64(i), uint64(i)+1)
		if err != nil {
			return nil, err
		}
		e, err := election.ParseEntry(raw[0])
		if err != nil {
			return nil, err
		}
		if k == election.KindOpening {
			if opening, err = election.ParseOpening(e.Body); err != nil {
				return nil, err
			}
			continue
		}
		b, err := election.ParseIssuance(e.Body)
		if err != nil {
			return nil, err
		}
		row := audit.RegisterRow{Epoch: opening.Epoch, Leaf: b.Leaf.Index, Index: uint64(i), Vector: b.Vector}
		rows = append(rows, row.Marshal()...)
	}
	return rows, nil
}
