package doctor

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// said is a server that answers one thing.
type said struct {
	status int
	date   string
	body   []byte
}

func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: s.status, Request: r, Header: http.Header{"Date": {s.date}},
		Body: io.NopCloser(bytes.NewReader(s.body)),
	}, nil
}

// FuzzAnswers: whatever a server says, it is judged, and no issuer is without an address.
func FuzzAnswers(f *testing.F) {
	f.Add(uint16(503), "Sun, 22 Nov 2026 15:00:00 GMT", []byte(`{"error":{"code":"waiting","fields":[{"field":"backup"}]}}`))
	f.Add(uint16(200), "", []byte(`{"status":"ok","issuers":[{"name":"甲","url":"https://a.example.org"}]}`))
	f.Add(uint16(200), "x", []byte(`{"error":{"code":"storage"}}`))
	f.Fuzz(func(t *testing.T, status uint16, date string, body []byte) {
		answers := said{int(status), date, body}
		w := &way{address: "http://127.0.0.1", client: &http.Client{
			Transport:     answers,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}
		if v := w.checkReady(t.Context()).Verdict; (v == Well) != (status == http.StatusOK) {
			t.Errorf("status %d, %q: %v", status, body, v)
		}
		for _, x := range w.issuers(t.Context(), "v1") {
			if x.address == "" {
				t.Errorf("%q: an issuer without an address", body)
			}
		}
		ours(answer{status: int(status), body: body})
		checkChromium(date, nil)
		serverTime(http.Header{"Date": {date}})
	})
}

// FuzzCertificate: files of an administrator that are anything.
func FuzzCertificate(f *testing.F) {
	path := filepath.Join(f.TempDir(), "file")
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"), "0.0.0.0:8443")
	f.Add([]byte("x"), "[::]:1")
	f.Add([]byte("0"), "#:\x8c") // a fragment, where it is put after https:// as it is
	f.Fuzz(func(t *testing.T, text []byte, listen string) {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		p := Patient{Cert: path, Key: path, CA: path, Listen: listen, Site: "https://vote.example.org"}
		if len(p.certificate(time.Unix(1.8e9, 0))) == 0 {
			t.Errorf("%q: nothing is said of the certificate", text)
		}
		if u, err := url.Parse(p.local()); err == nil && u.Host == "" && p.local() != "" {
			t.Errorf("%q: %s", listen, p.local())
		}
	})
}
