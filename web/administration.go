package web

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"piaojue/audit"
	"piaojue/keyfile"
	"piaojue/store"
)

// The acts of the administration log. A sentence for each is act.<act> of
// package lang.
const (
	actOpened          = "log_opened"
	actPersonAdded     = "person_added"
	actPersonRemoved   = "person_removed"
	actLinkIssued      = "link_issued"
	actLinkUsed        = "link_used"
	actRoleChanged     = "role_changed"
	actKeyIssued       = "key_issued"
	actPasswordChanged = "password_changed"
	actCodeChanged     = "code_changed"
	actCodeRemoved     = "code_removed"
	actAccountLocked   = "account_locked"
	actAssistant       = "assistant_named"
	actBadgeUnlocked   = "badge_unlocked"
)

// ByCommand stands for who runs commands on the server's own machine.
const ByCommand = "command line"

// act is an entry of the administration log. It holds no secret: what is
// appended stays for ever.
type act struct {
	Version int    `json:"v"`
	Time    int64  `json:"time"` // Unix seconds
	Act     string `json:"act"`
	By      string `json:"by"`     // ID of the person who did it
	Person  string `json:"person"` // to whom
	Role    string `json:"role,omitempty"`
	Detail  string `json:"detail,omitempty"`
	Vote    string `json:"vote,omitempty"`
}

// Administration does what administrators may do, and keeps it in a log like
// that of a vote: nobody takes back that a link was issued. Commands on the
// server's machine use one of their own beside the server's.
type Administration struct {
	db     *store.DB
	folder string
	key    ed25519.PrivateKey
	origin string
	now    func() time.Time

	mu sync.Mutex // held while an act is logged, so that kept checkpoints follow each other
}

// OpenAdministration opens the log of the administration, or begins it. keys is
// the server's folder of keys. It returns ErrStale if the database is older
// than the log's last checkpoint.
func OpenAdministration(ctx context.Context, db *store.DB, keys string, now func() time.Time) (*Administration, error) {
	a := &Administration{db: db, folder: keys, now: now}
	_, err := db.Vote(ctx, store.Administration)
	if errors.Is(err, store.ErrNotFound) {
		return a, a.begin(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := a.openKey(); err != nil {
		return nil, err
	}
	return a, a.check(ctx)
}

// begin makes the key before the log: a log without its key could not go on.
func (a *Administration) begin(ctx context.Context) error {
	if head, err := readHead(a.folder, store.Administration); err != nil || head != nil {
		return errors.Join(err, fmt.Errorf("administration: %w", ErrStale))
	}
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	s := &keyfile.Secret{Kind: keyfile.Log, Label: store.Administration, Values: map[string][]byte{seedValue: seed}}
	if err := makeKey(a.folder, s); err != nil {
		return err
	}
	if err := a.openKey(); err != nil {
		return err
	}
	if err := a.db.CreateVote(ctx, store.Administration, nil); err != nil {
		return err
	}
	return a.record(ctx, act{Act: actOpened, By: ByCommand}, nil)
}

// openKey names the log after its key: no two servers have one origin.
func (a *Administration) openKey() (err error) {
	a.key, err = openSeed(a.folder, store.Administration, keyfile.Log)
	if err != nil {
		return err
	}
	pk := public(a.key)
	a.origin = "piaojue/administration/" + hex.EncodeToString(pk[:8])
	return nil
}

// check refuses a log that does not continue the kept checkpoint (attack S2).
func (a *Administration) check(ctx context.Context) error {
	_, err := a.openLog(ctx, a.db.Log(store.Administration))
	if errors.Is(err, audit.ErrRollback) {
		return fmt.Errorf("administration: %w: %w", ErrStale, err)
	}
	return err
}

// openLog reads the kept checkpoint each time: another process may have signed.
func (a *Administration) openLog(ctx context.Context, storage audit.Storage) (*audit.Log, error) {
	last, err := readHead(a.folder, store.Administration)
	if err != nil {
		return nil, err
	}
	return audit.OpenLog(ctx, audit.LogConfig{Storage: storage, Origin: a.origin, Key: a.key, Last: last})
}

// record does something and logs it, both or neither.
func (a *Administration) record(ctx context.Context, x act, do func(*store.Tx) error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	x.Version, x.Time = 1, a.now().Unix()
	entry, err := json.Marshal(x)
	if err != nil {
		return err
	}
	var note []byte
	err = a.db.Update(ctx, store.Administration, func(tx *store.Tx) error {
		if do != nil {
			if err := do(tx); err != nil {
				return err
			}
		}
		note, err = a.append(ctx, tx, entry)
		return err
	})
	if err != nil {
		return err
	}
	return writeHead(a.folder, store.Administration, note)
}

func (a *Administration) append(ctx context.Context, tx *store.Tx, entry []byte) ([]byte, error) {
	log, err := a.openLog(ctx, tx)
	if err != nil {
		return nil, err
	}
	size, err := tx.Size(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := log.Append(ctx, size, [][]byte{entry})
	if err != nil {
		return nil, err
	}
	note, err := log.Checkpoint(ctx, uint64(tree.N))
	if err != nil {
		return nil, err
	}
	return note, tx.PutCheckpoint(note)
}
