package form

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
)

// A Publication is a certified result on its way out of the vote: as JSON, CSV,
// workbook and Pabulib file. Who calls has verified it.
//
// It obeys display.tallies: where the rules keep the tallies from a reader, it
// says what was adopted and no number, rank or reason that tells how many voted
// how. That keeps numbers from a page, not from an auditor: anybody recomputes
// them from the record.
type Publication struct {
	Manifest *election.Manifest
	Result   *election.Result // with its lines

	// Entry is the hash of the result entry, which the scrutineers signed.
	Entry [32]byte

	// Decision is what the presidium decided about a tie; nil if nothing.
	Decision *election.Decision

	// Deputies says that only deputies read it, not everybody.
	Deputies bool
}

// Tallies says whether the numbers of the options may be in it.
func (p *Publication) Tallies() bool {
	switch p.Manifest.Rules.Display.Tallies {
	case "public":
		return true
	case "deputies":
		return p.Deputies
	}
	return false
}

// publicationFormat is what the document says it is.
const publicationFormat = "piaojue-result-v1"

// JSON writes all of it. What [ReadAdopt] needs has the same names, so that
// anybody can apply the rules once more:
//
//	{"format": "piaojue-result-v1", "manifest": "5f3c…", "result": "01ab…",
//	 "congress": …, "session": …, "title": …, "date": …, "kind": "real", "round": 1,
//	 "vote": "valid", "next": "none", "adopted": ["01", …], "tied": [], "decided": [],
//	 "tallies": true, "rules": {…},
//	 "counts": {"entitled": 331, "present": 304, "issued": 304, "collected": 304, "unused": 0,
//	  "issued_paper": 2, "collected_paper": 2, "valid": 303, "invalid": 1},
//	 "options": [{"id": "01", "name": …, …, "investment": 120000000, "for": 280, "adopted": true, …}, …]}
//
// Sums are in yuan. Without tallies the numbers of options are left out. Decided
// are the tied options that the presidium adopted; adopted has them not, and the
// options say adopted of both.
func (p *Publication) JSON() []byte {
	text, err := json.MarshalIndent(p.document(), "", "  ")
	if err != nil {
		panic("form: internal error: " + err.Error())
	}
	return append(text, '\n')
}

// ResultDocument is what [Publication.JSON] writes.
type ResultDocument struct {
	Format   string         `json:"format"`
	Manifest string         `json:"manifest"`
	Result   string         `json:"result"`
	Congress string         `json:"congress"`
	Session  string         `json:"session"`
	Title    string         `json:"title"`
	Date     string         `json:"date"`
	Kind     string         `json:"kind"`
	Round    uint8          `json:"round"`
	Vote     string         `json:"vote"`
	Next     string         `json:"next"`
	Adopted  []string       `json:"adopted"`
	Tied     []string       `json:"tied"`
	Decided  []string       `json:"decided"`
	Tallies  bool           `json:"tallies"`
	Rules    election.Rules `json:"rules"`
	Counts   ResultCounts   `json:"counts"`
	Options  []ResultOption `json:"options"`
}

// ResultCounts are the numbers of a [ResultDocument].
type ResultCounts struct {
	Entitled  uint32 `json:"entitled"`
	Present   uint32 `json:"present"`
	Issued    uint32 `json:"issued"`
	Collected uint32 `json:"collected"`
	Unused    uint32 `json:"unused"`
	Sheets    uint32 `json:"issued_paper"`
	Paper     uint32 `json:"collected_paper"`
	Valid     uint32 `json:"valid"`
	Invalid   uint32 `json:"invalid"`
}

// ResultOption is an option of a [ResultDocument]. Sums are in yuan.
type ResultOption struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Content       string `json:"content"`
	Investment    uint64 `json:"investment"`
	Fiscal        uint64 `json:"fiscal"`
	Beneficiaries string `json:"beneficiaries"`
	Deadline      string `json:"deadline"`
	Unit          string `json:"unit"`
	Suggestions   uint32 `json:"suggestions"`
	Adopted       bool   `json:"adopted"`
	Tied          bool   `json:"tied"`

	// What follows is missing where the rules keep it back, or the mode has none.
	For     *uint32           `json:"for,omitempty"`
	Against *uint32           `json:"against,omitempty"`
	Abstain *uint32           `json:"abstain,omitempty"`
	Grades  map[string]uint32 `json:"grades,omitempty"`
	Grade   *string           `json:"grade,omitempty"`
	Base    *uint32           `json:"base,omitempty" doc:"Of what shares are."`
	Share   *uint32           `json:"share,omitempty" doc:"In 1/100 of a percent, rounded down."`
	Needed  *uint32           `json:"needed,omitempty"`
	Passed  *bool             `json:"passed,omitempty"`
	Rank    *int              `json:"rank,omitempty"`
	Reason  *election.Reason  `json:"reason,omitempty"`
	Rule    *string           `json:"rule,omitempty"`
}

func (p *Publication) document() *ResultDocument {
	m, n := p.Manifest, p.Result.Numbers
	hash := m.Hash()
	doc := &ResultDocument{
		Format: publicationFormat, Manifest: hex.EncodeToString(hash[:]), Result: hex.EncodeToString(p.Entry[:]),
		Congress: m.Congress, Session: m.Session, Title: m.Title, Date: m.Date, Kind: m.Kind.String(), Round: m.Round,
		Vote: p.Result.Outcome.Vote, Next: p.Result.Outcome.Next,
		Adopted: p.names(p.adopted()), Tied: p.names(p.Result.Outcome.Tied), Decided: p.names(p.decided()), Tallies: p.Tallies(), Rules: m.Rules,
		Counts: ResultCounts{n.N, n.P, n.I, n.R, n.U, n.Sheets, n.Paper, n.V, n.X},
	}
	for i := range m.Options {
		doc.Options = append(doc.Options, p.option(i))
	}
	return doc
}

// adopted are the adopted options: by rank, or in the order of the ballot where
// the order would tell who got more.
func (p *Publication) adopted() []uint16 {
	list := slices.Clone(p.Result.Outcome.Adopted)
	if !p.Tallies() {
		slices.Sort(list)
	}
	return list
}

func (p *Publication) names(options []uint16) []string {
	list := make([]string, len(options))
	for i, at := range options {
		list[i] = p.Manifest.Options[at].ID
	}
	return list
}

func (p *Publication) tied(i int) bool { return slices.Contains(p.Result.Outcome.Tied, uint16(i)) }

// decided are the tied options that the presidium adopted.
func (p *Publication) decided() []uint16 {
	if p.Decision == nil {
		return nil
	}
	return p.Decision.Adopted
}

func (p *Publication) isAdopted(i int) bool {
	return p.Result.Outcome.Lines[i].Adopted || slices.Contains(p.decided(), uint16(i))
}

func (p *Publication) option(i int) ResultOption {
	o := p.Manifest.Options[i]
	j := ResultOption{
		ID: o.ID, Name: o.Name, Content: o.Content, Investment: o.Investment, Fiscal: o.Fiscal,
		Beneficiaries: o.Beneficiaries, Deadline: o.Deadline, Unit: o.Unit, Suggestions: o.Suggestions,
		Adopted: p.isAdopted(i), Tied: p.tied(i),
	}
	if p.Tallies() {
		j.addTallies(&p.Manifest.Rules, p.Result.Outcome.Lines[i])
	}
	return j
}

// addTallies adds the figures that the mode has: who chooses some of many is
// against none of the others.
func (j *ResultOption) addTallies(rules *election.Rules, l election.Line) {
	j.Base, j.Share, j.Needed, j.Passed, j.Rank, j.Reason, j.Rule = &l.Base, &l.Share, &l.Needed, &l.Passed, &l.Rank, &l.Reason, &l.Rule
	switch rules.BallotMode {
	case ballot.Satisfaction3:
		j.Abstain, j.Grades, j.Grade = &l.Abstain, make(map[string]uint32), &rules.Grades[l.Grade]
		for i, name := range rules.Grades {
			j.Grades[name] = l.Grades[i]
		}
	case ballot.YNAEach, ballot.YNACapped:
		j.For, j.Against, j.Abstain = &l.For, &l.Against, &l.Abstain
	default:
		j.For = &l.For
	}
}

// ErrNoPublication means that there is no result that everybody may have.
var ErrNoPublication = errors.New("form: no certified result")

// NewPublication takes the result of a log, once it is certified.
func NewPublication(s *election.State) (*Publication, error) {
	if s.Result() == nil || s.Phase() < election.PhaseCertified || s.Phase() == election.PhaseVoided {
		return nil, ErrNoPublication
	}
	return &Publication{Manifest: s.Manifest(), Result: s.Result(), Entry: s.ResultHash(), Decision: s.Decision()}, nil
}
