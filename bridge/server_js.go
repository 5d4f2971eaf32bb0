package bridge

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"syscall/js"

	"piaojue/client"
)

// Server is where the requests of one vote go.
type Server struct {
	base    string // without a slash at the end; empty for the page's own
	Vote    string
	issuers map[int]string

	// badge holds headers that only requests for a credential bear: the key of
	// a registered terminal, the PIN of a badge. The box gets none (attack V14).
	badge Map

	// anonymous sends no cookie with any request, as always with those to the
	// ballot box. Where others do send them, a browser keeps the two kinds on
	// connections of their own.
	anonymous bool
}

// maxAnswer admits a bundle of 256 of the longest entries.
const maxAnswer = 32 << 20

var errLong = errors.New("the answer is too long")

// NewServer takes the page's options {base, terminalKey, issuers}.
func NewServer(vote string, options js.Value, anonymous bool) *Server {
	s := &Server{Vote: vote, issuers: make(map[int]string), badge: Object(), anonymous: anonymous}
	if options.Type() != js.TypeObject {
		return s
	}
	if base := options.Get("base"); base.Type() == js.TypeString {
		s.base = strings.TrimSuffix(base.String(), "/")
	}
	if key := options.Get("terminalKey"); key.Type() == js.TypeString && key.String() != "" {
		s.badge["Authorization"] = "Terminal " + key.String()
	}
	if given := options.Get("issuers"); given.Type() == js.TypeObject {
		numbers := js.Global().Get("Object").Call("keys", given)
		for i := range numbers.Length() {
			name := numbers.Index(i).String()
			if n, err := strconv.Atoi(name); err == nil {
				s.issuers[n] = strings.TrimSuffix(given.Get(name).String(), "/")
			}
		}
	}
	return s
}

// Transport is how package client reaches the server and the issuers. Other
// issuers are asked through the server, unless the page has their addresses: a
// page may speak to its own server only. What is relayed is blinded.
func (s *Server) Transport(r client.Request) ([]byte, error) {
	address, headers := s.base+r.Path, Object()
	if r.Issuer != client.Server {
		address += "?issuer=" + strconv.Itoa(r.Issuer)
	}
	given := s.issuers[r.Issuer]
	if given != "" {
		address = given + r.Path
	} else if s.issuing(r) {
		headers = s.badge
	}
	status, body, err := s.fetch(r, address, headers)
	if err != nil {
		return nil, &Fault{Code: "no_answer", Err: err}
	}
	if status/100 != 2 {
		return nil, refusal(status, body)
	}
	return body, nil
}

// SetPin has requests for a credential bear the PIN of a badge; none if empty.
func (s *Server) SetPin(pin string) {
	if pin == "" {
		delete(s.badge, "Piaojue-Pin")
		return
	}
	s.badge["Piaojue-Pin"] = pin
}

// issuing reports whether a request is on the side that knows who asks.
func (s *Server) issuing(r client.Request) bool {
	below, ok := strings.CutPrefix(r.Path, "/votes/"+s.Vote+"/")
	return ok && !r.Box && (strings.HasPrefix(below, "seeds/") || below == "issuances")
}

// View is what the server says about the vote.
func (s *Server) View() (js.Value, error) {
	body, err := s.Transport(client.Request{Method: "GET", Path: "/votes/" + s.Vote, Issuer: client.Server})
	if err != nil {
		return js.Undefined(), err
	}
	v := parseJSON(body)
	if v.Type() != js.TypeObject {
		return v, &Fault{Code: "no_answer", Err: errors.New("the answer is no JSON")}
	}
	return v, nil
}

func (s *Server) fetch(r client.Request, address string, headers Map) (status int, answer []byte, err error) {
	o := Object(
		"method", r.Method, "cache", "no-store", "credentials", "same-origin",
		"referrerPolicy", "no-referrer", "redirect", "error",
		"signal", js.Global().Get("AbortSignal").Call("timeout", 60000),
	)
	if r.Box || s.anonymous {
		o["credentials"] = "omit"
	}
	h := maps.Clone(headers)
	if len(r.Body) > 0 {
		h["Content-Type"], o["body"] = "application/octet-stream", r.Body
	}
	o["headers"] = h
	response, err := await(js.Global().Call("fetch", address, ToJS(o)))
	if err != nil {
		return 0, nil, err
	}
	buffer, err := await(response.Call("arrayBuffer"))
	if err != nil {
		return 0, nil, err
	}
	array := js.Global().Get("Uint8Array").New(buffer)
	if array.Length() > maxAnswer {
		return 0, nil, errLong
	}
	answer, err = Bytes(array)
	return response.Get("status").Int(), answer, err
}

// refusal reads why the server said no: {"error":{code, zh, en}}. What is no
// answer of piaojued, such as that of a proxy, is a refusal without a code.
func refusal(status int, body []byte) error {
	r := &client.Refusal{Status: status}
	if v := parseJSON(body); v.Type() == js.TypeObject {
		if e := v.Get("error"); e.Type() == js.TypeObject {
			r.Code = e.Get("code").String()
			r.Text = e.Get("zh").String() + "\n" + e.Get("en").String()
		}
	}
	return r
}

func parseJSON(body []byte) (v js.Value) {
	defer func() { recover() }() // JSON.parse throws
	return js.Global().Get("JSON").Call("parse", string(body))
}
