package web

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// attackPlan makes this test program an attacker, in a process of its own.
const attackPlan = "PIAOJUE_TEST_ATTACK"

// attack is what an attacker does, until somebody closes its standard input.
type attack struct {
	Kind    string // see attackKinds
	Address string // of the server
	TLS     bool
	Inside  bool // from the hall's own address; else from 200 others
	Conns   int
	Rate    int      // requests a second, of all connections together; 0: as fast as it goes
	Texts   [][]byte // requests, taken in turn
}

// attackKinds are what one connection of an attack does.
var attackKinds = map[string]func(*attack, context.Context, int){
	"flood": (*attack).flood,
	"drip":  (*attack).drip,
	"idle":  (*attack).idle,
}

// attackResult is what an attacker has to say at the end.
type attackResult struct {
	Sent    int64
	Refused int64 // connections that were not taken, or cut before an answer
	Codes   map[string]int64
}

var (
	attackSent, attackRefused atomic.Int64
	attackCodes               sync.Map // status line to *atomic.Int64
	attackTurns               chan struct{}
)

func attackForTest(plan string) {
	raw, err := os.ReadFile(plan)
	if err != nil {
		panic(err)
	}
	var a attack
	if err := json.Unmarshal(raw, &a); err != nil {
		panic(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	if a.Rate > 0 {
		attackTurns = make(chan struct{}, a.Conns)
		go a.tick(ctx)
	}
	for i := range a.Conns {
		go func() {
			for ctx.Err() == nil {
				attackKinds[a.Kind](&a, ctx, i)
			}
		}()
	}
	io.Copy(io.Discard, os.Stdin)
	stop()
	result := attackResult{attackSent.Load(), attackRefused.Load(), map[string]int64{}}
	attackCodes.Range(func(k, v any) bool {
		result.Codes[k.(string)] = v.(*atomic.Int64).Load()
		return true
	})
	json.NewEncoder(os.Stdout).Encode(result)
	os.Exit(0)
}

// tick gives turns at the rate; those that nobody takes are lost.
func (a *attack) tick(ctx context.Context) {
	const every = 5 * time.Millisecond
	for t := time.NewTicker(every); ctx.Err() == nil; <-t.C {
		for range a.Rate / int(time.Second/every) {
			select {
			case attackTurns <- struct{}{}:
			default:
			}
		}
	}
}

// dial comes from one of many addresses.
func (a *attack) dial(i int) (net.Conn, error) {
	d := net.Dialer{Timeout: 10 * time.Second}
	if !a.Inside {
		d.LocalAddr = &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%200))}
	}
	c, err := d.Dial("tcp", a.Address)
	if err != nil {
		attackRefused.Add(1)
		time.Sleep(50 * time.Millisecond)
		return nil, err
	}
	if !a.TLS {
		return c, nil
	}
	t := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	t.SetDeadline(time.Now().Add(30 * time.Second))
	if err := t.Handshake(); err != nil {
		c.Close()
		attackRefused.Add(1)
		return nil, err
	}
	t.SetDeadline(time.Time{})
	return t, nil
}

// flood sends one request and reads the answer.
func (a *attack) flood(ctx context.Context, i int) {
	if attackTurns != nil {
		select {
		case <-attackTurns:
		case <-ctx.Done():
			return
		}
	}
	c, err := a.dial(i)
	if err != nil {
		return
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(30 * time.Second))
	n := attackSent.Add(1)
	if _, err := c.Write(a.Texts[int(n)%len(a.Texts)]); err != nil {
		attackRefused.Add(1)
		return
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		attackRefused.Add(1)
		return
	}
	count, _ := attackCodes.LoadOrStore(strings.TrimSpace(line), new(atomic.Int64))
	count.(*atomic.Int64).Add(1)
	io.Copy(io.Discard, c)
}

// drip sends a request byte by byte, one each second, as a slow-loris does.
func (a *attack) drip(ctx context.Context, i int) {
	c, err := a.dial(i)
	if err != nil {
		return
	}
	defer c.Close()
	attackSent.Add(1)
	text := a.Texts[i%len(a.Texts)]
	head := strings.Index(string(text), "\r\n") + 2
	if at := strings.Index(string(text), "\r\n\r\n"); strings.Contains(string(text[:head]), "POST") {
		head = at + 4 // a body that comes slowly
	}
	c.Write(text[:head])
	for at := head; at < len(text) && ctx.Err() == nil; at++ {
		time.Sleep(time.Second)
		if _, err := c.Write(text[at : at+1]); err != nil {
			attackRefused.Add(1)
			return
		}
	}
}

// idle sends all there is and reads until it is cut.
func (a *attack) idle(ctx context.Context, i int) {
	c, err := a.dial(i)
	if err != nil {
		return
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	attackSent.Add(1)
	if len(a.Texts) > 0 {
		c.Write(a.Texts[0])
		line, err := bufio.NewReader(c).ReadString('\n')
		if err == nil {
			count, _ := attackCodes.LoadOrStore(strings.TrimSpace(line), new(atomic.Int64))
			count.(*atomic.Int64).Add(1)
		}
	}
	io.Copy(io.Discard, c)
	attackRefused.Add(1)
	time.Sleep(100 * time.Millisecond)
}

// attacker is an attack under way.
type attacker struct {
	cmd *exec.Cmd
	in  io.Closer
	out *bufio.Reader
}

// begin starts the attack. It is niced, since it shares the cores with the
// server that it attacks.
func (a *attack) begin(t testing.TB) *attacker {
	t.Helper()
	raw, err := json.Marshal(a)
	must(t, err)
	plan := t.TempDir() + "/plan"
	must(t, os.WriteFile(plan, raw, 0o600))
	cmd := exec.Command("nice", "-n", "10", os.Args[0])
	cmd.Env = append(os.Environ(), attackPlan+"="+plan)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	return &attacker{cmd, in, bufio.NewReader(out)}
}

// end stops the attack and says what it did.
func (x *attacker) end(t testing.TB) (r attackResult) {
	t.Helper()
	x.in.Close()
	must(t, json.NewDecoder(x.out).Decode(&r))
	must(t, x.cmd.Wait())
	return r
}

// request is an HTTP request as bytes.
func requestText(method, path, media string, body []byte, more ...string) []byte {
	head := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: vote.example\r\n", method, path)
	if media != "" {
		head += fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", media, len(body))
	}
	for _, line := range more {
		head += line + "\r\n"
	}
	return append([]byte(head+"\r\n"), body...)
}
