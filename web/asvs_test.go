package web

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"piaojue/pgtest"
	"piaojue/store"
)

// What docs/asvs.md says and no other test looks at.

// TestGetChangesNothing (S9): a GET, which any page can make a browser send, leaves
// every file of the server as it is, and says what its answer is.
func TestGetChangesNothing(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.config.PerMinute = 1_000_000
	s.restart()
	s.draft()
	s.freeze()
	before, answers := s.filesHash(), 0
	for _, rt := range allRoutes() {
		if rt.method != http.MethodGet || strings.HasSuffix(rt.path, "/live") {
			continue
		}
		r := httptest.NewRequest("GET", s.sampleURL(&rt), nil)
		if len(rt.who.roles) > 0 {
			r.Header.Set("Authorization", "Bearer "+s.people[rt.who.roles[0]])
		}
		w := httptest.NewRecorder()
		s.server.Handler().ServeHTTP(w, r)
		media := w.Header().Get("Content-Type")
		if w.Body.Len() > 0 && media == "" || strings.HasPrefix(media, "text/") && !strings.HasSuffix(media, "; charset=utf-8") {
			t.Errorf("GET %s: %d bytes of %q", rt.path, w.Body.Len(), media)
		}
		if w.Code == http.StatusOK {
			answers++
		}
	}
	if answers < 40 {
		t.Errorf("%d answers", answers)
	}
	if s.filesHash() != before {
		t.Error("a GET has changed a file")
	}
	s.do(store.RoleAdmin, "POST", "/persons", []byte(`{"name":"乙","role":"gate","staff_number":"9"}`))
	if s.filesHash() == before {
		t.Error("a POST has changed no file: the test looks in the wrong place")
	}
}

// filesHash is one hash of all files of the server.
func (s *stage) filesHash() (sum [32]byte) {
	s.Helper()
	h := sha256.New()
	must(s, filepath.WalkDir(s.folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, "-shm") {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(data), data)
		return err
	}))
	h.Sum(sum[:0])
	return sum
}

// TestPasswordFields: passwords are masked, and password managers may fill them.
func TestPasswordFields(t *testing.T) {
	input, id, found := regexp.MustCompile(`<input[^>]*>`), regexp.MustCompile(` id="([^"]*)"`), 0
	readPageSources(t, func(name, source string) {
		if strings.Contains(source, "onpaste") || strings.Contains(source, `"paste"`) {
			t.Errorf("%s meddles with pasting", name)
		}
		for _, tag := range input.FindAllString(source, -1) {
			m := id.FindStringSubmatch(tag)
			if m == nil || !strings.Contains(m[1], "password") && m[1] != "old" && m[1] != "again" {
				continue
			}
			found++
			if !strings.Contains(tag, ` type="password"`) || !strings.Contains(tag, `-password"`) {
				t.Errorf("%s: %s", name, tag)
			}
		}
	})
	if found < 6 {
		t.Errorf("%d fields were looked at", found)
	}
}

// TestSignOutEverywhere: every page that somebody looks at who has signed in has the
// button that ends it, with the script that makes it do so.
func TestSignOutEverywhere(t *testing.T) {
	o := newOffice(t)
	o.draft()
	o.freeze()
	looked := 0
	for _, rt := range allRoutes() {
		if rt.method != http.MethodGet || !rt.page || rt.path == "/hall/{vote}" || rt.path == "/terminal" {
			continue // what hangs on a wall, and what is compared byte for byte
		}
		role := store.RoleStaffLead
		if !rt.who.anyone {
			role = rt.who.roles[0]
		}
		got := o.send(role, "GET", o.sampleURL(&rt), nil)
		if got.status != http.StatusOK {
			continue
		}
		looked++
		if !strings.Contains(string(got.body), "data-signout") || !strings.Contains(string(got.body), "/static/js/office.js") {
			t.Errorf("%s has no way to sign out", rt.path)
		}
	}
	if looked < 10 {
		t.Errorf("%d pages were looked at", looked)
	}
}

// TestNothingElse: there are no lists of files, nothing of the source, and nothing
// for debuggers.
func TestNothingElse(t *testing.T) {
	s := newStage(t)
	for _, path := range []string{
		"/static/", "/static/js/", "/static/js", "/static/../web.go", "/static/%2e%2e/web.go", "/.git/config", "/.git/",
		"/debug/pprof/", "/debug/vars", "/metrics", "/server-status", "/keys/", "/static/js/terminal.js.map",
	} {
		if got := s.send(store.RoleAdmin, "GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := s.send("", "GET", "/static/style.css", nil); got.status != http.StatusOK {
		t.Errorf("a file: %d", got.status)
	}
}

// TestRequestBoundaries: where a request ends is never in doubt, so that nothing can
// be hidden in another one's body.
func TestRequestBoundaries(t *testing.T) {
	asked := 0
	server := HTTPServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		io.Copy(io.Discard, r.Body)
	}))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	go server.Serve(ln)
	defer server.Close()
	const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, x := range map[string]struct {
		head   string
		body   string
		status int
	}{
		"plain":                    {"Content-Length: 3", "abc", 200},
		"two lengths":              {"Content-Length: 3\r\nContent-Length: 36", "abc" + hidden, 400},
		"a length with a sign":     {"Content-Length: +3", "abc", 400},
		"an unknown encoding":      {"Transfer-Encoding: xchunked", "0\r\n\r\n" + hidden, 501},
		"two encodings":            {"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "0\r\n\r\n" + hidden, 501},
		"a space before the colon": {"Content-Length : 3", "abc", 400},
	} {
		asked = 0
		conn, err := net.Dial("tcp", ln.Addr().String())
		must(t, err)
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n%s", x.head, x.body)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		must(t, err)
		conn.Close()
		if resp.StatusCode != x.status || (x.status == 200) != (asked == 1) {
			t.Errorf("%s: %d, %d requests", name, resp.StatusCode, asked)
		}
	}
}

// namedByVariable finds where a script gives an object a field whose name it does
// not know.
var namedByVariable = regexp.MustCompile(`[\w)]\[[A-Za-z_][\w.]*\] (\?\?)?=[^=>]|__proto__|\.prototype\b`)

// TestScriptsNameTheirFields: no name that came from elsewhere becomes the field of
// an object, so that none can be that of all objects (__proto__). Those that are
// named by a variable take it from a list of their own, a form of ours or a number.
func TestScriptsNameTheirFields(t *testing.T) {
	known := map[string]int{"console-basics.js": 1, "console-rules.js": 3, "inspect.js": 1, "sheet.js": 2, "choice.js": 2}
	readPageSources(t, func(name, source string) {
		if !strings.HasSuffix(name, ".js") {
			return
		}
		if got, want := len(namedByVariable.FindAllString(source, -1)), known[filepath.Base(name)]; got != want {
			t.Errorf("%s: %d fields are named by a variable, want %d", name, got, want)
		}
		delete(known, filepath.Base(name))
	})
	if len(known) > 0 {
		t.Errorf("not found: %v", known)
	}
	for code, want := range map[string]bool{
		"a[b] = c;": true, "a[b.c] ??= {};": true, "f(x)[y] = z;": true, "a.__proto__": true, "a[0] = b;": false, "if (a[b] === c)": false, "const [a] = b;": false,
	} {
		if got := namedByVariable.MatchString(code); got != want {
			t.Errorf("%s: %t", code, got)
		}
	}
}
