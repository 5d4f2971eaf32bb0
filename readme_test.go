package piaojue

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"piaojue/porttest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
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
			words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "sudo -u piaojue "))
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

// documentsWithCommands are the READMEs, and what stands in shell blocks of docs.
func documentsWithCommands(t *testing.T) []string {
	t.Helper()
	all := []string{"README.md", "README.zh-CN.md", "docs/commands.md", "docs/operations.md"}
	for _, file := range guides(t) {
		if strings.Contains(readText(t, file), "```sh\n") {
			all = append(all, file)
		}
	}
	return all
}

// TestReadmeCommands: every command of the READMEs and guides exists, with its flags.
func TestReadmeCommands(t *testing.T) {
	bin, tried := programs(t), make(map[string]bool)
	for _, document := range guides(t) {
		checkInline(t, bin, document)
	}
	for _, document := range documentsWithCommands(t) {
		for _, words := range commands(t, document) {
			if line := strings.Join(words, " "); tried[line] {
				continue
			} else {
				tried[line] = true
			}
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

// checkInline: the commands that a document names in a sentence exist, and know
// the flags that the sentence gives them.
func checkInline(t *testing.T, bin, document string) {
	t.Helper()
	for _, c := range inCode.FindAllStringSubmatch(fenced.ReplaceAllString(readText(t, document), ""), -1) {
		words := strings.Fields(c[1])
		if len(words) < 2 || words[0] != "piaojue" && words[0] != "piaojued" {
			continue
		}
		task := len(words)
		if i := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "-") }); i > 0 {
			task = i
		}
		out, err := exec.Command(filepath.Join(bin, words[0]), append(slices.Clone(words[1:task]), "--help")...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), words[1]) {
			t.Errorf("%s: %s: %v\n%s", document, c[1], err, out)
		}
		for _, flag := range words[task:] {
			if strings.HasPrefix(flag, "-") && !strings.Contains(string(out), flag) {
				t.Errorf("%s: the help of %v does not know %s", document, words[:task], flag)
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
		"--deputies", "40", "--candidates", "5", "--choose", "3", "--trustees", "3", "--threshold", "2", "--listen", porttest.Address())
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

// TestDemoForVisitors: without --exit the demo offers a vote to finish by hand.
// The pages that it names exist, the accounts open, and an interrupt ends all.
func TestDemoForVisitors(t *testing.T) {
	bin, dir, address := programs(t), filepath.Join(t.TempDir(), "demo"), porttest.Address()
	demo := exec.Command(filepath.Join(bin, "piaojue"), "demo", "--lang", "en", "--no-projects", "--dir", dir,
		"--deputies", "12", "--candidates", "3", "--choose", "2", "--trustees", "3", "--threshold", "2", "--listen", address)
	said := startDemo(t, demo)
	checkGuide(t, filepath.Join(dir, "try", "guide.txt"), said)
	for _, page := range regexp.MustCompile(`(?m)^  (http://\S+) +\S`).FindAllStringSubmatch(said, -1) {
		checkPage(t, page[1])
	}
	for _, a := range regexp.MustCompile(`(?m)^  (\w+) +(\w{4}-\S+) +([A-Z2-7]{32}|-) `).FindAllStringSubmatch(said, -1) {
		code := regexp.MustCompile(`(?m)^  ` + a[1] + ` +(\d{6})$`).FindStringSubmatch(said)
		if (a[3] == "-") != (code == nil) {
			t.Errorf("account %s: device %s, code %v", a[1], a[3], code)
		}
		checkSignIn(t, address, a[1], a[2], a[3])
	}
	if err := demo.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := demo.Wait(); err != nil {
		t.Errorf("interrupted: %v", err)
	}
	if c, err := net.Dial("tcp", address); err == nil {
		c.Close()
		t.Error("the server outlived the demo")
	}
}

// startDemo starts it and returns what it says until it waits.
func startDemo(t *testing.T, demo *exec.Cmd) string {
	t.Helper()
	out, err := demo.StdoutPipe()
	if err == nil {
		err = demo.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { demo.Process.Signal(os.Interrupt) })
	var said strings.Builder
	for lines := bufio.NewScanner(out); lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if strings.Contains(lines.Text(), "Ctrl-C") {
			return said.String()
		}
	}
	t.Fatalf("the demo ended:\n%s", said.String())
	return ""
}

// checkGuide: the guide is kept too, for nobody else to read, and names what a
// visitor needs.
func checkGuide(t *testing.T, path, said string) {
	t.Helper()
	guide, err := os.ReadFile(path)
	if err != nil || !strings.Contains(said, string(guide)) {
		t.Errorf("%s is not what was said, %v", path, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: %v, %v", path, info.Mode(), err)
	}
	for pattern, want := range map[string]int{`(?m)^  http://`: 18, `PJ1:[A-Z2-7]{58}`: 6, `\.age`: 5, `(?m)^  \w+ +\w{4}-`: 8, `(?m)^  \d\. `: 8} {
		if got := len(regexp.MustCompile(pattern).FindAllString(said[strings.Index(said, "Pages"):], -1)); got < want {
			t.Errorf("guide has %d of %s, want %d:\n%s", got, pattern, want, said)
		}
	}
	for _, key := range regexp.MustCompile(`(?m)^  (/\S+\.age)$`).FindAllStringSubmatch(said, -1) {
		if info, err := os.Stat(key[1]); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v", key[1], err)
		}
	}
}

// checkPage: a browser gets the page, or is asked to sign in.
func checkPage(t *testing.T, address string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", address, answer.Status)
	}
}

// checkSignIn signs in as a visitor would, with the next code: the one that the
// demo used to make the account serves once.
func checkSignIn(t *testing.T, address, name, password, device string) {
	t.Helper()
	in := map[string]string{"name": name, "password": password, "code": ""}
	if device != "-" {
		var err error
		if in["code"], err = totp.GenerateCode(device, time.Now().Add(30*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post("http://"+address+"/session", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", name, answer.Status)
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
