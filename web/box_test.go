package web

import (
	"bytes"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/store"
)

func (s *stage) holder() *holder {
	s.Helper()
	issuer, err := testIssuer(0)
	must(s, err)
	return newHolder(s, s.update(), issuer)
}

func (s *stage) put(path string, body []byte) answer {
	s.Helper()
	return s.send("", "POST", "/box/"+s.vote+path, body)
}

func (s *stage) inBox() store.BoxCount {
	s.Helper()
	c, err := s.config.DB.CountBox(s.Context(), s.vote)
	must(s, err)
	return c
}

// resign changes the body of a ballot entry and signs it again, so that no
// check before the one that is tested can fail.
func (h *holder) resign(t testing.TB, entry []byte, change func(body []byte)) []byte {
	t.Helper()
	e, err := election.ParseEntry(entry)
	must(t, err)
	n := len(e.Body) - 64
	change(e.Body)
	copy(e.Body[n:], group.Sign(h.key, "ballot", h.manifest, e.Body[:n]))
	return e.Marshal()
}

// TestBoxRefuses: each fault gets its code, in the order of the checks (S8),
// and nothing comes into the box. The twin of all of them is cast at the end.
func TestBoxRefuses(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	good := h.finish(t, h.seal(t))
	other := newStage(t)
	other.presidium = testKey("another presidium")
	other.begin()
	alien := other.holder()
	e, err := election.ParseEntry(good)
	must(t, err)
	unsigned := slices.Clone(good)
	unsigned[len(unsigned)-2] ^= 1
	signed := &election.Entry{Kind: e.Kind, Body: e.Body}
	signed.Sign(election.RoleStaff, 0, s.staff, s.manifest)
	last := len(e.Body) - 64 - 32    // the last response of the last proof
	flipped := func(at int) []byte { // and not signed again
		body := slices.Clone(e.Body)
		body[at] ^= 1
		return (&election.Entry{Kind: e.Kind, Body: body}).Marshal()
	}
	for name, x := range map[string]struct {
		entry []byte
		code  code
	}{
		"empty":          {nil, codeBadForm},
		"short":          {good[:len(good)-1], codeBadForm},
		"long":           {append(slices.Clone(good), 0), codeBadForm},
		"oversized":      {make([]byte, election.MaxEntry+1), codeTooLarge},
		"another kind":   {(&election.Entry{Kind: election.KindUnused, Body: e.Body}).Marshal(), codeBadForm},
		"role signature": {signed.Marshal(), codeBadForm},
		"another vote":   {alien.finish(t, alien.seal(t)), codeWrongVote},
		"identity as α":  {h.resign(t, good, func(b []byte) { clear(b[32+64+384 : 32+64+384+32]) }), codeBadForm},
		"credential":     {h.resign(t, good, func(b []byte) { b[32+64+10] ^= 1 }), codeBadCredential},
		"signature":      {unsigned, codeBadSignature},
		"all of these":   {flipped(32 + 64 + 10), codeBadCredential},
		"both of these":  {flipped(last), codeBadSignature},
		"proof":          {h.resign(t, good, func(b []byte) { b[last] ^= 1 }), codeBadProof},
	} {
		if got := s.put("/ballots", x.entry); got.code() != x.code {
			t.Errorf("%s: %d %s, want %s", name, got.status, got.body, x.code)
		}
	}
	if got := s.inBox(); got.Ballots != 0 {
		t.Fatalf("%d ballots in the box", got.Ballots)
	}
	if got := s.put("/ballots", good); got.status != http.StatusOK || len(got.body) != 64 {
		t.Errorf("a good ballot: %d %s", got.status, got.body)
	}
}

// TestSecondBallot (B5): the first ballot counts. The same one again gets the
// same promise; another one, or an unused, of the same credential is refused.
func TestSecondBallot(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	first, second := h.finish(t, h.seal(t)), h.finish(t, h.seal(t))
	promise := s.put("/ballots", first)
	if again := s.put("/ballots", first); !bytes.Equal(again.body, promise.body) || again.status != http.StatusOK {
		t.Errorf("the same ballot again: %d %s", again.status, again.body)
	}
	if got := s.put("/ballots", second); got.code() != codeSecondBallot {
		t.Errorf("a second ballot: %d %s", got.status, got.body)
	}
	body, err := h.params.NewUnused(h.cred, h.key)
	must(t, err)
	unused := (&election.Entry{Kind: election.KindUnused, Body: body}).Marshal()
	if got := s.put("/unused", unused); got.code() != codeSecondBallot {
		t.Errorf("unused after a ballot: %d %s", got.status, got.body)
	}
	if got := s.inBox(); got.Ballots != 1 || got.Unused != 0 {
		t.Errorf("in the box: %+v", got)
	}
}

// TestConcurrentCasts (B5): many different ballots of one credential at the
// same time: one comes in.
func TestConcurrentCasts(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	const n = 24
	codes := make([]code, n)
	var wg sync.WaitGroup
	for i := range n {
		entry := h.finish(t, h.seal(t))
		wg.Go(func() { codes[i] = s.put("/ballots", entry).code() })
	}
	wg.Wait()
	in := 0
	for _, c := range codes {
		switch c {
		case "":
			in++
		case codeSecondBallot:
		default:
			t.Errorf("code %s", c)
		}
	}
	if in != 1 || s.inBox().Ballots != 1 {
		t.Errorf("%d of %d ballots were accepted, %d are in the box", in, n, s.inBox().Ballots)
	}
}

// TestBadNeighbour: a ballot that does not verify is refused alone, whoever
// waits beside it.
func TestBadNeighbour(t *testing.T) {
	s := newStage(t)
	s.begin()
	const n = 12
	entries, want := make([][]byte, n), make([]code, n)
	for i := range n {
		h := s.holder()
		entries[i] = h.finish(t, h.seal(t))
		if i%3 == 0 {
			entries[i], want[i] = h.resign(t, entries[i], func(b []byte) { b[len(b)-96] ^= 1 }), codeBadProof
		}
	}
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if got := s.put("/ballots", entries[i]); got.code() != want[i] {
				t.Errorf("ballot %d: %q, want %q", i, got.code(), want[i])
			}
		})
	}
	wg.Wait()
}

// TestChallenge (B3): what was challenged is never cast, what was cast is never
// challenged, also after a restart.
func TestChallenge(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	spent, cast := h.seal(t), h.seal(t)
	spend := func(seal [32]byte) answer {
		body, err := h.params.NewChallenge(seal, h.cred, h.key)
		must(t, err)
		return s.put("/challenges", body)
	}
	for range 2 { // again is harmless
		if got := spend(spent.SealCode()); got.status != http.StatusNoContent || len(got.body) != 0 {
			t.Fatalf("challenge: %d %s", got.status, got.body)
		}
	}
	s.restart()
	if got := s.put("/ballots", h.finish(t, spent)); got.code() != codeSpentSeal {
		t.Errorf("cast after the challenge: %d %s", got.status, got.body)
	}
	seal := cast.SealCode()
	if got := s.put("/ballots", h.finish(t, cast)); got.status != http.StatusOK {
		t.Errorf("cast of another: %d %s", got.status, got.body)
	}
	if got := spend(seal); got.code() != codeSecondBallot {
		t.Errorf("challenge after the cast: %d %s", got.status, got.body)
	}
	bad, err := h.params.NewChallenge(seal, h.cred, h.key)
	must(t, err)
	bad[0] ^= 1
	if got := s.put("/challenges", bad); got.code() != codeBadSignature {
		t.Errorf("challenge of somebody else's: %d %s", got.status, got.body)
	}
}

// TestQuery: only the holder of a one-time key learns what it has handed in.
func TestQuery(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	ask := func(sig []byte) answer { return s.put("/queries", append(slices.Clone(h.cred.Key[:]), sig...)) }
	sig := group.Sign(h.key, "query", s.manifest, h.cred.Key[:])
	if got := ask(sig); got.status != http.StatusOK || !bytes.Equal(got.body, []byte{0}) {
		t.Errorf("before: %d %x", got.status, got.body)
	}
	cast := h.finish(t, h.seal(t))
	promise := s.put("/ballots", cast)
	if got := ask(sig); !bytes.Equal(got.body, slices.Concat([]byte{1}, promise.body, cast)) {
		t.Errorf("after: %d, %d bytes", got.status, len(got.body))
	}
	for name, bad := range map[string][]byte{
		"another name": group.Sign(h.key, "unused", s.manifest, h.cred.Key[:]),
		"another key":  group.Sign(s.staff, "query", s.manifest, h.cred.Key[:]),
	} {
		if got := ask(bad); got.code() != codeBadSignature {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := ask(sig[:63]); got.code() != codeBadForm {
		t.Errorf("short: %d %s", got.status, got.body)
	}
}

// TestBoxIdentity: the box refuses whoever says who it is.
func TestBoxIdentity(t *testing.T) {
	s := newStage(t)
	s.begin()
	h := s.holder()
	good := h.finish(t, h.seal(t))
	for _, header := range [][2]string{
		{"Cookie", "session=1"}, {"Authorization", "Bearer " + s.people[store.RoleGate]},
		{"Authorization", "x"}, {"Proxy-Authorization", "Basic eA=="},
	} {
		for _, path := range []string{"/ballots", "/unused", "/challenges", "/queries"} {
			if got := s.send("", "POST", "/box/v1"+path, good, header[0], header[1]); got.code() != codeWrongChannel {
				t.Errorf("%s with %s: %d %s", path, header[0], got.status, got.body)
			}
		}
	}
	if got := s.put("/ballots", good); got.status != http.StatusOK || len(got.header.Values("Set-Cookie")) > 0 {
		t.Errorf("without: %d %v", got.status, got.header)
	}
}

// TestBoxSilent: no line is written for a request to the box, whatever comes
// of it, and no line at all holds an address or a key.
func TestBoxSilent(t *testing.T) {
	var lines bytes.Buffer
	s := newStage(t)
	s.config.Log = slog.New(slog.NewTextHandler(&lines, nil))
	s.restart()
	s.begin()
	h := s.holder()
	s.do(store.RoleGate, "GET", "/votes", nil)
	before := lines.Len()
	s.put("/ballots", h.finish(t, h.seal(t)))
	s.put("/ballots", []byte("x"))
	s.put("/queries", make([]byte, 96))
	s.put("/challenges", nil)
	s.put("/unused", make([]byte, election.MaxEntry+1))
	// A terminal begins anew some seconds after the cast.
	for _, path := range []string{"/static/js/machine-worker.js?terminal", "/static/wasm/terminal.wasm", "/board/v1/checkpoint", "/board/v1/tile/entries/000.p/1"} {
		if got := s.send("", "GET", path, nil); got.status != http.StatusOK {
			t.Errorf("%s: %d", path, got.status)
		}
	}
	if got := lines.String()[before:]; got != "" {
		t.Errorf("the box wrote %q", got)
	}
	for _, secret := range []string{"127.0.0.1", s.people[store.RoleGate], "Bearer", hexOf(h.cred.Key)} {
		if strings.Contains(lines.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(lines.String(), "route=/votes/{vote}/issuances") && !strings.Contains(lines.String(), "route=/votes ") {
		t.Error("the log holds no requests at all")
	}
}

// TestEqualAnswers (B8): what the box answers has one length, whatever was
// chosen.
func TestEqualAnswers(t *testing.T) {
	s := newStage(t)
	s.begin()
	var sizes []int
	for _, c := range []ballot.Choice{marks(0, 1), {Abstain: true}, {Spoil: true}} {
		h := s.holder()
		bits, err := h.params.Grid().Fill(c)
		must(t, err)
		sealed, err := h.params.Encrypt(bits, h.cred.Key)
		must(t, err)
		entry := h.finish(t, sealed)
		got := s.put("/ballots", entry)
		sizes = append(sizes, len(entry), len(got.body), len(got.header))
	}
	if !slices.Equal(sizes[:3], sizes[3:6]) || !slices.Equal(sizes[:3], sizes[6:]) {
		t.Errorf("sizes %v", sizes)
	}
}
