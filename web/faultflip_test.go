package web

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/store"
)

// A page of SQLite, and how long the header of its file is (SQLite's file
// format). A write-ahead log has a header and frames of a header and a page.
const (
	pageBytes   = 4096
	headerBytes = 100
	walHeader   = 32
	frameHeader = 24
)

// faultPlace is where a byte is flipped.
type faultPlace struct {
	file string
	at   int64
	size int64 // of the part, of which one byte is drawn
}

// faultPlaces sorts the parts of a server's files by what they are.
func faultPlaces(t testing.TB, home string) map[string][]faultPlace {
	t.Helper()
	all := map[string][]faultPlace{}
	must(t, filepath.WalkDir(home, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil || len(data) == 0 {
			return err
		}
		name := filepath.Base(path)
		switch {
		case strings.HasSuffix(name, "-journal"):
			all["journal"] = append(all["journal"], faultPlace{path, 0, int64(len(data))})
		case strings.HasSuffix(name, ".key"):
			all["key file"] = append(all["key file"], faultPlace{path, 0, int64(len(data))})
		case strings.HasSuffix(name, headSuffix):
			all["head file"] = append(all["head file"], faultPlace{path, 0, int64(len(data))})
		case strings.HasSuffix(name, "-wal"):
			framesOf(all, path, data)
		case strings.HasPrefix(name, "piaojue.db") && len(data) >= pageBytes && !strings.HasSuffix(name, "-shm"):
			pagesOf(all, path, data)
		}
		return nil
	}))
	return all
}

func framesOf(all map[string][]faultPlace, path string, data []byte) {
	if len(data) < walHeader {
		return
	}
	all["log header"] = append(all["log header"], faultPlace{path, 0, walHeader})
	for at := int64(walHeader); at+frameHeader+pageBytes <= int64(len(data)); at += frameHeader + pageBytes {
		all["frame header"] = append(all["frame header"], faultPlace{path, at, frameHeader})
		all["frame"] = append(all["frame"], faultPlace{path, at + frameHeader, pageBytes})
	}
}

func pagesOf(all map[string][]faultPlace, path string, data []byte) {
	kind := strings.TrimPrefix(filepath.Base(path), "piaojue.db") + " "
	all[kind+"header"] = append(all[kind+"header"], faultPlace{path, 0, headerBytes})
	free := freePages(data)
	for n := int64(0); (n+1)*pageBytes <= int64(len(data)); n++ {
		at, what := n*pageBytes, "overflow"
		first := data[at]
		if n == 0 {
			first = data[headerBytes]
		}
		switch {
		case slices.Contains(free, n+1):
			what = "freelist"
		case first == 2 || first == 5:
			what = "interior"
		case first == 10 || first == 13:
			what = "leaf"
		}
		all[kind+what] = append(all[kind+what], faultPlace{path, at, pageBytes})
	}
}

// freePages walks the list of pages that are not used.
func freePages(data []byte) (all []int64) {
	for trunk := int64(binary.BigEndian.Uint32(data[32:])); trunk > 0 && trunk*pageBytes <= int64(len(data)); {
		all = append(all, trunk)
		page := data[(trunk-1)*pageBytes : trunk*pageBytes]
		for i := range min(binary.BigEndian.Uint32(page[4:]), pageBytes/4-2) {
			all = append(all, int64(binary.BigEndian.Uint32(page[8+4*i:])))
		}
		trunk = int64(binary.BigEndian.Uint32(page))
	}
	return all
}

// flip changes one byte. It returns where.
func (p faultPlace) flip(t testing.TB, from, to string) string {
	t.Helper()
	rel, err := filepath.Rel(from, p.file)
	must(t, err)
	path := filepath.Join(to, rel)
	data, err := os.ReadFile(path)
	must(t, err)
	at := p.at + rand.Int64N(p.size)
	x := byte(1 + rand.IntN(255))
	data[at] ^= x
	must(t, os.WriteFile(path, data, 0o600))
	return fmt.Sprintf("%s, byte %d ^ %#x", rel, at, x)
}

// held is what a server must have right, or refuse to start: all that decides a
// vote. Names, passwords and drafts are not among it.
func held(t testing.TB, db *store.DB) []byte {
	t.Helper()
	var out bytes.Buffer
	v, err := db.Vote(t.Context(), "v1")
	must(t, err)
	fmt.Fprintln(&out, "vote", v.Frozen, v.Box, v.Epoch)
	size, err := db.Log("v1").Size(t.Context())
	must(t, err)
	entries, err := db.Log("v1").ReadEntries(t.Context(), 0, size)
	must(t, err)
	for i, e := range entries {
		at, err := db.Log("v1").Find(t.Context(), election.HashEntry(e))
		fmt.Fprintf(&out, "%d %x %d %v\n", i, e, at, err)
	}
	must(t, db.Update(t.Context(), "v1", func(tx *store.Tx) error {
		return tx.EachInBox(func(raw []byte) error {
			fmt.Fprintf(&out, "box %x\n", raw)
			return nil
		})
	}))
	members, err := db.Roll(t.Context(), "v1")
	must(t, err)
	for _, m := range members {
		fmt.Fprintf(&out, "member %s %v %x\n", m.Number, m.Place, m.Badge)
	}
	return out.Bytes()
}

// openFolder opens a folder as serve does, and returns what it holds.
func openFolder(t testing.TB, home string) ([]byte, error) {
	t.Helper()
	path := filepath.Join(home, "piaojue.db")
	db, err := store.OpenDB(context.Background(), path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	c := Config{DB: db, Keys: filepath.Join(home, "keys"), CountEvery: time.Hour, Grace: time.Hour}
	if c.Projects, c.ProjectsDown = store.OpenProjects(context.Background(), path); c.ProjectsDown == nil {
		defer c.Projects.Close()
	}
	server, err := Open(context.Background(), c)
	if err != nil {
		return nil, err
	}
	got := held(t, db)
	for _, key := range []ed25519.PrivateKey{server.votes["v1"].keys.log, server.votes["v1"].keys.promise, server.admin.key} {
		got = append(got, key...)
	}
	server.Close()
	return got, server.config.ProjectsDown
}

// flipKinds are the parts that a folder must have for TestMachineFlippedBytes. The
// journal of the box is there only if the server was killed in a transaction.
var flipKinds = []string{
	" header", " interior", " leaf", " freelist",
	"-box header", "-box interior", "-box leaf", "-box overflow",
	"-projects header", "-projects leaf", "log header", "frame header", "frame", "head file", "key file",
}

// killedInTheMiddle is a folder with something in every file: ballots in the
// box, entries in a write-ahead log.
func killedInTheMiddle(t testing.TB) (*faultRun, map[string][]faultPlace) {
	t.Helper()
	var missing []string
	for range 60 { // machines differ in how far a vote comes
		r := newRun(t, faultVoteOf(t))
		r.killed(program(t), time.Duration(math.Pow(500, rand.Float64())*float64(time.Millisecond)))
		all := faultPlaces(t, r.home())
		missing = slices.DeleteFunc(slices.Clone(flipKinds), func(kind string) bool { return len(all[kind]) > 0 })
		if len(missing) == 0 && r.voting() {
			r.wantSound("before any byte is flipped")
			return r, all
		}
	}
	t.Fatalf("no killed server has left these: %q", missing)
	return nil, nil
}

// voting reports whether the box was open when the server was killed, and all of
// the log acknowledged: what is not kept beside the keys yet may be lost unseen.
func (r *faultRun) voting() bool {
	r.Helper()
	copied := filepath.Join(r.dir, "looked at")
	defer os.RemoveAll(copied)
	copyFiles(r, r.home(), copied)
	db, err := store.OpenDB(r.Context(), filepath.Join(copied, "piaojue.db"))
	must(r, err)
	defer db.Close()
	v, err := db.Vote(r.Context(), "v1")
	must(r, err)
	head, err := db.Log("v1").Head(r.Context())
	must(r, err)
	kept, err := readHead(filepath.Join(copied, "keys"), "v1")
	must(r, err)
	return v.Box == store.BoxOpen && kept != nil && kept.Size == head.Size
}

// TestMachineFlippedBytes (S2): whatever byte of a server's files is another one, the
// server does not start and says so, or has all right that decides a vote.
func TestMachineFlippedBytes(t *testing.T) {
	r, all := killedInTheMiddle(t)
	clean := filepath.Join(r.dir, "clean")
	copyFiles(t, r.home(), clean)
	want, err := openFolder(t, clean)
	must(t, err)
	for kind, all := range all {
		refused, each := 0, rounds(2, 300)
		for n := range each {
			home := filepath.Join(r.dir, fmt.Sprint(strings.ReplaceAll(kind, " ", ""), n))
			copyFiles(t, r.home(), home)
			where := all[rand.N(len(all))].flip(t, r.home(), home)
			got, err := openFolder(t, home)
			switch {
			case err == nil && !bytes.Equal(got, want):
				t.Errorf("%s: %s: the server starts, and has something wrong: %s", kind, where, firstDifference(got, want))
			case err != nil && !clearly(err):
				t.Errorf("%s: %s: refused with %v", kind, where, err)
			case err != nil:
				refused++
			default:
				if err := checkFolder(home, filepath.Join(r.dir, "ledger"), program(t)); err != nil {
					t.Errorf("%s: %s: the server starts, and the checker says: %v", kind, where, err)
				}
			}
			must(t, os.RemoveAll(home))
		}
		t.Logf("%s: %d of %d were refused", kind, refused, each)
	}
}

func firstDifference(got, want []byte) string {
	a, b := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("%.60q, want %.60q", a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// clearly reports whether an error says what is the matter.
func clearly(err error) bool {
	return errors.Is(err, store.ErrDamaged) || errors.Is(err, ErrStale) || errors.Is(err, ErrKeys)
}

// TestMachineFlippedWeak: a server that looks at no checksum starts with a box of
// which the checker says that it is damaged.
func TestMachineFlippedWeak(t *testing.T) {
	r := newRun(t, faultVoteOf(t))
	r.spoilSlot()
	s := r.start(weak(t, "blind"))
	if s.stop(); s.base == "" {
		t.Fatalf("the weak one does not start: %s", s.said.Bytes())
	}
	if err := r.check(); err == nil {
		t.Error("a server that is blind was not found out")
	}
}
