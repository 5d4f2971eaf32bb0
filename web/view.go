package web

import (
	"slices"
	"time"

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
	grown        time.Time // when the log came to that size, here
	promised     uint32    // by the last count entry
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
	resultHash   [32]byte // of its entry
	decision     *election.Decision
	next         string   // what follows this vote, as long as it has not come
	successor    [32]byte // manifest hash of the next vote; zeros until it is named
}

// trusteeView is where a trustee stands in the ceremony and at the opening.
type trusteeView struct {
	Index  int    `json:"index" doc:"From 1."`
	Name   string `json:"name"`
	Dealt  bool   `json:"dealt"`
	Agreed bool   `json:"agreed"`
	Ready  bool   `json:"ready"`
	Shared bool   `json:"shared" doc:"Has handed in a decryption share."`
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
		promised:     s.Promises(),
		prev:         s.Prev(),
		opening:      s.OpeningHash(),
		params:       s.Params(),
		former:       slices.Clip(v.former), // the next epoch must not grow into this view
		result:       s.Result(),
		resultHash:   s.ResultHash(),
		decision:     s.Decision(),
		next:         s.Next(),
	}
	now.successor, _ = s.Successor()
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
	now.grown = v.config.Now()
	if last := v.view.Load(); last != nil && last.size == now.size {
		now.grown = last.grown
	}
	before := v.view.Swap(now)
	v.hub.wake()
	if before == nil || before.phase != now.phase {
		v.collector.poke()
		v.tellBefore(now)
	}
	if v.moved != nil && (before.phase != now.phase || before.decision != now.decision) {
		v.moved()
	}
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
