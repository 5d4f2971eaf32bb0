package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"piaojue/audit"
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
	actSessionsEnded   = "sessions_ended"
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
	ownLog
	db  *store.DB
	log *slog.Logger
	now func() time.Time

	mu sync.Mutex // held while an act is logged, so that kept checkpoints follow each other
}

// OpenAdministration opens the log of the administration, or begins it. keys is
// the server's folder of keys. It returns ErrStale if the database is older
// than the log's last checkpoint.
func OpenAdministration(ctx context.Context, db *store.DB, keys string, log *slog.Logger, now func() time.Time) (*Administration, error) {
	a := &Administration{ownLog: ownLog{folder: keys}, db: db, log: log, now: now}
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
	if err := makeOwnKey(a.folder, store.Administration); err != nil {
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

func (a *Administration) openKey() (err error) {
	a.ownLog, err = openOwnLog(a.folder, store.Administration)
	return err
}

// check refuses a log that does not continue the kept checkpoint (attack S2).
func (a *Administration) check(ctx context.Context) error {
	_, err := a.open(ctx, a.db.Log(store.Administration))
	if errors.Is(err, audit.ErrRollback) {
		return fmt.Errorf("administration: %w: %w", ErrStale, err)
	}
	return err
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
		if err := alertOwner(tx, x); err != nil {
			return err
		}
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
	a.keep(a.log, note)
	return nil
}
