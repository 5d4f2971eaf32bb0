package web

import (
	"io"
	"mime"
	"net/http"
	"time"
)

// bodyGrace is how long a body may take whatever its length.
var bodyGrace = 10 * time.Second

const (
	// bodyRate is what must come of a body in each second after that.
	bodyRate = 4 << 10
	// bodyMost and formMost bound the whole: nine photos take minutes where the
	// network is poor, all else is small.
	bodyMost = 2 * time.Minute
	formMost = 15 * time.Minute
)

// pacedBody cuts a body that comes more slowly than any network carries it, and
// no other (attack S8).
type pacedBody struct {
	io.ReadCloser
	guest *guest // nil: none
	line  *http.ResponseController
	start time.Time
	most  time.Duration
	came  int64
}

func newPacedBody(w http.ResponseWriter, r *http.Request, g *guest) *pacedBody {
	b := &pacedBody{ReadCloser: r.Body, guest: g, line: http.NewResponseController(w), start: time.Now(), most: bodyMost}
	if isForm(r) {
		b.most = formMost
	}
	b.extend()
	return b
}

// extend moves the time by which more must have come.
func (b *pacedBody) extend() {
	left := min(bodyGrace+time.Duration(b.came)*time.Second/bodyRate, b.most)
	b.line.SetReadDeadline(b.start.Add(left)) // a writer of a test has none
	b.line.SetWriteDeadline(b.start.Add(left + writeTimeout))
}

func (b *pacedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	// At its end net/http has taken the time away: set again, it would be that of
	// the answer, and what takes longer to serve would be called off.
	if b.came += int64(n); n > 0 && err == nil {
		b.extend()
	}
	if err != nil && b.guest != nil {
		b.guest.become(stateBusy)
	}
	return n, err
}

func isForm(r *http.Request) bool {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return media == mediaForm
}
