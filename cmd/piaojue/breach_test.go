package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
)

// boardOf is the verified log of a record.
func boardOf(t *testing.T, dir string, manifest [32]byte) *client.Board {
	t.Helper()
	send, vote, done, err := recordTransport(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	b, err := openBoard(send, vote, manifest)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// breachOf is a file that accuses the server of a record of dropping an entry,
// whether it did or not.
func breachOf(t *testing.T, record string, epoch uint32, entry func(leaves []tlog.Hash) tlog.Hash) *audit.Breach {
	t.Helper()
	dir, manifest := vector(t, record)
	b := boardOf(t, dir, manifest)
	broken := audit.NewPromise(testKey("promise"), manifest, 9, [32]byte{7})
	made, err := b.Breach(&broken)
	if err != nil {
		t.Fatal(err)
	}
	p := audit.NewPromise(testKey("promise"), manifest, epoch, entry(made.Leaves))
	made.Promise = &p
	return made
}

// TestBreach (S3): a file convicts the server, or says plainly why nobody is to
// blame, in both languages.
func TestBreach(t *testing.T) {
	absent := func([]tlog.Hash) tlog.Hash { return tlog.Hash{7} }
	last := func(leaves []tlog.Hash) tlog.Hash { return leaves[len(leaves)-1] }
	proven := breachOf(t, "record", 1, absent)
	kept := breachOf(t, "record", 1, func(leaves []tlog.Hash) tlog.Hash { return leaves[proven.At-1] })
	for _, test := range []struct {
		name, zh, en string
		text         []byte
		status       int
	}{
		{"proven", "属实", "PROVEN", proven.Marshal(), exitDone},
		{"late", "封箱以后才出现", "came after the close", breachOf(t, "record", 1, last).Marshal(), exitDone},
		{"kept", "承诺已经兑现", "the promise was kept", kept.Marshal(), exitFailed},
		{"former", "承诺没有违背", "not broken", breachOf(t, "second_opening", 1, absent).Marshal(), exitFailed},
		{"damaged", "不能证明什么", "convicts nobody", bytes.Replace(proven.Marshal(), []byte("promise A"), []byte("promise B"), 1)[1:], exitFailed},
		{"cut", "不能证明什么", "convicts nobody", proven.Marshal()[:900], exitFailed},
	} {
		path := filepath.Join(t.TempDir(), "breach.txt")
		if err := os.WriteFile(path, test.text, 0o600); err != nil {
			t.Fatal(err)
		}
		for l, want := range map[lang.Lang]string{lang.ZH: test.zh, lang.EN: test.en} {
			var said bytes.Buffer
			tool := newTestTool(l)
			tool.out, tool.err = &said, &said
			if got := tool.finish(tool.checkEvidence(path)); got != test.status {
				t.Errorf("%s: status %d, want %d", test.name, got, test.status)
			}
			if !strings.Contains(said.String(), want) || strings.Contains(said.String(), "%!") {
				t.Errorf("%s: it says\n%s", test.name, &said)
			}
		}
	}
}

// forkedCheckpoint is signed by the log of a record, over another history.
func forkedCheckpoint(t *testing.T, dir string, manifest [32]byte, add uint64) string {
	t.Helper()
	b := boardOf(t, dir, manifest)
	name := b.State().Manifest().Origin
	note, err := audit.Sign(audit.Checkpoint{Origin: name, Size: b.Checkpoint().Size + add - 1, Root: [32]byte{1}}, testKey("log"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "forked.txt")
	if err := os.WriteFile(path, note, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCompare (S1): two people compare what they have, and either it is one
// history, or they go home with the evidence.
func TestCompare(t *testing.T) {
	t.Chdir(t.TempDir())
	dir, manifest := vector(t, "record")
	other, _ := vector(t, "wide")
	closing, shorter := filepath.Join(dir, "closing"), forkedCheckpoint(t, dir, manifest, 0)
	longer := forkedCheckpoint(t, dir, manifest, 9)
	receipt := receiptIn(t, dir, manifest)
	key := boardOf(t, dir, manifest).Policy().Logs()[0].String()
	for _, test := range []struct {
		name, want string
		args       []string
		status     int
	}{
		{"same", "The two agree", []string{dir, dir}, exitDone},
		{"closing", "their first", []string{closing, dir}, exitDone},
		{"receipt", "The two agree", []string{dir, receipt}, exitDone},
		{"bare", "The two agree", []string{closing, closing, "--log-key", key}, exitDone},
		{"forked", "PROVEN", []string{dir, shorter}, exitFailed},
		{"forkedTurned", "PROVEN", []string{shorter, dir}, exitFailed},
		{"longer", "does not show whether", []string{dir, longer}, exitFailed},
		{"twoBare", "do not say whose log", []string{closing, closing}, exitUsage},
		{"otherVote", "not of one log", []string{dir, other}, exitFailed},
		{"noKey", "not the key of a log", []string{closing, closing, "--log-key", "x"}, exitFailed},
		{"noFile", "neither a checkpoint", []string{dir, filepath.Join(dir, firstTile(t, dir))}, exitFailed},
		{"absent", "no such file", []string{dir, "absent"}, exitFailed},
	} {
		var out strings.Builder
		tool := newTestTool(lang.EN)
		tool.out, tool.err = &out, &out
		got := tool.run(t.Context(), append([]string{"board", "compare", "--manifest", hexOf(manifest), "--lang", "en"}, test.args...))
		if got != test.status || !strings.Contains(out.String(), test.want) || strings.Contains(out.String(), "%!") {
			t.Errorf("%s: status %d\n%s", test.name, got, &out)
		}
		_, file, kept := strings.Cut(out.String(), "the evidence is in ")
		if kept != (test.want == "PROVEN") {
			t.Errorf("%s: kept %v", test.name, kept)
		}
		if kept {
			tool.finish(tool.checkEvidence(strings.Split(file, ";")[0]))
			if strings.Count(out.String(), "PROVEN") != 2 {
				t.Errorf("%s: the file says\n%s", test.name, &out)
			}
		}
	}
}

func receiptIn(t *testing.T, dir string, manifest [32]byte) string {
	t.Helper()
	b := boardOf(t, dir, manifest)
	at := slices.IndexFunc(b.Entries(), func(raw []byte) bool { return raw[0] == byte(election.KindBallot) })
	r, err := b.Receipt(election.HashEntry(b.Entries()[at]))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "my.tlog-proof")
	if err := os.WriteFile(path, r.Marshal(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func firstTile(t *testing.T, dir string) string {
	t.Helper()
	for path := range readFolder(t, dir) {
		if strings.HasPrefix(path, "tile/0/") {
			return path
		}
	}
	t.Fatal("no tile")
	return ""
}
