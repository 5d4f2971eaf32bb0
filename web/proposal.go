package web

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/go-chi/chi/v5"

	"piaojue/election"
	"piaojue/store"
)

// proposalJSON is an entry that waits for signatures, or was logged.
type proposalJSON struct {
	Hash    string   `json:"hash" doc:"Of the entry without signatures."`
	Kind    string   `json:"kind" doc:"PROTOCOL.md, Section 4."`
	Body    hexBytes `json:"body,omitempty" doc:"Of the entry, as it is signed."`
	Signed  []string `json:"signed" doc:"Who has signed: role, or role:number."`
	Missing []string `json:"missing" doc:"Who may still sign."`
	Needed  int      `json:"needed" doc:"So many of them must."`
	Index   *uint64  `json:"index" doc:"In the log, once it is there."`
}

// ownRole says for which role a person may hand in signatures: of two who must
// sign, one cannot hand in both.
var ownRole = map[store.Role]election.Role{
	store.RoleStaffLead:  election.RoleStaff,
	store.RolePresidium:  election.RolePresidium,
	store.RoleScrutineer: election.RoleScrutineer,
	store.RoleTeller:     election.RoleTeller,
}

// proposable are the kinds that people sign together. All others are logged by
// a trustee, a badge or the server itself.
var proposable = []election.Kind{
	election.KindManifest, election.KindTrustees, election.KindAttendance, election.KindBadge,
	election.KindOpening, election.KindOrder, election.KindCollection, election.KindCertificate,
	election.KindAnnouncement, election.KindArchive, election.KindSuspend, election.KindResume, election.KindVoid,
	election.KindSheets, election.KindDecision, election.KindSuccessor,
}

// propose serves POST /votes/{vote}/proposals.
func (s *Server) propose(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	e, err := readEntry(w, r, proposable)
	if err != nil {
		return err
	}
	return v.collect(w, r, who, e)
}

// signProposal serves POST /votes/{vote}/proposals/{hash}/signatures.
func (s *Server) signProposal(w http.ResponseWriter, r *http.Request, who Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	hash, err := parseHex32(chi.URLParam(r, "hash"))
	if err != nil {
		return err
	}
	const size = 2 + 64
	body, err := readBody(w, r, size)
	if err != nil {
		return err
	}
	if len(body) != size {
		return refuse(codeBadForm)
	}
	e, err := s.config.DB.Proposal(r.Context(), v.id, hash)
	if err != nil {
		return err
	}
	e.Signatures = []election.Signature{{Role: election.Role(body[0]), Index: body[1], Sig: [64]byte(body[2:])}}
	return v.collect(w, r, who, e)
}

// readEntry reads an entry of one of the kinds.
func readEntry(w http.ResponseWriter, r *http.Request, kinds []election.Kind) (*election.Entry, error) {
	body, err := readBody(w, r, election.MaxEntry)
	if err != nil {
		return nil, err
	}
	e, err := election.ParseEntry(body)
	if err != nil {
		return nil, because(codeBadForm, err)
	}
	if !slices.Contains(kinds, e.Kind) {
		return nil, because(codeBadForm, fmt.Errorf("%s does not come this way", e.Kind))
	}
	return e, nil
}

// collect adds the signatures of e to those the entry has, and logs it when it
// has all.
func (v *vote) collect(w http.ResponseWriter, r *http.Request, who Person, e *election.Entry) error {
	for _, s := range e.Signatures {
		if s.Role != ownRole[who.Role] {
			return refuse(codeForbidden)
		}
	}
	var answer *proposalJSON
	err := v.do(r.Context(), func() (err error) {
		answer, err = v.sign(r.Context(), e, who)
		return err
	})
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, answer)
}

// sign runs on the vote's goroutine. Two role keys are two persons: one who
// holds both files, or has changed roles, does not freeze a vote alone.
func (v *vote) sign(ctx context.Context, e *election.Entry, who Person) (*proposalJSON, error) {
	if err := v.checkNew(ctx, e); err != nil {
		return nil, err
	}
	wanted, err := v.state.Wanted(e)
	if err != nil {
		return nil, err
	}
	if err := v.verifySignatures(e, wanted); err != nil {
		return nil, err
	}
	if err := v.checkOwner(ctx, e, wanted, who); err != nil {
		return nil, err
	}
	if err := v.supersede(ctx, e); err != nil {
		return nil, err
	}
	merged, err := v.config.DB.Propose(ctx, v.id, e, who.ID)
	if err != nil {
		return nil, err
	}
	p := newProposal(merged, wanted)
	if p.Needed > 0 {
		return p, nil
	}
	if err := v.logProposal(ctx, merged); err != nil {
		return nil, v.explain(err)
	}
	index := v.state.Size() - 1
	p.Index = &index
	return p, nil
}

// supersede drops what e takes the place of: proposals of its kind that nobody
// has signed but those who sign e. So nobody can fill the list, and what was
// proposed by mistake is corrected by proposing again. Of manifests only the
// draft's can ever be logged.
func (v *vote) supersede(ctx context.Context, e *election.Entry) error {
	waiting, err := v.config.DB.Proposals(ctx, v.id)
	if err != nil {
		return err
	}
	waiting = slices.DeleteFunc(waiting, func(x *election.Entry) bool {
		same := store.ProposalHash(x) == store.ProposalHash(e)
		return same || x.Kind != e.Kind || e.Kind != election.KindManifest && !signedOnlyBy(x, e.Signatures)
	})
	if len(waiting) == 0 {
		return nil
	}
	return v.config.DB.Update(ctx, v.id, func(tx *store.Tx) error { return drop(tx, waiting) })
}

func signedOnlyBy(x *election.Entry, signers []election.Signature) bool {
	for _, s := range x.Signatures {
		if !slices.ContainsFunc(signers, func(y election.Signature) bool { return isOf(y, s.Role, s.Index) }) {
			return false
		}
	}
	return true
}

func isOf(s election.Signature, role election.Role, index uint8) bool {
	return s.Role == role && s.Index == index
}

func drop(tx *store.Tx, proposals []*election.Entry) error {
	for _, p := range proposals {
		if err := tx.DropProposal(store.ProposalHash(p)); err != nil {
			return err
		}
	}
	return nil
}

// logProposal logs an entry that has all its signatures, and drops it and all
// that can never be accepted any more.
func (v *vote) logProposal(ctx context.Context, e *election.Entry) error {
	var f *frozen
	if e.Kind == election.KindManifest {
		var err error
		if f, err = v.freeze(ctx); err != nil {
			return err
		}
	}
	waiting, err := v.config.DB.Proposals(ctx, v.id)
	if err != nil {
		return err
	}
	if f != nil {
		v.roll = f.roll
		defer func() {
			if v.state.Manifest() == nil { // it was not logged
				v.roll = nil
			}
		}()
	}
	return v.append(ctx, func(tx *store.Tx) ([]*election.Entry, error) {
		if f != nil {
			if err := tx.CheckRevision(f.revision); err != nil {
				return nil, err
			}
		}
		followers, err := v.followers(tx, e)
		if err != nil {
			return nil, err
		}
		// All others name a chained entry that is not the latest any more.
		return append([]*election.Entry{e}, followers...), drop(tx, waiting)
	})
}

// explain names the missing quorum, which is what people can do something
// about. All other faults of an opening are stale or wrong numbers.
func (v *vote) explain(err error) error {
	check, ok := errors.AsType[*election.CheckError](err)
	m := v.state.Manifest()
	if !ok || check.Check != election.CheckOpeningQuorum || m == nil {
		return err
	}
	if m.Rules.Quorum.RecheckAtOpen && v.state.Numbers().P < m.Rules.QuorumOf(m.Deputies) {
		return &refusal{code: codeNoQuorum, check: string(check.Check), cause: err}
	}
	return err
}

// proposalsJSON are the entries that wait for signatures.
type proposalsJSON struct {
	Proposals []*proposalJSON `json:"proposals"`
}

// getProposals serves GET /votes/{vote}/proposals.
func (s *Server) getProposals(w http.ResponseWriter, r *http.Request, _ Person) error {
	v, err := s.vote(r)
	if err != nil {
		return err
	}
	list, err := v.proposals(r.Context())
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, proposalsJSON{list})
}

func newProposal(e *election.Entry, wanted election.Wanted) *proposalJSON {
	hash := store.ProposalHash(e)
	p := &proposalJSON{
		Hash: hex.EncodeToString(hash[:]), Kind: e.Kind.String(), Body: e.Body,
		Signed: []string{}, Missing: []string{},
	}
	chief, each := true, maps.Clone(wanted.Each)
	for i, x := range wanted.Signers {
		signed := slices.ContainsFunc(e.Signatures, func(s election.Signature) bool { return isOf(s, x.Role, x.Index) })
		if signed {
			p.Signed = append(p.Signed, signerName(x))
			if each != nil {
				each[x.Role]--
			}
			continue
		}
		p.Missing = append(p.Missing, signerName(x))
		chief = chief && !(wanted.Chief && i == 0)
	}
	p.Needed = len(p.Missing)
	if wanted.Quorum > 0 {
		p.Needed = max(wanted.Quorum-len(p.Signed), 0)
	}
	if wanted.Each != nil {
		p.Needed = 0
	}
	for _, n := range each {
		p.Needed += max(n, 0)
	}
	if p.Needed == 0 && !chief {
		p.Needed = 1
	}
	return p
}

var roleNames = map[election.Role]string{
	election.RoleStaff:      "staff_lead",
	election.RolePresidium:  "presidium",
	election.RoleScrutineer: "scrutineer",
	election.RoleTeller:     "teller",
}

func signerName(x election.Signer) string {
	if x.Index == 0 {
		return roleNames[x.Role]
	}
	return fmt.Sprintf("%s:%d", roleNames[x.Role], x.Index)
}
