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
	appends  = "SELECT, INSERT" // and never again: the logs
	changes  = "SELECT, UPDATE"
	replaces = "SELECT, INSERT, DELETE"
	keeps    = "SELECT, INSERT, UPDATE"
	writes   = "SELECT, INSERT, UPDATE, DELETE"
)

// service is what an account that serves may do in one part of the database. Rows
// that go with others (ON DELETE CASCADE) need no right to be deleted.
type service struct {
	schema, folder string
	may            map[string][]string // tables by rights
	rewrites       bool                // there is a function that leaves nothing of erased rows
}

var services = []service{
	{"piaojue", "postgres", map[string][]string{
		reads:    {"goose_db_version"},
		appends:  {"entries", "handed", "hashes", "issuer_rows", "papers"},
		changes:  {"turn"},
		replaces: {"candidates", "proposals", "seeds", "terminal_codes"},
		keeps:    {"accounts", "cards", "checkpoints", "heads", "issuer_registers", "register", "signatures", "votes"},
		writes:   {"alerts", "attempts", "issuances", "persons", "pin_tries", "roll", "sessions", "terminals"},
	}, true},
	{"piaojue_box", "postgres-box", map[string][]string{
		reads:    {"goose_db_version"},
		changes:  {"turn"},
		replaces: {"chunks"},
		writes:   {"slots"},
	}, true},
	{"piaojue_projects", "postgres-projects", map[string][]string{
		reads:    {"goose_db_version"},
		appends:  {"codes", "entries", "hashes", "receipts"},
		changes:  {"heads", "turn"},
		replaces: {"blobs", "contacts"},
		keeps:    {"checkpoints", "grades", "opinions"},
		writes:   {"addresses", "members", "outbox", "recipients"},
	}, true},
	{leaseSchema, "postgres-lease", map[string][]string{
		reads:    {"goose_db_version"},
		changes:  {"beats", "leader"},
		replaces: {"nodes"},
	}, false},
}

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
// server needs and nothing else. What it was given before is taken away.
func (s Shared) Grant(ctx context.Context, role string) (given []Granted, err error) {
	var db *sql.DB
	for _, v := range services {
		part := s.part(v.schema, v.folder)
		if db, err = openPart(ctx, part); err != nil {
			return nil, err
		}
		defer db.Close()
		if owner, err := mayCreate(ctx, db, v.schema); err != nil {
			return nil, err
		} else if !owner {
			return nil, ErrOwner
		}
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // nothing after a commit
	if err := checkRole(ctx, tx, role); err != nil {
		return nil, err
	}
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

// checkRole refuses a role that is not there, as that of everybody (public) is not, and
// one to which nothing can be refused.
func checkRole(ctx context.Context, tx *sql.Tx, role string) error {
	var mighty bool
	err := tx.QueryRowContext(ctx, `
		SELECT pg_has_role(oid, current_user, 'MEMBER')
		FROM pg_roles
		WHERE rolname = $1`,
		role).Scan(&mighty)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w: there is no account %s", ErrRole, role)
	case mighty:
		return fmt.Errorf("%w: %s may do all that the owner may", ErrRole, role)
	}
	return err
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
	statements := []string{
		`REVOKE ALL ON SCHEMA ` + v.schema + ` FROM ` + to,
		`REVOKE ALL ON ALL TABLES IN SCHEMA ` + v.schema + ` FROM ` + to,
		`GRANT USAGE ON SCHEMA ` + v.schema + ` TO ` + to,
	}
	for _, rights := range v.kinds() {
		var names []string
		for _, table := range v.may[rights] {
			names = append(names, v.schema+"."+table)
		}
		statements = append(statements, `GRANT `+rights+` ON `+strings.Join(names, ", ")+` TO `+to)
	}
	if v.rewrites {
		statements = append(statements, `GRANT EXECUTE ON FUNCTION `+v.schema+`.rewrite(TEXT) TO `+to)
	}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	lacks, exceeds, err := v.compare(ctx, tx, role)
	if err != nil {
		return err
	}
	var create bool
	err = tx.QueryRowContext(ctx, `SELECT has_schema_privilege($1::name, $2, 'CREATE')`, role, v.schema).Scan(&create)
	if create {
		exceeds = "CREATE in " + v.schema
	}
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
// do everything.
func (v service) compare(ctx context.Context, q querier, role string) (lacks, exceeds string, err error) {
	rows, err := q.QueryContext(ctx, `
		SELECT
			c.relname,
			p.name,
			has_table_privilege($1::name, c.oid, p.name) OR pg_has_role($1::name, c.relowner, 'MEMBER')
		FROM pg_class AS c
		CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (name)
		WHERE c.relnamespace = to_regnamespace($2) AND c.relkind = 'r'
		ORDER BY c.relname, p.name`,
		role, v.schema)
	if err != nil {
		return "", "", err
	}
	defer rows.Close()
	for rows.Next() {
		var table, right string
		var has bool
		if err := rows.Scan(&table, &right, &has); err != nil {
			return "", "", err
		}
		switch needs := v.needs(table, right); {
		case needs && !has:
			lacks = right + " in " + v.schema + "." + table
		case has && !needs:
			exceeds = right + " in " + v.schema + "." + table
		}
	}
	return lacks, exceeds, rows.Err()
}

// needs reports whether a server needs a right on a table.
func (v service) needs(table, right string) bool {
	for rights, tables := range v.may {
		if slices.Contains(tables, table) {
			return slices.Contains(strings.Split(rights, ", "), right)
		}
	}
	return false
}

// querier is a database, or a transaction of it.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// mayCreate reports whether this account may make tables in a schema: an owner may,
// and whoever finds that there is no such schema yet has to try.
func mayCreate(ctx context.Context, q querier, schema string) (may bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT COALESCE(has_schema_privilege(to_regnamespace($1), 'CREATE'), TRUE)`, schema).Scan(&may)
	return may, err
}

// migrateSchema brings the tables of a schema to this version's. An account that only
// serves finds them ready, or returns ErrGrant.
func migrateSchema(ctx context.Context, db *sql.DB, schema, folder string) error {
	may, err := mayCreate(ctx, db, schema)
	if err == nil && !may {
		return explainDenied(findReady(ctx, db, schema, folder), ErrGrant)
	}
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
		return explainDenied(err, ErrGrant)
	}
	return migrateTo(ctx, db, goose.DialectPostgres, folder)
}

// findReady refuses tables of another version, or on which a right is lacking.
func findReady(ctx context.Context, db *sql.DB, schema, folder string) error {
	var have int64
	err := db.QueryRowContext(ctx, `
		SELECT MAX(version_id)
		FROM goose_db_version
		WHERE is_applied`).Scan(&have)
	if err != nil {
		return err
	}
	if err := compareVersions(folder, have); err != nil {
		return err
	}
	at := slices.IndexFunc(services, func(v service) bool { return v.schema == schema })
	var me string
	if err := db.QueryRowContext(ctx, `SELECT current_user`).Scan(&me); err != nil {
		return err
	}
	lacks, _, err := services[at].compare(ctx, db, me)
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
