package web

import (
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"piaojue/ballot"
	"piaojue/client"
	"piaojue/election"
	"piaojue/form"
	"piaojue/group"
	"piaojue/lang"
	"piaojue/store"
)

// draft brings the vote to where it can be frozen.
func (s *stage) draft() {
	s.Helper()
	s.do(store.RoleStaffLead, "POST", "/votes", fmt.Appendf(nil, `{"id":%q,"origin":"example.org/%s","congress":"某市人民代表大会",
		"session":"第四次会议","title":"民生实事项目票决","date":"2026-01-23","kind":"demo","n":%d,"t":%d,"min_ballots":2,"terminals":%q}`, s.vote, s.vote, s.n, s.t, cmp.Or(s.terminals, "open")))
	rules, err := json.Marshal(s.rules)
	must(s, err)
	s.do(store.RoleStaff, "PUT", s.path("/rules"), rules)
	var deputies []election.Deputy
	var badges []form.Badge
	for i := range s.deputies {
		seed := badgeSeed(number(i))
		deputies = append(deputies, election.Deputy{Number: number(i), Name: fmt.Sprint("代表", i)})
		b := form.Badge{Number: number(i), Key: public(ed25519.NewKeyFromSeed(seed[:]))}
		if s.pins != nil {
			b.PIN = form.HashPIN(s.pins[i])
		}
		badges = append(badges, b)
	}
	s.do(store.RoleStaff, "PUT", s.path("/roll"), form.WriteRoll(lang.ZH, deputies))
	s.do(store.RoleStaff, "PUT", s.path("/badges"), form.WriteBadges(lang.ZH, badges))
	var options []election.Option
	for i := range s.rules.CandidatesN {
		options = append(options, election.Option{ID: fmt.Sprintf("%02d", i+1), Name: fmt.Sprint("项目", i+1)})
	}
	s.do(store.RoleStaff, "PUT", s.path("/candidates"), form.WriteCandidates(lang.ZH, options))
	keys := fmt.Sprintf(`{"staff":"%x","presidium":"%x"}`, public(s.staff), public(s.presidium))
	s.do(store.RoleStaffLead, "PUT", s.path("/keys"), []byte(keys))
	issuers, err := json.Marshal(s.others)
	must(s, err)
	if s.others != nil {
		s.do(store.RoleStaffLead, "PUT", s.path("/issuers"), issuers)
	}
}

func number(i int) string { return fmt.Sprintf("A%03d", i) }

// signed gives an entry the signatures of the roles, each handed in by a person
// of that role.
func (s *stage) sign(e *election.Entry, roles ...store.Role) *proposalJSON {
	s.Helper()
	hash := sha256.Sum256(e.Body)
	if e.Kind != election.KindManifest {
		hash = s.manifest
	}
	var p proposalJSON
	for _, role := range roles {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		switch role {
		case store.RoleStaffLead:
			one.Sign(election.RoleStaff, 0, s.staff, hash)
		case store.RolePresidium:
			one.Sign(election.RolePresidium, 0, s.presidium, hash)
		}
		must(s, json.Unmarshal(s.do(role, "POST", s.path("/proposals"), one.Marshal()), &p))
	}
	return &p
}

// signScrutineers gives an entry the signatures of scrutineers, by number, each
// handed in by whoever has that card, or else by the stage's scrutineer.
func (s *stage) signScrutineers(e *election.Entry, numbers ...int) *proposalJSON {
	s.Helper()
	var p proposalJSON
	for _, i := range numbers {
		one := &election.Entry{Kind: e.Kind, Body: e.Body}
		one.Sign(election.RoleScrutineer, uint8(i), s.scrutineers[i-1].role, s.manifest)
		by, header := store.RoleScrutineer, s.ownerOf(public(s.scrutineers[i-1].role))
		if header != nil {
			by = ""
		}
		a := s.send(by, "POST", s.path("/proposals"), one.Marshal(), header...)
		if a.status != http.StatusOK {
			s.Fatalf("signature of scrutineer %d: %d %s", i, a.status, a.body)
		}
		must(s, json.Unmarshal(a.body, &p))
	}
	return &p
}

// ownerOf returns the cookie of whoever has handed in a card with this key.
func (s *stage) ownerOf(key [32]byte) []string {
	s.Helper()
	cards, err := s.config.DB.Cards(s.Context(), s.vote)
	must(s, err)
	for _, c := range cards {
		if c.RoleKey != key {
			continue
		}
		token, hash := generateToken()
		now := s.server.config.Now()
		must(s, s.config.DB.PutSession(s.Context(), hash, c.Person, now.Unix(), now.Add(-sessionLife).Unix(), now.Add(-sessionIdle).Unix()))
		return []string{"Cookie", s.server.cookieName() + "=" + token}
	}
	return nil
}

// organize signs as staff lead and presidium.
func (s *stage) organize(e *election.Entry, err error) {
	s.Helper()
	must(s, err)
	if p := s.sign(e, store.RoleStaffLead, store.RolePresidium); p.Index == nil {
		s.Fatalf("%s is not logged: %+v", e.Kind, p)
	}
}

func (s *stage) chain() election.Chain {
	s.Helper()
	return election.Chain{Prev: s.update().Prev(), Time: 1}
}

// update returns the verified state of the log.
func (s *stage) update() *election.State {
	s.Helper()
	if s.cosign != nil {
		s.cosign()
	}
	must(s, s.board.Update())
	return s.board.State()
}

func (s *stage) freeze() {
	s.Helper()
	body := s.do(store.RolePresidium, "GET", s.path("/draft"), nil)
	s.organize(&election.Entry{Kind: election.KindManifest, Body: body}, nil)
	s.manifest = sha256.Sum256(body)
	s.board = client.NewBoard(s.transport, s.vote, s.manifest)
}

func (s *stage) approve() {
	s.Helper()
	body := &election.Trustees{Chain: s.chain()}
	for i, x := range s.scrutineers {
		body.Scrutineers = append(body.Scrutineers, election.Scrutineer{
			Name: fmt.Sprint("监票人", i+1), Delegation: "一团", RoleKey: public(x.role),
			StaticKey: [32]byte(group.NewElement().ScalarBaseMult(x.static).Bytes()),
		})
	}
	for _, k := range s.tellers {
		body.Tellers = append(body.Tellers, election.Teller{Name: "计票人", RoleKey: public(k)})
	}
	e, err := election.NewEntry(body)
	must(s, err)
	s.sign(e, store.RolePresidium)
}

func (s *stage) trustees() []*client.Trustee {
	s.Helper()
	s.update()
	var all []*client.Trustee
	for _, x := range s.scrutineers {
		t, err := client.NewTrustee(s.board, x.role, x.static)
		must(s, err)
		all = append(all, t)
	}
	return all
}

// ceremony makes the joint key, in three rounds.
func (s *stage) ceremony() {
	s.Helper()
	for range 3 {
		for _, t := range s.trustees() {
			e, err := t.Next()
			must(s, err)
			s.do(store.RoleScrutineer, "POST", s.path("/entries"), e.Marshal())
		}
	}
}

// badgeOf is a check-in with the badge of a deputy.
func (s *stage) badgeOf(i int) []byte {
	seed := badgeSeed(number(i))
	return fmt.Appendf(nil, `{"key":"%x","present":true}`, public(ed25519.NewKeyFromSeed(seed[:])))
}

// checkIn registers deputies at a gate and logs the attendance.
func (s *stage) checkIn(numbers ...int) {
	s.Helper()
	for _, i := range numbers {
		s.do(store.RoleGate, "POST", s.path("/checkins"), s.badgeOf(i))
	}
	var a attendanceJSON
	must(s, json.Unmarshal(s.do(store.RoleScrutineer, "GET", s.path("/checkins"), nil), &a))
	s.signScrutineers(&election.Entry{Kind: election.KindAttendance, Body: a.Attendance}, 1, 2)
}

func (s *stage) opening(epoch uint32, issuers ...uint8) {
	s.Helper()
	s.organize(election.NewEntry(&election.Opening{Chain: s.chain(), Epoch: epoch, Issuers: issuers}))
	s.update()
}

// begin takes the vote to the phase voting, with all deputies checked in.
func (s *stage) begin() {
	s.Helper()
	s.draft()
	s.freeze()
	s.approve()
	s.ceremony()
	all := make([]int, s.deputies)
	for i := range all {
		all[i] = i
	}
	s.checkIn(all...)
	set := make([]uint8, 1+len(s.others))
	for i := range set {
		set[i] = uint8(i)
	}
	s.opening(1, set...)
}

// device is a terminal with a deputy's badge. Each has a board of its own, as
// in the hall.
func (s *stage) device(i int) *client.Voter {
	s.Helper()
	if s.cosign != nil {
		s.cosign()
	}
	b := client.NewBoard(s.transport, s.vote, s.manifest)
	must(s, b.Update())
	return client.NewVoter(b, badgeSeed(number(i)))
}

// voter is a device that has its credential.
func (s *stage) voter(i int) *client.Voter {
	s.Helper()
	v := s.device(i)
	must(s, v.Identify())
	must(s, v.Obtain())
	return v
}

func marks(options ...int) ballot.Choice {
	c := ballot.Choice{Marks: make([]ballot.Mark, 3)}
	for _, o := range options {
		c.Marks[o] = ballot.For
	}
	return c
}

// cast votes as a deputy.
func (s *stage) cast(i int, c ballot.Choice) *client.Voter {
	s.Helper()
	v := s.voter(i)
	_, err := v.Seal(c)
	must(s, err)
	must(s, v.Cast())
	return v
}

// order gives the close order.
func (s *stage) order() {
	s.Helper()
	state := s.update()
	head := s.board.Checkpoint()
	s.organize(election.NewEntry(&election.Order{
		Chain: election.Chain{Prev: state.Prev(), Time: 1}, Epoch: state.Opening().Epoch, Size: head.Size, Root: head.Root,
	}))
}

// await waits until the log has come to a phase.
func (s *stage) await(p election.Phase) {
	s.Helper()
	for range 500 {
		if s.update().Phase() == p {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatalf("phase is %s, want %s", s.board.State().Phase(), p)
}

func (s *stage) collect() {
	s.Helper()
	s.await(election.PhaseClosed)
	e, err := election.NewEntry(s.board.State().ExpectedCollection(1))
	must(s, err)
	s.signScrutineers(e, 1, 2)
	s.await(election.PhaseCollected)
}

// refusedWith reports whether a device was refused with the code.
func refusedWith(err error, c code) bool {
	refused, ok := errors.AsType[*client.Refusal](err)
	return ok && refused.Code == string(c)
}

func hexOf(b [32]byte) string { return hex.EncodeToString(b[:]) }
