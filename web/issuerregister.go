package web

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
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

	mu     sync.Mutex // guards all below, and that one head is signed at a time
	signer *audit.RegisterSigner
	rows   []byte // that signer has; only ever appended to
	last   []byte // signed checkpoint; nil until one was published
}

// latest returns what was published last. Nobody else writes rows, and with each
// comes a checkpoint: whoever only looks has nothing read or signed anew (attack
// S8).
func (p *publisher) latest() (checkpoint, rows []byte, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last, p.rows, p.last != nil
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
	if err := i.catchUp(ctx, who); err != nil {
		return nil, nil, err
	}
	if checkpoint, err = p.signer.Sign(); err != nil {
		return nil, nil, err
	}
	if p.folder != "" && string(checkpoint) != string(p.last) {
		if err := writeHead(p.folder, i.config.Key.headName(), checkpoint); err != nil {
			return nil, nil, err
		}
	}
	p.last = checkpoint
	return checkpoint, p.rows, nil
}

// catchUp reads the rows that are new; at first all, which must continue the last
// checkpoint that was signed.
func (i *Issuer) catchUp(ctx context.Context, who identity) error {
	p := &i.publisher
	if p.signer == nil {
		return i.beginRegister(ctx, who)
	}
	known := len(p.rows)
	again := min(known, audit.RegisterRowSize) // the last one, which shows that the database is no older
	rows, err := i.config.DB.IssuerRows(ctx, i.register, uint64((known-again)/audit.RegisterRowSize))
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(rows, p.rows[known-again:]) {
		return fmt.Errorf("%w of %d entries: the last is not there", audit.ErrRollback, known/audit.RegisterRowSize)
	}
	if err := p.signer.Add(rows[again:]); err != nil {
		return err
	}
	p.rows = append(p.rows, rows[again:]...)
	return nil
}

func (i *Issuer) beginRegister(ctx context.Context, who identity) (err error) {
	p := &i.publisher
	var last []byte
	if p.folder != "" {
		last, err = os.ReadFile(headPath(p.folder, i.config.Key.headName()))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	rows, err := i.config.DB.IssuerRows(ctx, i.register, 0)
	if err != nil {
		return err
	}
	signer, err := audit.NewRegisterSigner(who.origin, who.number, rows, last, i.config.Key.Register)
	if err != nil {
		return err
	}
	p.signer, p.rows = signer, rows
	return nil
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
