package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"piaojue/election"
	"piaojue/lang"
)

// FuzzFiles: files that others handed over: read or refused.
func FuzzFiles(f *testing.F) {
	path := filepath.Join(f.TempDir(), "file")
	f.Add([]byte(`[{"name":"甲","url":"https://a.example.org","modulus":"00"}]`))
	f.Add([]byte(`{"format":"` + draftFormat + `","log":"","entry":"","contents":[]}`))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if all, err := parseIssuers(data); err == nil && len(all) == 0 && !bytes.Contains(data, []byte("[")) {
			t.Errorf("%q: no issuer and no error", data)
		}
		if d, err := readProjectDraft(data); err == nil && d == nil {
			t.Errorf("%q: no draft and no error", data)
		}
		if pool, err := readRoots(path); err == nil && pool == nil {
			t.Errorf("%q: no certificates and no error", data)
		}
		if _, done, err := openFiles(path); err == nil {
			done()
		}
		if note, err := readNote(path); err == nil && bytes.HasPrefix(note, []byte("PK")) {
			t.Errorf("%q: an archive is a note", data)
		}
		if line, err := readPassphrase(path); err == nil && (line == "" || strings.Contains(line, "\n")) {
			t.Errorf("%q: the passphrase is %q", data, line)
		}
		readReceipt(path)
		readReceipt("https://vote.example.org/#" + string(data))
		readOpened(path, [32]byte{})
		readDeputies(path, []string{"1"})
		unpackPromise(base64.StdEncoding, string(data))
		if e, err := election.ParseEntry(data); err == nil {
			signedAt(e)
		}
	})
}

// FuzzAnswers: what a server says that may not be one of ours.
func FuzzAnswers(f *testing.F) {
	s, err := newServer("https://vote.example.org", "v1", "", nil, lang.ZH)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"error":{"code":"not_found","zh":"没有","en":"none","rows":[{"row":2,"field":"name","code":"missing"}]}}`))
	f.Add([]byte(`{"id":"v1","manifest":"00","issuers":[{"number":1,"url":"https://a.example.org"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if err := s.refusal(500, body); err == nil || err.Error() == "" {
			t.Errorf("%q is no refusal", body)
		}
		var v voteView
		decode(body, &v)
	})
}

// FuzzArguments: addresses and hashes of a command line.
func FuzzArguments(f *testing.F) {
	f.Add("https://vote.example.org/")
	f.Add("127.0.0.1:8080")
	f.Add("[::1]:1")
	f.Add("text/plain; charset=utf-8")
	f.Add(strings.Repeat("ab", 32))
	f.Fuzz(func(t *testing.T, text string) {
		if u, err := parseAddress(text); err == nil && u.Host == "" {
			t.Errorf("%q has no host", text)
		}
		if _, err := parseHash(text); err == nil && len(strings.Join(strings.Fields(text), "")) != 64 {
			t.Errorf("%q is a hash", text)
		}
		checkLocal(text)
		loopbackAddress(text)
		mediaOf(text)
	})
}

// FuzzWatch: a screen that a server sends is drawn in lines, and holds nothing that
// steers a terminal.
func FuzzWatch(f *testing.F) {
	f.Add([]byte(`{"phase":"voting","n":3,"p":2,"i":2,"r":1,"trustees":[{"index":1,"name":"张三","ready":true}]}`))
	f.Add([]byte(`{"phase":"\u001b[2J","n":3,"trustees":[{"index":1,"name":"\u001b]0;x\u0007"}]}`))
	f.Add([]byte(`{"result":{"lines":[{"name":"一号","number":1,"votes":2},{}],"v":3,"vote":"x\u001b[1m","next":"y"}}`))
	f.Fuzz(func(t *testing.T, message []byte) {
		var out bytes.Buffer
		w := &watcher{tool: &tool{out: &out, lang: lang.ZH}}
		if err := w.draw(message); err == nil && strings.ContainsFunc(out.String(), func(r rune) bool { return r != '\n' && unicode.IsControl(r) }) {
			t.Errorf("%q draws %q", message, out.String())
		}
	})
}
