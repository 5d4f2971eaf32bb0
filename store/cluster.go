package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Cluster is what the database knows of the nodes that share it, and of the
// databases that repeat it.
type Cluster struct {
	Nodes   []string // all that ever came, but for those that were forgotten; by name
	Standby Standby
}

// Standby says how far another database repeats this one.
type Standby string

const (
	StandbyNone    Standby = "none"    // there is none
	StandbySync    Standby = "sync"    // what was acknowledged is on its disk as well
	StandbyAsync   Standby = "async"   // it may lack what was acknowledged
	StandbyMissing Standby = "missing" // nothing is acknowledged until it is back
	StandbyUnknown Standby = "unknown" // the server's role may not see it
)

// Cluster reads what the database of several nodes knows of them; nil for a file.
func (db *DB) Cluster(ctx context.Context) (*Cluster, error) {
	if db.path != "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, leaseWait)
	defer cancel()
	var c Cluster
	rows, err := db.readers.QueryContext(ctx, `
		SELECT node
		FROM piaojue_lease.nodes
		ORDER BY node`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var node string
		if err := rows.Scan(&node); err != nil {
			return nil, err
		}
		c.Nodes = append(c.Nodes, node)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	c.Standby, err = standbyOf(ctx, db.readers)
	return &c, err
}

// walSenders counts the connections of those who repeat the database.
type walSenders struct {
	demanded                bool // a commit waits for a standby
	hidden, streaming, sync int
}

func (w walSenders) standby() Standby {
	switch {
	case w.demanded && w.sync > 0:
		return StandbySync
	case w.hidden > 0:
		return StandbyUnknown
	case w.demanded:
		return StandbyMissing
	case w.streaming > 0:
		return StandbyAsync
	}
	return StandbyNone
}

// enlist writes a node down in the list of all.
func (w *wait) enlist(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, leaseWait)
	defer cancel()
	return w.exec(ctx, `
		INSERT INTO nodes (node)
		VALUES ($1)
		ON CONFLICT DO NOTHING`,
		w.Node)
}

// ForgetNode takes a node that will not come again off the list of those that are
// missed. It returns ErrNotFound if it is not there.
func ForgetNode(ctx context.Context, url, node string) error {
	config, err := leaseConfig(url, "(command)")
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there string
	err = conn.QueryRow(ctx, `
		DELETE FROM nodes
		WHERE node = $1
		RETURNING node`,
		node).Scan(&there)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
