package web

import (
	"context"
	"net/http"
	"slices"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// maxIssuance is the longest request: an entry and a message for each issuer.
const maxIssuance = 2 + election.MaxEntry + ballot.MaxIssuers*blindedSize

const blindedSize = 384

// ownIssuer is the number of the server's own issuer in every manifest.
const (
	ownIssuer     = 0
	ownIssuerText = "0"
)

// issuance is a request for a credential.
type issuance struct {
	entry *election.Entry
	body  *election.Issuance
	own   []byte // the blinded message for the server's own issuer; nil if it is not in S
}

// issue serves POST /votes/{vote}/issuances. The entry is in the log before the
// signature leaves; a leaf gets one answer in each epoch, as often as it asks
// with the same messages (attack V7).
func (s *Server) issue(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	if err := s.demandTerminal(r, v); err != nil {
		return err
	}
	if n := r.URL.Query().Get("issuer"); n != "" && n != ownIssuerText {
		return s.relayIssuance(w, r, v, n)
	}
	body, err := readBody(w, r, maxIssuance)
	if err != nil {
		return err
	}
	i, err := parseIssuance(body, v.view.Load())
	if err != nil {
		return err
	}
	var pin string
	err = v.do(r.Context(), func() error {
		if err := v.checkIssuance(i); err != nil {
			return err
		}
		var err error
		pin, err = v.pinOf(r.Context(), i.body.Leaf.Index)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.checkPIN(r, v, i.body.Leaf.Index, pin); err != nil {
		return err
	}
	// The same request is signed again, and its answer is not kept: a blind
	// signature is a function of key and message (RFC 9474, Section 4.3), so the
	// bytes are the same, and another message of this leaf is refused below.
	var sig []byte // none if the server's own issuer is not in S
	if i.own != nil {
		if sig, err = s.signing.sign(r.Context(), v.keys.issuer.Blind, i.own); err != nil {
			return err
		}
	}
	index, err := v.issuances.log(r.Context(), v, i)
	if err != nil {
		return err
	}
	return writeBytes(w, mediaBinary, client.MarshalAnswer(ownIssuer, index, sig))
}

func parseIssuance(body []byte, now *view) (*issuance, error) {
	if now.phase != election.PhaseVoting {
		return nil, notVoting(now.phase)
	}
	if len(now.issuers) == 0 {
		return nil, refuse(codeOnPaper)
	}
	e, b, blinded, err := client.ParseIssuance(body, len(now.issuers))
	if err != nil {
		return nil, because(codeBadForm, err)
	}
	i := &issuance{entry: e, body: b}
	if at := slices.Index(now.issuers, ownIssuer); at >= 0 {
		i.own = blinded[at]
	}
	return i, nil
}

// checkIssuance makes the checks that need no signature by us, so that nobody
// but a checked-in deputy can make the server work. It runs on the vote's
// goroutine.
func (v *vote) checkIssuance(i *issuance) error {
	if p := v.state.Phase(); p != election.PhaseVoting {
		return notVoting(p)
	}
	if i.body.Opening != v.state.OpeningHash() {
		return refuse(codeOldEpoch)
	}
	leaf := i.body.Leaf
	if err := leaf.Verify(v.state.Manifest().RollRoot, v.state.Manifest().Deputies, i.body.Path); err != nil {
		return because(codeNotInRoll, err)
	}
	if !signedByBadge(i.entry, v.state.BadgeKey(leaf), v.state.ManifestHash()) {
		return refuse(codeBadBadge)
	}
	if !v.state.CheckedIn(leaf.Index) {
		return refuse(codeNotCheckedIn)
	}
	old, ok := v.state.Issued(leaf.Index)
	switch {
	case old.Paper:
		return refuse(codeOnPaper)
	case ok && !old.For(i.body.Vector):
		return refuse(codeIssued)
	}
	return nil
}

func signedByBadge(e *election.Entry, key, manifest [32]byte) bool {
	if len(e.Signatures) != 1 || e.Signatures[0].Role != election.RoleBadge {
		return false
	}
	return group.VerifySignature(key[:], e.Kind.String(), manifest, e.Body, e.Signatures[0].Sig[:]) == nil
}

// logIssuance logs the issuance, or finds it in the log. State.Apply makes all
// checks again: another terminal of the deputy may have been faster.
func (v *vote) logIssuance(ctx context.Context, i *issuance) (uint64, error) {
	if old, ok := v.state.Issued(i.body.Leaf.Index); ok && i.body.Opening == v.state.OpeningHash() {
		if !old.For(i.body.Vector) {
			return 0, refuse(codeIssued)
		}
		return old.Entry, nil
	}
	err := v.append(ctx, func(tx *store.Tx) ([]*election.Entry, error) {
		err := tx.ReserveIssuance(store.Issuance{
			Epoch:  v.state.Opening().Epoch,
			Index:  i.body.Leaf.Index,
			Vector: i.body.Vector,
		})
		return []*election.Entry{i.entry}, err
	})
	if err != nil {
		return 0, err
	}
	return v.state.Size() - 1, nil
}

// signing bounds the blind signatures that are made at once: each takes some
// ten milliseconds of a core.
type signing chan struct{}

func newSigning() signing { return make(signing, workers()) }

func (s signing) sign(ctx context.Context, key *ballot.Issuer, blinded []byte) ([]byte, error) {
	select {
	case s <- struct{}{}:
		defer func() { <-s }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return key.BlindSign(blinded)
}
