package audit

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"piaojue/election"
)

// files is a record in memory.
type files map[string][]byte

// exportFiles writes the record of the first size entries of s.
func exportFiles(t testing.TB, s Storage, size uint64) files {
	t.Helper()
	root, err := RootAt(t.Context(), s, size)
	if err != nil {
		t.Fatal(err)
	}
	out := files{}
	signed := signTest(t, Checkpoint{testOrigin, size, root})
	err = WriteRecord(t.Context(), s, signed, nil, func(path string, data []byte) error {
		if out[path] != nil {
			t.Errorf("%s is written twice", path)
		}
		out[path] = bytes.Clone(data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (f files) record() *Record {
	m := fstest.MapFS{}
	for name, data := range f {
		m[name] = &fstest.MapFile{Data: data}
	}
	return OpenRecord(m)
}

func (f files) zip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		m, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Write(f[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openZip(b []byte) (*Record, error) {
	return OpenArchive(bytes.NewReader(b), int64(len(b)))
}

// checkZip opens an archive and checks its files.
func checkZip(b []byte) error {
	r, err := openZip(b)
	if err != nil {
		return err
	}
	_, _, err = r.checkFiles()
	return err
}

func TestWriteRecord(t *testing.T) {
	s := growMemory(t, 600)
	for _, size := range []uint64{0, 1, 255, 256, 257, 512, 600} {
		f := exportFiles(t, s, size)
		if _, closing, err := f.record().checkFiles(); closing || err != nil {
			t.Errorf("record of %d entries: %v, %v", size, closing, err)
		}
		if err := checkZip(f.zip(t)); err != nil {
			t.Errorf("archive of %d entries: %v", size, err)
		}
	}
	got := slices.Sorted(maps.Keys(exportFiles(t, s, 600)))
	want := []string{"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
		"tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"}
	if !slices.Equal(got, want) {
		t.Errorf("files %q, want %q", got, want)
	}
}

func TestWriteRecordOfAnotherTree(t *testing.T) {
	s := growMemory(t, 5)
	root, _ := RootAt(t.Context(), s, 4)
	for name, c := range map[string]Checkpoint{
		"other root": {testOrigin, 5, root},
		"beyond":     {testOrigin, 6, root},
	} {
		bad := signTest(t, c)
		good := signTest(t, Checkpoint{testOrigin, 4, root})
		write := func(string, []byte) error { return nil }
		if WriteRecord(t.Context(), s, bad, nil, write) == nil || WriteRecord(t.Context(), s, good, bad, write) == nil {
			t.Errorf("%s: no error", name)
		}
		if err := WriteRecord(t.Context(), s, good, good, write); err != nil {
			t.Error(err)
		}
	}
}

// S7: a record is exactly its files.
func TestRecordFiles(t *testing.T) {
	base := exportFiles(t, growMemory(t, 300), 300)
	for name, change := range map[string]func(f files){
		"foreign file":          func(f files) { f["README"] = []byte("hello") },
		"foreign tile":          func(f files) { f["tile/0/002.p/1"] = make([]byte, 32) },
		"foreign directory":     func(f files) { f["tile/0/x000/001"] = make([]byte, 32) },
		"full tile of partial":  func(f files) { f["tile/0/001"] = make([]byte, 8192) },
		"hidden file":           func(f files) { f["tile/.DS_Store"] = nil },
		"missing tile":          func(f files) { delete(f, "tile/1/000.p/1") },
		"missing bundle":        func(f files) { delete(f, "tile/entries/000") },
		"missing checkpoint":    func(f files) { delete(f, "checkpoint") },
		"short tile":            func(f files) { f["tile/0/000"] = f["tile/0/000"][:8160] },
		"long tile":             func(f files) { f["tile/0/000"] = append(bytes.Clone(f["tile/0/000"]), 0) },
		"long checkpoint":       func(f files) { f["checkpoint"] = append(bytes.Clone(f["checkpoint"]), make([]byte, maxCheckpoint)...) },
		"checkpoint of nothing": func(f files) { f["checkpoint"] = []byte("hello\n") },
		"absurd size": func(f files) {
			f["checkpoint"] = bytes.Replace(f["checkpoint"], []byte("\n300\n"), []byte("\n3000000000000\n"), 1)
		},
	} {
		f := maps.Clone(base)
		change(f)
		if _, _, err := f.record().checkFiles(); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := checkZip(f.zip(t)); err == nil {
			t.Errorf("%s in an archive: no error", name)
		}
	}
	f := maps.Clone(base)
	f["closing"] = f["checkpoint"]
	if _, closing, err := f.record().checkFiles(); !closing || err != nil {
		t.Errorf("record with a closing checkpoint: %v, %v", closing, err)
	}
}

// S7: a link in a directory leads nowhere.
// TestRecordCause: a program is told what is wrong with the files, and with
// which one.
func TestRecordCause(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(f files)
		code  string
		about string
	}{
		"nothing":       {func(f files) { clear(f) }, "record.files.empty", ""},
		"other files":   {func(f files) { clear(f); f["README"] = []byte("read me") }, "record.files.empty", ""},
		"no checkpoint": {func(f files) { delete(f, checkpointFile) }, "record.files.missing", "checkpoint"},
		"no tile":       {func(f files) { delete(f, "tile/0/000.p/3") }, "record.files.missing", "tile/0/000.p/3"},
		"one more":      {func(f files) { f["README"] = nil }, "record.files.extra", "README"},
		"cut off":       {func(f files) { f["tile/0/000.p/3"] = f["tile/0/000.p/3"][1:] }, "record.files.size", "tile/0/000.p/3"},
	} {
		f := files(exportFiles(t, growMemory(t, 3), 3))
		tt.spoil(f)
		got := Verify(f.record(), Options{}).Findings[0]
		if got.Code() != tt.code || got.About != tt.about || got.Status != Failed {
			t.Errorf("%s: got %s about %q, want %s about %q", name, got.Code(), got.About, tt.code, tt.about)
		}
	}
}

func TestRecordSymlink(t *testing.T) {
	f := exportFiles(t, growMemory(t, 3), 3)
	m := f.record().fsys.(fstest.MapFS)
	m["tile/0/000.p/3"] = &fstest.MapFile{Data: []byte("../../checkpoint"), Mode: fs.ModeSymlink | 0o777}
	if _, _, err := OpenRecord(m).checkFiles(); err == nil || !strings.Contains(err.Error(), "foreign") {
		t.Errorf("symbolic link: %v", err)
	}
}

// S7: the same on a real disk, where the link would lead to the right bytes.
func TestRecordDirectory(t *testing.T) {
	dir := t.TempDir()
	f := exportFiles(t, growMemory(t, 3), 3)
	for name, data := range f {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	record := OpenRecord(os.DirFS(dir))
	if _, _, err := record.checkFiles(); err != nil {
		t.Fatal(err)
	}
	tile := filepath.Join(dir, "tile", "0", "000.p", "3")
	moved := filepath.Join(t.TempDir(), "moved")
	if err := errors.Join(os.Rename(tile, moved), os.Symlink(moved, tile)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := record.checkFiles(); err == nil {
		t.Error("symbolic link to the right file: no error")
	}
}

// wary is a file system in which nothing but files and directories may be opened.
type wary struct {
	fstest.MapFS
	testing.TB
}

func (w wary) Open(name string) (fs.File, error) {
	if f := w.MapFS[name]; f != nil && f.Mode.Type()&^fs.ModeDir != 0 {
		w.Errorf("%s was opened", name)
	}
	return w.MapFS.Open(name)
}

// S7: what is no file is not opened, wherever it lies, or a pipe would hold the
// verifier up for ever.
func TestRecordPipe(t *testing.T) {
	vote := files(exportFiles(t, growMemory(t, 3), 3))
	log := newProjectLog(t)
	text := ContentPath(log.suggest())
	register, _ := RegisterPaths(0)
	ofVote := func(r *Record) []Finding { return Verify(r, Options{}).Findings }
	ofProjects := func(r *Record) []Finding { return VerifyProjects(r, ProjectOptions{}).Findings }
	for _, x := range []struct {
		base     files
		verify   func(*Record) []Finding
		name     string
		replaced bool
	}{
		{vote, ofVote, "checkpoint", true},
		{vote, ofVote, "tile/0/000.p/3", true},
		{vote, ofVote, "closing", false},
		{vote, ofVote, register, false},
		{log.export(), ofProjects, "checkpoint", true},
		{log.export(), ofProjects, text, true},
		{log.export(), ofProjects, "tile/entries/000.p/5", true},
	} {
		m := x.base.record().fsys.(fstest.MapFS)
		if (m[x.name] != nil) != x.replaced {
			t.Fatalf("%s is in it: %t", x.name, !x.replaced)
		}
		for _, f := range x.verify(OpenRecord(wary{m, t})) {
			if f.Code() == "record.files.extra" {
				t.Errorf("without the pipe: %v", f)
			}
		}
		m[x.name] = &fstest.MapFile{Data: x.base["checkpoint"], Mode: fs.ModeNamedPipe | 0o644}
		found := slices.ContainsFunc(x.verify(OpenRecord(wary{m, t})), func(f Finding) bool {
			return f.Status == Failed && f.Cause == election.CauseExtra && f.About == x.name
		})
		if !found {
			t.Errorf("%s: not refused", x.name)
		}
	}
}

func TestRecordRead(t *testing.T) {
	f := exportFiles(t, growMemory(t, 300), 300)
	r := f.record()
	for _, tile := range append(Tiles(300), Bundles(0, 300)...) {
		if tile.Entries() {
			entries, err := r.readEntries(tile)
			if err != nil || len(entries) != tile.t.W || string(entries[1]) != string(testEntries(300)[tile.Start()+1]) {
				t.Errorf("%s: %d entries, %v", tile.Path(), len(entries), err)
			}
			continue
		}
		hashes, err := r.readHashes(tile)
		if err != nil || len(hashes) != tile.t.W {
			t.Errorf("%s: %d hashes, %v", tile.Path(), len(hashes), err)
		}
	}
}
