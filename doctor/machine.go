package doctor

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// clock is what the system says of its clock.
type clock struct {
	known  bool
	synced bool
	off    time.Duration // at the most, by its own estimate
}

// maxOff is how far a clock may be off: codes of authenticator apps change every 30
// seconds, and certificates begin and end. A hall without the internet has nobody who
// sets clocks, so that alone stops no session; a clock that is seen to be wrong does.
const maxOff = 5 * time.Second

func checkClock(c clock) Finding {
	switch {
	case !c.known:
		return found(Careful, "clock", "unknown", time.Now().Format("2006-01-02 15:04:05"))
	case !c.synced:
		return found(Careful, "clock", "free", time.Now().Format("2006-01-02 15:04:05"))
	case c.off > maxOff:
		return found(Careful, "clock", "off", c.off.Seconds())
	}
	return found(Well, "clock", "synced", time.Now().Format("2006-01-02 15:04:05"))
}

// machine is what is looked at on every machine.
func (p Patient) machine() []Finding {
	all := []Finding{checkMemory(readMemory()), checkFiles(p.Files), checkFont(p.Font)}
	version, err := packageVersion(dpkgStatus, "chromium")
	if err == nil || p.Terminal {
		all = append(all, checkChromium(version, err))
	}
	return all
}

const (
	leastMemory  = 512 // MiB that are free; the server takes less than 300
	enoughMemory = 1024
)

func checkMemory(mib int, err error) Finding {
	switch {
	case err != nil:
		return found(Careful, "memory", "unknown")
	case mib < leastMemory:
		return found(Wrong, "memory", "little", mib)
	case mib < enoughMemory:
		return found(Careful, "memory", "scarce", mib)
	}
	return found(Well, "memory", "enough", mib)
}

// readMemory returns how much of the memory programs may still take, in MiB.
func readMemory() (int, error) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "MemAvailable:"); ok {
			kib, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
			return kib / 1024, err
		}
	}
	return 0, errors.New("no such line")
}

// enoughFiles is what room for all connections of a hall takes (see piaojued serve).
const enoughFiles = 8192 + 512

func checkFiles(limit int) Finding {
	switch {
	case limit == 0:
		return found(Well, "files", "unbounded")
	case limit < 2048:
		return found(Wrong, "files", "few", limit)
	case limit < enoughFiles:
		return found(Careful, "files", "scarce", limit)
	}
	return found(Well, "files", "enough", limit)
}

func checkFont(err error) Finding {
	if err != nil {
		return found(Careful, "font", "none")
	}
	return found(Well, "font", "there")
}

// oldestChromium is the oldest one that the terminals' page is made for (README.md).
const oldestChromium = 109

// dpkgStatus is where Debian's packages are listed. The browser is not started to
// ask it: the server's program starts no others.
const dpkgStatus = "/var/lib/dpkg/status"

func checkChromium(version string, err error) Finding {
	major, _, _ := strings.Cut(version, ".")
	n, bad := strconv.Atoi(major)
	switch {
	case err != nil || bad != nil:
		return found(Careful, "chromium", "unknown")
	case n < oldestChromium:
		return found(Wrong, "chromium", "old", version)
	}
	return found(Well, "chromium", "fit", version)
}

// packageVersion reads the version of an installed package of Debian.
func packageVersion(status, name string) (string, error) {
	f, err := os.Open(status)
	if err != nil {
		return "", err
	}
	defer f.Close()
	lines := bufio.NewReader(f)
	within, installed := false, false
	for {
		line, err := lines.ReadString('\n')
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "Package: "):
			within, installed = line == "Package: "+name, false
		case within && strings.HasPrefix(line, "Status: "):
			installed = strings.HasSuffix(line, " installed")
		case within && installed && strings.HasPrefix(line, "Version: "):
			return strings.TrimPrefix(line, "Version: "), nil
		}
		if err == io.EOF {
			return "", os.ErrNotExist
		}
		if err != nil {
			return "", err
		}
	}
}
