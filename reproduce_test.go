package piaojue

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestReproducible: where the source lies does not show in the verifier, so that
// anybody who builds it compares the same hash. What is compiled anew, and the
// other programs, make reproduce compares.
func TestReproducible(t *testing.T) {
	place := filepath.Join(t.TempDir(), "another", "place")
	for _, name := range append([]string{"lang", "cmd/piaojue-verify"}, core...) {
		if name != "project" || exists(name) {
			copySource(t, name, filepath.Join(place, name))
		}
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		copyFile(t, name, filepath.Join(place, name))
	}
	here, there := buildVerifier(t, "."), buildVerifier(t, place)
	if !bytes.Equal(here, there) {
		t.Error("the verifier differs by the folder that it is built in")
	}
	if bytes.Contains(here, []byte(place)) || len(here) < 1<<20 {
		t.Errorf("%d bytes", len(here))
	}
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func copySource(t *testing.T, from, to string) {
	t.Helper()
	files, err := os.ReadDir(from)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !f.IsDir() {
			copyFile(t, filepath.Join(from, f.Name()), filepath.Join(to, f.Name()))
		}
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o755)
	}
	if err == nil {
		err = os.WriteFile(to, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// buildVerifier builds as make release does.
func buildVerifier(t *testing.T, dir string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "piaojue-verify")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-buildid=", "-o", out, "./cmd/piaojue-verify")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
