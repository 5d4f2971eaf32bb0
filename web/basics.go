package web

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"time"

	"piaojue/election"
)

// draftTerms are those basics that may change until the freeze. Kind and round
// may not: a rehearsal never becomes real, and a round follows from another.
type draftTerms struct {
	Congress   string `json:"congress"`
	Session    string `json:"session"`
	Title      string `json:"title"`
	Date       string `json:"date" doc:"As people write it."`
	N          uint8  `json:"n" doc:"Number of trustees."`
	T          uint8  `json:"t" doc:"How many of them open the result: 2 to n, and more than half."`
	MinBallots uint32 `json:"min_ballots" doc:"Fewer are never opened; at least 2."`
}

// checkHidden refuses characters that nobody sees in what everybody reads.
func (d *draftTerms) checkHidden() error {
	return cmp.Or(checkHidden("congress", d.Congress), checkHidden("session", d.Session), checkHidden("title", d.Title), checkHidden("date", d.Date))
}

// putBasics serves PUT /votes/{vote}/basics.
func (s *Server) putBasics(w http.ResponseWriter, r *http.Request, _ Person) error {
	var terms draftTerms
	if err := readJSON(w, r, &terms); err != nil {
		return err
	}
	err := s.amend(r, func(d *draft) error {
		d.draftTerms = terms
		return d.check()
	})
	if err != nil {
		return err
	}
	return noContent(w)
}

// basicsData is the page of the basics.
type basicsData struct {
	Day     bool   // the date is a day of the calendar, and no other text
	Own     string // the server's own issuer
	Issuers []issuerLine
}

// issuerLine is an issuer beside the server's own.
type issuerLine struct {
	Name, URL, Modulus, Key string
	Code                    []string // of its keys, as signers see it
}

func (s *Server) basicsPage(_ *http.Request, _ *vote, o *overview, _ Person) (any, error) {
	_, err := time.Parse(time.DateOnly, o.draft.Date)
	data := &basicsData{Day: err == nil, Own: s.config.Issuer}
	for _, i := range o.draft.Issuers {
		x := election.Issuer{Modulus: [384]byte(i.Modulus), Key: i.Key}
		code := x.Fingerprint()
		data.Issuers = append(data.Issuers, issuerLine{
			i.Name, i.URL, hex.EncodeToString(i.Modulus), hex.EncodeToString(i.Key[:]), fours(hex.EncodeToString(code[:])),
		})
	}
	return data, nil
}
