package web

import (
	"errors"
	"net/http"
	"sync"
	"time"
)

// The states of other issuers, as operations see them.
const (
	issuerUnasked = "unasked"
	issuerWell    = "well"
	issuerSilent  = "silent"
)

// issuerStateJSON is how another issuer answered last. It says nothing of who
// asked: how many were issued, the log tells everybody.
type issuerStateJSON struct {
	Number   int        `json:"number"`
	Name     string     `json:"name"`
	State    string     `json:"state" enum:"unasked,well,silent" doc:"Silent: it did not answer the last request, or not as an issuer does."`
	Failures int        `json:"failures" doc:"Requests since its last good answer."`
	Answered *time.Time `json:"answered,omitempty" doc:"Its last good answer since the server was started."`
}

// issuerWatch remembers how the other issuers answered.
type issuerWatch struct {
	mu  sync.Mutex // guards all
	all map[issuerAt]*issuerStateJSON
}

type issuerAt struct {
	vote   string
	number int
}

// note takes down how a request ended. What an issuer refuses itself is an
// answer.
func (w *issuerWatch) note(vote string, number int, err error, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.all == nil {
		w.all = make(map[issuerAt]*issuerStateJSON)
	}
	x := w.all[issuerAt{vote, number}]
	if x == nil {
		x = &issuerStateJSON{}
		w.all[issuerAt{vote, number}] = x
	}
	if r, ok := errors.AsType[*refusal](err); err == nil || ok && statuses[r.code] < http.StatusInternalServerError {
		x.Failures, x.Answered = 0, &now
		return
	}
	x.Failures++
}

// list is the state of all issuers beside the server's own.
func (w *issuerWatch) list(v *vote) []issuerStateJSON {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := []issuerStateJSON{}
	now := v.view.Load()
	if now.manifest == nil {
		return list
	}
	for i, x := range now.manifest.Issuers {
		if i == ownIssuer {
			continue
		}
		line := issuerStateJSON{State: issuerUnasked}
		if seen := w.all[issuerAt{v.id, i}]; seen != nil {
			line = *seen
			line.State = issuerWell
			if line.Failures > 0 {
				line.State = issuerSilent
			}
		}
		line.Number, line.Name = i, x.Name
		list = append(list, line)
	}
	return list
}
