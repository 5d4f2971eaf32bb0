package client

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

// ErrDecided means that this credential has a ballot or an unused declaration
// in the box already: the first one counts. Voter.Promise has its promise.
var ErrDecided = errors.New("client: this credential has been used")

func (v *Voter) box(path string, body []byte) ([]byte, error) {
	return v.board.send(Request{Method: "POST", Path: "/box/" + v.board.vote + path, Body: body, Issuer: Server, Box: true})
}

// Resume asks the box whether this credential has been used, on this or
// another terminal, and takes the promise if so. After a lost answer or a
// reboot it keeps a device from sealing a second ballot.
//
// The server answers with the entry itself, which only the holder of the
// one-time key can have made: with another deputy's entry and its true promise
// it could drop this ballot unseen (attack B2).
func (v *Voter) Resume() (decided bool, err error) {
	if v.cred == nil {
		return false, errOrder
	}
	sk := v.request.OneTimeKey()
	defer clear(sk)
	sig := group.Sign(sk, "query", v.board.manifest, v.cred.Key[:])
	answer, err := v.box("/queries", append(v.cred.Key[:], sig...))
	if err != nil {
		return false, err
	}
	if len(answer) == 1 && answer[0] == 0 {
		return false, nil
	}
	if len(answer) <= 1+ed25519.SignatureSize || answer[0] != 1 {
		return false, ErrPromise
	}
	promise, raw := answer[1:1+ed25519.SignatureSize], answer[1+ed25519.SignatureSize:]
	if err := v.checkOwn(raw); err != nil {
		return false, fmt.Errorf("%w: %w", ErrPromise, err)
	}
	return true, v.keep(election.Kind(raw[0]), election.HashEntry(raw), promise)
}

var errForeign = errors.New("client: the entry is not of this credential")

// checkOwn checks that an entry was made with this voter's one-time key.
func (v *Voter) checkOwn(raw []byte) error {
	e, err := election.ParseEntry(raw)
	if err != nil {
		return err
	}
	p := v.board.state.Params()
	switch e.Kind {
	case election.KindBallot:
		b, err := p.Parse(e.Body)
		if err != nil {
			return err
		}
		if b.Key() != v.cred.Key {
			return errForeign
		}
		return p.VerifySignature(b)
	case election.KindUnused:
		u, err := p.ParseUnused(e.Body)
		if err != nil {
			return err
		}
		if u.Key() != v.cred.Key {
			return errForeign
		}
		return p.VerifyUnused(u)
	}
	return errForeign
}

// Seal encrypts a choice. The seal code can be shown and captured before the
// deputy decides to cast or to challenge.
func (v *Voter) Seal(c ballot.Choice) (sealCode [32]byte, err error) {
	if v.cred == nil {
		return sealCode, errOrder
	}
	if v.entry != nil || v.promise != nil {
		return sealCode, ErrDecided
	}
	p := v.board.state.Params()
	bits, err := p.Grid().Fill(c)
	if err != nil {
		return sealCode, err
	}
	sealed, err := p.Encrypt(bits, v.cred.Key)
	if err != nil {
		return sealCode, err
	}
	if v.sealed != nil {
		v.sealed.Discard()
	}
	v.sealed = sealed
	return v.sealed.SealCode(), nil
}

// Challenge opens the sealed ballot instead of casting it. The box records its
// seal code as spent, for ever, before anything is revealed. Then Seal again.
func (v *Voter) Challenge() (*ballot.Revealed, error) {
	if v.sealed == nil || v.entry != nil {
		return nil, errOrder
	}
	sk := v.request.OneTimeKey()
	defer clear(sk)
	body, err := v.board.state.Params().NewChallenge(v.sealed.SealCode(), v.cred, sk)
	if err != nil {
		return nil, err
	}
	if _, err := v.box("/challenges", body); err != nil {
		return nil, err
	}
	r, err := v.sealed.Reveal()
	v.sealed = nil
	return r, err
}

// Cast finishes the sealed ballot and sends it; if the answer is lost, Cast
// again sends the same ballot. It returns after the promise is verified.
func (v *Voter) Cast() error {
	if v.promise != nil {
		return nil
	}
	if v.entry != nil && v.entry.Kind != election.KindBallot {
		return ErrDecided
	}
	if v.entry == nil {
		if v.sealed == nil {
			return errOrder
		}
		sk := v.request.OneTimeKey()
		defer clear(sk)
		body, err := v.sealed.Finish(v.cred, sk)
		if err != nil {
			return err
		}
		v.sealed, v.entry = nil, &election.Entry{Kind: election.KindBallot, Body: body}
	}
	return v.deposit("/ballots")
}

// Decline declares that this credential will not be used.
func (v *Voter) Decline() error {
	if v.promise != nil {
		return nil
	}
	if v.cred == nil {
		return errOrder
	}
	if v.entry != nil && v.entry.Kind != election.KindUnused {
		return ErrDecided
	}
	if v.entry == nil {
		sk := v.request.OneTimeKey()
		defer clear(sk)
		body, err := v.board.state.Params().NewUnused(v.cred, sk)
		if err != nil {
			return err
		}
		v.entry = &election.Entry{Kind: election.KindUnused, Body: body}
	}
	return v.deposit("/unused")
}

// deposit sends the entry. If the box refuses it, it is not in the box, and the
// deputy may go on: a fresh ballot instead of one whose seal code was spent,
// for example. If nobody knows, also after a fault of the server, the entry stays the
// one to send again.
func (v *Voter) deposit(path string) error {
	promise, err := v.box(path, v.entry.Marshal())
	if r, refused := errors.AsType[*Refusal](err); refused && r.Decided() {
		v.entry = nil
	}
	if err != nil {
		return err
	}
	return v.keep(v.entry.Kind, v.entry.Hash(), promise)
}

// keep verifies a promise before anybody is told that a ballot is in the box.
func (v *Voter) keep(kind election.Kind, entry [32]byte, sig []byte) error {
	if len(sig) != ed25519.SignatureSize {
		return ErrPromise
	}
	p := &audit.Promise{
		Manifest:  v.board.manifest,
		Epoch:     v.board.state.Opening().Epoch,
		Entry:     entry,
		Signature: [64]byte(sig),
	}
	if err := p.Verify(v.board.state.Manifest().Promise); err != nil {
		return fmt.Errorf("%w: %w", ErrPromise, err)
	}
	v.promise, v.promised = p, kind
	return nil
}

// Promise returns the verified promise, or nil. Its Entry is the tracking code.
func (v *Voter) Promise() *audit.Promise { return v.promise }

// Promised returns what the promise is for: a ballot, or a declaration that the
// credential was not used. It is 0 without a promise.
func (v *Voter) Promised() election.Kind { return v.promised }

// Receipt returns, after the close, the proof that the promised entry is in the
// log. A promise without a receipt after the close is evidence against the
// server.
func (v *Voter) Receipt() (*audit.Receipt, error) {
	if v.promise == nil {
		return nil, errOrder
	}
	return v.board.Receipt(v.promise.Entry)
}
