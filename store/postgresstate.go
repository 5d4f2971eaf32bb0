package store

import (
	"cmp"
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5/stdlib"
)

// PostgresState is what an operator has to know of a database server before a
// session.
type PostgresState struct {
	Version  int  // as server_version_num: 150004
	Durable  bool // fsync, full_page_writes
	Collate  string
	Encoding string
	Rights   Rights
	Might    string // what RightsMany may do and should not
	Standby  Standby
}

// Rights say what the account of a server's address may do.
type Rights string

const (
	RightsOwner   Rights = "owner"   // it owns the tables, or may make them
	RightsFew     Rights = "few"     // what a server needs, and no more
	RightsMany    Rights = "many"    // more than that: Might says what
	RightsLacking Rights = "lacking" // less: the owner has to run piaojued grant
)

// ExaminePostgres asks the server at a URL. It changes nothing, and needs no database
// that was made ready.
func ExaminePostgres(ctx context.Context, url string) (x PostgresState, err error) {
	c, err := parseURL(url)
	if err != nil {
		return x, err
	}
	c.RuntimeParams["application_name"] = "piaojued doctor"
	db := stdlib.OpenDB(*c)
	defer db.Close()
	err = db.QueryRowContext(ctx, `
		SELECT
			current_setting('server_version_num')::int,
			current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
			datcollate,
			pg_encoding_to_char(encoding)
		FROM pg_database
		WHERE datname = current_database()`).Scan(&x.Version, &x.Durable, &x.Collate, &x.Encoding)
	if err != nil {
		return x, err
	}
	if x.Rights, x.Might, err = examineAccount(ctx, db); err != nil {
		return x, err
	}
	x.Standby, err = standbyOf(ctx, db)
	return x, err
}

// examineAccount says what this account is.
func examineAccount(ctx context.Context, q querier) (r Rights, might string, err error) {
	var me string
	if err := q.QueryRowContext(ctx, `SELECT current_user`).Scan(&me); err != nil {
		return "", "", err
	}
	if might, err = mightOf(ctx, q, me); err != nil {
		return "", "", err
	}
	r = RightsFew
	for _, v := range services {
		owner, _, err := v.owner(ctx, q)
		if err != nil {
			return "", "", err
		}
		if owner == me || owner == "" && might != "" {
			return RightsOwner, "", nil
		}
		lacks, exceeds, err := v.compare(ctx, q, me)
		if err != nil {
			return "", "", err
		}
		if owner == "" || lacks != "" {
			r = RightsLacking
		}
		might = cmp.Or(might, exceeds)
	}
	if might != "" {
		r = RightsMany
	}
	return r, might, nil
}

// standbyOf looks who repeats the database. Roles that are not of pg_monitor see that
// there is somebody, and nothing more (PostgreSQL's documentation, "Monitoring").
func standbyOf(ctx context.Context, db *sql.DB) (Standby, error) {
	var w walSenders
	err := db.QueryRowContext(ctx, `
		SELECT
			current_setting('synchronous_standby_names') <> '',
			COUNT(*) FILTER (WHERE state IS NULL),
			COUNT(*) FILTER (WHERE state = 'streaming'),
			COUNT(*) FILTER (WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))
		FROM pg_stat_replication`).Scan(&w.demanded, &w.hidden, &w.streaming, &w.sync)
	return w.standby(), err
}
