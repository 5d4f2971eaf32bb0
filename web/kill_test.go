package web

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"piaojue/leaktest"
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
	leaktest.Main(wholeRun{m})
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
	config := Config{DB: db, Keys: filepath.Join(d.folder, "keys"), Grace: time.Second, CountEvery: 50 * time.Millisecond}
	server, err := Open(context.Background(), config)
	if err != nil {
		panic(err)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		panic(err)
	}
	room, err := strconv.Atoi(cmp.Or(os.Getenv(roomForTest), "8192"))
	if err != nil {
		panic(err)
	}
	panic(HTTPServer(server.Handler()).Serve(NewDoor(ln, room, nil)))
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
