package web

import (
	"context"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"sync"

	"piaojue/audit"
	"piaojue/election"
)

// headName is the name of the file, beside the key, with the last checkpoint that
// was signed with it. It names the key: those of two votes may lie in one folder,
// and one key that came to another vote finds out that it has served before.
func (k *IssuerKeys) headName() string {
	key := public(k.Register)
	return "register-" + hex.EncodeToString(key[:8])
}

// publisher signs the checkpoints of an issuer's register. The database cannot
// tell that all of it is an older copy; the file can. Then the issuer signs
// nothing more, blindly or not: it does not know any longer whom it has served
// (attacks S2, V7).
type publisher struct {
	folder string // empty: remembered until the program ends

	mu   sync.Mutex // guards all below, and that one head is signed at a time
	last []byte     // signed checkpoint; nil: not read yet, or there is none

	shown bool // last and rows are what this program published last
	rows  []byte
}

// latest returns what was published last. Nobody else writes rows, and with each
// comes a checkpoint: whoever only looks has nothing read or signed anew (attack
// S8).
func (p *publisher) latest() (checkpoint, rows []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, p.rows, p.shown
}

// identity is what an issuer is in its vote.
type identity struct {
	origin string
	number uint8
}

// identify returns which issuer of the manifest the keys are.
func (i *Issuer) identify(s *election.State) (identity, error) {
	modulus, register := i.config.Key.Public()
	for n, x := range s.Manifest().Issuers {
		if x.Modulus == modulus && x.Key == register {
			return identity{s.Manifest().Origin, uint8(n)}, nil
		}
	}
	return identity{}, ErrNotIssuer
}

// identity reads the log if it never was read.
func (i *Issuer) identity(ctx context.Context) (who identity, err error) {
	look := func() error {
		return i.follower.look(func(s *election.State) error {
			if s.Manifest() == nil {
				return errNotLogged
			}
			who, err = i.identify(s)
			return err
		})
	}
	if err = look(); errors.Is(err, errNotLogged) {
		if err = i.follower.follow(ctx); err == nil {
			err = look()
		}
	}
	return who, err
}

// publish signs the register as it stands, keeps what it signed, and returns both.
func (i *Issuer) publish(ctx context.Context, who identity) (checkpoint, rows []byte, err error) {
	p := &i.publisher
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil && p.folder != "" {
		p.last, err = os.ReadFile(headPath(p.folder, i.config.Key.headName()))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, nil, err
		}
	}
	if rows, err = i.config.DB.IssuerRows(ctx, i.register); err != nil {
		return nil, nil, err
	}
	checkpoint, err = audit.SignRegister(who.origin, who.number, rows, p.last, i.config.Key.Register)
	if err != nil {
		return nil, nil, err
	}
	if p.folder != "" && string(checkpoint) != string(p.last) {
		if err := writeHead(p.folder, i.config.Key.headName(), checkpoint); err != nil {
			return nil, nil, err
		}
	}
	p.last, p.rows, p.shown = checkpoint, rows, true
	return checkpoint, rows, nil
}

// getRegisterCheckpoint serves GET /register/checkpoint.
func (i *Issuer) getRegisterCheckpoint(w http.ResponseWriter, r *http.Request) error {
	checkpoint, _, err := i.published(r)
	if err != nil {
		return err
	}
	return writeNote(w, checkpoint)
}

// getRegisterEntries serves GET /register/entries: the rows, of which a
// checkpoint that was asked for before covers the first.
func (i *Issuer) getRegisterEntries(w http.ResponseWriter, r *http.Request) error {
	_, rows, err := i.published(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", cacheNever)
	return writeBytes(w, mediaBinary, rows)
}

func (i *Issuer) published(r *http.Request) (checkpoint, rows []byte, err error) {
	if checkpoint, rows, ok := i.publisher.latest(); ok {
		return checkpoint, rows, nil
	}
	who, err := i.identity(r.Context())
	if err != nil {
		return nil, nil, because(codeNoIssuer, err)
	}
	if checkpoint, rows, err = i.publish(r.Context(), who); err != nil {
		return nil, nil, because(codeNoIssuer, err)
	}
	return checkpoint, rows, nil
}
