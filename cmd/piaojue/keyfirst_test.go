package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"

	"piaojue/keyfile"
)

// TestKeyFirst: who signs opens the key file before anything is asked of the
// server, so that a large log does not come on top of what scrypt takes.
func TestKeyFirst(t *testing.T) {
	var asked atomic.Int32
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer h.Close()
	sheets := filepath.Join(t.TempDir(), "sheets.txt")
	for _, line := range []string{
		"organizer propose freeze", "organizer propose opening", "organizer propose close", "organizer propose suspend x",
		"organizer propose successor v2", "scrutineer propose attendance", "scrutineer propose collection",
		"scrutineer propose certificate", "scrutineer propose sheets --all", "scrutineer sign", "presidium sign",
		"teller batch " + sheets + " --box 1 -o " + sheets + ".openings", "trustee ceremony", "trustee open", "trustee destroy",
	} {
		tool, shown := newTool(t, strings.TrimPrefix(h.URL, "http://"))
		status := tool.run(t.Context(), append(strings.Fields(line), "--yes", "--key", filepath.Join(t.TempDir(), "none.age")))
		if status == exitDone || !strings.Contains(shown.String(), "none.age") || asked.Load() > 0 {
			t.Errorf("%s: status %d, %d requests, %s", line, status, asked.Load(), shown)
		}
		asked.Store(0)
	}
}

// TestKeyMemory: what scrypt took for a key file does not stay with the command.
func TestKeyMemory(t *testing.T) {
	const taken = 32 << 20 // at a work factor of 15; 256 MB at that of people
	keyfile.TestOnlyWorkFactor(15)
	defer keyfile.TestOnlyWorkFactor(0)
	path := filepath.Join(t.TempDir(), "s.age")
	tool, _ := newTool(t, "")
	if tool.run(t.Context(), []string{"keys", "staff", "-o", path}) != exitDone {
		t.Fatal("no key")
	}
	debug.FreeOSMemory()
	before := heldMemory()
	if _, err := tool.openKey(path); err != nil {
		t.Fatal(err)
	}
	if more := heldMemory() - before; more > taken/2 {
		t.Errorf("%d bytes more than before", more)
	}
}

func heldMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapSys) - int64(m.HeapReleased)
}
