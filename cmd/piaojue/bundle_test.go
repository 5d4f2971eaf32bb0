package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"piaojue/election"
	"piaojue/kiosk"
	"piaojue/lang"
)

// TestCheckBundle (S4): a real vote takes no other program than the pinned one;
// others are warned.
func TestCheckBundle(t *testing.T) {
	good, other := [32]byte{1}, [32]byte{2}
	pins := []election.Pin{{Name: "piaojue-verify", Hash: other}, {Name: kiosk.PinName, Hash: good}}
	for name, x := range map[string]struct {
		kind election.VoteKind
		pins []election.Pin
		own  [32]byte
		ok   bool
		said bool
	}{
		"pinned":            {election.Real, pins, good, true, false},
		"other":             {election.Real, pins, other, false, false},
		"no pin":            {election.Real, pins[:1], good, false, false},
		"rehearsal":         {election.Rehearsal, pins, good, true, false},
		"other, rehearsal":  {election.Rehearsal, pins, other, true, true},
		"no pin, rehearsal": {election.Demonstration, nil, good, true, true},
	} {
		tool := newTestTool(lang.EN)
		var said bytes.Buffer
		tool.err = &said
		err := tool.checkBundle(&election.Manifest{Kind: x.kind, Pins: x.pins}, x.own)
		if (err == nil) != x.ok || (said.Len() > 0) != x.said {
			t.Errorf("%s: %v, said %q", name, err, said.String())
		}
	}
}

// TestServedBundle (S4): what a server hands out is compared file by file with
// the list that the manifest pins.
func TestServedBundle(t *testing.T) {
	altered, list := "", kiosk.List()
	s, _ := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.String(), "/")
		if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("%s: bears an identity", name)
		}
		if name == kiosk.ListName {
			w.Write(list)
			return
		}
		f, ok := kiosk.Find(name)
		if !ok || name == altered+"?gone" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		body, err := io.ReadAll(f.Body.Open())
		if err != nil {
			t.Error(err)
			return
		}
		if name == altered {
			body[len(body)-1] ^= 1
		}
		w.Write(body)
	})
	check := func(pin [32]byte) (string, error) {
		tool := newTestTool(lang.EN)
		var out bytes.Buffer
		tool.out = &out
		err := tool.compareServed(t.Context(), s, pin)
		return out.String(), err
	}
	if said, err := check(kiosk.Hash()); err != nil || strings.Contains(said, "DIFFERS") {
		t.Errorf("%v\n%s", err, said)
	}
	for _, name := range []string{"static/js/terminal.js", "static/wasm/terminal.wasm", "terminal?lang=zh"} {
		altered = name
		if said, err := check(kiosk.Hash()); err == nil || strings.Count(said, "DIFFERS") != 1 || !strings.Contains(said, "DIFFERS  "+name+"\n") {
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
	altered, list = "static/js/beat.js", append(bytes.Clone(list), "x"...)
	if said, err := check(kiosk.Hash()); err == nil || !strings.Contains(said, "DIFFERS  static/js/beat.js") {
		t.Errorf("other list: %v\n%s", err, said)
	}
	if _, err := check([32]byte{1}); err == nil {
		t.Error("a bundle that nobody pins was taken")
	}
}
