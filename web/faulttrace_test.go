package web

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tracedCalls are the system calls that change files, or say that they must be on
// the disk.
const tracedCalls = "open,openat,creat,pwrite64,write,pwritev,writev,fsync,fdatasync,sync_file_range," +
	"ftruncate,truncate,fallocate,rename,renameat,renameat2,unlink,unlinkat,link,linkat"

// stracer is the command that records what a program writes, into a file.
func stracer(t testing.TB, file string, more ...string) []string {
	t.Helper()
	path, err := exec.LookPath("strace")
	if err != nil {
		t.Fatal("strace is missing: make strace")
	}
	return append([]string{path, "-f", "-qq", "-y", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", "signal=none", "-o", file}, more...)
}

// call1 is one system call. It has begun at a line of the trace and was over at
// another one.
type syscall1 struct {
	name       string
	path       string // of the file, or of where a name is made or removed
	to         string // of a rename
	data       []byte
	at         int64
	create     bool
	begin, end int
	injected   bool
}

var (
	callLine = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	restLine = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)
)

// readTrace reads what strace has recorded: the calls that succeeded and are over.
func readTrace(t testing.TB, file string) (all []syscall1) {
	t.Helper()
	text, err := os.ReadFile(file)
	must(t, err)
	type open struct {
		name, args string
		begin      int
	}
	waiting := map[string]open{}
	for n, line := range strings.Split(string(text), "\n") {
		pid, name, args, begin := "", "", "", n
		if m := callLine.FindStringSubmatch(line); m != nil {
			pid, name, args = m[1], m[2], m[3]
		} else if m := restLine.FindStringSubmatch(line); m != nil {
			pid, name, args, begin = m[1], m[2], waiting[m[1]].args+m[3], waiting[m[1]].begin
			if waiting[pid].name != name {
				continue
			}
		} else {
			continue
		}
		if cut, ok := strings.CutSuffix(args, " <unfinished ...>"); ok {
			waiting[pid] = open{name, cut, n}
			continue
		}
		if c, ok := parseCall(t, name, args); ok {
			c.begin, c.end = begin, n
			all = append(all, c)
		}
	}
	return all
}

// parseCall reads arguments and result. It refuses what it does not understand:
// a call that is overlooked would make the disk look better than it is.
func parseCall(t testing.TB, name, text string) (c syscall1, ok bool) {
	t.Helper()
	at := strings.LastIndex(text, ") ")
	result := strings.TrimSpace(strings.TrimLeft(text[max(at, 0)+1:], " ="))
	if at < 0 || strings.HasPrefix(result, "-1") || strings.HasPrefix(result, "?") {
		return c, false
	}
	c.name, c.injected = name, strings.HasSuffix(result, "(INJECTED)")
	args := strings.Split(text[:at], ", ")
	switch name {
	case "open", "openat", "creat":
		c.create = name == "creat" || strings.Contains(text[:at], "O_CREAT")
		c.path = fdPath(result)
		if strings.Contains(text[:at], "O_TRUNC") {
			t.Fatalf("a file is opened with O_TRUNC, which is not understood: %s", text)
		}
	case "pwrite64":
		c.path, c.data = fdPath(args[0]), unhex(args[1])
		c.at, _ = strconv.ParseInt(args[3], 10, 64)
		c.data = c.data[:resultOf(result)]
	case "write":
		c.path, c.data, c.at = fdPath(args[0]), unhex(args[1]), -1
		c.data = c.data[:resultOf(result)]
	case "fsync", "fdatasync":
		c.path = fdPath(args[0])
	case "ftruncate":
		c.path = fdPath(args[0])
		c.at, _ = strconv.ParseInt(args[1], 10, 64)
	case "unlink":
		c.path = string(unhex(args[0]))
	case "unlinkat":
		c.path = string(unhex(args[1]))
	case "rename":
		c.path, c.to = string(unhex(args[0])), string(unhex(args[1]))
	case "renameat", "renameat2":
		c.path, c.to = string(unhex(args[1])), string(unhex(args[3]))
	default:
		t.Fatalf("%s(%.200s is not understood", name, text)
	}
	return c, true
}

func resultOf(text string) int {
	n, _ := strconv.Atoi(strings.Fields(text)[0])
	return n
}

// fdPath is the path in "7<…>".
func fdPath(text string) string {
	_, path, _ := strings.Cut(text, "<")
	if end := strings.LastIndex(path, ">"); end >= 0 {
		path = path[:end]
	}
	return string(unhex(`"` + path + `"`))
}

// unhex reads \x61\x62… in quotes.
func unhex(text string) []byte {
	text = strings.Trim(text, `"`)
	out := make([]byte, 0, len(text)/4)
	for i := 0; i < len(text); i++ {
		if strings.HasPrefix(text[i:], `\x`) && i+4 <= len(text) {
			b, err := strconv.ParseUint(text[i+2:i+4], 16, 8)
			if err == nil {
				out = append(out, byte(b))
				i += 3
				continue
			}
		}
		out = append(out, text[i])
	}
	return out
}

// recording is a run whose every write is known.
type recording struct {
	*faultRun
	base  string // the folder as it was before
	calls []syscall1
	said  map[string]int // lines of the ledger, and when they were sent out
}

// record serves the whole rest of a vote under strace.
func (r *faultRun) record(p faultProgram) *recording {
	r.Helper()
	trace := filepath.Join(r.dir, "trace")
	rec := &recording{faultRun: r, base: filepath.Join(r.dir, "before"), said: map[string]int{}}
	copyFiles(r, r.home(), rec.base)
	s := r.start(p, stracer(r, trace, "-e", "trace="+tracedCalls)...)
	if err := r.load(s, faultLimit); err != nil {
		r.Fatalf("under strace: %v\n%s", err, s.said.Bytes())
	}
	s.stop()
	rec.calls = readTrace(r, trace)
	rec.findAnswers()
	return rec
}

// findAnswers finds when each answer was sent: a network has no order with a
// disk but this one.
func (rec *recording) findAnswers() {
	rec.Helper()
	for _, m := range rec.ledger.marks {
		if len(m.answer) == 0 {
			continue // that of a challenge says nothing
		}
		for _, c := range rec.calls {
			if c.name == "write" && !rec.inside(c.path) && bytes.Contains(c.data, m.answer) {
				rec.said[m.line] = c.begin
				break
			}
		}
	}
	if len(rec.said) < len(rec.vote.waiting) {
		rec.Fatalf("%d answers are in the trace of %d", len(rec.said), len(rec.ledger.marks))
	}
}

// inside reports whether a path is one of the server's folder, which is to
// outlive a crash.
func (rec *recording) inside(path string) bool {
	return strings.HasPrefix(path, rec.home()+"/") && !strings.HasSuffix(path, "-shm")
}

// ledgerAt writes what was acknowledged before a line of the trace.
func (rec *recording) ledgerAt(path string, line int) {
	rec.Helper()
	text := rec.vote.told.Marshal()
	for l, at := range rec.said {
		if at < line {
			text = fmt.Append(text, l)
		}
	}
	must(rec, os.WriteFile(path, text, 0o600))
}
