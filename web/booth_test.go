package web

import (
	"crypto/ed25519"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
)

const (
	logOrigin  = "log.example/vote"
	farWitness = "witness.example/w1"
)

// grown is a tree in memory.
type grown struct {
	hashes []tlog.Hash
	size   int64
}

func (g *grown) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = g.hashes[x]
	}
	return out, nil
}

func (g *grown) add(entry string) {
	hashes, err := tlog.StoredHashesForRecordHash(g.size, tlog.RecordHash([]byte(entry)), g)
	if err != nil {
		panic(err)
	}
	g.hashes = append(g.hashes, hashes...)
	g.size++
}

// growTree has other entries from an index on if it is told another history.
func growTree(size, forked int, history string) *grown {
	g := &grown{}
	for i := range size {
		if i < forked {
			g.add(fmt.Sprint(i))
		} else {
			g.add(fmt.Sprint(i, history))
		}
	}
	return g
}

func (g *grown) head(t testing.TB, size int64) audit.Checkpoint {
	t.Helper()
	root, err := tlog.TreeHash(size, g)
	must(t, err)
	return audit.Checkpoint{Origin: logOrigin, Size: uint64(size), Root: root}
}

func (g *grown) signed(t testing.TB, size int64) []byte {
	t.Helper()
	note, err := audit.Sign(g.head(t, size), testKey(logOrigin))
	must(t, err)
	return note
}

// body is a request for a cosignature on a size after an old one.
func (g *grown) body(t testing.TB, old, size int64) string {
	t.Helper()
	var proof []tlog.Hash
	if old > 0 {
		var err error
		proof, err = tlog.ProveTree(size, old, g)
		must(t, err)
	}
	a := &audit.AddCheckpoint{Old: uint64(old), Proof: proof, Checkpoint: g.signed(t, size)}
	return string(a.Marshal())
}

// booth is a witness in a folder.
type booth struct {
	testing.TB
	config WitnessConfig
	w      *Witness
	now    time.Time
}

func newBooth(t testing.TB) *booth {
	t.Helper()
	return boothOf(t, farWitness, vkeyOf(t, logOrigin, testKey(logOrigin)), vkeyOf(t, logOrigin, testKey("next key")), vkeyOf(t, "log.example/other", testKey("other")))
}

func boothOf(t testing.TB, name string, logs ...*audit.Key) *booth {
	t.Helper()
	b := &booth{TB: t, now: time.Unix(1_800_000_000, 0)}
	b.config = WitnessConfig{Name: name, Key: testKey(name), Folder: t.TempDir(), Logs: logs, Now: func() time.Time { return b.now }}
	b.open()
	return b
}

func vkeyOf(t testing.TB, origin string, key ed25519.PrivateKey) *audit.Key {
	t.Helper()
	k, err := audit.LogKey(origin, public(key))
	must(t, err)
	return k
}

func (b *booth) open() {
	b.Helper()
	w, err := OpenWitness(b.config)
	must(b, err)
	b.w = w
}

// ask sends a body to the witness.
func (b *booth) ask(method, path, body string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	b.w.Handler().ServeHTTP(rec, httptest.NewRequest(method, path, strings.NewReader(body)))
	return rec
}

func (b *booth) add(body string) *httptest.ResponseRecorder {
	return b.ask("POST", "/add-checkpoint", body)
}

// cosigned demands a good answer and returns the time of the cosignature.
func (b *booth) cosigned(g *grown, old, size int64) uint64 {
	b.Helper()
	rec := b.add(g.body(b, old, size))
	if rec.Code != http.StatusOK {
		b.Fatalf("old %d, size %d: %d %s", old, size, rec.Code, rec.Body)
	}
	note := append(g.signed(b, size), rec.Body.Bytes()...)
	signed, at, err := audit.OpenCosigned(note, b.config.Logs, b.w.Key())
	if err != nil || signed.Checkpoint != g.head(b, size) {
		b.Fatalf("old %d, size %d: %v\n%s", old, size, err, rec.Body)
	}
	return at
}

// kept is what the disk holds.
func (b *booth) kept() string {
	note, err := os.ReadFile(checkpointPath(b.config.Folder, logOrigin))
	if err != nil && !os.IsNotExist(err) {
		b.Fatal(err)
	}
	return string(note)
}
