package web

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/store"
)

// handOut gives sheets of paper to deputies.
func (s *stage) handOut(numbers ...int) {
	s.Helper()
	s.update()
	var indexes []uint32
	for _, i := range numbers {
		indexes = append(indexes, s.named(number(i)).Index)
	}
	slices.Sort(indexes)
	e, err := s.board.ProposeSheets(1, indexes)
	must(s, err)
	if p := s.signScrutineers(e, 1, 2); p.Index == nil {
		s.Fatalf("sheets are not logged: %+v", p)
	}
}

// tell enters the sheets of a box with the first teller's key.
func (s *stage) tell(box string, sheets ...ballot.Choice) (*client.SealedBatch, answer) {
	s.Helper()
	s.update()
	sealed, err := s.board.SealBatch(1, box, sheets)
	must(s, err)
	return sealed, s.upload(sealed.Entry, sealed.Papers)
}

func (s *stage) upload(e *election.Entry, papers [][]byte) answer {
	s.Helper()
	one := &election.Entry{Kind: e.Kind, Body: e.Body}
	one.Sign(election.RoleTeller, 1, s.tellers[0], s.manifest)
	body, err := client.MarshalBatch(one, papers)
	must(s, err)
	return s.send(store.RoleTeller, "POST", s.path("/batches"), body)
}

// cosignBatch is what the second teller and a scrutineer do.
func (s *stage) cosignBatch(e *election.Entry) (p proposalJSON) {
	s.Helper()
	hash := store.ProposalHash(e)
	sign := func(by store.Role, role election.Role, index uint8, key []byte) {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		one.Sign(role, index, key, s.manifest)
		sig := one.Signatures[0]
		must(s, json.Unmarshal(s.do(by, "POST", s.path("/proposals/"+hexOf(hash)+"/signatures"),
			append([]byte{byte(role), index}, sig.Sig[:]...)), &p))
	}
	sign(store.RoleTeller, election.RoleTeller, 2, s.tellers[1])
	sign(store.RoleScrutineer, election.RoleScrutineer, 1, s.scrutineers[0].role)
	return p
}

func paperStage(t *testing.T) *stage {
	t.Helper()
	s := newStage(t)
	s.tellers = append(s.tellers, testKey("teller 1"), testKey("teller 2"))
	s.begin()
	return s
}

// TestPaper: two deputies vote at terminals and two on paper. All four are in
// the sum, and no deputy has two channels.
func TestPaper(t *testing.T) {
	s := paperStage(t)
	s.handOut(2, 3)
	if err := s.obtain(2); !errors.Is(err, client.ErrPaper) {
		t.Errorf("credential beside a sheet: %v", err)
	}
	if got := s.issue(s.asker(2).body(nil)); got.code() != codeOnPaper {
		t.Errorf("another terminal's request beside a sheet: %s", got.body)
	}
	s.cast(0, marks(0))
	s.cast(1, marks(0, 1))
	s.order() // both credentials are accounted for: it closes at once
	s.await(election.PhaseClosed)
	sealed, got := s.tell("一号票箱", marks(1), ballot.Choice{Spoil: true})
	var p proposalJSON
	must(t, json.Unmarshal(got.body, &p))
	if p.Needed != 2 || len(p.Signed) != 1 {
		t.Errorf("proposal %+v", p)
	}
	body := s.do(store.RoleScrutineer, "GET", s.path("/proposals/"+p.Hash+"/papers"), nil)
	e, papers, err := client.ParseBatch(body)
	must(t, err)
	must(t, s.board.CheckBatch(e, papers, sealed.Openings, []ballot.Choice{marks(1), {Spoil: true}}))
	if p := s.cosignBatch(e); p.Index == nil {
		t.Errorf("batch is not logged: %+v", p)
	}
	s.collect()
	if n, want := s.board.State().Numbers(), (election.Numbers{N: 4, P: 4, I: 4, R: 4, Sheets: 2, Paper: 2}); n != want {
		t.Errorf("numbers %+v, want %+v", n, want)
	}
	for _, x := range s.trustees()[:2] {
		e, _, err := x.Share(s.record(), nil)
		must(t, err)
		s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
	}
	s.await(election.PhaseCounted)
	r := s.board.State().Result()
	if r.Totals[0] != 2 || r.Totals[1] != 2 || r.Numbers.X != 1 {
		t.Errorf("totals %v, numbers %+v", r.Totals, r.Numbers)
	}
}

// TestPaperBadBatch: what is not as the batch says is refused before anybody
// signs, and nothing of it waits.
func TestPaperBadBatch(t *testing.T) {
	s := paperStage(t)
	s.handOut(2, 3)
	s.update()
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	if got := s.upload(&election.Entry{Kind: election.KindBatch}, nil); got.code() != codePhase {
		t.Errorf("batch while voting: %s", got.body)
	}
	s.order()
	s.await(election.PhaseClosed)
	s.update()
	sealed, err := s.board.SealBatch(1, "一", []ballot.Choice{marks(1), marks(0)})
	must(t, err)
	for name, papers := range map[string][][]byte{
		"none":     nil,
		"one less": sealed.Papers[:1],
		"swapped":  {sealed.Papers[1], sealed.Papers[0]},
		"garbage":  {sealed.Papers[0], []byte("garbage")},
	} {
		if got := s.upload(sealed.Entry, papers); got.code() != codeBadProof {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if got := s.send(store.RoleTeller, "POST", s.path("/batches"), []byte("x")); got.code() != codeBadForm {
		t.Errorf("garbage: %s", got.body)
	}
	body, err := client.MarshalBatch(sealed.Entry, sealed.Papers)
	must(t, err)
	if got := s.send(store.RoleScrutineer, "POST", s.path("/batches"), body); got.code() != codeForbidden {
		t.Errorf("batch by a scrutineer: %s", got.body)
	}
	if got := s.upload(sealed.Entry, sealed.Papers); got.status != 200 {
		t.Errorf("good twin: %s", got.body)
	}
	if p := s.cosignBatch(sealed.Entry); p.Index == nil {
		t.Errorf("batch is not logged: %+v", p)
	}
}

// TestBatchKeyOfAnother: a batch with the key on another teller's card is refused
// and nothing of it kept, so that nobody signs for two tellers.
func TestBatchKeyOfAnother(t *testing.T) {
	s := paperStage(t)
	s.handOut(2, 3)
	s.cast(0, marks(0))
	s.cast(1, marks(0))
	s.order()
	s.await(election.PhaseClosed)
	must(t, s.config.DB.PutPerson(t.Context(), Person{ID: "li", Name: "li", Role: store.RoleTeller}, [32]byte{1}))
	liHas := func(i int) {
		must(t, s.config.DB.PutCard(t.Context(), s.vote, store.Card{
			Person: "li", Kind: "teller", RoleKey: [32]byte(public(s.tellers[i])),
		}))
	}
	liHas(0)
	sealed, got := s.tell("一号票箱", marks(1), marks(0))
	if got.code() != codeKeyOfAnother {
		t.Errorf("another's key: %d %s", got.status, got.body)
	}
	var waiting proposalsJSON
	must(t, json.Unmarshal(s.do(store.RoleTeller, "GET", s.path("/proposals"), nil), &waiting))
	for _, p := range waiting.Proposals {
		t.Errorf("signed by %v with another's key", p.Signed)
	}
	liHas(1)
	if got := s.upload(sealed.Entry, sealed.Papers); got.status != 200 {
		t.Errorf("a key on nobody's card: %d %s", got.status, got.body)
	}
}

// TestPaperOnly: an opening without issuers lets all vote on paper. What was
// cast before does not count.
func TestPaperOnly(t *testing.T) {
	s := paperStage(t)
	s.cast(0, marks(0))
	s.update()
	s.organize(s.board.ProposePaperOnly(1))
	if err := s.obtain(1); !errors.Is(err, client.ErrPaper) {
		t.Errorf("credential in a vote on paper: %v", err)
	}
	s.handOut(0, 1, 2, 3)
	s.order()
	s.await(election.PhaseClosed)
	sealed, _ := s.tell("一号票箱", marks(0), marks(0), marks(1))
	if p := s.cosignBatch(sealed.Entry); p.Index == nil {
		t.Fatalf("batch is not logged: %+v", p)
	}
	s.collect()
	if n, want := s.board.State().Numbers(), (election.Numbers{N: 4, P: 4, I: 4, R: 3, Sheets: 4, Paper: 3}); n != want {
		t.Errorf("numbers %+v, want %+v", n, want)
	}
}
