package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
	"piaojue/lang"
	"piaojue/porttest"
)

// TestStaticServer: a finished record needs no program of ours to be served. nginx
// does, by the example of docs/, and a board, a download and the verifier work from it.
func TestStaticServer(t *testing.T) {
	record, manifest := vector(t, "record")
	root := t.TempDir()
	must(t, os.Chmod(root, 0o755)) // nginx of root gives its rights up
	board := filepath.Join(root, "board", "v1")
	must(t, os.CopyFS(board, os.DirFS(record)))
	base := startNginx(t, root)
	s, err := newServer(base, "v1", "", nil, lang.EN)
	must(t, err)
	dir := filepath.Join(t.TempDir(), "record")
	fetch := func(to string) error {
		return client.FetchRecord(s.transport(t.Context()), "v1", func(int, int) {}, folderWriter(to))
	}
	must(t, fetch(dir))
	sameFiles(t, record, dir)
	if r := audit.Verify(audit.OpenRecord(os.DirFS(dir)), audit.Options{Manifest: &manifest}); !r.Verified {
		t.Error("what nginx serves does not verify")
	}
	b := client.NewBoard(s.transport(t.Context()), "v1", manifest)
	must(t, b.Update())
	if got := b.State().Phase(); got != election.PhaseArchived {
		t.Errorf("the board stands at %v", got)
	}
	checkHeaders(t, base, board)

	// It is no witness: what it spoils is seen.
	tile := firstFile(t, filepath.Join(board, "tile", "entries"))
	data, err := os.ReadFile(tile)
	must(t, err)
	data[len(data)/2] ^= 1
	must(t, os.WriteFile(tile, data, 0o644))
	if err := client.NewBoard(s.transport(t.Context()), "v1", manifest).Update(); err == nil {
		t.Error("a board takes a spoilt entry from nginx")
	}
}

// startNginx serves a folder as the example says, and returns the address.
func startNginx(t *testing.T, root string) string {
	t.Helper()
	example, err := os.ReadFile("../../docs/examples/record/nginx.conf")
	must(t, err)
	address := porttest.Address()
	text := string(example)
	for _, pair := range [][2]string{{"listen 80;", "listen " + address + ";"}, {"root /srv/record;", "root " + root + ";"}} {
		if !strings.Contains(text, pair[0]) {
			t.Fatalf("the example does not say %q", pair[0])
		}
		text = strings.ReplaceAll(text, pair[0], pair[1])
	}
	folder := t.TempDir()
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n"
	}
	text = fmt.Sprintf("daemon off;\nmaster_process off;\n%[2]spid %[1]s/pid;\nerror_log %[1]s/error.log;\nevents {}\nhttp {\n"+
		"client_body_temp_path %[1]s/b;\nproxy_temp_path %[1]s/p;\nfastcgi_temp_path %[1]s/f;\nuwsgi_temp_path %[1]s/u;\nscgi_temp_path %[1]s/s;\n%[3]s}\n",
		folder, user, text)
	file := filepath.Join(folder, "nginx.conf")
	must(t, os.WriteFile(file, []byte(text), 0o600))
	path, err := exec.LookPath("nginx")
	if err != nil {
		path = "/usr/sbin/nginx" // .ci/static puts it there
	}
	cmd := exec.Command(path, "-e", filepath.Join(folder, "start.log"), "-c", file)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	must(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		cmd.Wait() // says that it was ended
		close(ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	base := "http://" + address
	for {
		if answer, err := http.Get(base + "/board/v1/checkpoint"); err == nil {
			answer.Body.Close()
			return base
		}
		select {
		case <-ended:
			said, _ := os.ReadFile(filepath.Join(folder, "start.log"))
			t.Fatalf("nginx ended: %s", said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// checkHeaders: tiles may be kept for ever, checkpoints not, and what is not there
// is not found.
func checkHeaders(t *testing.T, base, board string) {
	t.Helper()
	tile, err := filepath.Rel(board, firstFile(t, filepath.Join(board, "tile", "0")))
	must(t, err)
	for path, want := range map[string]string{
		"checkpoint":           "200 text/plain no-cache",
		"closing":              "200 text/plain no-cache",
		filepath.ToSlash(tile): "200 application/octet-stream public, max-age=31536000, immutable",
		"issuer/0/entries":     "200 application/octet-stream no-cache",
		"issuer/9/entries":     "404",
	} {
		answer, err := http.Get(base + "/board/v1/" + path)
		must(t, err)
		answer.Body.Close()
		got := fmt.Sprint(answer.StatusCode)
		if answer.StatusCode == http.StatusOK {
			got += " " + answer.Header.Get("Content-Type") + " " + answer.Header.Get("Cache-Control")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func firstFile(t *testing.T, dir string) (first string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && first == "" && d.Type().IsRegular() {
			first = path
		}
		return err
	}))
	return first
}

// sameFiles demands the same files with the same bytes.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	count := func(dir string) (n int) {
		must(t, filepath.WalkDir(dir, func(_ string, _ fs.DirEntry, err error) error { n++; return err }))
		return n
	}
	if x, y := count(a), count(b); x != y {
		t.Errorf("%d files and folders, and %d", x, y)
	}
	must(t, filepath.WalkDir(a, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(a, path)
		must(t, err)
		want, err := os.ReadFile(path)
		must(t, err)
		got, err := os.ReadFile(filepath.Join(b, name))
		must(t, err)
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs", name)
		}
		return nil
	}))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
