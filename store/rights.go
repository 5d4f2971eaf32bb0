package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

// With PostgreSQL an account may serve that does not own the tables. Whoever takes
// over the server has that account's rights in the database, not the owner's: it
// can neither change nor erase what a log holds, nor the triggers that guard it.

const (
	reads    = "SELECT"
	appends  = "SELECT, INSERT" // and never again
	changes  = "SELECT, UPDATE"
	replaces = "SELECT, INSERT, DELETE"
	keeps    = "SELECT, INSERT, UPDATE"
	writes   = "SELECT, INSERT, UPDATE, DELETE"
)

// service is one part of the database, and what an account that serves may do in it.
// Rows that go with others (ON DELETE CASCADE) need no right to be deleted.
type service struct {
	schema, folder string
	may            map[string][]string // tables by rights
	erased         []string            // tables of which nothing shall be left of erased rows: rewrite does so
}

var (
	votesPart = service{"piaojue", "postgres", map[string][]string{
		reads:    {"goose_db_version"},
		appends:  {"entries", "handed", "hashes", "issuer_rows", "papers"},
		changes:  {"turn"},
		replaces: {"candidates", "proposals", "seeds", "terminal_codes"},
		keeps:    {"accounts", "alerts", "cards", "checkpoints", "heads", "issuer_registers", "register", "signatures", "votes"},
		writes:   {"attempts", "issuances", "persons", "pin_tries", "roll", "sessions", "terminals"},
	}, []string{"issuances", "seeds"}}
	boxPart = service{"piaojue_box", "postgres-box", map[string][]string{
		reads:    {"goose_db_version"},
		changes:  {"turn"},
		replaces: {"chunks"},
		writes:   {"slots"},
	}, []string{"slots", "chunks"}}
	projectsPart = service{"piaojue_projects", "postgres-projects", map[string][]string{
		reads:    {"goose_db_version"},
		appends:  {"codes", "entries", "hashes", "receipts"},
		changes:  {"heads", "turn"},
		replaces: {"blobs", "contacts"},
		keeps:    {"checkpoints", "grades", "opinions"},
		writes:   {"addresses", "members", "outbox", "recipients"},
	}, []string{"contacts", "opinions", "addresses"}}
	leasePart = service{leaseSchema, "postgres-lease", map[string][]string{
		reads:    {"goose_db_version"},
		changes:  {"beats", "leader"},
		replaces: {"nodes"},
	}, nil}

	services = []service{votesPart, boxPart, projectsPart, leasePart}
)

var (
	// ErrGrant means that the account that serves was not given what it needs, or
	// that the tables are of an older version, which it cannot change.
	ErrGrant = errors.New("store: the owner of the tables has to run piaojued grant first")

	// ErrOwner means that only the owner of the tables may do this.
	ErrOwner = errors.New("store: this account does not own the tables")

	// ErrRole means that no account of this name can be given less than it has.
	ErrRole = errors.New("store: no account to serve with")
)

// Granted is what an account may do with some tables of a schema.
type Granted struct {
	Schema string
	Rights string // as SELECT, INSERT
	Tables []string
}

// Grant brings all tables to this version's, as their owner, and lets role do what a
// server needs and nothing else. What it was given before is taken away. It changes
// nothing where it may not, or where role may do more some other way.
func (s Shared) Grant(ctx context.Context, role string) (given []Granted, err error) {
	first, err := s.part(votesPart).openWriter()
	if err != nil {
		return nil, err
	}
	defer first.Close()
	if err := s.checkGrant(ctx, first, role); err != nil {
		return nil, err
	}
	for _, v := range services {
		if err := s.prepare(ctx, v); err != nil {
			return nil, err
		}
	}
	tx, err := first.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // nothing after a commit
	for _, v := range services {
		if err := v.grant(ctx, tx, role); err != nil {
			return nil, fmt.Errorf("schema %s: %w", v.schema, err)
		}
		for _, rights := range v.kinds() {
			given = append(given, Granted{v.schema, rights, v.may[rights]})
		}
	}
	return given, tx.Commit()
}

// checkGrant refuses an account that does not own what is there, and a role.
func (s Shared) checkGrant(ctx context.Context, q querier, role string) error {
	for _, v := range services {
		owner, me, err := v.owner(ctx, q)
		if err == nil && owner != "" && owner != me {
			err = fmt.Errorf("%w: %s does", ErrOwner, owner)
		}
		if err != nil {
			return err
		}
	}
	mighty, err := mightOf(ctx, q, role)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("%w: there is no account %s", ErrRole, role)
	}
	if err == nil && mighty != "" {
		err = fmt.Errorf("%w: %s %s", ErrRole, role, mighty)
	}
	return err
}

// prepare brings the tables of a part to this version's.
func (s Shared) prepare(ctx context.Context, v service) error {
	if v.schema == leaseSchema {
		config, err := leaseConfig(s.URL, s.Name)
		if err != nil {
			return err
		}
		return migrateLease(ctx, config)
	}
	db, err := openPart(ctx, s.part(v))
	if err != nil {
		return err
	}
	return db.Close()
}

// mightOf says what a role may do beside any rights on tables, empty if nothing that
// matters. It returns sql.ErrNoRows if there is no such role, as that of everybody
// (public) is none. Who may make roles becomes a member of any on PostgreSQL 15; whom
// the rights of another are not lent to (NOINHERIT) can still take them (SET ROLE).
func mightOf(ctx context.Context, q querier, role string) (mighty string, err error) {
	err = q.QueryRowContext(ctx, `
		SELECT CASE
			WHEN r.rolsuper THEN 'is a superuser'
			WHEN r.rolcreaterole THEN 'may make roles, and so join the owner''s'
			WHEN r.rolreplication THEN 'may copy the whole server'
			WHEN r.oid = d.datdba THEN 'owns the database'
			WHEN has_database_privilege(r.oid, d.oid, 'CREATE') THEN 'may make schemas in the database'
			ELSE COALESCE((
				SELECT 'is a member of ' || m.rolname
				FROM pg_roles AS m
				WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'MEMBER')
					AND m.rolname NOT IN ('pg_monitor', 'pg_read_all_settings', 'pg_read_all_stats', 'pg_stat_scan_tables')
				ORDER BY m.rolname
				LIMIT 1), '')
			END
		FROM pg_roles AS r
		CROSS JOIN pg_database AS d
		WHERE r.rolname = $1 AND d.datname = current_database()`,
		role).Scan(&mighty)
	return mighty, err
}

// kinds are the rights of which there are tables.
func (v service) kinds() (kinds []string) {
	for rights := range v.may {
		kinds = append(kinds, rights)
	}
	slices.Sort(kinds)
	return kinds
}

func (v service) grant(ctx context.Context, tx *sql.Tx, role string) error {
	to := pgx.Identifier{role}.Sanitize()
	var statements []string
	for _, all := range []string{"SCHEMA ", "ALL TABLES IN SCHEMA ", "ALL SEQUENCES IN SCHEMA ", "ALL FUNCTIONS IN SCHEMA "} {
		statements = append(statements, `REVOKE ALL ON `+all+v.schema+` FROM `+to)
	}
	statements = append(statements, `GRANT USAGE ON SCHEMA `+v.schema+` TO `+to)
	for _, rights := range v.kinds() {
		var names []string
		for _, table := range v.may[rights] {
			names = append(names, v.schema+"."+table)
		}
		statements = append(statements, `GRANT `+rights+` ON `+strings.Join(names, ", ")+` TO `+to)
	}
	if v.erased != nil {
		statements = append(statements, `GRANT EXECUTE ON FUNCTION `+v.schema+`.rewrite(TEXT) TO `+to)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	lacks, exceeds, err := v.compare(ctx, tx, role)
	if err == nil && exceeds != "" {
		err = fmt.Errorf("%w: %s may %s all the same, since another role or everybody may", ErrRole, role, exceeds)
	}
	if err == nil && lacks != "" {
		err = fmt.Errorf("%w: %s may not %s", ErrRole, role, lacks)
	}
	return err
}

// compare says something that a role may not do and should, and something that it may
// and should not. Who is a member of the owner's role, as a superuser is of each, may
// do everything; a right on a single column counts as too much only.
func (v service) compare(ctx context.Context, q querier, role string) (lacks, exceeds string, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT
			'in ' || $2 || '.' || c.relname,
			p.name,
			has_table_privilege($1::name, c.oid, p.name) OR pg_has_role($1::name, c.relowner, 'MEMBER'),
			p.name IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege($1::name, c.oid, p.name)
		FROM pg_class AS c
		CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (name)
		WHERE c.relnamespace = to_regnamespace($2) AND c.relkind = 'r'
		UNION ALL
		SELECT 'in ' || $2, 'CREATE', COALESCE(has_schema_privilege($1::name, to_regnamespace($2), 'CREATE'), FALSE), FALSE
		UNION ALL
		SELECT 'of ' || $2 || '.rewrite', 'EXECUTE', has_function_privilege($1::name, f.oid, 'EXECUTE'), FALSE
		FROM pg_proc AS f
		WHERE f.pronamespace = to_regnamespace($2) AND f.proname = 'rewrite'
		ORDER BY 1, 2`,
		role, v.schema)
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	for rows.Next() {
		var what, right string
		var has, some bool
		if err := rows.Scan(&what, &right, &has, &some); err != nil {
			return "", "", err
		}
		switch needs := v.needs(what, right); {
		case needs && !has:
			lacks = right + " " + what
		case !needs && (has || some):
			exceeds = right + " " + what
		}
	}
	return lacks, exceeds, rows.Err()
}

// needs reports whether a server needs a right, as compare names what it is on.
func (v service) needs(what, right string) bool {
	for rights, tables := range v.may {
		if slices.ContainsFunc(tables, func(table string) bool { return what == "in "+v.schema+"."+table }) {
			return slices.Contains(strings.Split(rights, ", "), right)
		}
	}
	return right == "EXECUTE"
}

// querier is a database, or a transaction of it.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// owner returns whose the part is, empty if it is not there yet, and who asks.
func (v service) owner(ctx context.Context, q querier) (owner, me string, err error) {
	err = q.QueryRowContext(ctx, `
		SELECT COALESCE((SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = $1), ''), current_user`,
		v.schema).Scan(&owner, &me)
	return owner, me, err
}

// migrate brings the tables of the part to this version's. An account that does not own
// them, were it a superuser, finds them ready, or returns ErrGrant: what it made would
// be its own.
func (v service) migrate(ctx context.Context, db *sql.DB) error {
	owner, me, err := v.owner(ctx, db)
	if err != nil {
		return err
	}
	if owner == "" {
		if _, err := db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+v.schema); err != nil {
			return explainDenied(err, ErrGrant)
		}
	} else if owner != me {
		return explainDenied(v.findReady(ctx, db, me), ErrGrant)
	}
	return migrateTo(ctx, db, goose.DialectPostgres, v.folder)
}

// findReady refuses tables of another version, or on which a right is lacking.
func (v service) findReady(ctx context.Context, db *sql.DB, me string) error {
	var have int64
	err := db.QueryRowContext(ctx, `
		SELECT MAX(version_id)
		FROM goose_db_version
		WHERE is_applied`).Scan(&have)
	if err != nil {
		return err
	}
	if err := compareVersions(v.folder, have); err != nil {
		return err
	}
	lacks, _, err := v.compare(ctx, db, me)
	if err == nil && lacks != "" {
		err = fmt.Errorf("%w: %s may not %s", ErrGrant, me, lacks)
	}
	return err
}

// compareVersions refuses tables that this program does not know, from which it
// cannot migrate.
func compareVersions(folder string, have int64) error {
	switch want := newestOf(folder); {
	case have > want:
		return fmt.Errorf("%w: %s has schema %d, this program knows %d", ErrNewer, folder, have, want)
	case have < want:
		return fmt.Errorf("%w: %s has schema %d, this program needs %d", ErrGrant, folder, have, want)
	}
	return nil
}

// explainDenied makes what PostgreSQL refuses to an account, or does not show it, an
// error that says what to do about it.
func explainDenied(err, by error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && (e.Code == "42501" || e.Code == undefinedTable) {
		return fmt.Errorf("%w: %s", by, e.Message)
	}
	return err
}
