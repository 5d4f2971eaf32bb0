package web

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// disk is what a file system keeps of a folder when the power goes. Bytes that
// fsync has not returned for may be there or not, sector by sector; names that
// no fsync of their folder has made durable come back in order, up to any one.
type disk struct {
	now, safe map[string]*inode
	renames   []naming // not durable yet, in order
}

type inode struct {
	safe    []byte
	pending []change
}

// change is a write, or with no data a new length.
type change struct {
	at   int64
	data []byte
	cut  bool
	end  int
}

type naming struct {
	path string
	node *inode // nil: the name is gone
	end  int
}

const sector = 512

// newDisk takes in the folder as it was before.
func newDisk(t testing.TB, rec *recording) *disk {
	t.Helper()
	d := &disk{now: map[string]*inode{}}
	must(t, filepath.WalkDir(rec.base, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(rec.base, path)
		d.now[filepath.Join(rec.home(), name)] = &inode{safe: data}
		return err
	}))
	d.safe = maps.Clone(d.now)
	return d
}

// play takes in one call.
func (d *disk) play(rec *recording, c syscall1) {
	if c.name == "fsync" || c.name == "fdatasync" {
		d.sync(c)
		return
	}
	if !rec.inside(c.path) {
		return
	}
	node := d.now[c.path]
	switch c.name {
	case "open", "openat", "creat":
		if node == nil && c.create {
			d.name(c.path, &inode{}, c.end)
		}
	case "pwrite64", "write":
		if c.at < 0 {
			c.at = int64(len(node.all()))
		}
		node.pending = append(node.pending, change{at: c.at, data: c.data, end: c.end})
	case "ftruncate":
		node.pending = append(node.pending, change{at: c.at, cut: true, end: c.end})
	case "unlink", "unlinkat":
		d.name(c.path, nil, c.end)
	case "rename", "renameat", "renameat2":
		d.name(c.to, node, c.end)
		d.name(c.path, nil, c.end)
	}
}

func (d *disk) name(path string, node *inode, end int) {
	d.renames = append(d.renames, naming{path, node, end})
	if node == nil {
		delete(d.now, path)
		return
	}
	d.now[path] = node
}

// sync makes durable what was over when the call began.
func (d *disk) sync(c syscall1) {
	if node := d.now[c.path]; node != nil {
		n := 0
		for ; n < len(node.pending) && node.pending[n].end < c.begin; n++ {
			node.safe = node.pending[n].apply(node.safe, nil)
		}
		node.pending = node.pending[n:]
		return
	}
	n := 0
	for ; n < len(d.renames) && d.renames[n].end < c.begin && filepath.Dir(d.renames[n].path) == c.path; n++ {
		d.renames[n].apply(d.safe)
	}
	d.renames = d.renames[n:]
}

func (n naming) apply(names map[string]*inode) {
	if n.node == nil {
		delete(names, n.path)
		return
	}
	names[n.path] = n.node
}

// all is the file as programs see it.
func (n *inode) all() []byte {
	data := slices.Clone(n.safe)
	for _, c := range n.pending {
		data = c.apply(data, nil)
	}
	return data
}

// apply writes what a disk keeps of a change: with keep, the sectors it says.
func (c change) apply(data []byte, keep func() bool) []byte {
	if c.cut {
		if keep != nil && !keep() {
			return data
		}
		return append(data[:min(int64(len(data)), c.at)], make([]byte, max(0, c.at-int64(len(data))))...)
	}
	for at := int64(0); at < int64(len(c.data)); {
		next := min(int64(len(c.data)), (c.at+at)/sector*sector+sector-c.at)
		if keep == nil || keep() {
			if grow := c.at + next - int64(len(data)); grow > 0 {
				data = append(data, make([]byte, grow)...)
			}
			copy(data[c.at+at:], c.data[at:next])
		}
		at = next
	}
	return data
}

// write makes the folder that a power cut would leave. Of what is not durable
// each sector survives with a chance.
func (d *disk) write(t testing.TB, rec *recording, to string, chance float64) {
	t.Helper()
	keep := func() bool { return rand.Float64() < chance }
	names := maps.Clone(d.safe)
	for _, n := range d.renames {
		if !keep() {
			break
		}
		n.apply(names)
	}
	for path, node := range names {
		data := slices.Clone(node.safe)
		for _, c := range node.pending {
			data = c.apply(data, keep)
		}
		name, err := filepath.Rel(rec.home(), path)
		must(t, err)
		must(t, os.MkdirAll(filepath.Join(to, filepath.Dir(name)), 0o700))
		must(t, os.WriteFile(filepath.Join(to, name), data, 0o600))
	}
}

// image makes a folder as the power cut left it after a random call, and its
// ledger.
func (rec *recording) image() (home, ledger, what string) {
	rec.Helper()
	rec.n++
	home, ledger = filepath.Join(rec.dir, fmt.Sprint("image", rec.n)), filepath.Join(rec.dir, fmt.Sprint("ledger", rec.n))
	var lines []int
	for _, c := range rec.calls {
		if rec.inside(c.path) && c.name != "open" && c.name != "openat" || !rec.inside(c.path) && c.name == "write" {
			lines = append(lines, c.end)
		}
	}
	cut := lines[rand.N(len(lines))]
	chance := []float64{0, 1, 0.5, 0.9, 0.1}[rand.N(5)]
	d := newDisk(rec, rec)
	for _, c := range rec.calls {
		if c.end <= cut {
			d.play(rec, c)
		}
	}
	d.write(rec, rec, home, chance)
	rec.ledgerAt(ledger, cut)
	return home, ledger, fmt.Sprintf("power cut after line %d of the trace, chance %g", cut, chance)
}

// TestMachineCrash (S2, S3): whatever a power cut leaves of what was not synced,
// sector by sector, the checker finds what was acknowledged until then.
func TestMachineCrash(t *testing.T) {
	rec := newRun(t, faultVoteOf(t)).record(program(t))
	for range rounds(40, 4000) {
		home, ledger, what := rec.image()
		if err := checkFolder(home, ledger, program(t)); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		must(t, os.RemoveAll(home))
	}
	t.Logf("%d calls, %d answers", len(rec.calls), len(rec.said))
}

// TestMachineCrashWeak: a server that syncs as SQLite does unless it is told otherwise
// is found out, and so is one that does not sync at all.
func TestMachineCrashWeak(t *testing.T) {
	for _, weakness := range []string{"normal", "off"}[:rounds(1, 2)] {
		rec := newRun(t, faultVoteOf(t)).record(weak(t, weakness))
		found := 0
		for range rounds(60, 400) {
			home, ledger, what := rec.image()
			if err := checkFolder(home, ledger, program(t)); err != nil && found == 0 {
				t.Logf("%s was found out: %s: %v", weakness, what, err)
				found++
				if !every() {
					break
				}
			}
		}
		if found == 0 {
			t.Errorf("%s was not found out", weakness)
		}
	}
}
