package web

import (
	"net/http"

	"piaojue/store"
)

// signerData is what the pages of those who hold keys are built of: which vote
// it is, and who looks. All else their scripts fetch, and verify.
type signerData struct {
	Congress, Session, Title, Kind string
	Given                          signerGiven
}

// signerGiven is what the script gets with the page.
type signerGiven struct {
	Vote string    `json:"vote"`
	Who  signerWho `json:"who"`
}

type signerWho struct {
	ID   string     `json:"id"`
	Name string     `json:"name"`
	Role store.Role `json:"role"`
}

// signerPage fills the cards of a trustee and the signing desk.
func (s *Server) signerPage(r *http.Request, who Person) (any, error) {
	v, err := s.vote(r)
	if err != nil {
		return nil, err
	}
	kept, err := s.config.DB.Vote(r.Context(), v.id)
	if err != nil {
		return nil, err
	}
	d, err := draftOf(kept)
	if err != nil {
		return nil, err
	}
	return &signerData{
		Congress: d.Congress, Session: d.Session, Title: d.Title, Kind: d.Kind,
		Given: signerGiven{v.id, signerWho{who.ID, who.Name, who.Role}},
	}, nil
}
