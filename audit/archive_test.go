package audit

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// member is one entry of a hand-made archive.
type member struct {
	name string
	mode fs.FileMode
	data []byte
}

func makeZip(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		h := &zip.FileHeader{Name: m.name, Method: zip.Deflate}
		if m.mode != 0 {
			h.SetMode(m.mode)
		}
		f, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(m.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// smallRecord is the record of three entries, as members of an archive.
func smallRecord(t testing.TB) []member {
	t.Helper()
	var out []member
	for name, data := range exportFiles(t, growMemory(t, 3), 3) {
		out = append(out, member{name: name, data: data})
	}
	return out
}

// S7: paths that lead out of the archive, stand twice or are no plain files.
func TestArchiveRefuses(t *testing.T) {
	good := smallRecord(t)
	for name, extra := range map[string]member{
		"zip slip":          {name: "../checkpoint"},
		"zip slip inside":   {name: "tile/../../checkpoint"},
		"absolute":          {name: "/checkpoint"},
		"dot":               {name: "./checkpoint"},
		"double slash":      {name: "tile//0/000.p/3"},
		"backslash":         {name: `tile\0\000.p\3`},
		"drive":             {name: `C:\checkpoint`},
		"nul":               {name: "checkpoint\x00.txt"},
		"not UTF-8":         {name: "checkpoint\xff"},
		"empty name":        {name: ""},
		"twice":             {name: "checkpoint", data: []byte("another\n")},
		"symbolic link":     {name: "link", mode: fs.ModeSymlink | 0o777, data: []byte("/etc/passwd")},
		"device":            {name: "device", mode: fs.ModeDevice | 0o666},
		"foreign directory": {name: "other/", mode: fs.ModeDir | 0o755},
		"foreign file":      {name: "__MACOSX/._checkpoint"},
	} {
		if err := checkZip(makeZip(t, append([]member{extra}, good...)...)); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := checkZip(makeZip(t, append(good[:len(good):len(good)], extra)...)); err == nil {
			t.Errorf("%s, at the end: no error", name)
		}
	}
	dir := member{name: "tile/", mode: fs.ModeDir | 0o755}
	if err := checkZip(makeZip(t, append(good, dir)...)); err != nil {
		t.Errorf("with an expected directory: %v", err)
	}
}

// Who packs a folder packs its name: one common top folder is the record. What
// S7 forbids stays forbidden below it.
func TestArchiveTopFolder(t *testing.T) {
	below := func(top string, extra ...member) []byte {
		return makeZip(t, prefixed(append(smallRecord(t), extra...), top)...)
	}
	for name, good := range map[string][]byte{
		"folder":                 below("lz2026/"),
		"folder with a space":    below("票决 2026/"),
		"folder named tile":      below("tile/"),
		"folder with its member": below("lz2026/", member{name: "", mode: fs.ModeDir | 0o755}),
	} {
		if err := checkZip(good); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, bad := range map[string][]byte{
		"two folders":    below("a/b/"),
		"zip slip":       below("a/", member{name: "../b/checkpoint"}),
		"slip as folder": below("../"),
		"symbolic link":  below("a/", member{name: "link", mode: fs.ModeSymlink | 0o777, data: []byte("/etc/passwd")}),
		"foreign file":   below("a/", member{name: "README"}),
		"twice":          below("a/", member{name: "checkpoint"}),
		"beside it":      makeZip(t, append(prefixed(smallRecord(t), "a/"), member{name: "README"})...),
		"another folder": makeZip(t, append(prefixed(smallRecord(t), "a/"), member{name: "__MACOSX/._a"})...),
	} {
		if err := checkZip(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func prefixed(members []member, top string) []member {
	for i := range members {
		members[i].name = top + members[i].name
	}
	return members
}

// S7: a plain file with the mode of a link, in place of the real one.
func TestArchiveLinkInPlace(t *testing.T) {
	members := smallRecord(t)
	for i := range members {
		if members[i].name == "tile/0/000.p/3" {
			members[i].mode = fs.ModeSymlink | 0o777
		}
	}
	if err := checkZip(makeZip(t, members...)); err == nil {
		t.Error("link in place of a tile: no error")
	}
}

// S7: a few bytes that unpack into many stop at the limit of the file.
func TestArchiveBomb(t *testing.T) {
	var members []member
	for _, m := range smallRecord(t) {
		if m.name == "tile/entries/000.p/3" {
			m.data = make([]byte, 64<<20)
		}
		members = append(members, m)
	}
	r, err := openZip(makeZip(t, members...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.readEntries(Bundles(0, 3)[0]); err == nil || !strings.Contains(err.Error(), "longer than") {
		t.Errorf("bomb: %v", err)
	}
}

// S7: a directory of a million names is not read.
func TestArchiveDirectoryBomb(t *testing.T) {
	members := make([]member, 9000)
	for i := range members {
		members[i].name = fmt.Sprintf("tile/entries/%01000d", i)
	}
	_, err := openZip(makeZip(t, members...))
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("directory bomb: %v", err)
	}
}

func TestArchiveGarbage(t *testing.T) {
	good := makeZip(t, smallRecord(t)...)
	for name, bad := range map[string][]byte{
		"empty": nil, "no archive": []byte("hello"), "cut off": good[:len(good)-1], "zeros": make([]byte, 1000),
	} {
		if err := checkZip(bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := checkZip(good); err != nil {
		t.Error(err)
	}
}
