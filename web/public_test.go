package web

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"piaojue/election"
	"piaojue/lang"
)

// pageBody is what nobody in particular sees at an address.
func (s *stage) pageBody(path string, l lang.Lang) string {
	s.Helper()
	a := s.send("", "GET", path, nil, "Accept", "text/html", "Cookie", "lang="+string(l))
	if a.status != http.StatusOK {
		s.Fatalf("%s: %d", path, a.status)
	}
	main, _, _ := strings.Cut(string(a.body), `<script type="application/json"`)
	return main
}

// TestLogPage: the board in words, in both languages, of one kind and from
// either end; a ballot is a tracking code and nothing else, and the result is
// said once it is signed.
func TestLogPage(t *testing.T) {
	s := newStage(t)
	s.config.Grace = time.Millisecond
	s.restart()
	s.begin()
	v := s.cast(0, marks(0, 1))
	s.cast(1, marks(0))
	s.order()
	s.collect()
	s.share(3, 1)
	s.await(election.PhaseCounted)
	if body := s.pageBody("/log/v1", lang.ZH); !strings.Contains(body, "等监票人签字") || strings.Contains(body, "入选 1 项") {
		t.Error("the result is said before it is signed")
	}
	s.certify()
	s.announce()
	for _, l := range []lang.Lang{lang.ZH, lang.EN} {
		newest, oldest := s.pageBody("/log/v1", l), s.pageBody("/log/v1?order=oldest", l)
		for _, body := range []string{newest, oldest} {
			if strings.Contains(body, "%!") || strings.Contains(body, "log.") {
				t.Errorf("in %s: a hole in a sentence", l)
			}
		}
		if strings.Index(newest, `id="e0"`) < strings.Index(newest, `id="e9"`) || strings.Index(oldest, `id="e0"`) > strings.Index(oldest, `id="e9"`) {
			t.Errorf("in %s: entries are not in the order asked for", l)
		}
	}
	body := s.pageBody("/log/v1?kind=ballot", lang.ZH)
	if got := strings.Count(body, `class="entry"`); got != 2 {
		t.Errorf("%d ballots, want 2", got)
	}
	entry := v.Promise().Entry
	if !strings.Contains(body, strings.Join(fours(hexOf(entry))[:4], " ")) || strings.Contains(body, "封票码") {
		t.Error("a ballot is more or less than its tracking code")
	}
	if body := s.pageBody("/log/v1", lang.ZH); !strings.Contains(body, "入选 1 项") || !strings.Contains(body, "监票人1、监票人3") {
		t.Error("the result is not said, or not who signed it")
	}
}

// TestLogChoice: what is asked for beyond the log is as if it were not asked.
func TestLogChoice(t *testing.T) {
	kinds := make([]election.Kind, 100)
	for i := range kinds {
		kinds[i] = election.KindBallot
	}
	kinds[0], kinds[99] = election.KindManifest, election.KindClose
	for _, tt := range []struct {
		query       string
		first, last uint64
		page, at    int
	}{
		{"", 99, 60, 1, -1},
		{"page=3", 19, 0, 3, -1},
		{"page=4", 19, 0, 3, -1},
		{"page=-1&kind=nothing&order=x", 99, 60, 1, -1},
		{"order=oldest&page=2", 40, 79, 2, -1},
		{"kind=manifest", 0, 0, 1, -1},
		{"kind=ballot&page=2", 58, 19, 2, -1},
		{"at=5", 19, 0, 3, 5},
		{"at=100", 99, 60, 1, -1},
		{"at=-1", 99, 60, 1, -1},
		{"at=5&kind=close", 99, 99, 1, -1},
	} {
		r, err := http.NewRequest("GET", "/log/v1?"+tt.query, nil)
		must(t, err)
		d := &logData{}
		got := d.choose(r.URL.Query(), kinds)
		if got[0] != tt.first || got[len(got)-1] != tt.last || d.Page != tt.page || d.At != tt.at {
			t.Errorf("%q: %d to %d, page %d, at %d", tt.query, got[0], got[len(got)-1], d.Page, d.At)
		}
	}
}

// TestTrustPage: the fingerprint is the certificate's, as piaojued prints it;
// where no certificate is to be trusted the page says so.
func TestTrustPage(t *testing.T) {
	s := newStage(t)
	if body := s.pageBody("/trust", lang.ZH); strings.Contains(body, "/ca.crt") || !strings.Contains(body, "不需要在这里安装") {
		t.Error("a certificate where there is none")
	}
	key := testKey("ca")
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(1)}, &x509.Certificate{SerialNumber: big.NewInt(1)}, key.Public(), key)
	must(t, err)
	s.config.CA = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	s.restart()
	rows := fingerprint(s.config.CA)
	if len(rows) != 4 || len(rows[0]) != 23 {
		t.Fatalf("fingerprint %q", rows)
	}
	body := s.pageBody("/trust", lang.ZH)
	for _, row := range rows {
		if !strings.Contains(body, row) {
			t.Errorf("%s is not on the page", row)
		}
	}
	if fingerprint([]byte("no certificate")) != nil {
		t.Error("a fingerprint of nothing")
	}
}

// TestHomeWays: each person finds the ways that lead to pages this person may
// see, and nobody else's.
func TestHomeWays(t *testing.T) {
	s := newStage(t)
	s.draft()
	s.freeze()
	for _, role := range append(Roles(), "") {
		a := s.send(role, "GET", "/", nil, "Accept", "text/html")
		for i := range pages {
			p := &pages[i]
			if !strings.Contains(p.path, "{vote}") {
				continue
			}
			path := s.sampleURL(p)
			linked := strings.Contains(string(a.body), fmt.Sprintf("%q", path))
			if may := p.who.check(Person{ID: "x", Role: role}) == nil; linked && !may {
				t.Errorf("%s as %q: a way that leads nowhere", path, role)
			}
			if p.who.anyone && !linked {
				t.Errorf("%s as %q: no way", path, role)
			}
		}
	}
}
