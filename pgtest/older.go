package pgtest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// Older fills an empty database with the tables of an older schema, and with what a
// newer database holds, as far as those have tables and columns for it: what a
// program of that version would have left behind. without names, for tables, the
// rows that it could not hold, as a condition. It returns the tables.
//
// The folder is that of the migrations; each database has one connection.
func Older(t testing.TB, folder string, version int64, from, to *sql.DB, without map[string]string) (tables []string) {
	t.Helper()
	postgres := strings.HasPrefix(filepath.Base(folder), "postgres")
	dialect, list, free := goose.DialectSQLite3, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`, `PRAGMA foreign_keys = OFF`
	if postgres {
		dialect, list = goose.DialectPostgres, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
		free = `SET session_replication_role = replica`
	}
	p, err := goose.NewProvider(dialect, to, os.DirFS(folder), goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = p.UpTo(t.Context(), version)
	}
	if err == nil {
		_, err = to.Exec(free) // in whatever order tables come
	}
	if err == nil {
		tables, err = names(to, list)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		if err := copyRows(from, to, table, without[table], postgres); err != nil {
			t.Fatalf("table %s of version %d: %v", table, version, err)
		}
	}
	return tables
}

func names(db *sql.DB, query string) (all []string, err error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if name != "goose_db_version" {
			all = append(all, name)
		}
	}
	return all, rows.Err()
}

// copyRows copies what there are columns for. A row that the schema begins with, such
// as the head of an empty log, makes room; SQLite lets nobody delete it.
func copyRows(from, to *sql.DB, table, without string, postgres bool) error {
	columns, old, err := Rows(to, table, "", nil)
	if err != nil {
		return err
	}
	_, rows, err := Rows(from, table, without, columns)
	if err != nil {
		return err
	}
	var places, take []string
	for i, c := range columns {
		places = append(places, fmt.Sprintf("$%d", i+1))
		take = append(take, c+" = excluded."+c)
	}
	insert := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(columns, ", "), strings.Join(places, ", "))
	switch {
	case postgres:
		insert = strings.Replace(insert, ` VALUES `, ` OVERRIDING SYSTEM VALUE VALUES `, 1)
		if _, err := to.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	case len(old) > 0:
		insert += ` ON CONFLICT DO UPDATE SET ` + strings.Join(take, ", ")
	}
	for _, row := range rows {
		if _, err := to.Exec(insert, row...); err != nil {
			return err
		}
	}
	return nil
}

// Rows returns columns of a table, all if none are named, but for some of its rows.
func Rows(db *sql.DB, table, without string, columns []string) (names []string, all [][]any, err error) {
	query := `SELECT * FROM ` + table
	if columns != nil {
		query = `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + table
	}
	if without != "" {
		query += ` WHERE NOT (` + without + `)`
	}
	rows, err := db.Query(query)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	if names, err = rows.Columns(); err != nil {
		return nil, nil, err
	}
	for rows.Next() {
		row := make([]any, len(names))
		to := make([]any, len(names))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, nil, err
		}
		for i, v := range row {
			if b, ok := v.([]byte); ok && b == nil {
				row[i] = []byte{} // empty, which is not NULL
			}
		}
		all = append(all, row)
	}
	return names, all, rows.Err()
}
