package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

// checkNew refuses a manifest that is not the draft's: another one could be
// signed in the belief that it is. And it refuses what only this server knows to
// be false.
func (v *vote) checkNew(ctx context.Context, e *election.Entry) error {
	switch e.Kind {
	case election.KindBadge:
		return v.checkBadge(e)
	case election.KindAttendance:
		return v.checkAttendance(ctx, e)
	}
	if e.Kind != election.KindManifest || v.state.Manifest() != nil {
		return nil
	}
	f, err := v.freeze(ctx)
	if err != nil {
		return err
	}
	if !bytes.Equal(f.body, e.Body) {
		return because(codeConflict, errors.New("manifest is not the draft's"))
	}
	return nil
}

// checkAttendance refuses a deputy whom no gate has let in: who signs with one
// scrutineer sees how many they are, and not who.
func (v *vote) checkAttendance(ctx context.Context, e *election.Entry) error {
	a, err := election.ParseAttendance(e.Body)
	if err != nil {
		return err
	}
	for _, index := range a.Indexes {
		came, err := v.gate.hasCome(ctx, v, index)
		if err != nil {
			return err
		}
		if !came {
			return because(codeConflict, fmt.Errorf("deputy %d was never let in", index))
		}
	}
	return nil
}

// checkBadge refuses a badge that is another deputy's: it would vote for both
// (attack V7), and the log alone, which has no roll, does not show it.
func (v *vote) checkBadge(e *election.Entry) error {
	b, err := election.ParseBadge(e.Body)
	if err != nil || v.roll == nil {
		return err // the phase is refused by those who know it
	}
	owner, err := v.owner(b.Key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err == nil && owner != b.Index:
		return because(codeConflict, errors.New("badge is another deputy's"))
	}
	return err
}

// verifySignatures checks each signature before it is kept.
func (v *vote) verifySignatures(e *election.Entry, wanted election.Wanted) error {
	manifest := v.state.ManifestHash()
	if e.Kind == election.KindManifest {
		manifest = sha256.Sum256(e.Body)
	}
	for _, s := range e.Signatures {
		at := slices.IndexFunc(wanted.Signers, func(x election.Signer) bool { return isOf(s, x.Role, x.Index) })
		if at < 0 {
			return refuse(codeForbidden)
		}
		key := wanted.Signers[at].Key
		if err := group.VerifySignature(key[:], e.Kind.String(), manifest, e.Body, s.Sig[:]); err != nil {
			return because(codeBadSignature, err)
		}
	}
	return nil
}

// checkOwner refuses a signature by a key on whose card another person stands:
// whoever has two scrutineers' key files needs both their accounts as well.
func (v *vote) checkOwner(ctx context.Context, e *election.Entry, wanted election.Wanted, who Person) error {
	cards, err := v.config.DB.Cards(ctx, v.id)
	if err != nil {
		return err
	}
	for _, s := range e.Signatures {
		at := slices.IndexFunc(wanted.Signers, func(x election.Signer) bool { return isOf(s, x.Role, x.Index) })
		for _, c := range cards {
			if at >= 0 && c.RoleKey == wanted.Signers[at].Key && c.Person != who.ID {
				return refuse(codeKeyOfAnother)
			}
		}
	}
	return nil
}
