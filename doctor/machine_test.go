package doctor

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"piaojue/store"
)

// TestMachine: each check of the machine, on one that is sound and on ones that are
// not.
func TestMachine(t *testing.T) {
	want(t, "clock", checkClock(clock{true, true, time.Second}), Well, "synced")
	want(t, "clock that nobody sets", checkClock(clock{known: true}), Careful, "free")
	want(t, "clock that drifts", checkClock(clock{true, true, time.Minute}), Careful, "off")
	want(t, "clock of another system", checkClock(clock{}), Careful, "unknown")
	want(t, "memory", checkMemory(4096, nil), Well, "enough")
	want(t, "scarce memory", checkMemory(900, nil), Careful, "scarce")
	want(t, "little memory", checkMemory(100, nil), Wrong, "little")
	want(t, "memory of another system", checkMemory(0, errTest), Careful, "unknown")
	want(t, "files", checkFiles(20000), Well, "enough")
	want(t, "no bound of files", checkFiles(0), Well, "unbounded")
	want(t, "scarce files", checkFiles(4096), Careful, "scarce")
	want(t, "few files", checkFiles(1024), Wrong, "few")
	want(t, "font", checkFont(nil), Well, "there")
	want(t, "no font", checkFont(errTest), Careful, "none")
	if mib, err := readMemory(); err != nil || mib < 1 {
		t.Errorf("memory of this machine: %d, %v", mib, err)
	}
	if c := lookClock(); c.known && c.off < 0 {
		t.Errorf("clock of this machine: %+v", c)
	}
}

// TestChromium: the version is that of the package which is installed.
func TestChromium(t *testing.T) {
	status := func(text string) string {
		path := filepath.Join(t.TempDir(), "status")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const other = "Package: chromium-common\nStatus: install ok installed\nVersion: 200.1\n\n"
	for name, x := range map[string]struct {
		text    string
		verdict Verdict
		seen    string
	}{
		"new":       {other + "Package: chromium\nStatus: install ok installed\nDepends: x\nVersion: 140.0.7-1~deb12u1\n", Well, "fit"},
		"the first": {"Package: chromium\nStatus: install ok installed\nVersion: 109.0", Well, "fit"},
		"old":       {"Package: chromium\nStatus: install ok installed\nVersion: 108.0.5\n", Wrong, "old"},
		"removed":   {"Package: chromium\nStatus: deinstall ok config-files\nVersion: 140.0\n\n" + other, Careful, "unknown"},
		"none":      {other, Careful, "unknown"},
		"no number": {"Package: chromium\nStatus: install ok installed\nVersion: x\n", Careful, "unknown"},
	} {
		version, err := packageVersion(status(x.text), "chromium")
		want(t, name, checkChromium(version, err), x.verdict, x.seen)
	}
	if _, err := packageVersion(filepath.Join(t.TempDir(), "none"), "chromium"); err == nil {
		t.Error("no list, no error")
	}
}

// home makes a folder as a server has it.
func home(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"keys", "people"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"piaojue.db", "keys/v.log.key", "people/admin.key"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestFolder: each check of the folder, on a sound one and on ones that are not.
func TestFolder(t *testing.T) {
	dir := home(t)
	p := Patient{Dir: dir, Deputies: 300, Backup: time.Now()}
	all := map[string]Finding{}
	for _, f := range p.folder() {
		all[f.Check] = f
	}
	want(t, "folder", all["folder"], Well, "there")
	want(t, "key files", all["modes"], Well, "closed")
	want(t, "backup", all["backup"], Well, "fresh")
	want(t, "copies", all["copies"], Well, "none")
	if all["sync"].Case == "refused" || all["kind"].Case == "unknown" || all["room"].Case == "unknown" {
		t.Errorf("this machine's disk: %+v", all)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "doctor-*")); err != nil || len(left) != 0 {
		t.Errorf("it left %q, %v", left, err)
	}
	missing := Patient{Dir: filepath.Join(dir, "none")}.folder()
	want(t, "no folder", missing[0], Wrong, "missing")
	want(t, "a folder of nobody", Patient{Dir: t.TempDir()}.checkInitialised(), Wrong, "empty")
	if err := os.Chmod(filepath.Join(dir, "keys/v.log.key"), 0o640); err != nil {
		t.Fatal(err)
	}
	open, err := openFiles(dir)
	want(t, "an open key", checkModes(open, err), Wrong, "open")
	if len(open) != 1 || !strings.HasSuffix(open[0], "v.log.key") {
		t.Errorf("open files: %q", open)
	}
	want(t, "unreadable", checkModes(nil, errTest), Careful, "unknown")
	for _, path := range []string{filepath.Join(dir, "backup.tmp"), filepath.Join(dir, "copy.tmp"), dir + ".restore"} {
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		want(t, path, checkCopies(leftCopies(dir)), Careful, "left")
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	want(t, "an old backup", checkBackup(now.Add(-30*time.Hour), now), Careful, "old")
	want(t, "no backup", checkBackup(time.Time{}, now), Careful, "none")
}

// TestDisk: each check of the disk, on what the system may say of one.
func TestDisk(t *testing.T) {
	const gb = 1 << 30
	want(t, "kind", checkKind(disk{}, nil), Well, "local")
	want(t, "in the memory", checkKind(disk{volatile: true}, nil), Wrong, "memory")
	want(t, "across the network", checkKind(disk{remote: true}, nil), Wrong, "remote")
	want(t, "of another system", checkKind(disk{}, errTest), Careful, "unknown")
	want(t, "room", checkRoom(disk{free: 50 * gb}, nil, 3000), Well, "enough")
	want(t, "scarce room", checkRoom(disk{free: 3 * gb}, nil, 3000), Careful, "scarce")
	want(t, "little room", checkRoom(disk{free: gb}, nil, 3000), Wrong, "little")
	want(t, "a million", checkRoom(disk{free: 50 * gb}, nil, 1_000_000), Wrong, "little")
	want(t, "unknown room", checkRoom(disk{}, errTest, 1), Careful, "unknown")
	each := func(d time.Duration) []time.Duration { return []time.Duration{d / 2, d, d * 100} }
	want(t, "sync", checkSync(each(time.Millisecond), nil), Well, "fit")
	want(t, "slow", checkSync(each(30*time.Millisecond), nil), Careful, "slow")
	want(t, "slowest", checkSync(each(time.Second), nil), Wrong, "slowest")
	want(t, "too quick", checkSync(each(time.Microsecond), nil), Careful, "quick")
	want(t, "full", checkSync(nil, errTest), Wrong, "refused")
	if _, err := measureSync(filepath.Join(t.TempDir(), "none"), 1, time.Second); err == nil {
		t.Error("a folder that is not there takes files")
	}
	if d, err := lookDisk("/dev/shm"); err == nil && !d.volatile {
		t.Error("/dev/shm is taken for a disk")
	}
}

// TestDatabase: what PostgreSQL may say of itself.
func TestDatabase(t *testing.T) {
	sound := store.PostgresState{Version: 150004, Durable: true, Collate: "C", Encoding: "UTF8", Rights: store.RightsFew, Standby: store.StandbySync}
	for name, x := range map[string]struct {
		change func(*store.PostgresState)
		at     int
		v      Verdict
		seen   string
	}{
		"sound":            {func(*store.PostgresState) {}, 0, Well, "fit"},
		"durable":          {func(*store.PostgresState) {}, 1, Well, "on"},
		"standby":          {func(*store.PostgresState) {}, 3, Well, "sync"},
		"old":              {func(s *store.PostgresState) { s.Version = 140011 }, 0, Wrong, "old"},
		"sorts otherwise":  {func(s *store.PostgresState) { s.Collate = "zh_CN.UTF-8" }, 0, Careful, "locale"},
		"spells otherwise": {func(s *store.PostgresState) { s.Encoding = "SQL_ASCII" }, 0, Careful, "locale"},
		"no fsync":         {func(s *store.PostgresState) { s.Durable = false }, 1, Wrong, "off"},
		"few rights":       {func(*store.PostgresState) {}, 2, Well, "few"},
		"owner":            {func(s *store.PostgresState) { s.Rights = store.RightsOwner }, 2, Careful, "owner"},
		"many rights":      {func(s *store.PostgresState) { s.Rights = store.RightsMany }, 2, Careful, "many"},
		"too few rights":   {func(s *store.PostgresState) { s.Rights = store.RightsLacking }, 2, Wrong, "lacking"},
		"alone":            {func(s *store.PostgresState) { s.Standby = store.StandbyNone }, 3, Careful, "none"},
		"late":             {func(s *store.PostgresState) { s.Standby = store.StandbyAsync }, 3, Careful, "async"},
		"hidden":           {func(s *store.PostgresState) { s.Standby = store.StandbyUnknown }, 3, Careful, "unknown"},
		"standby is gone":  {func(s *store.PostgresState) { s.Standby = store.StandbyMissing }, 3, Wrong, "missing"},
	} {
		s := sound
		x.change(&s)
		want(t, name, checkDatabase(s, nil)[x.at], x.v, x.seen)
	}
	got := Patient{Database: "postgres://piaojue:secret@127.0.0.1:1/none?connect_timeout=2"}.database(t.Context())
	want(t, "nobody there", got[0], Wrong, "silent")
}
