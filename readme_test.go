package piaojue

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// programs builds the commands, as make build does, and returns their folder.
func programs(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	cmd := exec.Command("go", "build", "-o", bin+string(filepath.Separator), "./cmd/...")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

var shellBlock = regexp.MustCompile("(?s)```sh\n(.*?)```")

// commands returns the lines of all shell blocks of a document that call one of
// our programs.
func commands(t *testing.T, document string) [][]string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var found [][]string
	for _, block := range shellBlock.FindAllStringSubmatch(string(text), -1) {
		for line := range strings.Lines(block[1]) {
			words := strings.Fields(line)
			if len(words) == 0 || !strings.HasPrefix(filepath.Base(words[0]), "piaojue") {
				continue
			}
			words[0] = filepath.Base(words[0])
			found = append(found, words)
		}
	}
	if len(found) == 0 {
		t.Fatalf("%s shows no command", document)
	}
	return found
}

// TestReadmeCommands: every command of the READMEs exists, with its flags.
func TestReadmeCommands(t *testing.T) {
	bin := programs(t)
	for _, document := range []string{"README.md", "README.zh-CN.md"} {
		for _, words := range commands(t, document) {
			if words[0] == "piaojue-verify" {
				checkVerifierFlags(t, bin, words)
				continue
			}
			cmd := exec.Command(filepath.Join(bin, words[0]), append(words[1:], "--help")...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%s: %v: %v\n%s", document, words, err, out)
			}
			if last := words[1]; !strings.Contains(string(out), last) {
				t.Errorf("%s: the help of %v is about something else:\n%s", document, words, out)
			}
		}
	}
}

// checkVerifierFlags: piaojue-verify has no subcommands, and its help comes
// with -help alone.
func checkVerifierFlags(t *testing.T, bin string, words []string) {
	t.Helper()
	help, _ := exec.Command(filepath.Join(bin, words[0]), "-help").CombinedOutput()
	for _, w := range words[1:] {
		if strings.HasPrefix(w, "-") && !strings.Contains(string(help), w) {
			t.Errorf("%v: the help does not know %s", words, w)
		}
	}
}

// TestDemo plays a small demo, as the README shows it, and verifies its record
// with both verifiers; then it changes one byte, and both refuse.
func TestDemo(t *testing.T) {
	bin, dir := programs(t), filepath.Join(t.TempDir(), "demo")
	demo := exec.Command(filepath.Join(bin, "piaojue"), "demo", "--exit", "--dir", dir,
		"--deputies", "40", "--candidates", "5", "--choose", "3", "--trustees", "3", "--threshold", "2", "--listen", freeAddress(t))
	if out, err := demo.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	record := filepath.Join(dir, "record")
	verifiers := map[string]*exec.Cmd{
		"go": exec.Command(filepath.Join(bin, "piaojue-verify"), record),
		"js": exec.Command("node", "testvectors/verifier-js/verify.mjs", record),
	}
	for name, cmd := range verifiers {
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	spoil(t, filepath.Join(record, "tile", "entries", "000.p"))
	for name, cmd := range verifiers {
		again := exec.Command(cmd.Path, cmd.Args[1:]...)
		if out, _ := again.CombinedOutput(); again.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: exit status %d for a spoilt record\n%s", name, again.ProcessState.ExitCode(), out)
		}
	}
}

// spoil changes one byte in the one file of a folder.
func spoil(t *testing.T, dir string) {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%s: %d files, %v", dir, len(files), err)
	}
	path := filepath.Join(dir, files[0].Name())
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 1
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// freeAddress returns an address whose next port is free too: the demo takes
// both.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+1))
		l.Close()
		if err == nil {
			next.Close()
			return fmt.Sprintf("127.0.0.1:%d", port)
		}
	}
	t.Fatal("no two free ports")
	return ""
}
