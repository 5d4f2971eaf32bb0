package gen

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"testing"

	"piaojue/testvectors"
)

var update = flag.Bool("update", false, "rewrite the files of testvectors/")

const parent = ".." // the folder testvectors

// TestGenerate makes every file anew and demands the same bytes as are there:
// what is checked in cannot drift from what makes it.
func TestGenerate(t *testing.T) {
	l := library{}
	files := generateRecords(t, l)
	for name, build := range parts {
		files[name] = encode(t, build(t, l))
	}
	if *update {
		write(t, files)
		return
	}
	compare(t, files)
}

// parts are the files about single steps of the protocol.
var parts = map[string]func(*testing.T, library) any{
	"transcripts.json": func(*testing.T, library) any { return transcriptVectors() },
	"signatures.json":  func(*testing.T, library) any { return signatureVectors() },
	"roll.json":        func(*testing.T, library) any { return rollVectors() },
	"grids.json":       func(*testing.T, library) any { return gridVectors() },
	"credential.json":  func(t *testing.T, l library) any { return credentialVectors(l.play(t, "record").vote) },
	"ballots.json":     func(t *testing.T, l library) any { return ballotVectors(t, l) },
	"paper.json":       func(t *testing.T, l library) any { return paperVectors(t, l) },
	"rounds.json":      func(*testing.T, library) any { return roundVectors() },
	"ceremony.json":    func(t *testing.T, _ library) any { return ceremonyVectors(t) },
	"opening.json":     func(t *testing.T, _ library) any { return openingVectors(t) },
	"contexts.json":    func(t *testing.T, l library) any { return contextVectors(l.play(t, "record").vote) },
	"outcomes.json":    func(*testing.T, library) any { return outcomeVectors() },
	"breach.json":      func(t *testing.T, l library) any { return breachVectors(l.play(t, "record").vote) },
	"projects.json":    func(*testing.T, library) any { return projectVectors() },
	"log.json":         func(t *testing.T, l library) any { return logVectors(l.play(t, "record").vote) },
}

// bin is written in hex.
type bin []byte

// MarshalJSON implements json.Marshaler.
func (b bin) MarshalJSON() ([]byte, error) { return json.Marshal(hex.EncodeToString(b)) }

// encode writes JSON for people to read: indented, Chinese as it is.
func encode(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(parent, "record")); err != nil {
		t.Fatal(err)
	}
	for name, data := range files {
		file := filepath.Join(parent, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// compare reads what is embedded, so that a file that is made but not embedded
// fails too.
func compare(t *testing.T, files map[string][]byte) {
	t.Helper()
	for name, want := range files {
		got, err := testvectors.Files.ReadFile(name)
		if err != nil {
			t.Errorf("%v; run go test ./testvectors/gen -update", err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s differs; run go test ./testvectors/gen -update", name)
		}
	}
	err := fs.WalkDir(testvectors.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && files[path.Clean(name)] == nil {
			t.Errorf("%s is not made by any generator", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
