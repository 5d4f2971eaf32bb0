package web

import (
	"context"

	"piaojue/election"
)

// overview is a vote as the console sees it: what the log says, what staff have
// entered, and what the store counts beside both. Nothing in it says who has
// cast.
type overview struct {
	view     *view
	draft    *draft
	deputies int // with a place in the roll
	badges   int // of them
	options  int
	// What is missing of the reviews of the options, before the freeze.
	unreviewed string
	unlike     string // why the options cannot be those of the list from which they were taken: fact_…
	present    uint32 // now, by the register
	ever       uint32 // by the register
	ballots    uint32 // durable in the box
	terminals  terminalCounts
	waiting    []*proposalJSON
	before     *origin // the vote that this one repeats or continues; nil: none
	after      *sequel // the vote that repeats or continues this one; nil: none yet
}

// overview looks at a vote.
func (s *Server) overview(ctx context.Context, v *vote) (*overview, error) {
	o := &overview{view: v.view.Load()}
	var err error
	if o.draft, err = v.draft(ctx); err != nil {
		return nil, err
	}
	if o.view.manifest == nil {
		err = o.countDraft(ctx, v)
	} else {
		err = o.countHall(ctx, v)
	}
	if err != nil {
		return nil, err
	}
	o.terminals = countTerminals(s.floor.list(v.id, s.config.Now(), o.view))
	if o.waiting, err = v.proposals(ctx); err != nil {
		return nil, err
	}
	o.before = s.originOf(o.draft)
	o.after, err = s.sequelOf(ctx, o.view)
	return o, err
}

// countDraft counts what the manifest will be made of.
func (o *overview) countDraft(ctx context.Context, v *vote) error {
	count, err := v.config.DB.CountRoll(ctx, v.id)
	if err != nil {
		return err
	}
	o.deputies, o.badges = int(count.Places), int(count.Badges)
	options, err := v.config.DB.Candidates(ctx, v.id)
	o.options, o.unreviewed = len(options), o.draft.unreviewed(listHash(options))
	if v.unlike == nil {
		return err
	}
	if all := v.unlike(o.draft, options); len(all) > 0 {
		o.unlike = "list"
		if all[0].ID == listTaken {
			o.unlike = "list_taken"
		}
	}
	return err
}

// countHall counts who is in the hall, and how many have cast.
func (o *overview) countHall(ctx context.Context, v *vote) error {
	m := o.view.manifest
	o.deputies, o.badges, o.options = int(m.Deputies), int(m.Deputies), len(m.Options)
	var err error
	if o.present, o.ever, err = v.gate.counts(ctx, v); err != nil {
		return err
	}
	c, err := v.readCounts(ctx, o.view)
	o.ballots = max(c.ballots, o.view.numbers.R)
	return err
}

// quorum is how many must be present; 0 before there are rules.
func (o *overview) quorum() uint32 {
	switch {
	case o.view.manifest != nil:
		return o.view.manifest.Rules.QuorumOf(o.view.manifest.Deputies)
	case o.draft.Rules != nil:
		return o.draft.Rules.QuorumOf(uint32(o.deputies))
	}
	return 0
}

// missing counts what keeps the draft from being frozen.
func (o *overview) missing() (n int) {
	for _, f := range o.drafted() {
		if f.State == factMissing {
			n++
		}
	}
	return n
}

// sealed counts the trustees that have finished the ceremony.
func (o *overview) sealed() (n int) {
	for _, t := range o.view.trustees {
		if t.Ready {
			n++
		}
	}
	return n
}

// shared counts the trustees that have opened their part.
func (o *overview) shared() (n int) {
	for _, t := range o.view.trustees {
		if t.Shared {
			n++
		}
	}
	return n
}

// proposals returns the entries that wait for signatures and fit now.
func (v *vote) proposals(ctx context.Context) ([]*proposalJSON, error) {
	list := []*proposalJSON{}
	err := v.do(ctx, func() error {
		waiting, err := v.config.DB.Proposals(ctx, v.id)
		for _, e := range waiting {
			// One that does not fit now cannot be signed now.
			if wanted, err := v.state.Wanted(e); err == nil {
				list = append(list, newProposal(e, wanted))
			}
		}
		return err
	})
	return list, err
}

// ended reports whether the vote takes nothing any more.
func (o *overview) ended() bool { return o.view.phase == election.PhaseVoided }
