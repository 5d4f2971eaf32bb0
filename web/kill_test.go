package web

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"piaojue/election"
)

// The environment makes this test program a server, which others can kill.
const (
	serveFolder   = "PIAOJUE_TEST_FOLDER"
	serveAddress  = "PIAOJUE_TEST_ADDRESS"
	serveDatabase = "PIAOJUE_TEST_DATABASE"
)

func TestMain(m *testing.M) {
	if folder := os.Getenv(serveFolder); folder != "" {
		serveForTest(database{folder, os.Getenv(serveDatabase)}, os.Getenv(serveAddress))
	}
	if plan := os.Getenv(attackPlan); plan != "" {
		attackForTest(plan)
	}
	goleak.VerifyTestMain(wholeRun{m})
}

// wholeRun fails if a route that answers with JSON has given no answer that was
// compared with its schema, unless only some tests were asked for.
type wholeRun struct{ *testing.M }

func (m wholeRun) Run() int {
	status := m.M.Run()
	stopChromium()
	removeFaultVote()
	if flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String()+flag.Lookup("test.fuzz").Value.String() != "" {
		return status
	}
	for _, name := range unanswered() {
		fmt.Fprintf(os.Stderr, "%s: no test has compared an answer with its schema\n", name)
		status = max(status, 1)
	}
	return status
}

func serveForTest(d database, address string) {
	db, err := d.openDB()
	if err != nil {
		panic(err)
	}
	config := Config{DB: db, Keys: filepath.Join(d.home, "keys"), Grace: time.Second, CountEvery: 50 * time.Millisecond}
	server, err := Open(context.Background(), config)
	if err != nil {
		panic(err)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	panic(HTTPServer(server.Handler()).Serve(ln))
}

// child is a server process.
type child struct {
	s   *stage
	cmd *exec.Cmd
}

// spawn starts a server process on the files of the stage, and waits until it
// answers.
func (s *stage) spawn() *child {
	s.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveFolder+"="+s.folder, serveDatabase+"="+s.url, serveAddress+"="+s.base[len("http://"):])
	cmd.Stderr = os.Stderr
	must(s, cmd.Start())
	c := &child{s, cmd}
	for range 400 {
		resp, err := http.Get(s.base + "/healthz")
		if err == nil {
			resp.Body.Close()
			return c
		}
		time.Sleep(25 * time.Millisecond)
	}
	c.kill()
	s.Fatal("the server does not answer")
	return nil
}

// kill is kill -9.
func (c *child) kill() {
	c.s.Helper()
	must(c.s, c.cmd.Process.Kill())
	c.cmd.Wait() // says that it was killed
	http.DefaultClient.CloseIdleConnections()
}

func freeAddress(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

// castUntilTaken casts each ballot again and again until it is acknowledged, as
// a terminal does whose server does not answer.
func castUntilTaken(s *stage, entries [][]byte) map[[32]byte][]byte {
	var mu sync.Mutex
	promises := make(map[[32]byte][]byte)
	queue := make(chan []byte, len(entries))
	for _, e := range entries {
		queue <- e
	}
	close(queue)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for e := range queue {
				promise := s.castOnce(e)
				for ; promise == nil; promise = s.castOnce(e) {
					time.Sleep(20 * time.Millisecond)
				}
				mu.Lock()
				promises[election.HashEntry(e)] = promise
				mu.Unlock()
				time.Sleep(10 * time.Millisecond) // so that kills come between
			}
		})
	}
	wg.Wait()
	return promises
}

// castOnce returns nil if nobody knows what became of the ballot.
func (s *stage) castOnce(entry []byte) []byte {
	answer, status := s.postOnce("/box/"+s.vote+"/ballots", entry)
	if answer != nil && status != http.StatusOK {
		panic(fmt.Sprintf("cast: %d %s", status, answer))
	}
	return answer
}

// postOnce returns nil if no whole answer came.
func (s *stage) postOnce(path string, body []byte) (answer []byte, status int) {
	resp, err := http.Post(s.base+path, mediaBinary, bytes.NewReader(body))
	if err != nil {
		return nil, 0
	}
	defer resp.Body.Close()
	if answer, err = io.ReadAll(resp.Body); err != nil {
		return nil, 0
	}
	return answer, resp.StatusCode
}
