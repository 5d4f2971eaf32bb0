package web

import (
	"encoding/hex"
	"net/http"
	"slices"

	"piaojue/election"
)

// voteJSON is a vote as GET /votes/{vote} shows it to everybody.
type voteJSON struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Congress string           `json:"congress"`
	Session  string           `json:"session"`
	Date     string           `json:"date"`
	Kind     string           `json:"kind"`
	Phase    string           `json:"phase"`
	Manifest string           `json:"manifest"` // hash; empty before the freeze
	Numbers  election.Numbers `json:"numbers"`
	Quorum   uint32           `json:"quorum"`
	N        uint8            `json:"n"`
	T        uint8            `json:"t"`
	Size     uint64           `json:"size"`
	Head     string           `json:"head"` // what the next chained entry must name
	Epoch    uint32           `json:"epoch"`
	Opening  string           `json:"opening"`
	JointKey string           `json:"joint_key"`
	Issuers  []issuerJSON     `json:"issuers"`
	Trustees []trusteeView    `json:"trustees"`
	Result   *resultJSON      `json:"result"` // once certified
}

// issuerJSON is an issuer of the manifest, and where terminals find it.
type issuerJSON struct {
	Number  int    `json:"number"`
	Name    string `json:"name"`
	URL     string `json:"url"` // empty: this server
	InForce bool   `json:"in_force"`
}

// getVotes serves GET /votes.
func (s *Server) getVotes(w http.ResponseWriter, r *http.Request, who Person) error {
	kept, err := s.config.DB.Votes(r.Context())
	if err != nil {
		return err
	}
	type item struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Kind  string `json:"kind"`
		Phase string `json:"phase"`
	}
	list := []item{}
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
			list = append(list, item{ID: k.ID, Title: d.Title, Kind: d.Kind, Phase: v.view.Load().phase.String()})
		}
	}
	return writeJSON(w, http.StatusOK, map[string]any{"votes": list})
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
	return writeJSON(w, http.StatusOK, now.json(v.id, d))
}

func (w *view) json(id string, d *draft) *voteJSON {
	j := &voteJSON{
		ID: id, Title: d.Title, Congress: d.Congress, Session: d.Session, Date: d.Date, Kind: d.Kind,
		Phase: w.phase.String(), Numbers: w.numbers, N: d.N, T: d.T, Size: w.size, Epoch: w.epoch,
		JointKey: hex.EncodeToString(w.jointKey), Issuers: []issuerJSON{}, Trustees: w.trustees,
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
		j.Result = newResult(w, true)
	} else {
		j.Numbers.V, j.Numbers.X = 0, 0
	}
	return j
}
