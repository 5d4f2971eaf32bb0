package main

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"piaojue/kiosk"
	"piaojue/lang"
)

// bundleCommand compares what a server hands to terminals with the manifest.
func (t *tool) bundleCommand() *cobra.Command {
	return exactly(0, t.command("board bundle", "", "piaojue board bundle --server https://vote.example.org --vote lz2026 --manifest 5f3c…",
		func(ctx context.Context, _ []string) error { return t.checkServed(ctx) }))
}

// checkServed fetches all that a terminal loads, and names what differs. A
// server that knows who asks can still hand out something else to a terminal:
// against that only a terminal helps that loads nothing from it.
func (t *tool) checkServed(ctx context.Context) error {
	s, b, err := t.connectBoard(ctx)
	if err != nil {
		return err
	}
	pin, ok := pinCalled(b.State().Manifest(), kiosk.PinName)
	if !ok {
		return wrong("bundle_unpinned")
	}
	return t.compareServed(ctx, s, pin)
}

// compareServed fetches what a pinned list names.
func (t *tool) compareServed(ctx context.Context, s *server, pin [32]byte) error {
	list, err := t.pinnedList(ctx, s, pin)
	if err != nil {
		return err
	}
	altered := 0
	for _, l := range list {
		body, err := s.download(ctx, l.Name)
		word := "bundle.same"
		if err != nil || sha256.Sum256(body) != l.Hash {
			word, altered = "bundle.differs", altered+1
		}
		fmt.Fprintln(t.out, lang.Pad(t.words.say(word), 8), l.Name)
	}
	if altered > 0 {
		return wrong("bundle_altered", altered, len(list))
	}
	fmt.Fprintln(t.out, t.words.say("bundle.whole", len(list), hexOf(pin)))
	return nil
}

// pinnedList is the list whose hash the manifest pins: the server's, or else the
// one of this program.
func (t *tool) pinnedList(ctx context.Context, s *server, pin [32]byte) ([]kiosk.Line, error) {
	list, err := s.download(ctx, kiosk.ListName)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(list) != pin {
		t.talk(t.words.say("bundle.other_list"))
		if kiosk.Hash() != pin {
			return nil, wrong("bundle_unknown", hexOf(pin))
		}
		list = kiosk.List()
	}
	return kiosk.ParseList(list)
}

// listCommand prints what this program shows on terminals.
func (t *tool) listCommand() *cobra.Command {
	return exactly(0, t.command("terminal bundle", "", "piaojue terminal bundle", func(context.Context, []string) error {
		if !kiosk.Complete() {
			return wrong("kiosk_missing")
		}
		t.talk(t.words.say("bundle.own", hexOf(kiosk.Hash())))
		_, err := t.out.Write(kiosk.List())
		return err
	}))
}

// browserHeader is what a terminal's browser sends, as far as it matters.
var browserHeader = map[string]string{
	"User-Agent":      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
	"Accept":          "*/*",
	"Accept-Encoding": "gzip",
	"Accept-Language": "zh-CN,zh;q=0.9",
}

// download asks for a file as a browser does, and unpacks it.
func (s *server) download(ctx context.Context, name string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base.String()+"/"+name, nil)
	if err != nil {
		return nil, err
	}
	for name, value := range browserHeader {
		req.Header.Set(name, value)
	}
	answer, err := s.shared.Do(req)
	if err != nil {
		return nil, because(shorten(err), "no_answer", req.URL.Host)
	}
	defer answer.Body.Close()
	var from io.Reader = answer.Body
	if answer.Header.Get("Content-Encoding") == "gzip" {
		if from, err = gzip.NewReader(answer.Body); err != nil {
			return nil, because(err, "no_answer", req.URL.Host)
		}
	}
	body, err := io.ReadAll(io.LimitReader(from, maxAnswer+1))
	switch {
	case err != nil:
		return nil, because(err, "no_answer", req.URL.Host)
	case len(body) > maxAnswer:
		return nil, because(errors.New("the answer is too long"), "no_answer", req.URL.Host)
	case answer.StatusCode != http.StatusOK:
		return nil, s.refusal(answer.StatusCode, body)
	}
	return body, nil
}
