package store

import (
	"crypto/rand"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/pgtest"
)

var (
	creates    = regexp.MustCompile(`CREATE TABLE (\w+)`)
	inserts    = regexp.MustCompile(`INSERT INTO (\w+)`)
	updates    = regexp.MustCompile(`\bUPDATE (?:piaojue_lease\.)?(\w+)\s+SET`)
	deletes    = regexp.MustCompile(`DELETE FROM (\w+)`)
	onConflict = regexp.MustCompile(`ON CONFLICT [^;]*DO UPDATE`)
)

// rightsOf are the tables of a list with what a server may do with each.
func rightsOf(v service) map[string]string {
	all := map[string]string{}
	for rights, tables := range v.may {
		for _, table := range tables {
			all[table] += rights // one that stands twice is like no other
		}
	}
	return all
}

// Each table is in the list, once, and nothing else is.
func TestRightsOfAllTables(t *testing.T) {
	for _, v := range services {
		files, err := migrations.ReadDir("migrations/" + v.folder)
		must(t, err)
		want := []string{"goose_db_version"}
		for _, f := range files {
			text, err := migrations.ReadFile("migrations/" + v.folder + "/" + f.Name())
			must(t, err)
			for _, m := range creates.FindAllStringSubmatch(string(text), -1) {
				want = append(want, m[1])
			}
		}
		have := rightsOf(v)
		slices.Sort(want)
		if got := slices.Sorted(maps.Keys(have)); !slices.Equal(got, want) || len(want) < 3 {
			t.Errorf("%s: rights for %q, tables %q", v.schema, got, want)
		}
		for table, rights := range have {
			if !slices.Contains([]string{reads, appends, changes, replaces, keeps, writes}, rights) {
				t.Errorf("%s.%s: %s", v.schema, table, rights)
			}
		}
	}
	if len(services) != 4 {
		t.Errorf("%d schemas", len(services))
	}
}

// byOwner are the files whose statements the owner runs.
var byOwner = []string{"tables.go", "move.go"}

// Each right is there because a statement of the package needs it, and each statement
// has the right that it needs. Tables of one name in two parts have the rights of both.
func TestRightsOfStatements(t *testing.T) {
	need, have := map[string]bool{}, map[string]bool{}
	for file, texts := range statements(t) {
		if slices.Contains(byOwner, file) {
			continue
		}
		for _, text := range texts {
			for verb, of := range map[string]*regexp.Regexp{"INSERT": inserts, "UPDATE": updates, "DELETE": deletes} {
				for _, m := range of.FindAllStringSubmatch(text, -1) {
					need[verb+" "+m[1]] = true
					if verb == "INSERT" && onConflict.MatchString(text) {
						need["UPDATE "+m[1]] = true
					}
				}
			}
		}
	}
	for _, v := range services {
		for table, rights := range rightsOf(v) {
			for verb := range strings.SplitSeq(rights, ", ") {
				have[verb+" "+table] = verb != "SELECT"
			}
		}
	}
	maps.DeleteFunc(have, func(_ string, writes bool) bool { return !writes })
	if got, want := slices.Sorted(maps.Keys(have)), slices.Sorted(maps.Keys(need)); !slices.Equal(got, want) || len(want) < 80 {
		for _, right := range slices.Concat(got, want) {
			if have[right] != need[right] {
				t.Errorf("%s: needed %v, given %v", right, need[right], have[right])
			}
		}
		t.Errorf("%d rights are needed, %d given", len(want), len(got))
	}
}

// TestServingAccount (S2): whoever has the account of a server can add to the logs, and
// neither change nor erase what is in them, nor take away what guards them; the owner,
// against whom only the triggers stand, could.
func TestServingAccount(t *testing.T) {
	db, p := postgresOnly(t)
	must(t, grow(t, db, [][]byte{[]byte("first"), []byte("second")}))
	projects := projectsOf(t, db)
	appendProjects(t, projects, []byte("one"))
	must(t, db.CreateVote(t.Context(), "rows", nil))
	owner := ownerOf(t, p, nil)
	logs := []string{"piaojue.entries", "piaojue.hashes", "piaojue.issuer_rows", "piaojue_projects.entries", "piaojue_projects.hashes"}
	for _, table := range logs {
		for _, s := range []string{
			`UPDATE %s SET vote = vote`, `DELETE FROM %s`, `TRUNCATE %s`, `DROP TABLE %s`, `ALTER TABLE %s DISABLE TRIGGER USER`,
			`ALTER TABLE %s ADD COLUMN x INT`, `CREATE TRIGGER x BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION piaojue.refuse()`,
			`MERGE INTO %s AS a USING (SELECT 1) AS b ON TRUE WHEN MATCHED THEN DELETE`, `COPY %s FROM PROGRAM 'true'`,
		} {
			s := fmt.Sprintf(s, table)
			if _, err := db.writer.Exec(s); err == nil || explainDenied(err, ErrOwner) == err {
				t.Errorf("%s: %v", s, err)
			}
		}
		var n int
		must(t, db.writer.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&n))
		tx, err := owner.Begin() // what is refused to the account, and to it alone
		must(t, err)
		for _, s := range []string{`ALTER TABLE %s DISABLE TRIGGER USER`, `UPDATE %s SET vote = vote`, `DELETE FROM %s`, `TRUNCATE %s`, `DROP TABLE %s`} {
			_, err := tx.Exec(fmt.Sprintf(s, table))
			must(t, err)
		}
		must(t, tx.Rollback())
	}
	for _, s := range []string{
		`DROP SCHEMA piaojue CASCADE`, `CREATE TABLE piaojue.x (n INT)`, `CREATE SCHEMA x`, `SET session_replication_role = replica`,
		`DELETE FROM heads`, `DELETE FROM votes`, `DELETE FROM alerts`, `DROP FUNCTION piaojue.refuse() CASCADE`, `CLUSTER entries USING entries_pkey`,
		`SET ROLE ` + pgtest.OwnerRole, `UPDATE goose_db_version SET version_id = 99`,
	} {
		if _, err := db.writer.Exec(s); err == nil || explainDenied(err, ErrOwner) == err {
			t.Errorf("%s: %v", s, err)
		}
	}
	if _, err := db.writer.Exec(`SELECT piaojue.rewrite('entries')`); err == nil || !strings.Contains(err.Error(), "case not found") {
		t.Errorf("rewrite of another table: %v", err)
	}
	if _, err := db.writer.Exec(`UPDATE heads SET size = 0, signed = 0`); err == nil || !strings.Contains(err.Error(), "append-only") {
		t.Errorf("the head of a log goes back: %v", err)
	}
	must(t, grow(t, db, [][]byte{[]byte("third")}))
	appendProjects(t, projects, []byte("two"))
}

// TestGrant: what an account is given is what a server needs, whatever it was given
// before; and who can have more some other way is refused.
func TestGrant(t *testing.T) {
	_, p := postgresOnly(t)
	s := p.Shared
	s.URL = pgtest.Owner(s.URL)
	owner := ownerOf(t, p, nil)
	exec := func(statement string) {
		t.Helper()
		_, err := owner.Exec(statement)
		must(t, err)
	}
	exec(`GRANT ALL ON piaojue.entries TO ` + pgtest.Role)
	exec(`GRANT CREATE ON SCHEMA piaojue TO ` + pgtest.Role)
	given, err := s.Grant(t.Context(), pgtest.Role)
	must(t, err)
	if len(given) < 15 || given[0].Schema != "piaojue" || given[0].Rights != reads || len(given[0].Tables) != 1 {
		t.Errorf("given %+v", given)
	}
	for _, right := range []string{"UPDATE", "TRUNCATE", "TRIGGER"} {
		var has bool
		must(t, owner.QueryRow(`SELECT has_table_privilege($1, 'piaojue.entries', $2)`, pgtest.Role, right).Scan(&has))
		if has {
			t.Errorf("it may still %s", right)
		}
	}
	refused := func(what, role, says string) {
		t.Helper()
		given, err := s.Grant(t.Context(), role)
		wantErr(t, what, err, ErrRole)
		if err == nil || !strings.Contains(err.Error(), says) || given != nil {
			t.Errorf("%s: %v, %v", what, given, err)
		}
	}
	refused("nobody", "nobody at all", "there is no account")
	refused("everybody", "public", "there is no account")
	refused("the owner", pgtest.OwnerRole, "owns the database")
	testMighty(t, s, refused)
	exec(`GRANT DELETE ON piaojue_projects.hashes TO PUBLIC`)
	refused("everybody may", pgtest.Role, "DELETE in piaojue_projects.hashes")
	exec(`REVOKE DELETE ON piaojue_projects.hashes FROM PUBLIC`)
	exec(`GRANT CREATE ON SCHEMA piaojue_box TO PUBLIC`)
	refused("everybody may make tables", pgtest.Role, "CREATE in piaojue_box")
	exec(`REVOKE CREATE ON SCHEMA piaojue_box FROM PUBLIC`)
	_, err = p.Shared.Grant(t.Context(), pgtest.Role)
	wantErr(t, "by the account itself", err, ErrOwner)
	_, err = s.Grant(t.Context(), pgtest.Role)
	must(t, err)
	examined := func(url string, want Rights, might string) {
		t.Helper()
		if x, err := ExaminePostgres(t.Context(), url); err != nil || x.Rights != want || x.Might != might {
			t.Errorf("%s: %s, %q, %v; want %s, %q", url, x.Rights, x.Might, err, want, might)
		}
	}
	examined(s.URL, RightsOwner, "")
	examined(p.URL, RightsFew, "")
	examined(pgtest.Administrator(p.URL), RightsMany, "is a superuser")
	exec(`GRANT DELETE ON piaojue.entries TO ` + pgtest.Role)
	examined(p.URL, RightsMany, "DELETE in piaojue.entries")
	exec(`REVOKE DELETE, INSERT ON piaojue.entries FROM ` + pgtest.Role)
	examined(p.URL, RightsLacking, "")
	empty := pgtest.Database(t, createShared)
	for _, v := range services {
		_, err := ownerOf(t, Shared{URL: empty}.part(votesPart), nil).Exec(`DROP SCHEMA ` + v.schema + ` CASCADE`)
		must(t, err)
	}
	examined(empty, RightsOwner, "")
	examined(pgtest.As(pgtest.Role, empty), RightsLacking, "")
}

// testMighty refuses accounts that may do more than their rights on tables say.
func testMighty(t *testing.T, s Shared, refused func(what, role, says string)) {
	admin, err := sql.Open("pgx", pgtest.Administrator(s.URL))
	must(t, err)
	defer admin.Close()
	var database string
	must(t, admin.QueryRow(`SELECT current_database()`).Scan(&database))
	other := "other" + strings.ToLower(rand.Text())
	names := strings.NewReplacer("OTHER", other, "OWNER", pgtest.OwnerRole, "DATABASE", "DATABASE "+database)
	exec := func(statements string) {
		t.Helper()
		_, err := admin.Exec(names.Replace(statements))
		must(t, err)
	}
	for _, x := range []struct{ before, says, after string }{
		{`CREATE ROLE OTHER LOGIN SUPERUSER`, "is a superuser", ``},
		{`CREATE ROLE OTHER LOGIN CREATEROLE`, "may make roles", ``},
		{`CREATE ROLE OTHER LOGIN REPLICATION`, "may copy the whole server", ``},
		{`CREATE ROLE OTHER LOGIN NOINHERIT; GRANT OWNER TO OTHER`, "is a member of " + pgtest.OwnerRole, ``},
		{`CREATE ROLE OTHER LOGIN NOINHERIT; CREATE ROLE OTHER_group; GRANT OTHER_group TO OTHER`, "is a member of " + other + "_group", `DROP ROLE OTHER_group;`},
		{`CREATE ROLE OTHER LOGIN; GRANT pg_execute_server_program TO OTHER`, "is a member of pg_execute_server_program", ``},
		{`CREATE ROLE OTHER LOGIN; GRANT CREATE ON DATABASE TO OTHER`, "may make schemas", `DROP OWNED BY OTHER;`},
		{`CREATE ROLE OTHER LOGIN; GRANT UPDATE (entry) ON piaojue.entries TO PUBLIC`, "UPDATE in piaojue.entries", `REVOKE UPDATE (entry) ON piaojue.entries FROM PUBLIC;`},
		{`CREATE ROLE OTHER LOGIN; GRANT pg_monitor TO OTHER; GRANT ALL ON ALL SEQUENCES IN SCHEMA piaojue_projects TO OTHER`, "", `DROP OWNED BY OTHER;`},
	} {
		exec(x.before)
		if x.says != "" {
			refused(x.before, other, x.says)
		} else if _, err := s.Grant(t.Context(), other); err != nil {
			t.Errorf("%s: %v", x.before, err)
		} else {
			var may bool
			must(t, admin.QueryRow(`SELECT has_sequence_privilege($1, 'piaojue_projects.opinions_id_seq', 'UPDATE')`, other).Scan(&may))
			if may {
				t.Error("what was given of sequences is not taken away")
			}
		}
		exec(x.after + `DROP ROLE OTHER`)
	}
}

// TestGrantChangesNothing: a grant that is refused has changed nothing, were it by a
// superuser, who would own what it made.
func TestGrantChangesNothing(t *testing.T) {
	_, p := postgresOnly(t)
	owner := ownerOf(t, p, nil)
	for _, s := range []string{`DROP TABLE alerts`, `DROP FUNCTION rewrite`, `ALTER TABLE accounts DROP COLUMN device_until`, `DELETE FROM goose_db_version WHERE version_id > 1`} {
		_, err := owner.Exec(s)
		must(t, err)
	}
	for name, x := range map[string]struct {
		url, role, says string
		want            error
	}{
		"nobody":         {pgtest.Owner(p.URL), "nobody at all", "there is no account", ErrRole},
		"by a superuser": {pgtest.Administrator(p.URL), pgtest.Role, pgtest.OwnerRole + " does", ErrOwner},
		"by the account": {p.URL, pgtest.Role, pgtest.OwnerRole + " does", ErrOwner},
	} {
		s := p.Shared
		s.URL = x.url
		_, err := s.Grant(t.Context(), x.role)
		wantErr(t, name, err, x.want)
		var version int
		must(t, owner.QueryRow(`SELECT MAX(version_id) FROM goose_db_version`).Scan(&version))
		if version != 1 || err != nil && !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v, and the tables have version %d", name, err, version)
		}
	}
	s := p.Shared
	s.URL = pgtest.Administrator(p.URL)
	_, err := s.OpenDB(t.Context())
	wantErr(t, "opened by a superuser who does not own the tables", err, ErrGrant)
	s.URL = pgtest.Owner(p.URL)
	_, err = s.Grant(t.Context(), pgtest.Role)
	must(t, err)
	db, err := p.Shared.OpenDB(t.Context())
	must(t, err)
	must(t, db.Close())
}

// TestServingUngranted: an account that only serves changes no schema; it says what
// the owner has to do.
func TestServingUngranted(t *testing.T) {
	db, p := postgresOnly(t)
	owner := ownerOf(t, p, nil)
	must(t, db.Close())
	open := func() error {
		db, err := p.Shared.OpenDB(t.Context())
		if err == nil {
			db.Close()
		}
		return err
	}
	must(t, open())
	for name, x := range map[string]struct {
		before, after, says string
		want                error
	}{
		"older":     {`UPDATE goose_db_version SET is_applied = FALSE WHERE version_id > 1`, `UPDATE goose_db_version SET is_applied = TRUE`, "postgres has schema 1, this program needs ", ErrGrant},
		"newer":     {`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`, `DELETE FROM goose_db_version WHERE version_id = 99`, "has schema 99", ErrNewer},
		"a right":   {`REVOKE INSERT ON entries FROM ` + pgtest.Role, `GRANT INSERT ON entries TO ` + pgtest.Role, "may not INSERT in piaojue.entries", ErrGrant},
		"no rights": {`REVOKE ALL ON SCHEMA piaojue FROM ` + pgtest.Role, `GRANT USAGE ON SCHEMA piaojue TO ` + pgtest.Role, `"goose_db_version" does not exist`, ErrGrant},
	} {
		_, err := owner.Exec(x.before)
		must(t, err)
		err = open()
		wantErr(t, name, err, x.want)
		if err == nil || !strings.Contains(err.Error(), x.says) {
			t.Errorf("%s: %v", name, err)
		}
		_, err = owner.Exec(x.after)
		must(t, err)
	}
	must(t, open())
	empty := p.Shared
	empty.URL = pgtest.As(pgtest.Role, pgtest.Database(t, createShared))
	if _, err := ownerOf(t, empty.part(votesPart), nil).Exec(`DROP SCHEMA piaojue CASCADE`); err != nil {
		t.Fatal(err)
	}
	_, err := empty.OpenDB(t.Context())
	wantErr(t, "no tables", err, ErrGrant)
}

// TestServingMoves: only the owner fills a database from a file.
func TestServingMoves(t *testing.T) {
	path, to := movable(t)
	serving := to
	serving.URL = pgtest.As(pgtest.Role, to.URL)
	_, err := Move(t.Context(), path, serving)
	wantErr(t, "Move by the account that serves", err, ErrOwner)
	_, err = Move(t.Context(), path, to)
	must(t, err)
	db, err := serving.OpenDB(t.Context())
	must(t, err)
	must(t, db.Close())
}

// TestServingRewrites (V14): what was erased is gone from the tables, in the order of
// their keys, though the account does not own them.
func TestServingRewrites(t *testing.T) {
	db, p := postgresOnly(t)
	box := db.box.engine.(*postgres)
	projects := projectsOf(t, db)
	parts := []*postgres{p, box, projects.engine.(*postgres)}
	files := func() (all []string) {
		t.Helper()
		for _, x := range parts {
			for _, table := range x.erased {
				var file string
				must(t, db.writer.QueryRow(`SELECT pg_relation_filenode($1::regclass)::text`, x.schema+"."+table).Scan(&file))
				all = append(all, file)
			}
		}
		return all
	}
	before := files()
	session(t, db, []int{2, 0, 1})
	must(t, db.Update(t.Context(), testVote, func(tx *Tx) error { return closeTx(t, tx) }))
	must(t, projects.rewrite(t.Context(), projects.writer))
	after := files()
	if len(after) != 7 {
		t.Errorf("%d tables from which rows are erased", len(after))
	}
	for i, file := range after {
		if file == before[i] {
			t.Errorf("file %d of %v is the one in which rows were erased", i, before)
		}
	}
}

// TestServingLeads (S2): with the account that serves a node takes over from one that is
// stopped in the middle of a transaction, and writes.
func TestServingLeads(t *testing.T) {
	_, p := postgresOnly(t)
	contender := func(name string) *node {
		return &node{TB: t, Contender: Contender{URL: p.URL, Node: name, Address: name + ":1"}}
	}
	a, b := contender("a"), contender("b")
	first := a.claim(10 * time.Second)
	testOnlyNoBeats.Store(first)
	defer testOnlyNoBeats.Store(nil)
	tx, err := a.pool().Begin()
	must(t, err)
	defer tx.Rollback()
	must(t, first.Fence(t.Context(), tx))
	s := p.Shared
	s.Lease = b.claim(10 * time.Second)
	if tx.Commit() == nil {
		t.Error("a transaction of the former leader was committed")
	}
	db, err := s.OpenDB(t.Context())
	must(t, err)
	defer db.Close()
	must(t, db.CreateVote(t.Context(), "next", nil))
	must(t, ForgetNode(t.Context(), p.URL, "a"))
}
