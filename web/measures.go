package web

import (
	"net/http"

	"piaojue/form"
)

// measuresPage fills the draft of the measures (票决办法) with all numbers that
// are known.
func (s *Server) measuresPage(_ *http.Request, _ *vote, o *overview, _ Person) (any, error) {
	d := o.draft
	return &form.Measures{
		Congress: d.Congress, Session: d.Session, Title: d.Title, Word: d.customs().Word, Rules: o.draftRules(), Round: d.Round,
		Deputies: uint32(o.deputies), Trustees: d.N, Threshold: d.T, MinBallots: d.MinBallots,
	}, nil
}
