package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"piaojue/kiosk"
	"piaojue/lang"
)

// way is something that the page may ask the server for. What is not in the
// list does not leave this machine.
type way struct {
	pattern string // of http.ServeMux
	media   string // of the body
	box     bool   // to the ballot box: a connection of its own, and nothing that names the device
	badge   bool   // on the side that knows who asks: bears the device's key and a PIN
	keyed   bool   // only under a joint key whose ceremony the agent has verified
}

// ways are what a visit needs (package client), beats, and the board.
func ways(vote string) []way {
	v, box, board := "/votes/"+vote, "/box/"+vote, "/board/"+vote
	return []way{
		{pattern: "POST /terminals/beat", media: mediaJSON, badge: true},
		{pattern: "GET " + v + "/roll/{key}"},
		{pattern: "PUT " + v + "/seeds/{leaf}", media: mediaBinary, badge: true},
		{pattern: "POST " + v + "/issuances", media: mediaBinary, badge: true, keyed: true},
		{pattern: "POST " + box + "/ballots", media: mediaBinary, box: true},
		{pattern: "POST " + box + "/unused", media: mediaBinary, box: true},
		{pattern: "POST " + box + "/challenges", media: mediaBinary, box: true},
		{pattern: "POST " + box + "/queries", media: mediaBinary, box: true},
		{pattern: "GET " + board + "/checkpoint"},
		{pattern: "GET " + board + "/closing"},
		{pattern: "GET " + board + "/tile/{path...}"},
	}
}

// maxQuestion bounds what the page sends: a ballot, or blinded messages for all
// issuers.
const maxQuestion = 1 << 20

// quietLog drops what package http would log: addresses and times.
var quietLog = log.New(io.Discard, "", 0)

// handler is all that the browser reaches.
func (a *agent) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /terminal", a.showPage)
	mux.HandleFunc("GET /static/{name...}", showPart)
	mux.HandleFunc("GET /"+kiosk.ListName, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, mediaText, kiosk.List()) })
	mux.HandleFunc("GET /agent", a.tellDevice)
	mux.HandleFunc("POST /terminals", a.register)
	for _, x := range ways(a.server.vote) {
		mux.HandleFunc(x.pattern, func(w http.ResponseWriter, r *http.Request) { a.forward(w, r, x) })
	}
	return a.guard(mux)
}

// guard keeps pages of others out, which a browser on this machine may have open
// (attack S9): they have another host in their address, or another origin.
func (a *agent) guard(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", kiosk.Policy())
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if r.Host != a.address {
			a.refuse(w, http.StatusMisdirectedRequest, "foreign", "agent.foreign")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a *agent) showPage(w http.ResponseWriter, r *http.Request) {
	l, err := lang.Parse(r.URL.Query().Get("lang"))
	if err != nil {
		l = a.lang
	}
	write(w, kiosk.PageName(l))
}

func showPart(w http.ResponseWriter, r *http.Request) { write(w, "static/"+r.PathValue("name")) }

func write(w http.ResponseWriter, name string) {
	f, ok := kiosk.Find(name)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", f.Media)
	io.Copy(w, f.Body.Open()) // a browser that is gone hears nothing
}

// deviceJSON is what the page learns of this machine.
type deviceJSON struct {
	Vote     string          `json:"vote"`
	Manifest string          `json:"manifest"`
	Server   string          `json:"server"` // where deputies find the pages of the vote
	Device   json.RawMessage `json:"device"`
}

func (a *agent) tellDevice(w http.ResponseWriter, _ *http.Request) {
	device, err := a.memory.device(a.server.vote)
	if err != nil {
		a.finish(err)
		a.refuse(w, http.StatusInternalServerError, "internal", "agent.broken")
		return
	}
	w.Header().Set("Content-Type", mediaJSON)
	json.NewEncoder(w).Encode(deviceJSON{a.server.vote, hexOf(a.manifest), a.server.base.String(), device})
}

// register registers this machine, and keeps its key for the next start. The
// key of another vote would be of no use here.
func (a *agent) register(w http.ResponseWriter, r *http.Request) {
	status, media, answer, ok := a.carry(w, r, way{media: mediaJSON})
	if !ok {
		return
	}
	if status/100 == 2 {
		var made struct{ Vote string }
		if json.Unmarshal(answer, &made) != nil || made.Vote != a.server.vote {
			a.refuse(w, http.StatusConflict, "other_vote", "agent.other_vote")
			return
		}
		if err := a.memory.keepDevice(a.server.vote, answer); err != nil {
			a.finish(err)
			a.refuse(w, http.StatusInternalServerError, "internal", "agent.broken")
			return
		}
	}
	reply(w, status, media, answer)
}

// forward carries one request to the server, and its answer back.
func (a *agent) forward(w http.ResponseWriter, r *http.Request, x way) {
	if x.keyed && !a.keyed(w) {
		return
	}
	if status, media, answer, ok := a.carry(w, r, x); ok {
		reply(w, status, media, answer)
	}
}

// keyed reports whether the log says who holds the joint key, each trustee's
// certificate verified; until then no deputy gets a credential here.
func (a *agent) keyed(w http.ResponseWriter) bool {
	if err := a.update(); err != nil && !mayPass(err) {
		a.finish(err)
		a.refuse(w, http.StatusConflict, "board", "agent.board")
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.board.State().JointKey() == nil {
		a.refuse(w, http.StatusConflict, "not_open", "agent.not_open")
		return false
	}
	return true
}

// carry asks the server. If ok is false, the page has its answer already.
func (a *agent) carry(w http.ResponseWriter, r *http.Request, x way) (status int, media string, answer []byte, ok bool) {
	req, err := a.outgoing(w, r, x)
	if err != nil {
		a.refuse(w, http.StatusBadRequest, "bad_request", "agent.question")
		return 0, "", nil, false
	}
	c := a.server.shared
	if x.box {
		c = a.server.client(true)
	}
	resp, err := c.Do(req)
	if err == nil {
		defer resp.Body.Close()
		answer, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	}
	if err != nil || resp.StatusCode < http.StatusOK {
		a.refuse(w, http.StatusBadGateway, "unavailable", "agent.no_answer")
		return 0, "", nil, false
	}
	return resp.StatusCode, mediaOf(resp.Header.Get("Content-Type")), answer, true
}

// mediaOf is the type under which the page gets an answer. No other may come
// from a server: what it sends must not become a page or a script beside those of
// this program (attack S4).
func mediaOf(named string) string {
	media, _, err := mime.ParseMediaType(named)
	if err == nil && (media == mediaJSON || media == mediaText) {
		return media
	}
	return mediaBinary
}

// outgoing makes the request that leaves this machine. Of what the browser sent
// it has the path, the body, and on the side that knows who asks the device's
// key and a PIN; never a cookie, never a word about the browser.
func (a *agent) outgoing(w http.ResponseWriter, r *http.Request, x way) (*http.Request, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxQuestion))
	if err != nil {
		return nil, err
	}
	if strings.Contains(r.URL.EscapedPath(), "%") {
		return nil, errEscaped
	}
	address := a.server.base.String() + r.URL.EscapedPath()
	if x.keyed && issuerQuery.MatchString(r.URL.RawQuery) {
		address += "?" + r.URL.RawQuery
	}
	req, err := http.NewRequestWithContext(r.Context(), r.Method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "piaojue")
	if len(body) > 0 {
		req.Header.Set("Content-Type", x.media)
	}
	if x.badge {
		for _, name := range []string{"Authorization", "Piaojue-Pin"} {
			if value := r.Header.Get(name); value != "" {
				req.Header.Set(name, value)
			}
		}
	}
	return req, nil
}

// errEscaped: no path that a visit needs has such a sign in it, and what is hidden
// behind one (..%2f) might lead elsewhere, by whatever stands before the server.
var errEscaped = errors.New("escaped sign in a path")

// issuerQuery names one of the other issuers.
var issuerQuery = regexp.MustCompile(`^issuer=[0-9]{1,3}$`)

func reply(w http.ResponseWriter, status int, media string, answer []byte) {
	if media != "" {
		w.Header().Set("Content-Type", media)
	}
	w.WriteHeader(status)
	w.Write(answer) // a browser that is gone hears nothing
}

// refuse says no in the server's form.
func (a *agent) refuse(w http.ResponseWriter, status int, code, id string) {
	var p problem
	p.Error.Code, p.Error.ZH, p.Error.EN = code, chinese().say(id), english().say(id)
	body, _ := json.Marshal(p)
	reply(w, status, mediaJSON, body)
}
