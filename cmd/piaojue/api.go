package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"

	"piaojue/client"
	"piaojue/election"
)

// The JSON routes of piaojued, one method each. What they return is what the
// server says; only package client and the log make it true.

// voteView is where a vote stands, as far as commands need it.
type voteView struct {
	ID       string           `json:"id"`
	Title    string           `json:"title"`
	Phase    string           `json:"phase"`
	Manifest string           `json:"manifest"`
	Numbers  election.Numbers `json:"numbers"`
	Issuers  []struct {
		Number int    `json:"number"`
		Name   string `json:"name"`
		URL    string `json:"url"`
	} `json:"issuers"`
}

// newVote is what creates a draft.
type newVote struct {
	ID         string `json:"id"`
	Origin     string `json:"origin"`
	Congress   string `json:"congress"`
	Session    string `json:"session"`
	Title      string `json:"title"`
	Date       string `json:"date"`
	Kind       string `json:"kind"`
	Parent     *key32 `json:"parent,omitempty"`
	Round      uint8  `json:"round,omitempty"`
	Trustees   uint8  `json:"n"`
	Threshold  uint8  `json:"t"`
	MinBallots uint32 `json:"min_ballots"`
	Terminals  string `json:"terminals,omitempty"`
}

// issuerCard is an issuer beside the server's own; `piaojued issuer init`
// prints it.
type issuerCard struct {
	Name    string `json:"name"`
	Modulus string `json:"modulus"`
	Key     string `json:"key"`
	URL     string `json:"url"`
}

// pin is the hash of a program that takes part.
type pin struct {
	Name   string `json:"name"`
	SHA256 key32  `json:"sha256"`
}

// proposal is an entry that waits for signatures, or was logged.
type proposal struct {
	Hash    string   `json:"hash"`
	Kind    string   `json:"kind"`
	Body    hexBytes `json:"body"`
	Signed  []string `json:"signed"`
	Missing []string `json:"missing"`
	Needed  int      `json:"needed"`
	Index   *uint64  `json:"index"`
}

// deputy is a place in the roll.
type deputy struct {
	Index  uint32 `json:"index"`
	Number string `json:"number"`
	Name   string `json:"name"`
}

// register is who is in the hall, in numbers, and for scrutineers the body of
// the next attendance entry.
type register struct {
	N          uint32   `json:"n"`
	Quorum     uint32   `json:"quorum"`
	Present    uint32   `json:"present"`
	Ever       uint32   `json:"ever"`
	P          uint32   `json:"p"`
	Waiting    int      `json:"waiting"`
	Attendance hexBytes `json:"attendance"`
}

// hexBytes is a byte string in JSON.
type hexBytes []byte

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *hexBytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

func (s *server) path(below string) string { return "/votes/" + url.PathEscape(s.vote) + below }

// get reads a JSON answer.
func (s *server) get(ctx context.Context, path string, to any) error {
	answer, err := s.call(ctx, "GET", path, "", nil)
	if err != nil {
		return err
	}
	return decode(answer, to)
}

// put sends a value as JSON. to may be nil.
func (s *server) put(ctx context.Context, method, path string, value, to any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return err
	}
	answer, err := s.call(ctx, method, path, mediaJSON, body)
	if err != nil || to == nil {
		return err
	}
	return decode(answer, to)
}

// decode ignores fields it does not know: a newer server may say more.
func decode(answer []byte, to any) error {
	if err := json.Unmarshal(answer, to); err != nil {
		return because(err, "bad_answer")
	}
	return nil
}

func (s *server) view(ctx context.Context) (*voteView, error) {
	v := &voteView{}
	return v, s.get(ctx, s.path(""), v)
}

func (s *server) create(ctx context.Context, v newVote) error {
	return s.put(ctx, "POST", "/votes", v, nil)
}

// putRules sends rules as the JSON document that staff wrote.
func (s *server) putRules(ctx context.Context, document []byte) error {
	_, err := s.call(ctx, "PUT", s.path("/rules"), mediaJSON, document)
	return err
}

// putTable sends a CSV file: roll, candidates or badges.
func (s *server) putTable(ctx context.Context, name string, table []byte) error {
	_, err := s.call(ctx, "PUT", s.path("/"+name), mediaCSV, table)
	return err
}

func (s *server) putKeys(ctx context.Context, staff, presidium key32) error {
	return s.put(ctx, "PUT", s.path("/keys"), map[string]key32{"staff": staff, "presidium": presidium}, nil)
}

func (s *server) putIssuers(ctx context.Context, all []issuerCard) error {
	return s.put(ctx, "PUT", s.path("/issuers"), all, nil)
}

func (s *server) putPins(ctx context.Context, pins []pin) error {
	return s.put(ctx, "PUT", s.path("/pins"), pins, nil)
}

func (s *server) putPolicy(ctx context.Context, policy []byte) error {
	_, err := s.call(ctx, "PUT", s.path("/policy"), mediaText, policy)
	return err
}

// draft returns the body of the manifest as it would be frozen, or was.
func (s *server) draft(ctx context.Context) ([]byte, error) {
	return s.call(ctx, "GET", s.path("/draft"), "", nil)
}

// propose hands in an entry with some or all of its signatures.
func (s *server) propose(ctx context.Context, e *election.Entry) (*proposal, error) {
	return s.postProposal(ctx, s.path("/proposals"), e.Marshal())
}

// countersign adds a signature to a proposal.
func (s *server) countersign(ctx context.Context, hash string, sig election.Signature) (*proposal, error) {
	body := append([]byte{byte(sig.Role), sig.Index}, sig.Sig[:]...)
	return s.postProposal(ctx, s.path("/proposals/"+url.PathEscape(hash)+"/signatures"), body)
}

func (s *server) postProposal(ctx context.Context, path string, body []byte) (*proposal, error) {
	answer, err := s.call(ctx, "POST", path, mediaBinary, body)
	if err != nil {
		return nil, err
	}
	p := &proposal{}
	return p, decode(answer, p)
}

// follow makes the draft of the vote that follows this one, and returns its
// name.
func (s *server) follow(ctx context.Context, as string) (string, error) {
	var made struct {
		ID string `json:"id"`
	}
	err := s.put(ctx, "POST", s.path("/copies"), map[string]string{"as": as}, &made)
	return made.ID, err
}

// batch hands in what a teller sealed, with the teller's signature.
func (s *server) batch(ctx context.Context, e *election.Entry, papers [][]byte) (*proposal, error) {
	body, err := client.MarshalBatch(e, papers)
	if err != nil {
		return nil, err
	}
	return s.postProposal(ctx, s.path("/batches"), body)
}

// papers returns the batch that waits under this hash, with its papers.
func (s *server) papers(ctx context.Context, hash string) (*election.Entry, [][]byte, error) {
	answer, err := s.call(ctx, "GET", s.path("/proposals/"+url.PathEscape(hash)+"/papers"), "", nil)
	if err != nil {
		return nil, nil, err
	}
	e, papers, err := client.ParseBatch(answer)
	if err != nil {
		return nil, nil, because(err, "bad_answer")
	}
	return e, papers, nil
}

// deputies lists who stands where in the roll.
func (s *server) deputies(ctx context.Context) ([]deputy, error) {
	var list struct {
		Deputies []deputy `json:"deputies"`
	}
	err := s.get(ctx, s.path("/deputies"), &list)
	return list.Deputies, err
}

// proposals lists what waits for signatures.
func (s *server) proposals(ctx context.Context) ([]proposal, error) {
	var list struct {
		Proposals []proposal `json:"proposals"`
	}
	return list.Proposals, s.get(ctx, s.path("/proposals"), &list)
}

// post hands in a whole entry of a trustee.
func (s *server) post(ctx context.Context, e *election.Entry) error {
	_, err := s.call(ctx, "POST", s.path("/entries"), mediaBinary, e.Marshal())
	return err
}

// checkIn notes that the deputy with a roll number is in the hall, or left it.
func (s *server) checkIn(ctx context.Context, number string, present bool, reason string) (name string, err error) {
	var deputy struct {
		Name string `json:"name"`
	}
	err = s.put(ctx, "POST", s.path("/checkins"), map[string]any{"number": number, "present": present, "reason": reason}, &deputy)
	return deputy.Name, err
}

// checkInBadge is checkIn of whoever shows a badge, by its public key.
func (s *server) checkInBadge(ctx context.Context, key key32) error {
	return s.put(ctx, "POST", s.path("/checkins"), map[string]any{"key": key, "present": true}, nil)
}

func (s *server) register(ctx context.Context) (*register, error) {
	r := &register{}
	return r, s.get(ctx, s.path("/checkins"), r)
}

// snapshot returns the newest snapshot of a screen as JSON.
func (s *server) snapshot(ctx context.Context, view string) ([]byte, error) {
	return s.call(ctx, "GET", s.path("/snapshot?view="+url.QueryEscape(view)), "", nil)
}

// live is the address of a screen's websocket.
func (s *server) live(view string) string {
	u := *s.base
	u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	return fmt.Sprintf("%s%s?view=%s", u.String(), s.path("/live"), url.QueryEscape(view))
}
