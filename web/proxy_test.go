package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestProxies (S8): what a request says of its address counts if a proxy says it,
// and only the part that the proxy itself has seen; from anybody else it is not
// looked at, since it would get around every limit.
func TestProxies(t *testing.T) {
	var trusted Proxies
	must(t, trusted.Set("10.0.0.0/8,192.0.2.7"))
	must(t, trusted.Set("2001:db8::/32"))
	for _, x := range []struct {
		name, from string
		headers    []string
		want       string
	}{
		{"a proxy", "10.1.2.3:4", []string{"198.51.100.9"}, "198.51.100.9:4"},
		{"one address", "192.0.2.7:4", []string{"198.51.100.9"}, "198.51.100.9:4"},
		{"IPv6", "[2001:db8::1]:4", []string{"2001:db9::1"}, "[2001:db9::1]:4"},
		{"mapped", "[::ffff:10.1.2.3]:4", []string{"198.51.100.9"}, "198.51.100.9:4"},
		{"what the client says first", "10.1.2.3:4", []string{"203.0.113.1, 198.51.100.9"}, "198.51.100.9:4"},
		{"two headers", "10.1.2.3:4", []string{"203.0.113.1", "198.51.100.9"}, "198.51.100.9:4"},
		{"two proxies", "10.1.2.3:4", []string{"203.0.113.1, 198.51.100.9, 10.9.9.9"}, "198.51.100.9:4"},
		{"no header", "10.1.2.3:4", nil, "10.1.2.3:4"},
		{"no address", "10.1.2.3:4", []string{"198.51.100.9, unknown"}, "10.1.2.3:4"},
		{"only proxies", "10.1.2.3:4", []string{"10.4.4.4"}, "10.1.2.3:4"},
		{"somebody else", "198.51.100.1:4", []string{"10.1.2.3"}, "198.51.100.1:4"},
		{"the next address", "192.0.2.8:4", []string{"198.51.100.9"}, "192.0.2.8:4"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = x.from
		for _, h := range x.headers {
			r.Header.Add("X-Forwarded-For", h)
		}
		var got string
		trusted.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr })).ServeHTTP(nil, r)
		if got != x.want {
			t.Errorf("%s: %s, want %s", x.name, got, x.want)
		}
	}
	for _, bad := range []string{"", "proxy.example.org", "10.0.0.0/33", "10.0.0.1,"} {
		if err := new(Proxies).Set(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if got, want := trusted.String(), "10.0.0.0/8,192.0.2.7/32,2001:db8::/32"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// FuzzProxies: no header makes a proxy's client an address that is none.
func FuzzProxies(f *testing.F) {
	f.Add("198.51.100.9, 10.0.0.1")
	f.Add("::ffff:10.0.0.1%eth0,")
	var trusted Proxies
	must(f, trusted.Set("10.0.0.0/8"))
	f.Fuzz(func(t *testing.T, header string) {
		got := trusted.client([]string{header})
		if got != "" && (hostOf(got) == "" || trusted.trust(got)) {
			t.Errorf("%q makes %q", header, got)
		}
	})
}
