package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"piaojue/election"
)

// recorder notes the status of an answer, and what was decided about who asked.
type recorder struct {
	http.ResponseWriter
	status  int
	person  string // who used, or wanted, what is not for everybody
	refused code   // why the answer says no
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Hijack implements http.Hijacker, which websockets ask for.
func (w *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w.status = http.StatusSwitchingProtocols
	return http.NewResponseController(w.ResponseWriter).Hijack()
}

// Unwrap lets a long answer move its deadline on.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// open is the way to every route but those of the ballot box.
func (s *Server) open(rows []*route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		start := s.config.Now()
		if rows[0].badge {
			part(w)
		}
		rec := &recorder{ResponseWriter: w}
		if err := s.admit(rec, r, rows); err != nil {
			rec.refused = toRefusal(err).code
			s.refuse(rec, r, rows[0], err)
		}
		if rows[0].quiet {
			return
		}
		took := s.config.Now().Sub(start)
		s.config.Metrics.request(r.Method, rows[0], rec.status, took)
		s.logRequest(rec, r, rows[0], took)
	}
}

// logRequest writes the line of a request. It says who asked only of what is not
// for everybody: who reads the board, and when, is nobody's business.
func (s *Server) logRequest(rec *recorder, r *http.Request, rt *route, took time.Duration) {
	line := []any{"method", r.Method, "route", rt.path, "status", rec.status, "duration", took.Round(time.Microsecond)}
	if rec.person != "" {
		line = append(line, "person", rec.person)
	}
	if rec.refused != "" {
		line = append(line, "refused", string(rec.refused))
	}
	s.config.Log.Info("request", line...)
}

// admit decides whether the person may use the route, and serves.
func (s *Server) admit(w *recorder, r *http.Request, rows []*route) (err error) {
	defer rescue(&err)
	if s.limits.count(address(r)) {
		return refuse(codeRateLimited)
	}
	if err := s.origins.Check(r); err != nil {
		return because(codeForeign, err)
	}
	who, err := s.person(r)
	if err != nil {
		return err
	}
	rt := match(rows, r)
	if rt == nil {
		return noSuchView(rows)
	}
	if !rt.who.anyone {
		w.person = who.ID
	}
	if err := rt.who.check(who); err != nil {
		return err
	}
	if err := s.checkFresh(r, rt); err != nil {
		return err
	}
	if err := checkMedia(r, rt.media); err != nil {
		return err
	}
	defer s.rooms.letIn(w, r, rt)()
	return rt.handle(s, w, r, who)
}

// match finds the row whose query the request has.
func match(rows []*route, r *http.Request) *route {
	for _, rt := range rows {
		name, value, _ := strings.Cut(rt.query, "=")
		if rt.query == "" || r.URL.Query().Get(name) == value {
			return rt
		}
	}
	return nil
}

// noSuchView names the values that the query may have.
func noSuchView(rows []*route) error {
	var name string
	var values []string
	for _, rt := range rows {
		var value string
		name, value, _ = strings.Cut(rt.query, "=")
		values = append(values, value)
	}
	return badField(name, "field.view", strings.Join(values, ", "))
}

// rescue turns a panic into an error: package http would log it with the
// client's address.
func rescue(err *error) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
}

// refuse answers with a refusal, and logs what is our own fault.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, rt *route, err error) {
	refusal := toRefusal(err)
	if refusal.code == codeInternal || refusal.code == codeStorage {
		s.config.Metrics.fault()
		s.config.Log.Error("request failed", "method", r.Method, "route", rt.path, "error", err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if rt.page || rt.path == "none" && wantsPage(r) {
		s.refusePage(w, r, refusal)
		return
	}
	s.tell(w, r, refusal)
}

var errIdentity = errors.New("request bears an identity")

// sealed is the way to the ballot box. Nothing here looks at who asks or when,
// and nothing is logged but faults of our own, without the request. What could
// tell who it is is refused, so that no client gets used to sending it.
func (s *Server) sealed(rt *route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := s.admitSealed(w, r, rt)
		if err == nil {
			return
		}
		refusal := toRefusal(err)
		if refusal.code == codeInternal || refusal.code == codeStorage {
			s.config.Metrics.fault()
			s.config.Log.Error("ballot box failed", "route", rt.path, "error", err)
		}
		s.tell(w, r, refusal)
	}
}

// part ends the connection with the answer: none that has carried a badge or a
// terminal's key carries a ballot, whatever a browser would make of it, and two
// ballots never share one (attack V14).
func part(w http.ResponseWriter) { w.Header().Set("Connection", "close") }

func (s *Server) admitSealed(w http.ResponseWriter, r *http.Request, rt *route) (err error) {
	part(w)
	defer rescue(&err)
	for _, name := range []string{"Authorization", "Cookie", "Proxy-Authorization"} {
		if len(r.Header.Values(name)) > 0 {
			return because(codeWrongChannel, errIdentity)
		}
	}
	if err := s.origins.Check(r); err != nil {
		return because(codeForeign, err)
	}
	if err := checkMedia(r, rt.media); err != nil {
		return err
	}
	// The body comes first: who sends it slowly must not hold a place.
	body, err := readBody(w, r, election.MaxEntry)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	select {
	case s.boxes <- struct{}{}:
		defer func() { <-s.boxes }()
	case <-r.Context().Done():
		return r.Context().Err()
	case <-time.After(boxWait):
		return refuse(codeUnavailable)
	}
	return rt.handle(s, w, r, Person{})
}

// boxWait is how long a request to a full box waits for its turn.
const boxWait = 15 * time.Second

// strictTransport keeps a browser that has come over TLS on it, for a year, and
// from asking people whether to go on with a wrong certificate. Browsers heed it
// over TLS with a certificate that they trust, for names, not for addresses.
const strictTransport = "max-age=31536000; includeSubDomains"

// secure sets the headers of every answer (attacks S4, S5, S9). There are no
// headers for other origins: nothing here is for their scripts.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Strict-Transport-Security", strictTransport)
		h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
