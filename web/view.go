package web

import (
	"encoding/hex"
	"net/http"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// view is what the log of a vote says so far, as far as it is durable. It never
// changes; the vote publishes another one after each transaction.
type view struct {
	phase        election.Phase
	manifest     *election.Manifest // nil before the freeze
	manifestHash [32]byte
	numbers      election.Numbers // of the log; R and U since the close
	size         uint64
	prev         [32]byte

	epoch   uint32 // 0 before the first opening
	opening [32]byte
	issuers []uint8          // of S
	params  *ballot.Params   // of the epoch in force
	former  []*ballot.Params // of earlier ones

	trustees     []trusteeView
	trusteesHash [32]byte
	complaint    *election.Complaint
	jointKey     []byte
	result       *election.Result
}

// trusteeView is where a trustee stands in the ceremony and at the opening.
type trusteeView struct {
	Index  int    `json:"index"`
	Name   string `json:"name"`
	Dealt  bool   `json:"dealt"`
	Agreed bool   `json:"agreed"`
	Ready  bool   `json:"ready"`
	Shared bool   `json:"shared"`
}

// publish shows everybody where the vote stands.
func (v *vote) publish() {
	s := v.state
	now := &view{
		phase:        s.Phase(),
		manifest:     s.Manifest(),
		manifestHash: s.ManifestHash(),
		numbers:      s.Numbers(),
		size:         s.Size(),
		prev:         s.Prev(),
		opening:      s.OpeningHash(),
		params:       s.Params(),
		former:       slices.Clip(v.former), // the next epoch must not grow into this view
		result:       s.Result(),
	}
	if o := s.Opening(); o != nil {
		now.epoch, now.issuers = o.Epoch, slices.Clone(o.Issuers)
	}
	if c := s.Ceremony(); c != nil {
		now.trusteesHash, now.complaint = c.Hash(), c.Complaint()
		now.trustees = viewTrustees(c, s.Shares())
	}
	if k := s.JointKey(); k != nil {
		now.jointKey = k.Y.Bytes()
	}
	v.view.Store(now)
	v.hub.wake()
}

func viewTrustees(c *election.Ceremony, shares []uint8) []trusteeView {
	var all []trusteeView
	for i, s := range c.Trustees().Scrutineers {
		all = append(all, trusteeView{
			Index:  i + 1,
			Name:   s.Name,
			Dealt:  c.Dealings()[i] != nil,
			Agreed: c.Agreements()[i] != nil,
			Ready:  c.Ready()[i],
			Shared: slices.Contains(shares, uint8(i+1)),
		})
	}
	return all
}

// certified reports whether the hall may see the result.
func (w *view) certified() bool {
	return w.result != nil && w.phase >= election.PhaseCertified && w.phase != election.PhaseVoided
}

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
