package main

import (
	"net/http"
	"testing"
)

// TestRelayed: the relay is dialled for the server and for nobody else, and the
// certificate must be the server's.
func TestRelayed(t *testing.T) {
	s, h := newTestServer(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	address := h.Listener.Addr().String()
	s.through("192.0.2.1:8444")
	if got := s.dialed(address); got != "192.0.2.1:8444" {
		t.Errorf("dials %s", got)
	}
	if got := s.dialed("192.0.2.9:443"); got != "192.0.2.9:443" {
		t.Errorf("another host: dials %s", got)
	}
	s.base.Host = "example.com" // a name in the test's certificate
	if got := s.dialed("example.com:443"); got != "192.0.2.1:8444" {
		t.Errorf("by name: dials %s", got)
	}
	s.through(address)
	if _, err := s.call(t.Context(), "GET", "/", "", nil); err != nil {
		t.Error(err)
	}
	s.base.Host = "example.invalid"
	if _, err := s.call(t.Context(), "GET", "/", "", nil); err == nil {
		t.Error("the certificate of another server was taken")
	}
}
