package web

import (
	"bytes"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"piaojue/pgtest"
	"slices"
	"strings"
	"testing"
	"time"
)

// row is one of a table, as anybody with the sqlite3 tool sees it.
type row struct {
	table string
	names []string
	cells []any
}

// dump returns all rows of a database and of the box beside it, from copies of
// the files: it is the reader's, not the server's.
func dump(t testing.TB, base string) []row {
	pgtest.SQLiteOnly(t)
	t.Helper()
	folder := t.TempDir()
	var all []row
	for _, name := range []string{"db", "db-box"} {
		for _, suffix := range []string{"", "-wal", "-journal"} {
			data, err := os.ReadFile(base + strings.TrimPrefix(name, "db") + suffix)
			if os.IsNotExist(err) {
				continue
			}
			must(t, err)
			must(t, os.WriteFile(filepath.Join(folder, name+suffix), data, 0o600))
		}
		all = append(all, readTables(t, filepath.Join(folder, name))...)
	}
	return all
}

func readTables(t testing.TB, path string) (all []row) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
	must(t, err)
	var tables []string
	for rows.Next() {
		var name string
		must(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	must(t, rows.Err())
	for _, table := range tables {
		all = append(all, readTable(t, db, table)...)
	}
	return all
}

func readTable(t testing.TB, db *sql.DB, table string) (all []row) {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM "` + table + `"`)
	must(t, err)
	defer rows.Close()
	names, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		cells, to := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			to[i] = &cells[i]
		}
		must(t, rows.Scan(to...))
		all = append(all, row{table, names, cells})
	}
	must(t, rows.Err())
	return all
}

// bytes are all that is not a number.
func (r row) bytes() []byte {
	var all []byte
	for _, c := range r.cells {
		switch c := c.(type) {
		case []byte:
			all = append(all, c...)
		case string:
			all = append(all, c...)
		}
		all = append(all, "\n--\n"...)
	}
	return all
}

// numbers are the others, by table and column. Of one deputy there may be a
// ballot and a spent seal code, which is short.
func (r row) numbers(each func(column string, n int64)) {
	table := r.table
	if len(r.bytes()) < 512 {
		table += " (short)"
	}
	for i, c := range r.cells {
		if n, ok := c.(int64); ok {
			each(table+"."+r.names[i], n)
		}
	}
}

// rowsBy are the rows that tell of one deputy or one ballot, by deputy.
type rowsBy map[int][]row

// sortRows says of which deputies and of which ballots rows tell. Rows that tell of
// many, such as that of a whole bundle, are nobody's; rows that tell of both are
// what must not be.
func sortRows(f *finder, rows []row) (deputies, ballots rowsBy, both []string) {
	deputies, ballots = rowsBy{}, rowsBy{}
	for _, r := range rows {
		got := f.sides(r.bytes())
		if len(got[ofDeputy]) > 0 && len(got[ofBallot]) > 0 {
			both = append(both, fmt.Sprintf("%s: %s, %s", r.table, got[ofDeputy][0], got[ofBallot][0]))
		}
		if who, ok := single(got[ofDeputy]); ok {
			deputies[who] = append(deputies[who], r)
		}
		if who, ok := single(got[ofBallot]); ok {
			ballots[who] = append(ballots[who], r)
		}
	}
	return deputies, ballots, both
}

func single(all []found) (who int, ok bool) {
	for i, f := range all {
		if f.what == "name" && len(all) > 1 || strings.Contains(f.what, "terminal") {
			continue // names begin with one another, devices serve many
		}
		if ok && f.who != all[i].who || ok && f.who != who {
			return 0, false
		}
		who, ok = f.who, true
	}
	return who, ok
}

// sharedBytes returns what stands both in the rows of a deputy and in those of
// the deputy's ballot, and not in those of another ballot.
func sharedBytes(deputies, ballots rowsBy) (all []string) {
	const width = 12
	for who, rows := range ballots {
		windows := map[string]bool{}
		for _, r := range deputies[who] {
			for b := r.bytes(); len(b) >= width; b = b[1:] {
				windows[string(b[:width])] = true
			}
		}
		other := bytesOf(ballots[anotherOf(ballots, who)])
		for b := bytesOf(rows); len(b) >= width; b = b[1:] {
			if w := b[:width]; windows[string(w)] && !bytes.Contains(other, w) {
				all = append(all, fmt.Sprintf("deputy %d: %x", who, w))
				break
			}
		}
	}
	return all
}

func bytesOf(rows []row) (all []byte) {
	for _, r := range rows {
		all = append(all, r.bytes()...)
	}
	return all
}

// anotherOf returns who has as many rows, if anybody has.
func anotherOf(all rowsBy, who int) int {
	best := -1
	for other, rows := range all {
		if other != who && (best < 0 || len(rows) == len(all[who])) {
			best = other
		}
	}
	return best
}

// columns are the numbers of each column, by deputy.
type columns map[string]map[int]int64

func (o rowsBy) columns() columns {
	c := columns{}
	for who, rows := range o {
		for _, r := range rows {
			r.numbers(func(column string, n int64) {
				if c[column] == nil {
					c[column] = map[int]int64{}
				}
				c[column][who] = n
			})
		}
	}
	return c
}

// sharedNumbers returns pairs of columns by which deputies and ballots could be
// joined: equal for at least half of them, but not for all alike.
func sharedNumbers(deputies, ballots rowsBy) (all []string) {
	for a, x := range deputies.columns() {
		for b, y := range ballots.columns() {
			equal, values := 0, map[int64]bool{}
			for who, n := range y {
				if m, ok := x[who]; ok && m == n {
					equal++
					values[n] = true
				}
			}
			if equal*2 >= len(y) && len(values) > 2 {
				all = append(all, a+" = "+b)
			}
		}
	}
	return all
}

// orderly returns the columns whose numbers rise or fall with an order.
func (c columns) orderly(order map[int]int) (all []string) {
	for name, values := range c {
		var x, y []float64
		for who, n := range values {
			if at, ok := order[who]; ok {
				x, y = append(x, float64(n)), append(y, float64(at))
			}
		}
		if len(x) < 20 {
			continue
		}
		if z := spearman(x, y) * math.Sqrt(float64(len(x)-1)); math.Abs(z) > 5.5 {
			all = append(all, fmt.Sprintf("%s, %.1f standard deviations", name, z))
		}
	}
	return all
}

// timed are the tables in which times may stand: of staff who sign in, of codes
// for terminals, of the schema's versions.
var timed = []string{"sessions", "accounts", "attempts", "terminal_codes", "goose_db_version", "sqlite_sequence"}

// times returns numbers and texts that lie within the session, in any unit.
func times(rows []row, from, to time.Time) (all []string) {
	for _, r := range rows {
		if slices.Contains(timed, r.table) {
			continue
		}
		r.numbers(func(column string, n int64) {
			for _, unit := range []int64{1, 1e3, 1e6, 1e9} {
				if at := n / unit; at >= from.Unix() && at <= to.Unix() {
					all = append(all, fmt.Sprintf("%s: %d", column, n))
				}
			}
		})
		if b := r.bytes(); r.table != "entries" && bytes.Contains(b, []byte(from.UTC().Format("2006-01-02"))) {
			all = append(all, fmt.Sprintf("%s: %q", r.table, b))
		}
	}
	return all
}

// lookAtRows searches a database and its box for rows and columns by which a
// deputy could be joined with a ballot.
func (x *traced) lookAtRows(when string, f *finder, rows []row, closed bool) {
	x.Helper()
	deputies, ballots, both := sortRows(f, rows)
	if len(deputies) < len(x.issued) || len(ballots) < len(x.cast) {
		x.Errorf("%s: rows of %d deputies and %d ballots: the test looks at the wrong tables", when, len(deputies), len(ballots))
	}
	for what, found := range map[string][]string{
		"a row is of a deputy and of a ballot":              both,
		"rows of a deputy and of the ballot share bytes":    sharedBytes(deputies, ballots),
		"columns of deputies and ballots are equal":         sharedNumbers(deputies, ballots),
		"a column of deputies follows the order of casting": deputies.columns().orderly(x.cast),
		"a column of ballots follows the order of casting":  ballots.columns().orderly(x.cast),
		"a column of ballots follows the order of issuing":  ballots.columns().orderly(x.issued),
		"a time stands in a table":                          times(rows, x.from, time.Now()),
		"the box holds more than what was handed in":        x.strange(rows, closed),
	} {
		if len(found) > 0 {
			x.Errorf("%s: %s: %q", when, what, found)
		}
	}
}

// strange returns slots of the box that hold anything but zeros and what was
// handed in, to the byte: there is no room for a time, a number, an address.
func (x *traced) strange(rows []row, closed bool) (all []string) {
	taken := 0
	for _, r := range rows {
		if r.table != "slots" {
			continue
		}
		body := bytes.TrimRight(r.cells[1].([]byte), "\x00")
		if len(body) == 0 {
			continue
		}
		taken++
		if !x.known(body) {
			all = append(all, fmt.Sprintf("%x", body[:min(len(body), 16)]))
		}
	}
	if closed && taken != 0 || !closed && taken < len(x.cast) {
		all = append(all, fmt.Sprintf("%d slots are taken", taken))
	}
	return all
}

// known compares without the zeros at the end, which may belong to the slip.
func (x *traced) known(body []byte) bool {
	for s := range x.slips {
		if string(body) == strings.TrimRight(s, "\x00") {
			return true
		}
	}
	return false
}

// TestRows: what is planted in rows is found: a row of both sides, a number or
// bytes that join, a number that follows an order, a time.
func TestRows(t *testing.T) {
	const n = 40
	from := time.Now()
	var traces []trace
	order := map[int]int{}
	values := map[int][2][]byte{}
	for i := range n {
		d, b := badgeSeed(fmt.Sprint("d", i)), badgeSeed(fmt.Sprint("b", i))
		traces = append(traces, trace{ofDeputy, i, "badge", d[:]}, trace{ofBallot, i, "tracking code", b[:]})
		values[i], order[i] = [2][]byte{d[:], b[:]}, i
	}
	f := newFinder(traces)
	plant := func(cells func(i int) (d, b []any)) (rows []row) {
		for i := range n {
			d, b := cells(i)
			names := []string{"value", "x", "y"}
			rows = append(rows, row{"roll", names, append([]any{values[i][0]}, d...)}, row{"slots", names, append([]any{values[i][1]}, b...)})
		}
		return rows
	}
	mixed := func(i int) int64 { return int64(badgeSeed(fmt.Sprint(i))[0])<<8 + int64(i) }
	for name, p := range map[string]struct {
		rows []row
		want [5]bool // a row of both, bytes, numbers, order, time
	}{
		"clean":        {plant(func(i int) (d, b []any) { return []any{mixed(i), int64(1)}, []any{-mixed(i), int64(1)} }), [5]bool{}},
		"both in one":  {plant(func(i int) (d, b []any) { return []any{values[i][1]}, nil }), [5]bool{true, true}},
		"same bytes":   {plant(func(i int) (d, b []any) { s := badgeSeed(fmt.Sprint("x", i)); return []any{s[:16]}, []any{s[2:20]} }), [5]bool{false, true}},
		"same number":  {plant(func(i int) (d, b []any) { return []any{mixed(i)}, []any{mixed(i)} }), [5]bool{false, false, true}},
		"counted":      {plant(func(i int) (d, b []any) { return nil, []any{int64(i)} }), [5]bool{false, false, false, true}},
		"counted down": {plant(func(i int) (d, b []any) { return nil, []any{int64(-i)} }), [5]bool{false, false, false, true}},
		"time":         {plant(func(i int) (d, b []any) { return nil, []any{time.Now().UnixMilli()} }), [5]bool{false, false, false, false, true}},
	} {
		deputies, ballots, both := sortRows(f, p.rows)
		got := [5]bool{
			len(both) > 0, len(sharedBytes(deputies, ballots)) > 0, len(sharedNumbers(deputies, ballots)) > 0,
			len(ballots.columns().orderly(order)) > 0, len(times(p.rows, from, time.Now().Add(time.Second))) > 0,
		}
		if got != p.want {
			t.Errorf("%s: %v, want %v", name, got, p.want)
		}
	}
}
