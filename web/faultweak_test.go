package web

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// faultProgram is a piaojued.
type faultProgram struct {
	path string
	env  []string
}

var programs struct {
	mu          sync.Mutex // guards all; held while one is built
	folder      string
	sound, weak string
}

// program returns piaojued as it is released.
func program(t testing.TB) faultProgram {
	t.Helper()
	programs.mu.Lock()
	defer programs.mu.Unlock()
	if programs.sound == "" {
		programs.sound = buildProgram(t, "piaojued")
	}
	return faultProgram{path: programs.sound}
}

// weak returns a piaojued that has one weakness. No released program can have
// it: the source has no faultPlace for it, and it is built from altered copies of a
// few files (go build -overlay).
func weak(t testing.TB, weakness string) faultProgram {
	t.Helper()
	programs.mu.Lock()
	defer programs.mu.Unlock()
	if programs.weak == "" {
		programs.weak = buildProgram(t, "weakened", "-overlay", writeOverlay(t))
	}
	return faultProgram{programs.weak, []string{weaknessEnv + "=" + weakness}}
}

func buildProgram(t testing.TB, name string, flags ...string) string {
	t.Helper()
	if programs.folder == "" {
		var err error
		programs.folder, err = os.MkdirTemp("", "piaojue-programs-")
		must(t, err)
	}
	path := filepath.Join(programs.folder, name)
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), "../cmd/piaojued")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

const weaknessEnv = "PIAOJUE_TEST_WEAKNESS"

// weaknessSource stands beside the altered files of each package.
const weaknessSource = `package PACKAGE

import (
	"os"
	"strings"
)

// weakness reports whether this program has a weakness.
func weakness(name string) bool {
	return strings.Contains(os.Getenv("` + weaknessEnv + `"), name)
}
`

// alteration is a change of one file.
type alteration struct{ file, old, new string }

// The weaknesses. Each alteration must fit: a program that was not weakened
// would prove nothing.
var alterations = []alteration{
	// normal: SQLite's own default for write-ahead logs, which syncs less.
	{"store/sqlite.go", `append(append([]string{}, pragmas...), more...)`, `append(weakPragmas(pragmas), more...)`},
	{"store/sqlite.go", `func dsn(`, `func weakPragmas(all []string) []string {
	all = append([]string{}, all...)
	if weakness("normal") {
		all[2] = "synchronous(1)"
	}
	if weakness("off") {
		all[2] = "synchronous(0)"
	}
	return all
}

func dsn(`},
	// ignore: a failed commit passes for one that succeeded.
	{"store/writer.go", `		return db.stop(fmt.Errorf("commit: %w", err))`, `		if weakness("ignore") {
			return nil
		}
		return db.stop(fmt.Errorf("commit: %w", err))`},
	// early: acknowledged before it is stored.
	{"web/boxqueue.go", `	x.store(batch)
}`, `	if weakness("early") {
		go func() {
			time.Sleep(100 * time.Millisecond)
			x.store(batch)
		}()
		return
	}
	x.store(batch)
}`},
	{"web/boxqueue.go", `	"sync"
`, `	"sync"
	"time"
`},
	// blind: nothing is checked when the files are opened.
	{"store/sqlite.go", `	if verdict != "ok" {`, `	if verdict != "ok" && !weakness("blind") {`},
	{"store/integrity.go", `!equalHashes(want, stored[:len(want)])`, `!equalHashes(want, stored[:len(want)]) && !weakness("blind")`},
	{"store/slip.go", `if sum != sha256.Sum256(rest[:len(rest)-len(b)]) {`, `if sum != sha256.Sum256(rest[:len(rest)-len(b)]) && !weakness("blind") {`},
	{"store/slip.go", `s.hash != election.HashEntry(s.entry)`, `s.hash != election.HashEntry(s.entry) && !weakness("blind")`},
	// jump: the clock goes an hour back, and a year forward, between any two looks
	// at it. older: a ballot that comes before the last one is taken for its repeat.
	{"web/boxqueue.go", `	if len(good) == 0 {
		return
	}
`, `	if len(good) == 0 {
		return
	}
	if now := x.vote.config.Now(); weakness("older") && now.Before(newest) {
		return
	} else {
		newest = now
	}
`},
	{"web/boxqueue.go", `// maxBatch bounds`, `var newest time.Time

// maxBatch bounds`},
	{"cmd/piaojued/serve.go", `	server, err := web.Open(c.Context(), s)`, `	if weakness("jump") {
		s.Now = jump
	}
	server, err := web.Open(c.Context(), s)`},
	{"cmd/piaojued/serve.go", `// font finds`, `var looks atomic.Int64

func jump() time.Time {
	n := looks.Add(1)
	return time.Now().Add(time.Duration(n%2)*365*24*time.Hour - time.Hour)
}

// font finds`},
	{"cmd/piaojued/serve.go", `	"os"
`, `	"os"
	"sync/atomic"
`},
}

// writeOverlay writes the altered files.
func writeOverlay(t testing.TB) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	root, err := filepath.Abs("..")
	must(t, err)
	texts := map[string]string{}
	for _, a := range alterations {
		if texts[a.file] == "" {
			data, err := os.ReadFile(filepath.Join(root, a.file))
			must(t, err)
			texts[a.file] = string(data)
		}
		if strings.Count(texts[a.file], a.old) != 1 {
			t.Fatalf("%s: to be weakened, it must hold once: %s", a.file, a.old)
		}
		texts[a.file] = strings.Replace(texts[a.file], a.old, a.new, 1)
		pkg := filepath.Base(filepath.Dir(a.file))
		if pkg == "piaojued" {
			pkg = "main"
		}
		texts[filepath.Join(filepath.Dir(a.file), "weakness.go")] = strings.Replace(weaknessSource, "PACKAGE", pkg, 1)
	}
	replace := map[string]string{}
	for file, text := range texts {
		path := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		must(t, os.WriteFile(path, []byte(text), 0o600))
		replace[filepath.Join(root, file)] = path
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	must(t, err)
	overlay := filepath.Join(dir, "overlay.json")
	must(t, os.WriteFile(overlay, data, 0o600))
	return overlay
}
