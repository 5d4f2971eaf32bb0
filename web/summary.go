package web

import (
	"encoding/hex"
	"net/http"
	"slices"

	"piaojue/election"
)

// voteJSON is a vote as GET /votes/{vote} shows it to everybody.
type voteJSON struct {
	ID        string           `json:"id"`
	Title     string           `json:"title"`
	Congress  string           `json:"congress"`
	Session   string           `json:"session"`
	Date      string           `json:"date"`
	Kind      string           `json:"kind"`
	Terminals string           `json:"terminals" enum:"required,open" doc:"Whether only registered terminals get credentials."`
	Phase     string           `json:"phase" doc:"PROTOCOL.md, Section 5."`
	Manifest  string           `json:"manifest" doc:"Its hash; empty before the freeze."`
	Numbers   election.Numbers `json:"numbers"`
	Quorum    uint32           `json:"quorum" doc:"How many deputies must be present."`
	N         uint8            `json:"n" doc:"Number of trustees."`
	T         uint8            `json:"t" doc:"How many of them open the result."`
	Size      uint64           `json:"size" doc:"Of the log."`
	Head      string           `json:"head" doc:"What the next chained entry must name as prev."`
	Epoch     uint32           `json:"epoch" doc:"0 before the first opening."`
	Opening   string           `json:"opening" doc:"Hash of the opening in force; may be empty."`
	JointKey  string           `json:"joint_key" doc:"Empty before the ceremony has ended."`
	Issuers   []issuerJSON     `json:"issuers"`
	Trustees  []trusteeView    `json:"trustees"`
	Result    *resultJSON      `json:"result" doc:"Null until it is certified."`
	Next      string           `json:"next" doc:"What must follow now; PROTOCOL.md, Section 10."`
	Following *followingJSON   `json:"following" doc:"The frozen vote that names this one as its parent; null if there is none."`
	Story     []roundJSON      `json:"story" doc:"All rounds that this vote is one of, from the first; empty if it is the only one."`
}

// followingJSON is the vote that follows, once it is frozen.
type followingJSON struct {
	Vote     string `json:"vote"`
	Manifest hex32  `json:"manifest" doc:"Its hash."`
	Named    bool   `json:"named" doc:"The log of this vote names it."`
}

// issuerJSON is an issuer of the manifest, and where terminals find it.
type issuerJSON struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	URL     string `json:"url" doc:"Empty: this server."`
	InForce bool   `json:"in_force" doc:"In the set of the opening in force."`
}

// votesJSON lists all votes.
type votesJSON struct {
	Votes []listedJSON `json:"votes"`
}

// listedJSON is a vote in the list of all.
type listedJSON struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Kind  string `json:"kind"`
	Phase string `json:"phase" doc:"PROTOCOL.md, Section 5."`
}

// getVotes serves GET /votes.
func (s *Server) getVotes(w http.ResponseWriter, r *http.Request, who Person) error {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return err
	}
	list := []listedJSON{}
	for _, k := range kept {
		if !k.Frozen && (who == Person{}) {
			continue
		}
		d, err := draftOf(k)
		if err != nil {
			return err
		}
		s.mu.RLock()
		v := s.votes[k.ID]
		s.mu.RUnlock()
		if v != nil {
			list = append(list, listedJSON{ID: k.ID, Title: d.Title, Kind: d.Kind, Phase: v.view.Load().phase.String()})
		}
	}
	return writeJSON(w, http.StatusOK, votesJSON{list})
}

// getVote serves GET /votes/{vote}. A draft is for persons only.
func (s *Server) getVote(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	now := v.view.Load()
	if now.manifest == nil && (who == Person{}) {
		return because(codeNotFound, errNoVote)
	}
	kept, err := s.config.DB.Vote(r.Context(), v.id)
	if err != nil {
		return err
	}
	d, err := draftOf(kept)
	if err != nil {
		return err
	}
	j := now.json(v.id, d, who)
	j.Story, j.Following = v.story(now), s.following(now)
	return writeJSON(w, http.StatusOK, j)
}

func (w *view) json(id string, d *draft, who Person) *voteJSON {
	j := &voteJSON{
		ID: id, Terminals: d.terminals(), Title: d.Title, Congress: d.Congress, Session: d.Session, Date: d.Date, Kind: d.Kind,
		Phase: w.phase.String(), Numbers: w.numbers, N: d.N, T: d.T, Size: w.size, Epoch: w.epoch,
		JointKey: hex.EncodeToString(w.jointKey), Issuers: []issuerJSON{}, Trustees: w.trustees,
		Next: election.NextNone, Story: []roundJSON{},
	}
	if j.Trustees == nil {
		j.Trustees = []trusteeView{}
	}
	if w.manifest == nil {
		return j
	}
	j.Manifest, j.Head = hex.EncodeToString(w.manifestHash[:]), hex.EncodeToString(w.prev[:])
	j.Quorum = w.manifest.Rules.QuorumOf(w.manifest.Deputies)
	if w.epoch > 0 {
		j.Opening = hex.EncodeToString(w.opening[:])
	}
	for i, issuer := range w.manifest.Issuers {
		entry := issuerJSON{Number: i, Name: issuer.Name, InForce: slices.Contains(w.issuers, uint8(i))}
		if i > 0 && i <= len(d.Issuers) {
			entry.URL = d.Issuers[i-1].URL
		}
		j.Issuers = append(j.Issuers, entry)
	}
	// Before the certificate the result is the podium's (display.results).
	if w.certified() {
		j.Result, j.Next = newResult(w, w.talliesFor(who)), w.next
	} else {
		if w.phase == election.PhaseVoided {
			j.Next = w.next
		}
		j.Numbers.V, j.Numbers.X = 0, 0
	}
	return j
}
