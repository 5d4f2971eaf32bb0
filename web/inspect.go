package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/store"
)

// Standing is where a vote stands in a database that nobody serves.
type Standing struct {
	ID       string
	Title    string // empty before the freeze
	Phase    election.Phase
	Entries  uint64 // of its log
	Ballots  uint32 // in the box
	Promised uint32 // by the last count entry: never more than Ballots

	Witnessed bool // the policy demands witnesses, and has addresses of some to ask
}

// Running reports whether ballots come in, or have and are not in the log yet.
func (s *Standing) Running() bool {
	return s.Phase >= election.PhaseVoting && s.Phase <= election.PhaseClosing
}

// Live reports whether entries will follow.
func (s *Standing) Live() bool {
	return s.Phase > election.PhaseDraft && s.Phase < election.PhaseArchived
}

// Inspect checks a database and its folder of keys as Open does, and further
// that each log's last checkpoint bears the signature of the manifest's log key.
// It starts nothing and signs nothing.
func Inspect(ctx context.Context, db *store.DB, keys string) ([]Standing, error) {
	c := Config{DB: db, Keys: keys}
	c.setDefaults()
	if err := inspectAdministration(ctx, db, keys); err != nil {
		return nil, err
	}
	votes, err := db.Votes(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{store.Administration: true, store.ProjectsID: true}
	var all []Standing
	for _, kept := range votes {
		known[kept.ID] = true
		s, err := inspect(ctx, &c, kept.ID)
		if err != nil {
			return nil, fmt.Errorf("vote %s: %w", kept.ID, err)
		}
		all = append(all, *s)
	}
	return all, checkHeads(keys, known)
}

// InspectProjects checks the database of the projects and its key as Open does.
func InspectProjects(ctx context.Context, db *store.Projects, keys string) error {
	_, err := openProjects(ctx, db, keys, time.Now)
	return err
}

// inspectAdministration begins no log where there is none.
func inspectAdministration(ctx context.Context, db *store.DB, keys string) error {
	_, err := db.Vote(ctx, store.Administration)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = OpenAdministration(ctx, db, keys, slog.Default(), time.Now)
	}
	return err
}

func inspect(ctx context.Context, c *Config, id string) (*Standing, error) {
	v, err := openVote(ctx, c, id, func([32]byte) *vote { return nil })
	if err != nil {
		return nil, err
	}
	count, err := c.DB.CountBox(ctx, id)
	if err != nil {
		return nil, err
	}
	s := &Standing{ID: id, Phase: v.state.Phase(), Entries: v.state.Size(), Ballots: count.Ballots, Promised: v.state.Promises()}
	m := v.state.Manifest()
	if m == nil {
		return s, nil
	}
	s.Title = m.Title
	return s, s.inspectHead(v, m)
}

// inspectHead verifies what audit.ReadCheckpoint only reads.
func (s *Standing) inspectHead(v *vote, m *election.Manifest) error {
	if public(v.keys.log) != m.LogKey {
		return fmt.Errorf("%w: the log key is not the manifest's", store.ErrDamaged)
	}
	witnesses, err := election.ParsePolicy(m.Policy)
	if err != nil {
		return err
	}
	s.Witnessed = !witnesses.None() && slices.ContainsFunc(witnesses.Witnesses, func(w election.Witness) bool { return w.URL != "" })
	policy, err := ownPolicy(m)
	if err != nil {
		return err
	}
	for _, note := range v.heads.notes {
		if _, err := policy.Open(note); err != nil {
			return fmt.Errorf("%w: checkpoint: %w", store.ErrDamaged, err)
		}
	}
	return nil
}

// ownPolicy asks for the log's own signature and no witness's.
func ownPolicy(m *election.Manifest) (*audit.Policy, error) {
	key, err := audit.LogKey(m.Origin, m.LogKey)
	if err != nil {
		return nil, err
	}
	policy, err := audit.ParsePolicy("quorum none\n")
	if err != nil {
		return nil, err
	}
	return policy.WithLog(key)
}
