package web

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/pgtest"
	"piaojue/store"
)

// lineLog collects what the server logs.
type lineLog struct {
	mu   sync.Mutex // guards text
	text []byte
}

func (l *lineLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	return len(b), nil
}

func (l *lineLog) bytes() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.text)
}

// traced is a vote of which the test knows everything: it listens on the side
// of the devices.
type traced struct {
	*stage
	log    lineLog
	traces []trace
	voters map[int]*client.Voter
	slips  map[string]bool // what must lie in the box, without the zeros at its end
	issued map[int]int     // the place of each deputy in the order of issuing
	cast   map[int]int     // and in that of handing in
	from   time.Time
}

// traceVote begins a vote at registered terminals, with a log of everything, all of
// whose files, temporary ones too, are in the stage's folder.
func traceVote(t *testing.T, deputies int) *traced {
	t.Helper()
	s := newStage(t)
	x := &traced{stage: s, voters: map[int]*client.Voter{}, slips: map[string]bool{}, issued: map[int]int{}, cast: map[int]int{}, from: time.Now()}
	temporary := filepath.Join(s.folder, "tmp")
	must(t, os.Mkdir(temporary, 0o700))
	t.Setenv("TMPDIR", temporary)
	s.config.Log = slog.New(slog.NewTextHandler(&x.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s.config.PerMinute = 1_000_000
	s.restart()
	s.deputies, s.terminals = deputies, terminalsRequired
	s.begin()
	return x
}

func (x *traced) add(side tells, who int, what string, value []byte) {
	x.traces = append(x.traces, trace{side, who, what, bytes.Clone(value)})
}

// listen notes what passes between a deputy's device and the server.
func (x *traced) listen(i int) client.Transport {
	return func(r client.Request) ([]byte, error) {
		answer, err := x.transport(r)
		x.noteRequest(i, r, answer)
		return answer, err
	}
}

func (x *traced) noteRequest(i int, r client.Request, answer []byte) {
	switch path := r.Path; {
	case strings.Contains(path, "/roll/"):
		leaf := answer[:68]
		x.add(ofDeputy, i, "roll leaf", leaf[4:])
	case strings.Contains(path, "/seeds/"):
		x.add(ofDeputy, i, "sealed seed", answer)
		x.add(ofNobody, i, "one-time seed", x.openSeed(i, answer))
	case strings.HasSuffix(path, "/issuances"):
		n := int(binary.BigEndian.Uint16(r.Body))
		entry := r.Body[2 : 2+n]
		hash := election.HashEntry(entry)
		x.add(ofDeputy, i, "issuance", hash[:])
		x.add(ofDeputy, i, "badge signature", entry[len(entry)-64:])
		x.add(ofDeputy, i, "blinded message", r.Body[2+n:])
		x.add(ofDeputy, i, "blind signature", answer[9:])
	case strings.HasSuffix(path, "/challenges"):
		return // its seal code comes from Seal
	case strings.HasPrefix(path, "/box/"):
		x.noteEntry(i, r.Body)
		x.add(ofNobody, i, "promise", answer)
	}
}

// openSeed is what the deputy's device does (PROTOCOL.md, "Sealed seed").
func (x *traced) openSeed(i int, sealed []byte) []byte {
	badge := badgeSeed(number(i))
	key, err := hkdf.Key(sha256.New, badge[:], x.manifest[:], string(binary.BigEndian.AppendUint32([]byte("piaojue-v1 seed"), 1)), 32)
	must(x, err)
	aead, err := chacha20poly1305.NewX(key)
	must(x, err)
	seed, err := aead.Open(nil, sealed[:24], sealed[24:], nil)
	must(x, err)
	return seed
}

// noteEntry takes apart what was handed in, and makes the slip that is to lie in
// the box: every byte of it follows from the entry.
func (x *traced) noteEntry(i int, raw []byte) {
	e, err := election.ParseEntry(raw)
	must(x, err)
	hash := e.Hash()
	key, body := e.Body[32:64], e.Body
	x.add(ofBallot, i, "tracking code", hash[:])
	x.add(ofBallot, i, "one-time key", key)
	x.add(ofBallot, i, "prefix", body[64:96])
	x.add(ofBallot, i, "credential", body[96:96+blindedSize])
	x.add(ofBallot, i, "signature", body[len(body)-64:])
	alpha, commitment, seal := make([]byte, 32), make([]byte, 32), make([]byte, 32)
	if e.Kind == election.KindBallot {
		b, err := x.board.State().Params().Parse(body)
		must(x, err)
		s, c := b.SealCode(), b.FirstCommitment()
		seal, commitment, alpha = s[:], c[:], b.Ciphertexts()[0].Alpha.Bytes()
		x.add(ofBallot, i, "seal code", seal)
		for j, c := range b.Ciphertexts() {
			x.add(ofBallot, i, fmt.Sprint("alpha ", j), c.Alpha.Bytes())
			x.add(ofBallot, i, fmt.Sprint("beta ", j), c.Beta.Bytes())
		}
	}
	x.slip(e.Kind, hash[:], key, seal, alpha, commitment, raw)
}

func (x *traced) slip(k election.Kind, hash, key, seal, alpha, commitment, entry []byte) {
	b := binary.BigEndian.AppendUint32([]byte{byte(k)}, 1)
	for _, part := range [][]byte{hash, key, seal, alpha, commitment} {
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(entry)))
	b = append(b, entry...)
	sum := sha256.Sum256(b)
	x.slips[string(append(sum[:], b...))] = true
}

// issue takes a deputy to the credential, at a terminal.
func (x *traced) issue(i int, terminal []string) {
	x.Helper()
	seed := badgeSeed(number(i))
	badge := public(ed25519.NewKeyFromSeed(seed[:]))
	x.add(ofNobody, i, "badge seed", seed[:])
	x.add(ofDeputy, i, "badge", badge[:])
	x.add(ofDeputy, i, "name", fmt.Append(nil, "代表", i))
	x.terminalHeader = terminal
	b := client.NewBoard(x.listen(i), x.vote, x.manifest)
	must(x, b.Update())
	v := client.NewVoter(b, seed)
	must(x, v.Identify())
	must(x, v.Obtain())
	x.issued[i], x.voters[i] = len(x.issued), v
}

// handIn casts, some after a challenge, or declines.
func (x *traced) handIn(i int) {
	x.Helper()
	v := x.voters[i]
	x.cast[i] = len(x.cast)
	if i%12 == 5 {
		must(x, v.Decline())
		return
	}
	if i%12 == 7 {
		spent, err := v.Seal(marks(1))
		must(x, err)
		x.add(ofBallot, i, "spent seal code", spent[:])
		zeros := make([]byte, 32)
		x.slip(election.KindSpent, zeros, zeros, spent[:], zeros, zeros, nil)
		_, err = v.Challenge()
		must(x, err)
	}
	_, err := v.Seal([]ballot.Choice{marks(0), marks(1, 2), {Abstain: true}, {Spoil: true}}[i%4])
	must(x, err)
	must(x, v.Cast())
}

// place is somewhere to look for traces.
type place struct {
	name string
	box  bool // the ballot box, or a copy of it
	log  bool
	data []byte
}

// places are all files of the server and of copies of them, what it has
// logged, and all that it answers to anybody.
func (x *traced) places(copies string) []place {
	x.Helper()
	all := []place{{name: "log", log: true, data: x.log.bytes()}}
	for _, root := range []string{x.folder, copies} {
		must(x, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			all = append(all, place{name: path, box: strings.Contains(d.Name(), "-box"), data: data})
			return err
		}))
	}
	return append(all, x.answers()...)
}

// answers are those to all readers, as the first role that may read.
func (x *traced) answers() (all []place) {
	for _, rt := range allRoutes() {
		if rt.method != "GET" || strings.HasSuffix(rt.path, "/live") {
			continue
		}
		for _, role := range append(rt.who.roles, "")[:1] {
			r := httptest.NewRequest("GET", x.sampleURL(&rt), nil)
			if role != "" {
				r.Header.Set("Authorization", "Bearer "+x.people[role])
			}
			w := httptest.NewRecorder()
			x.server.Handler().ServeHTTP(w, r)
			all = append(all, place{name: "GET " + rt.path + " " + rt.query, data: append(fmt.Append(nil, w.Header()), w.Body.Bytes()...)})
		}
	}
	return all
}

// copyAll backs the server up, in both ways that there are.
func (x *traced) copyAll() (folder string) {
	pgtest.SQLiteOnly(x)
	x.Helper()
	folder = x.TempDir()
	must(x, x.config.DB.Backup(x.Context(), filepath.Join(folder, "backup")))
	must(x, store.Copy(x.Context(), filepath.Join(x.folder, "db"), filepath.Join(folder, "copy")))
	return folder
}

// record is where people look for ballots, beside the database: it is public.
func record(name string) bool {
	return strings.HasPrefix(name, "GET /board/") || strings.HasPrefix(name, "GET /log/")
}

// wrong says what must not be in a place; nil if all is well. Before the close
// what is of ballots is in the box alone; then it is in the log, and the box is
// empty.
func (p place) wrong(f *finder, closed bool) []found {
	got := f.sides(p.data)
	bad := got[ofNobody]
	switch {
	case p.log:
		bad = append(append(bad, got[ofDeputy]...), got[ofBallot]...)
	case p.box:
		bad = append(bad, got[ofDeputy]...)
		if closed {
			bad = append(bad, got[ofBallot]...)
		}
	case !closed:
		bad = append(bad, got[ofBallot]...)
	default:
		for _, x := range append(got[ofDeputy], got[ofBallot]...) {
			forgotten := x.what == "sealed seed" || x.what == "blind signature" || x.what == "blinded message"
			if forgotten || x.side == ofBallot && strings.HasPrefix(p.name, "GET ") && !record(p.name) {
				bad = append(bad, x)
			}
		}
	}
	return bad
}

// look searches all places, and then all rows.
func (x *traced) look(when string, closed bool) {
	x.Helper()
	f := newFinder(x.traces)
	copies := x.copyAll()
	inBox, inFiles := 0, 0
	for _, p := range x.places(copies) {
		for _, bad := range p.wrong(f, closed) {
			x.Errorf("%s: %s holds %s", when, p.name, bad)
		}
		n := len(f.sides(p.data)[ofBallot])
		if p.box {
			inBox += n
		} else {
			inFiles += n
		}
	}
	if closed && inFiles == 0 || !closed && inBox == 0 {
		x.Errorf("%s: no ballots at all: the test looks at the wrong files", when)
	}
	for _, base := range []string{x.folder + "/db", copies + "/backup", copies + "/copy"} {
		x.lookAtRows(when+" "+filepath.Base(base), f, dump(x, base), closed)
	}
}

// TestNoTrace (V14, S9): of a whole session, seen from inside the server: no
// value, time or order in its files, copies, log or answers joins a deputy to a
// ballot, and after the close no rest of what could help is in any file.
func TestNoTrace(t *testing.T) {
	const n = 48
	x := traceVote(t, n)
	var terminals [][]string
	for i := range 6 {
		made, header := x.terminal("shared", fmt.Sprint("终端位置", i))
		hash := sha256.Sum256([]byte(made.Key))
		for j := i; j < n; j += 6 {
			x.add(ofDeputy, j, "terminal", []byte(made.Key))
			x.add(ofDeputy, j, "hash of the terminal", hash[:])
		}
		terminals = append(terminals, header)
	}
	for _, i := range rand.Perm(n)[1:] { // somebody never comes
		x.issue(i, terminals[i%6])
	}
	for k, i := range rand.Perm(n) {
		if x.voters[i] == nil {
			continue
		}
		before := len(x.log.bytes())
		x.handIn(i)
		if got := x.log.bytes()[before:]; len(got) > 0 {
			t.Errorf("the server wrote during a cast: %s", got)
		}
		if k == n/2 {
			x.look("in the middle", false)
		}
	}
	x.look("before the close", false)
	x.order()
	x.await(election.PhaseClosed)
	x.look("after the close", true)
	x.collect()
	x.share(1, 3)
	x.await(election.PhaseCounted)
	x.look("after the result", true)
	if !strings.Contains(string(x.log.bytes()), "route=/votes/{vote}/issuances") {
		t.Error("the log holds no requests: the test looks at the wrong place")
	}
}
