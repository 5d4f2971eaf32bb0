package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net/http"

	"piaojue/election"
)

// publicVote is what the pages for everybody say at their top: which vote it
// is, and the code that stands on paper too.
type publicVote struct {
	ID, Congress, Session, Title, Date, Kind, Phase string
	Manifest                                        string
	Code                                            []string // manifest hash in groups of four
	Story                                           []roundJSON
}

func newPublicVote(v *vote, w *view) publicVote {
	m := w.manifest
	code := hex.EncodeToString(w.manifestHash[:])
	return publicVote{
		ID: v.id, Congress: m.Congress, Session: m.Session, Title: m.Title, Date: m.Date,
		Kind: m.Kind.String(), Phase: w.phase.String(), Manifest: code, Code: fours(code),
		Story: v.story(w),
	}
}

// publicData fills a page that needs nothing but the vote.
type publicData struct{ Vote publicVote }

// publicPage fills GET /track/{vote} and GET /check/{vote}. What a deputy brings
// stays in the browser: it stands behind the # of the address.
func (s *Server) publicPage(r *http.Request, _ Person) (any, error) {
	v, now, _, err := s.board(r)
	if err != nil {
		return nil, err
	}
	return &publicData{newPublicVote(v, now)}, nil
}

// verifyData fills the verifier's page. Vote is empty where a record comes from
// a disk.
type verifyData struct {
	Vote publicVote
	Pins []pinLine
}

// pinLine is a program whose hash the manifest fixed.
type pinLine struct {
	Name string
	Hash []string
}

// verifyPage fills GET /verify/{vote}.
func (s *Server) verifyPage(r *http.Request, _ Person) (any, error) {
	v, now, _, err := s.board(r)
	if err != nil {
		return nil, err
	}
	return &verifyData{Vote: newPublicVote(v, now), Pins: pinLines(now.manifest)}, nil
}

// verifyFilePage fills GET /verify.
func (s *Server) verifyFilePage(*http.Request, Person) (any, error) { return &verifyData{}, nil }

func pinLines(m *election.Manifest) []pinLine {
	var all []pinLine
	for _, p := range m.Pins {
		all = append(all, pinLine{p.Name, fours(hex.EncodeToString(p.Hash[:]))})
	}
	return all
}

// trustData fills GET /trust: the fingerprint of the certificate to be trusted,
// in rows, as the server printed it; nil if there is nothing to be trusted.
type trustData struct{ Fingerprint []string }

func (s *Server) trustPage(*http.Request, Person) (any, error) {
	return &trustData{fingerprint(s.config.CA)}, nil
}

// fingerprint is what browsers and piaojued show of a certificate, eight bytes
// to a row.
func fingerprint(ca []byte) (rows []string) {
	block, _ := pem.Decode(ca)
	if block == nil {
		return nil
	}
	sum := sha256.Sum256(block.Bytes)
	for i := 0; i < len(sum); i += 8 {
		row := ""
		for _, b := range sum[i : i+8] {
			row += fmt.Sprintf(":%02X", b)
		}
		rows = append(rows, row[1:])
	}
	return rows
}
