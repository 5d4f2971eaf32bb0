package web

import (
	"net/http"
	"slices"
	"strings"

	"piaojue/lang"
)

// halt is why a server signs nothing more for a vote: no entry, no checkpoint,
// no promise. What is there can still be read.
type halt struct {
	Code    code   // codeForked, codeUnasked, or codeStorage if the log could not be read again
	Witness string // who has seen more; empty: none
	Seen    uint64 // entries that witness has cosigned
	Size    uint64 // entries here
}

// stopSigning is for ever: whether the other history goes on, only people can
// find out.
func (v *vote) stopSigning(h *halt) {
	v.halt.Store(h)
	v.config.Log.Error("vote stopped: its log has gone on elsewhere; do not use this server for it",
		"vote", v.id, "witness", h.Witness, "seen", h.Seen, "here", h.Size)
}

// maySign refuses for a vote that is stopped.
func (v *vote) maySign() error {
	if h := v.halt.Load(); h != nil {
		return refuse(h.Code)
	}
	return nil
}

// healthJSON says whether all is well.
type healthJSON struct {
	Status string       `json:"status" enum:"ok,stopped" doc:"Stopped: the server signs nothing for some votes; the others go on."`
	Votes  []haltedJSON `json:"votes,omitempty" doc:"Those that are stopped."`

	Lacking []string `json:"lacking,omitempty" doc:"Votes, or projects, whose keys this server lacks, and does not serve."`

	Projects string `json:"projects,omitempty" enum:"stopped" doc:"Stopped: the projects cannot be used; votes go on."`
}

// followerJSON is what one of several servers that does not lead says there itself,
// with status 503 if it is waiting (package node).
type followerJSON struct {
	Status  string `json:"status" enum:"ok,waiting" doc:"Waiting: no leader answers, and nobody is served here."`
	Role    string `json:"role" enum:"follower"`
	Node    string `json:"node"`
	Leader  string `json:"leader" doc:"Who led last, as far as it knows."`
	Epoch   uint64 `json:"epoch" doc:"Of that leader; one more at each change."`
	Trouble string `json:"trouble,omitempty" enum:"keys,older,database,other" doc:"Why it could not take over: it lacks keys; its database is older than what was signed; it does not reach the database; its log says."`
}

// leaderHeaders are those that one of several servers adds there when it leads
// (package node).
var leaderHeaders = map[string]string{
	"Piaojue-Node":      "Of several servers: the name of this one.",
	"Piaojue-Role":      "Of several servers: leader.",
	"Piaojue-Epoch":     "Of several servers: the number of the lead; one more at each change.",
	"Piaojue-Followers": "Of several servers: how many follow this one.",
	"Piaojue-Keys":      "Of several servers: copied, if another one has all keys; here-only, if none has; unreadable.",
}

// haltedJSON is a vote for which the server signs nothing.
type haltedJSON struct {
	Vote    string `json:"vote"`
	Code    code   `json:"code"`
	ZH      string `json:"zh"`
	EN      string `json:"en"`
	Witness string `json:"witness,omitempty" doc:"Who has seen more of the log, or another one."`
	Seen    uint64 `json:"seen,omitempty" doc:"Entries that witness has cosigned."`
	Size    uint64 `json:"size,omitempty" doc:"Entries here."`
}

// getHealth serves GET /healthz.
func (s *Server) getHealth(w http.ResponseWriter, _ *http.Request, _ Person) error {
	if s.config.DB.Cause() != nil {
		return refuse(codeStorage)
	}
	answer := healthJSON{Status: "ok", Votes: s.halted(), Lacking: s.lacking}
	if len(answer.Votes) > 0 {
		answer.Status = "stopped"
	}
	if s.projectsStopped() {
		answer.Projects = "stopped"
	}
	return writeJSON(w, http.StatusOK, answer)
}

func (s *Server) halted() (all []haltedJSON) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for id, v := range s.votes {
		if h := v.halt.Load(); h != nil {
			say := "error." + string(h.Code)
			all = append(all, haltedJSON{id, h.Code, lang.ZH.Text(say), lang.EN.Text(say), h.Witness, h.Seen, h.Size})
		}
	}
	slices.SortFunc(all, func(a, b haltedJSON) int { return strings.Compare(a.Vote, b.Vote) })
	return all
}
