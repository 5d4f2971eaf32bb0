package main

import (
	"context"
	"net"
)

// through has all that goes to the server pass a relay, which sees who asks and
// cannot read what. The server's certificate is checked all the same, for the
// server's own name.
func (s *server) through(relay string) {
	s.relay = relay
	s.shared = s.client(false)
}

// dialed is the address that is dialled for one of the server's.
func (s *server) dialed(address string) string {
	port := s.base.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[s.base.Scheme]
	}
	if s.relay != "" && address == net.JoinHostPort(s.base.Hostname(), port) {
		return s.relay
	}
	return address
}

// dial connects to the server, or to the relay in its place.
func (s *server) dial(d *net.Dialer) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		return d.DialContext(ctx, network, s.dialed(address))
	}
}
