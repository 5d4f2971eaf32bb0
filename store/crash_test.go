package store

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/election"
	"piaojue/leaktest"
	"piaojue/pgtest"
)

// These name the database for the children of TestKill and TestKillAtClose.
const (
	castEnv  = "PIAOJUE_STORE_TEST_CAST"
	closeEnv = "PIAOJUE_STORE_TEST_CLOSE"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(castEnv); path != "" {
		castForever(path)
	}
	if path := os.Getenv(closeEnv); path != "" {
		castAndClose(path)
	}
	leaktest.Main(m)
}

// castForever casts batches that mix ballots, retries and second ballots of one
// credential, until it is killed, and prints the hash of each ballot that it
// would promise.
func castForever(path string) {
	db, err := openSource(path)
	exitOn(err)
	start := rand.IntN(1 << 40)
	for n := start; ; n += 3 {
		batch := []Cast{testCast(n), testCast(n + 1), testCast(n), otherBallot(testCast(n), n+2)}
		outcomes, err := db.CastBallots(context.Background(), testVote, batch)
		exitOn(err)
		for i, o := range outcomes {
			if o == Stored || o == Same {
				fmt.Printf("%x\n", election.HashEntry(batch[i].Entry))
			}
		}
	}
}

// castAndClose casts a few batches and closes the box, and prints the hash of
// each ballot that it would promise.
func castAndClose(path string) {
	ctx := context.Background()
	db, err := openSource(path)
	exitOn(err)
	for n := 0; n < 30; n += 10 {
		var batch []Cast
		for i := range 10 {
			batch = append(batch, testCast(n+i))
		}
		_, err := db.CastBallots(ctx, testVote, batch)
		exitOn(err)
		for _, c := range batch {
			fmt.Printf("%x\n", election.HashEntry(c.Entry))
		}
	}
	exitOn(db.Update(ctx, testVote, (*Tx).ShutBox))
	exitOn(db.Update(ctx, testVote, func(tx *Tx) error {
		c, err := inBox(tx)
		exitOn(err)
		size, err := tx.Size(ctx)
		exitOn(err)
		_, err = audit.Append(ctx, tx, size, c.Ballots)
		exitOn(err)
		return tx.CloseBox()
	}))
	time.Sleep(time.Minute) // for who kills it
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// The process dies at any moment: whatever was promised is there, the file is
// whole, and no credential has two ballots (attacks V7, B5, S3).
func TestKill(t *testing.T) {
	db := openVote(t)
	openBox(t, db)
	promised := map[string]bool{}
	for range 10 {
		must(t, db.Close())
		for _, hash := range runAndKill(t, castEnv, sourceOf(db), 150*time.Millisecond) {
			promised[hash] = true
		}
		db = openAt(t, sourceOf(db)) // checks the file and the log
		wantAllStored(t, db, promised)
	}
	if len(promised) == 0 {
		t.Error("no ballot was cast before the kill")
	}
	t.Logf("%d ballots promised", len(promised))
}

// The same while the box is closed and swept: what was promised is in the box or
// in the log, and once it is there nothing of it is left in the box (attack S3).
func TestKillAtClose(t *testing.T) {
	closed := 0
	for range 12 {
		db := openVote(t)
		openBox(t, db)
		must(t, db.Close())
		promised := map[string]bool{}
		for _, hash := range runAndKill(t, closeEnv, sourceOf(db), 60*time.Millisecond) {
			promised[hash] = true
		}
		db = openAt(t, sourceOf(db))
		v, err := db.Vote(t.Context(), testVote)
		must(t, err)
		if v.Box.running() {
			wantAllStored(t, db, promised)
			continue
		}
		closed++
		wantSwept(t, db, 0)
		for hash := range promised {
			b, err := hex.DecodeString(hash)
			must(t, err)
			if _, err := db.Log(testVote).Find(t.Context(), [32]byte(b)); err != nil {
				t.Errorf("ballot %s was promised: %v", hash, err)
			}
		}
	}
	t.Logf("%d of 12 were closed when they were killed", closed)
}

// runAndKill returns what a child promised before it was killed.
func runAndKill(t *testing.T, env, path string, within time.Duration) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), env+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var hashes []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if hashes == nil {
			time.AfterFunc(rand.N(within), func() { cmd.Process.Kill() })
		}
		if len(lines.Text()) == 64 { // the last line may be cut
			hashes = append(hashes, lines.Text())
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
		t.Fatalf("the child was not killed: %v", cmd.ProcessState)
	}
	return hashes
}

func wantAllStored(t *testing.T, db *DB, promised map[string]bool) {
	t.Helper()
	stored := map[string]bool{}
	keys := map[string]bool{}
	must(t, db.Update(t.Context(), testVote, func(tx *Tx) error {
		c, err := inBox(tx)
		for _, e := range c.Ballots {
			hash := election.HashEntry(e)
			stored[hex.EncodeToString(hash[:])] = true
			keys[string(e[3:3+32])] = true
		}
		return err
	}))
	for hash := range promised {
		if !stored[hash] {
			t.Errorf("ballot %s was promised and is lost", hash)
		}
	}
	if len(keys) != len(stored) {
		t.Errorf("%d ballots of %d credentials", len(stored), len(keys))
	}
}

// The log of a killed server stands at an entry, never between two.
func TestKillLeavesNoFiles(t *testing.T) {
	pgtest.SQLiteOnly(t)
	db := openVote(t)
	openBox(t, db)
	must(t, db.Close())
	runAndKill(t, castEnv, sourceOf(db), 150*time.Millisecond)
	openAt(t, sourceOf(db)).Close()
	names, err := filepath.Glob(filepath.Join(filepath.Dir(db.path), "*"))
	must(t, err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		must(t, err)
		// One that was not synced begins with zeros: it stands for nothing,
		// until the next transaction overwrites it.
		if strings.HasSuffix(name, "-journal") && len(data) > 0 && data[0] != 0 {
			t.Errorf("%s is still to be played back", name)
		}
	}
	if len(names) > 3 || !slices.Contains(names, db.path) || !slices.Contains(names, boxPath(db.path)) {
		t.Errorf("after a clean close there is %v, want the database, the box and its journal", names)
	}
}
