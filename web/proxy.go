package web

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the addresses of reverse proxies and balancers that tell the truth
// about who is behind them.
type Proxies []netip.Prefix

// String implements flag.Value.
func (x *Proxies) String() string {
	var all []string
	for _, p := range *x {
		all = append(all, p.String())
	}
	return strings.Join(all, ",")
}

// Type names what the flag takes.
func (x *Proxies) Type() string { return "network" }

// Set implements flag.Value: it adds addresses and networks (10.0.0.0/8), with
// commas between them.
func (x *Proxies) Set(list string) error {
	for _, text := range strings.Split(list, ",") {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p, err = a.Unmap().Prefix(a.Unmap().BitLen())
			}
		}
		if err != nil {
			return fmt.Errorf("%q is no address or network", text)
		}
		*x = append(*x, p.Masked())
	}
	return nil
}

// trust reports whether an address is that of a proxy.
func (x Proxies) trust(host string) bool {
	a, err := netip.ParseAddr(host)
	if err != nil {
		return false
	}
	for _, p := range x {
		if p.Contains(a.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}

// Handler sees the address of the client where a proxy says it. From anybody else
// what a request says of itself is not looked at: it would be a new address for
// every request, and no limit would hold (attack S8).
func (x Proxies) Handler(next http.Handler) http.Handler {
	if len(x) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, port, err := net.SplitHostPort(r.RemoteAddr)
		if err == nil && x.trust(host) {
			if from := x.client(r.Header.Values("X-Forwarded-For")); from != "" {
				r.RemoteAddr = net.JoinHostPort(from, port)
			}
		}
		next.ServeHTTP(w, r)
	})
}

// client is the last address that no proxy of ours has: all before it is what the
// client says itself.
func (x Proxies) client(headers []string) string {
	all := strings.Split(strings.Join(headers, ","), ",")
	for i := len(all) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(all[i]))
		if err != nil {
			return ""
		}
		if host := a.Unmap().WithZone("").String(); !x.trust(host) {
			return host
		}
	}
	return ""
}
