package web

import (
	"encoding/base64"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"piaojue/audit"
)

// The table of this file names a test for each MUST of C2SP tlog-witness that a
// witness has to keep, in the order of the text. What the text demands of those
// who ask is demanded of them: the answer is 400.

// TestWitnessRequirements is the table: requirement, request, answer. The
// witness has cosigned size 20.
func TestWitnessRequirements(t *testing.T) {
	g, fork := growTree(40, 40, ""), growTree(40, 3, "fork")
	good := g.body(t, 20, 31)
	with := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	hash := strings.Repeat("A", 43) + "=\n"
	other, err := audit.Sign(g.head(t, 31), testKey("other"))
	must(t, err)
	unknown, err := audit.Sign(audit.Checkpoint{Origin: "unknown.example", Size: 31}, testKey("unknown"))
	must(t, err)
	spaced := "old 0\n\ntwo words\n1\n" + hash + "\n— x AAAAAAAA\n"
	lines := strings.SplitAfter(good, "\n")
	foreign := "— stranger.example " + base64.StdEncoding.EncodeToString(make([]byte, 76)) + "\n"
	ownID := lines[len(lines)-2]
	falseLine := strings.Replace(ownID, ownID[len(ownID)-20:len(ownID)-16], "AAAA", 1)
	for _, test := range []struct {
		must, name, body string
		want             int
	}{
		{"the request MUST be a POST", "good", good, 200},
		{"body: old size line", "no old line", strings.Join(lines[1:], ""), 400},
		{"body: old size line", "empty", "", 400},
		{"body: an empty line", "no empty line", with("\n\n", "\n"), 400},
		{"body: a checkpoint", "none", strings.SplitAfter(good, "\n\n")[0], 400},
		{"body: a checkpoint", "no signature block", strings.Join(lines[:len(lines)-3], ""), 400},
		{"lines end in U+000A", "CRLF", strings.ReplaceAll(good, "\n", "\r\n"), 400},
		{"lines end in U+000A", "last line is cut", strings.TrimSuffix(good, "\n"), 400},
		{"old: no leading zeroes", "020", with("old 20", "old 020"), 400},
		{"old: no leading zeroes", "00", strings.Replace(g.body(t, 0, 31), "old 0", "old 00", 1), 400},
		{"old: decimal", "sign", with("old 20", "old +20"), 400},
		{"old: decimal", "hexadecimal", with("old 20", "old 0x14"), 400},
		{"old: a single space", "two", with("old 20", "old  20"), 400},
		{"old: a single space", "none", with("old 20", "old20"), 400},
		{"old: decimal", "beyond 64 bits", with("old 20", "old 99999999999999999999"), 400},
		{"proof line: one hash in base64", "short", with("old 20\n", "old 20\nAAAA\n"), 400},
		{"proof line: one hash in base64", "two on a line", with("old 20\n", "old 20\n"+strings.Repeat("A", 43)+"= "+hash), 400},
		{"proof line: standard base64", "url alphabet", with("old 20\n", "old 20\n"+strings.Repeat("_", 42)+"8=\n"), 400},
		{"at most 63 proof lines", "64", with("old 20\n", "old 20\n"+strings.Repeat(hash, 64)), 400},
		{"at most 63 proof lines", "63 are only wrong", "old 20\n" + strings.Repeat(hash, 63) + "\n" + string(g.signed(t, 31)), 422},
		{"MUST ignore signatures from unknown keys", "stranger", good + foreign, 200},
		{"MUST ignore signatures from unknown keys", "name known, id not", good + strings.Replace(foreign, "stranger.example", logOrigin, 1), 200},
		{"unknown origin: 404", "unsigned by us", "old 0\n\n" + string(unknown), 404},
		{"unknown origin: 404", "no schema-less URL", spaced, 404},
		{"no signature from a trusted key: 403", "by another log's key", "old 20\n\n" + strings.ReplaceAll(string(other), "log.example/other", logOrigin), 403},
		{"no signature from a trusted key: 403", "stranger only", strings.Join(lines[:len(lines)-2], "") + foreign, 403},
		{"known key's signature fails: 403", "alone", strings.Join(lines[:len(lines)-2], "") + falseLine, 403},
		{"known key's signature fails: 403", "beside a good one", good + falseLine, 403},
		{"known key's signature fails: 403", "of another text", with("\n31\n", "\n32\n"), 403},
		{"old size above the checkpoint's: 400", "32 of 31", with("old 20", "old 32"), 400},
		{"old size is not the cosigned one: 409", "10", g.body(t, 10, 31), 409},
		{"old size is not the cosigned one: 409", "zero, to ask", g.body(t, 0, 31), 409},
		{"old size is not the cosigned one: 409", "back", g.body(t, 10, 19), 409},
		{"consistency proof: 422", "of a fork", fork.body(t, 20, 31), 422},
		{"consistency proof: 422", "missing", "old 20\n\n" + string(g.signed(t, 31)), 422},
		{"consistency proof: 422", "one hash too many", with("\n\n", "\n"+hash+"\n"), 422},
		{"same size: other root: 422", "fork", "old 20\n\n" + string(fork.signed(t, 20)), 422},
		{"same size: same root", "again", g.body(t, 20, 20), 200},
		{"same size: same root", "with a proof", "old 20\n" + hash + "\n" + string(g.signed(t, 20)), 422},
	} {
		t.Run(test.must+"/"+test.name, func(t *testing.T) {
			b := newBooth(t)
			b.cosigned(g, 0, 20)
			before := b.kept()
			rec := b.add(test.body)
			if rec.Code != test.want {
				t.Fatalf("%d %s, want %d", rec.Code, rec.Body, test.want)
			}
			if test.want != 200 && b.kept() != before {
				t.Error("refused, and another checkpoint is kept")
			}
			if test.want != 200 && strings.Contains(rec.Body.String(), "—") {
				t.Error("refused, and a cosignature is in the answer")
			}
			if test.want == 409 && (rec.Body.String() != "20\n" || rec.Header().Get("Content-Type") != "text/x.tlog.size") {
				t.Errorf("409 with %q as %q", rec.Body, rec.Header().Get("Content-Type"))
			}
		})
	}
}

// TestWitnessFromNothing is the table for a log that was never cosigned.
func TestWitnessFromNothing(t *testing.T) {
	g := growTree(8, 8, "")
	wrong, err := audit.Sign(audit.Checkpoint{Origin: logOrigin, Root: [32]byte{1}}, testKey(logOrigin))
	must(t, err)
	hash := strings.Repeat("A", 43) + "=\n"
	for _, test := range []struct {
		must, body string
		want       int
		size       string
	}{
		{"never cosigned: zero matches", g.body(t, 0, 5), 200, ""},
		{"never cosigned: else 409 with 0", g.body(t, 3, 5), 409, "0\n"},
		{"empty tree, right root", g.body(t, 0, 0), 200, ""},
		{"empty tree, other root: 422", "old 0\n\n" + string(wrong), 422, ""},
		{"old zero: the proof MUST be empty: 422", "old 0\n" + hash + "\n" + string(g.signed(t, 5)), 422, ""},
	} {
		rec := newBooth(t).add(test.body)
		if rec.Code != test.want || test.size != "" && rec.Body.String() != test.size {
			t.Errorf("%s: %d %q, want %d", test.must, rec.Code, rec.Body, test.want)
		}
	}
}

// TestWitnessMethods: the request MUST be a POST; there is nothing else.
func TestWitnessMethods(t *testing.T) {
	b, g := newBooth(t), growTree(1, 1, "")
	for _, test := range []struct {
		method, path string
		want         int
	}{
		{"GET", "/add-checkpoint", 405}, {"PUT", "/add-checkpoint", 405}, {"GET", "/healthz", 200},
		{"POST", "/sign-subtree", 404}, {"POST", "/", 404}, {"GET", "/", 404}, {"POST", "/add-checkpoint/", 404},
	} {
		if got := b.ask(test.method, test.path, g.body(t, 0, 1)).Code; got != test.want {
			t.Errorf("%s %s: %d, want %d", test.method, test.path, got, test.want)
		}
	}
	if got := b.add(strings.Repeat("x", audit.MaxAddCheckpoint+1)).Code; got != 413 {
		t.Errorf("too long: %d", got)
	}
}

// TestWitnessAnswer: one or more signature lines, each by a key of the witness,
// on the whole text with its extension lines, with a time that is never zero
// and never goes back, whatever the clock does, nor after a restart.
func TestWitnessAnswer(t *testing.T) {
	b, g := newBooth(t), growTree(40, 40, "")
	var last uint64
	for i, clock := range []int64{1_800_000_000, 1_800_000_005, 1_700_000_000, 0, -5} {
		b.now = time.Unix(clock, 0)
		at := b.cosigned(g, int64(i), int64(i+1))
		if at == 0 || at < last || clock > int64(last) && at != uint64(clock) {
			t.Errorf("clock %d: time %d after %d", clock, at, last)
		}
		last = at
		b.open()
	}
	rec := b.add(g.body(t, 5, 9))
	if line := rec.Body.String(); strings.Count(line, "\n") != 1 || !strings.HasPrefix(line, "— "+farWitness+" ") || !strings.HasSuffix(line, "\n") {
		t.Errorf("answer %q", line)
	}
}

// TestWitnessSecondKey: any of the keys trusted for an origin will do.
func TestWitnessSecondKey(t *testing.T) {
	b, g := newBooth(t), growTree(8, 8, "")
	b.cosigned(g, 0, 3)
	note, err := audit.Sign(g.head(t, 8), testKey("next key"))
	must(t, err)
	body := strings.SplitAfter(g.body(t, 3, 8), "\n\n")[0] + string(note)
	if rec := b.add(body); rec.Code != 200 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// durable demands, when the answer leaves, that the disk holds what it is about.
type durable struct {
	*httptest.ResponseRecorder
	b *booth
}

func (d *durable) Write(p []byte) (int, error) {
	if !strings.HasSuffix(d.b.kept(), string(p)) {
		d.b.Error("the cosignature leaves before it is kept")
	}
	return d.ResponseRecorder.Write(p)
}

// TestWitnessPersists: the witness MUST persist the checkpoint before it
// answers: the file is there when the first byte leaves, a new process knows it,
// and what the disk does not take is not cosigned. The file is what the
// monitoring prefix MUST show: signatures of the log and of the witness; and
// there is none (404) before the first cosignature.
func TestWitnessPersists(t *testing.T) {
	b, g, fork := newBooth(t), growTree(40, 40, ""), growTree(40, 3, "fork")
	if b.kept() != "" {
		t.Error("a checkpoint before the first")
	}
	r := httptest.NewRequest("POST", "/add-checkpoint", strings.NewReader(g.body(t, 0, 7)))
	rec := &durable{httptest.NewRecorder(), b}
	b.w.Handler().ServeHTTP(rec, r)
	if rec.Code != 200 {
		t.Fatalf("%d %s", rec.Code, rec.Body)
	}
	if _, _, err := audit.OpenCosigned([]byte(b.kept()), b.config.Logs, b.w.Key()); err != nil {
		t.Errorf("%v in\n%s", err, b.kept())
	}
	b.open()
	if rec := b.add(fork.body(t, 7, 9)); rec.Code != 422 {
		t.Errorf("after a restart it cosigns a fork: %d", rec.Code)
	}
	dir := filepath.Dir(checkpointPath(b.config.Folder, logOrigin))
	must(t, os.Rename(dir, dir+"x"))
	if rec := b.add(g.body(t, 7, 9)); rec.Code != 500 || strings.Contains(rec.Body.String(), "—") {
		t.Errorf("the disk is gone: %d %s", rec.Code, rec.Body)
	}
	must(t, os.Rename(dir+"x", dir))
	b.cosigned(g, 7, 9)
}

// TestWitnessFolder: a folder that holds something else is refused.
func TestWitnessFolder(t *testing.T) {
	b, g := newBooth(t), growTree(4, 4, "")
	b.cosigned(g, 0, 4)
	path := checkpointPath(b.config.Folder, logOrigin)
	for name, note := range map[string]string{"empty": "", "without its own cosignature": string(g.signed(t, 4)), "cut": b.kept()[:30]} {
		must(t, os.WriteFile(path, []byte(note), 0o600))
		if _, err := OpenWitness(b.config); err == nil {
			t.Errorf("%s: it starts", name)
		}
	}
	b.config.Logs = append(b.config.Logs, b.w.Key())
	if _, err := OpenWitness(b.config); err == nil {
		t.Error("a witness's key as that of a log: it starts")
	}
}

// TestWitnessAtOnce: check and record are atomic: of many requests at the same
// time no two start from the same size, and the kept size never goes back.
func TestWitnessAtOnce(t *testing.T) {
	b, g := newBooth(t), growTree(40, 40, "")
	b.cosigned(g, 0, 4)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for size := int64(5); size < 29; size++ {
		body := g.body(t, 4, size)
		wg.Go(func() {
			if b.add(body).Code == 200 {
				mu.Lock()
				defer mu.Unlock()
				won++
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d requests from one size were cosigned", won)
	}
}

// TestWitnessEvidence (S1): two histories under one key leave a file that
// convicts the log, for the owner alone; a spoilt proof leaves a suspicion that
// convicts nobody, and not more of them than a bound.
func TestWitnessEvidence(t *testing.T) {
	b, g, fork := newBooth(t), growTree(200, 200, ""), growTree(200, 3, "fork")
	b.cosigned(g, 0, 20)
	b.add("old 20\n\n" + string(fork.signed(t, 20)))
	b.add(fork.body(t, 10, 20)) // 409, and evidence all the same
	b.add(fork.body(t, 20, 31))
	for _, name := range []string{"evidence-log.example_vote-20.txt", "evidence-log.example_vote-31.txt"} {
		path := filepath.Join(b.config.Folder, name)
		text, err := os.ReadFile(path)
		must(t, err)
		e, err := audit.ParseEvidence(text)
		must(t, err)
		must(t, e.Verify())
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", name, info.Mode())
		}
	}
	for size := int64(32); size < 32+maxSuspicions+5; size++ {
		b.add("old 20\n\n" + string(g.signed(t, size)))
	}
	files, err := filepath.Glob(filepath.Join(b.config.Folder, "*-log.example_vote-*.txt"))
	must(t, err)
	if len(files) != 2+maxSuspicions {
		t.Errorf("%d files, want %d", len(files), 2+maxSuspicions)
	}
	b.cosigned(g, 20, 31) // the honest history goes on
}
