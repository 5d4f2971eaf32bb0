package doctor

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// folder looks at where the server keeps everything.
func (p Patient) folder() []Finding {
	if info, err := os.Stat(p.Dir); err != nil || !info.IsDir() {
		return []Finding{found(Wrong, "folder", "missing", p.Dir)}
	}
	d, err := lookDisk(p.Dir)
	all := []Finding{p.checkInitialised(), checkKind(d, err), checkRoom(d, err, p.Deputies)}
	speed, err := measureSync(p.Dir, syncRounds, syncTime)
	all = append(all, checkSync(speed, err), checkModes(openFiles(p.Dir)), checkCopies(leftCopies(p.Dir)))
	if p.Database == "" {
		all = append(all, checkBackup(p.Backup, time.Now()))
	}
	return all
}

// checkInitialised: the folder is that of a server.
func (p Patient) checkInitialised() Finding {
	want := []string{"keys"}
	if p.Database == "" {
		want = append(want, "piaojue.db")
	}
	for _, name := range want {
		if _, err := os.Stat(filepath.Join(p.Dir, name)); err != nil {
			return found(Wrong, "folder", "empty", p.Dir)
		}
	}
	return found(Well, "folder", "there", p.Dir)
}

// disk is what the system says of a file system.
type disk struct {
	free             uint64
	volatile, remote bool
}

func checkKind(d disk, err error) Finding {
	switch {
	case err != nil:
		return found(Careful, "kind", "unknown")
	case d.volatile:
		return found(Wrong, "kind", "memory")
	case d.remote:
		return found(Wrong, "kind", "remote")
	}
	return found(Well, "kind", "local")
}

const (
	baseRoom  = 1 << 30   // for the system, logs and backups on the way
	seatRoom  = 100 << 10 // for each deputy: ballot, box, log and a copy, with much to spare
	gigabytes = 1 << 30
)

func checkRoom(d disk, err error, deputies int) Finding {
	need := uint64(baseRoom) + uint64(max(deputies, 0))*seatRoom
	has, wants := float64(d.free)/gigabytes, float64(need)/gigabytes
	switch {
	case err != nil:
		return found(Careful, "room", "unknown")
	case d.free < need:
		return found(Wrong, "room", "little", has, deputies, wants)
	case d.free < 4*need:
		return found(Careful, "room", "scarce", has, deputies, wants)
	}
	return found(Well, "room", "enough", has)
}

const (
	syncRounds = 200
	syncTime   = 5 * time.Second
	syncBlock  = 8 << 10 // a ballot
	// syncsPerCast is how often the box is made durable for one ballot: the pages as
	// they were, the pages, and the end of the journal (store, boxFile).
	syncsPerCast = 3
)

// measureSync writes blocks to a file and has each put on the disk, so often or for
// so long. It returns how long each took.
func measureSync(dir string, rounds int, most time.Duration) (took []time.Duration, err error) {
	f, err := os.CreateTemp(dir, "doctor-*.tmp")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	block := make([]byte, syncBlock)
	begun := time.Now()
	for i := range rounds {
		if time.Since(begun) > most && i > 0 {
			break
		}
		block[0] = byte(i)
		at := time.Now()
		if _, err := f.Write(block); err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, err
		}
		took = append(took, time.Since(at))
	}
	return took, nil
}

const (
	slowSync     = 20 * time.Millisecond
	slowestSync  = 100 * time.Millisecond
	quickestSync = 15 * time.Microsecond // no disk is that quick: it acknowledges what it has not written
)

func checkSync(took []time.Duration, err error) Finding {
	if err != nil || len(took) == 0 {
		return found(Wrong, "sync", "refused")
	}
	slices.Sort(took)
	median := took[len(took)/2]
	ms, casts := float64(median)/float64(time.Millisecond), int(time.Second/(syncsPerCast*max(median, 1)))
	switch {
	case median > slowestSync:
		return found(Wrong, "sync", "slowest", ms, casts)
	case median > slowSync:
		return found(Careful, "sync", "slow", ms, casts)
	case median < quickestSync:
		return found(Careful, "sync", "quick", ms)
	}
	return found(Well, "sync", "fit", ms, casts)
}

// openFiles are the files with secrets that others on the machine may read: keys,
// databases, API keys, and the folders in which they lie. Only names are looked at.
func openFiles(dir string) (all []string, err error) {
	for _, pattern := range []string{"keys", "keys/*", "people", "people/*", "tls/*.key", "piaojue.db*"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			info, err := os.Lstat(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue // a journal that is gone
			}
			if err != nil {
				return nil, err
			}
			if info.Mode().Perm()&0o077 != 0 && info.Mode()&fs.ModeSymlink == 0 {
				all = append(all, path)
			}
		}
	}
	return all, nil
}

func checkModes(open []string, err error) Finding {
	switch {
	case err != nil:
		return found(Careful, "modes", "unknown")
	case len(open) > 0:
		return found(Wrong, "modes", "open", len(open), open[0])
	}
	return found(Well, "modes", "closed")
}

// leftCopies are folders with an opened copy of the box, which exist only while a
// backup, a check or a restore is under way, or when one was killed.
func leftCopies(dir string) (left []string) {
	dir = filepath.Clean(dir)
	for _, path := range []string{filepath.Join(dir, "backup.tmp"), filepath.Join(dir, "copy.tmp"), dir + ".restore"} {
		if _, err := os.Lstat(path); err == nil {
			left = append(left, path)
		}
	}
	return left
}

func checkCopies(left []string) Finding {
	if len(left) > 0 {
		return found(Careful, "copies", "left", strings.Join(left, ", "))
	}
	return found(Well, "copies", "none")
}

const staleBackup = 24 * time.Hour

func checkBackup(last, now time.Time) Finding {
	age := now.Sub(last)
	switch {
	case last.IsZero():
		return found(Careful, "backup", "none")
	case age > staleBackup:
		return found(Careful, "backup", "old", last.Format("2006-01-02 15:04"), int(age/time.Hour))
	}
	return found(Well, "backup", "fresh", last.Format("2006-01-02 15:04"))
}
