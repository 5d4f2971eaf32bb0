package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"sync"

	"piaojue/election"
)

// boxFile is the ballot box: a file of slots beside the database, so that what
// is cast shares neither pages nor a write-ahead log with what is issued
// (attack V14). The literature calls such a thing history-independent: the file
// depends on what lies in it and on chance, not on the order in which it came.
//
// The database says what the box takes, and which epoch lies in it. Casting
// writes the box alone; whatever empties it is committed in the database first,
// and then what lies in the file is dead, and swept away by Scrub.
type boxFile struct {
	engine
	conn *sql.DB // one connection, also for reading: a reader's lock would hold up commits
	keys Keyring // slots are sealed under these; nil: they are not

	// These are for the holder of the turn.
	version int64  // of the file, when trays were loaded; 0: load them anew
	dead    []dead // slots to empty, of boxes that are not emptied
	stale   bool   // there are chunks of votes whose box is emptied
	worn    bool   // there were such chunks, and what they lay in is to be written anew

	mu    sync.RWMutex // guards trays
	trays map[string]*tray
}

type dead struct{ slot, size uint32 }

func boxPath(path string) string { return path + "-box" }

func (f *boxFile) open(ctx context.Context) (err error) {
	f.conn, err = openPart(ctx, f.engine)
	return err
}

// tray returns a vote's part of the box.
func (f *boxFile) tray(vote string) *tray {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if t := f.trays[vote]; t != nil {
		return t
	}
	return f.newTray()
}

// count counts what is durable.
func (f *boxFile) count(vote string) BoxCount {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if t := f.trays[vote]; t != nil {
		return t.count
	}
	return BoxCount{}
}

// find finds what was handed in with a one-time key, if that is durable.
func (f *boxFile) find(vote string, key [32]byte) (slot int64, ok bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if t := f.trays[vote]; t != nil {
		slot, ok = t.find(key)
	}
	return slot, ok
}

// shut gives back what is only asked when a ballot comes.
func (f *boxFile) shut(vote string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t := f.trays[vote]; t != nil {
		t.shut()
	}
}

// handedIn compares an entry with what is durable.
func (f *boxFile) handedIn(vote string, epoch uint32, key, hash [32]byte) Outcome {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if t := f.trays[vote]; t != nil && t.epoch == epoch {
		return t.handedIn(key, hash)
	}
	return 0
}

const selectSlot = `
	SELECT body
	FROM slots
	WHERE slot = $1`

// read returns what lies in a slot of a vote, or nil if nothing does.
func (f *boxFile) read(ctx context.Context, vote string, slot int64) (*slip, error) {
	var body []byte
	err := f.conn.QueryRowContext(ctx, selectSlot, slot).Scan(&body)
	if err != nil {
		return nil, err
	}
	return f.unpack(vote, slot, body)
}

// load reads the whole file. The votes are those of the database, at a moment
// at which nothing can change them.
func (f *boxFile) load(ctx context.Context, votes []Vote) error {
	tx, err := f.conn.BeginTx(ctx, f.snapshot())
	if err != nil {
		return err
	}
	defer tx.Rollback() // it wrote nothing
	return f.loadTx(ctx, tx, votes)
}

func (f *boxFile) loadTx(ctx context.Context, tx *sql.Tx, votes []Vote) error {
	f.forgetEmptied(votes)
	l := loader{box: f, trays: map[string]*tray{}, votes: map[string]Vote{}}
	for _, v := range votes {
		l.votes[v.ID] = v
		l.trays[v.ID] = f.newTray()
		l.trays[v.ID].epoch = v.Epoch
	}
	version, err := f.engine.version(ctx, tx)
	if err != nil {
		return err
	}
	chunks, err := readChunks(ctx, tx)
	if err != nil {
		return err
	}
	next := int64(1)
	for _, c := range chunks {
		if err := checkNoSlots(ctx, tx, next, c.first); err != nil {
			return err
		}
		if err := l.loadChunk(ctx, tx, c); err != nil {
			return fmt.Errorf("box of %q: %w", c.vote, err)
		}
		next = c.end()
	}
	if err := checkNoSlots(ctx, tx, next, math.MaxInt64); err != nil {
		return err
	}
	for _, v := range votes {
		if v.Box == BoxShut {
			l.trays[v.ID].shut()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trays, f.version, f.dead, f.stale = l.trays, version, l.dead, l.stale
	return nil
}

// forgetEmptied gives back the memory of emptied boxes: of a million ballots there
// is none for what was in the box beside what is read.
func (f *boxFile) forgetEmptied(votes []Vote) {
	f.version = 0 // if the file cannot be read now
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, v := range votes {
		if v.Box == BoxEmptied {
			delete(f.trays, v.ID)
		}
	}
}

// loader is what comes of a file that is read.
type loader struct {
	box   *boxFile
	votes map[string]Vote
	trays map[string]*tray
	dead  []dead
	stale bool
}

func (l *loader) loadChunk(ctx context.Context, tx *sql.Tx, c chunk) error {
	v, ok := l.votes[c.vote]
	if !ok {
		return fmt.Errorf("%w: the database does not know the vote", ErrDamaged)
	}
	if c.first < 1 || c.count < 1 || c.count > math.MaxUint32 || c.first > math.MaxUint32-c.count {
		return fmt.Errorf("%w: a chunk of %d slots from %d on", ErrDamaged, c.count, c.first)
	}
	t := l.trays[c.vote]
	t.addChunk(c)
	if v.Box == BoxEmptied { // all of it goes, and its key may be gone
		l.stale = true
		return nil
	}
	n := c.first
	err := eachSlot(ctx, tx, c, func(slot int64, body []byte) error {
		if slot != n || len(body) != c.size {
			return fmt.Errorf("%w: slot %d of %d bytes", ErrDamaged, slot, len(body))
		}
		n++
		return l.loadSlot(v, t, slot, body)
	})
	if err == nil && n != c.end() {
		err = fmt.Errorf("%w: slots are missing", ErrDamaged)
	}
	return err
}

func (l *loader) loadSlot(v Vote, t *tray, slot int64, body []byte) error {
	if isZero(body) {
		t.free[len(body)] = append(t.free[len(body)], uint32(slot))
		return nil
	}
	s, err := l.box.unpack(v.ID, slot, body)
	if err != nil {
		return err
	}
	alive, err := v.holds(s)
	if err != nil {
		return err
	}
	if !alive {
		l.dead = append(l.dead, dead{uint32(slot), uint32(len(body))})
		return nil
	}
	if t.known(s) != 0 || t.sealed(s) != 0 {
		return fmt.Errorf("%w: what lies in slot %d lies in another one, too", ErrDamaged, slot)
	}
	t.add(s, slot)
	return nil
}

// holds says whether a slip counts in the box that the database speaks of. The
// database is written first, so a box that is ahead of it means that the
// database was rolled back (attack S2).
func (v Vote) holds(s *slip) (bool, error) {
	switch {
	case v.Box == BoxUnopened || s.epoch > v.Epoch:
		return false, fmt.Errorf("%w: the box is newer than the database", ErrDamaged)
	case s.kind == election.KindSpent:
		return true, nil // what was revealed stays so, in all epochs
	}
	return s.epoch == v.Epoch, nil
}
