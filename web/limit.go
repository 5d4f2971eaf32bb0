package web

import (
	"net"
	"net/http"
	"time"

	"github.com/go-chi/httprate"
)

const (
	// limitDefault is generous: 300 terminals may stand behind one address.
	limitDefault = 60_000
	maxStrikes   = 100
)

// address is whose requests are counted together: an IPv4 address or an IPv6
// network. It is never logged.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return httprate.CanonicalizeIP(host)
}

// limiter counts by address over a while.
type limiter struct {
	*httprate.RateLimiter
}

func newLimiter(perMinute int) limiter { return newLimiterOver(perMinute, time.Minute) }

func newLimiterOver(n int, window time.Duration) limiter {
	quiet := httprate.WithResponseHeaders(httprate.ResponseHeaders{})
	return limiter{httprate.NewRateLimiter(n, window, quiet)}
}

// count counts one more and reports whether it is one too many.
func (l limiter) count(key string) bool {
	return l.OnLimit(discard{}, &http.Request{}, key)
}

// discard is where the limiter would write headers.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}
