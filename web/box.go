package web

import (
	"context"
	"errors"
	"net/http"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// promise signs that an entry is in the box. It is called after the entry is
// durable, and gives the same answer each time.
func (v *vote) promise(now *view, entry [32]byte) []byte {
	p := audit.NewPromise(v.keys.promise, now.manifestHash, now.epoch, entry)
	return p.Signature[:]
}

// castBallot serves POST /box/{vote}/ballots. The order of the checks is size,
// phase, credential, signature, form of the elements, proofs: cheap ones first, and
// the dear ones only for who holds a credential, a few times (attack S8).
func (s *Server) castBallot(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, now, e, err := s.readSealed(w, r, election.KindBallot)
	if err != nil {
		return err
	}
	hash := e.Hash()
	if now.phase != election.PhaseVoting {
		b, err := now.params.Parse(e.Body)
		if err != nil {
			return err
		}
		return v.answerAgain(w, r, now, b.Key(), hash)
	}
	if err := v.take(r.Context(), now, e, hash); err != nil {
		return now.explainCredential(err, e)
	}
	return writeBytes(w, mediaBinary, v.promise(now, hash))
}

// take returns when a ballot is durable. One that is known to be needs no check:
// who sends it again lost the answer, or wants to keep the server busy. That there
// is another one is said to who holds its key alone, before anything is read of this.
func (v *vote) take(ctx context.Context, now *view, e *election.Entry, hash [32]byte) error {
	named, err := ballot.KeyOf(e.Body)
	if err != nil {
		return err
	}
	known := v.config.DB.HandedIn(v.id, now.epoch, named, hash)
	if known == store.Same {
		return nil
	}
	key, err := now.params.VerifyHolder(e.Body)
	if err != nil {
		return err
	}
	if known != 0 {
		return v.outcome(known)
	}
	if err := v.box.counts.check(key); err != nil {
		return err
	}
	b, err := now.params.Parse(e.Body)
	if err != nil {
		v.box.counts.noteFalse(key)
		return err
	}
	return v.box.cast(ctx, now, b, e.Marshal())
}

// handInUnused serves POST /box/{vote}/unused. It is open until the box is
// closed, which is some time after the close order.
func (s *Server) handInUnused(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, now, e, err := s.readSealed(w, r, election.KindUnused)
	if err != nil {
		return err
	}
	u, err := now.params.ParseUnused(e.Body)
	if err != nil {
		return err
	}
	hash := e.Hash()
	if now.phase != election.PhaseVoting && now.phase != election.PhaseClosing {
		return v.answerAgain(w, r, now, u.Key(), hash)
	}
	if err := now.params.VerifyUnused(u); err != nil {
		return now.explainCredential(err, e)
	}
	unused := store.Unused{Epoch: now.epoch, Key: u.Key(), Entry: e.Marshal()}
	outcome, err := s.config.DB.PutUnused(context.WithoutCancel(r.Context()), v.id, unused)
	if err == nil {
		err = v.outcome(outcome)
	}
	if err != nil {
		return err
	}
	v.noteUnused()
	return writeBytes(w, mediaBinary, v.promise(now, hash))
}

// noteUnused lets the vote look whether all credentials are accounted for.
func (v *vote) noteUnused() {
	select {
	case v.settled <- struct{}{}:
	default:
	}
}

// readSealed reads an entry for the box: its size, its form, and the vote it is
// for.
func (s *Server) readSealed(w http.ResponseWriter, r *http.Request, kind election.Kind) (*vote, *view, *election.Entry, error) {
	v, now, err := s.openBox(r)
	if err != nil {
		return nil, nil, nil, err
	}
	body, err := readBody(w, r, election.MaxEntry)
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := election.ParseEntry(body)
	if err != nil {
		return nil, nil, nil, because(codeBadForm, err)
	}
	if e.Kind != kind || len(e.Signatures) > 0 || len(e.Body) < 32 {
		return nil, nil, nil, refuse(codeBadForm)
	}
	if [32]byte(e.Body[:32]) != now.manifestHash {
		return nil, nil, nil, refuse(codeWrongVote)
	}
	return v, now, e, nil
}

// openBox finds the box of a vote that has ever been opened.
func (s *Server) openBox(r *http.Request) (*vote, *view, error) {
	v, err := s.vote(r)
	if err != nil {
		return nil, nil, err
	}
	if err := v.maySign(); err != nil {
		return nil, nil, err
	}
	now := v.view.Load()
	if now.params == nil || now.phase == election.PhaseVoided {
		return nil, nil, notVoting(now.phase)
	}
	return v, now, nil
}

// answerAgain promises what is in the box or in the log already, when nothing
// new is taken: who lost the answer gets it again, also after the close.
func (v *vote) answerAgain(w http.ResponseWriter, r *http.Request, now *view, key, hash [32]byte) error {
	kept, err := v.handedIn(r.Context(), key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return notVoting(now.phase)
	case err != nil:
		return err
	case election.HashEntry(kept) != hash:
		return refuse(codeSecondBallot)
	}
	return writeBytes(w, mediaBinary, v.promise(now, hash))
}

// handedIn returns the entry that a one-time key has handed in, from the box,
// or after the close from the log.
func (v *vote) handedIn(ctx context.Context, key [32]byte) ([]byte, error) {
	entry, err := v.config.DB.Query(ctx, v.id, key)
	if !errors.Is(err, store.ErrNotFound) {
		return entry, err
	}
	var index uint64
	err = v.do(ctx, func() error {
		var ok bool
		if index, ok = v.state.HandedIn(key); !ok {
			return store.ErrNotFound
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	entries, err := v.config.DB.Log(v.id).ReadEntries(ctx, index, index+1)
	if err != nil {
		return nil, err
	}
	return entries[0], nil
}

// outcomes says what people are told about what the store decided.
var outcomes = map[store.Outcome]code{
	store.OtherBallot: codeSecondBallot,
	store.SealSpent:   codeSpentSeal,
	store.SealCast:    codeSecondBallot,
	store.Copied:      codeBadProof,
	store.OtherEpoch:  codeOldEpoch,
}

// outcome returns nil if what was handed in is in the box, durably.
func (v *vote) outcome(o store.Outcome) error {
	switch o {
	case store.Stored, store.Same:
		v.hub.wake()
		return nil
	case store.Shut:
		return v.shut()
	}
	if c, ok := outcomes[o]; ok {
		return refuse(c)
	}
	return because(codeInternal, errors.New(o.String()))
}

// shut says why the box is shut, which it may be a moment before the view.
func (v *vote) shut() error {
	if p := v.view.Load().phase; p != election.PhaseVoting {
		return notVoting(p)
	}
	return refuse(codeClosed)
}

// explainCredential finds out whether a credential that does not verify is one
// of an earlier epoch, whose holder must vote again.
func (w *view) explainCredential(err error, e *election.Entry) error {
	if !errors.Is(err, ballot.ErrCredential) {
		return err
	}
	for _, p := range w.former {
		if verifiesUnder(p, e) {
			return because(codeOldEpoch, err)
		}
	}
	return err
}

func verifiesUnder(p *ballot.Params, e *election.Entry) bool {
	if e.Kind == election.KindUnused {
		u, err := p.ParseUnused(e.Body)
		return err == nil && p.VerifyUnused(u) == nil
	}
	_, err := p.VerifyHolder(e.Body)
	return err == nil
}

// maxChecks bounds the seal codes that challenges spend, for each deputy: each
// is an entry of the log.
const maxChecks = 20

// challenge serves POST /box/{vote}/challenges.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, now, err := s.openBox(r)
	if err != nil {
		return err
	}
	if now.phase != election.PhaseVoting {
		return notVoting(now.phase)
	}
	body, err := readBody(w, r, election.MaxEntry)
	if err != nil {
		return err
	}
	c, err := now.params.ParseChallenge(body)
	if err != nil {
		return err
	}
	if err := now.params.VerifyChallenge(c); err != nil {
		return err
	}
	if err := v.box.spend(context.WithoutCancel(r.Context()), now, c.Key(), c.SealCode()); err != nil {
		return err
	}
	return noContent(w)
}

// query serves POST /box/{vote}/queries: K[32] ‖ sig[64]. Only the holder of a
// one-time key learns whether it was used, and gets the entry itself: a hash
// alone could be that of somebody else's (attack B2).
func (s *Server) query(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, now, err := s.openBox(r)
	if err != nil {
		return err
	}
	const size = 32 + 64
	body, err := readBody(w, r, size)
	if err != nil {
		return err
	}
	if len(body) != size {
		return refuse(codeBadForm)
	}
	if err := group.VerifySignature(body[:32], "query", now.manifestHash, body[:32], body[32:]); err != nil {
		return because(codeBadSignature, err)
	}
	entry, err := v.handedIn(r.Context(), [32]byte(body[:32]))
	if errors.Is(err, store.ErrNotFound) {
		return writeBytes(w, mediaBinary, []byte{0})
	}
	if err != nil {
		return err
	}
	answer := append([]byte{1}, v.promise(now, election.HashEntry(entry))...)
	return writeBytes(w, mediaBinary, append(answer, entry...))
}
