package election_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// The steps of a script, in the order in which people take them.

func (s *script) freeze() {
	s.step("manifest", s.sign(must(election.NewEntry(s.Manifest)), s.staff(), s.presidium()))
}

// trustees names the scrutineers with the static keys that they hold now.
func (s *script) trustees() *election.Entry {
	t := &election.Trustees{Chain: s.chain()}
	for i, c := range s.Scrutineers {
		t.Scrutineers = append(t.Scrutineers, election.Scrutineer{
			Name:       fmt.Sprint("监票人", i+1),
			Delegation: fmt.Sprint("第", i+1, "代表团"),
			RoleKey:    public(c.Role),
			StaticKey:  [32]byte(new(group.Element).ScalarBaseMult(c.Static).Bytes()),
		})
	}
	for i, k := range s.Tellers {
		t.Tellers = append(t.Tellers, election.Teller{Name: fmt.Sprint("计票人", i+1), RoleKey: public(k)})
	}
	return s.sign(must(election.NewEntry(t)), s.presidium())
}

func (s *script) approve() {
	s.step("trustees", s.trustees())
}

func (s *script) dealing(i int) *election.Entry {
	c := s.State.Ceremony()
	msg := must(tally.Deal(c.Setup(), i, s.Scrutineers[i-1].Static))
	return s.sign(must(election.NewEntry(election.NewDealing(c.Hash(), uint8(i), msg))), s.scrutineer(i))
}

func (s *script) agreement(i int) *election.Entry {
	c := s.State.Ceremony()
	sig := must(tally.Agree(c.Setup(), c.Dealings(), i, s.Scrutineers[i-1].Static))
	return s.sign(must(election.NewEntry(election.NewAgreement(c.Hash(), uint8(i), [64]byte(sig)))), s.scrutineer(i))
}

func (s *script) ready(i int) *election.Entry {
	c := s.State.Ceremony()
	joint := [32]byte(s.keyShare(i).JointKey().Y.Bytes())
	return s.sign(must(election.NewEntry(election.NewReady(c.Hash(), uint8(i), joint))), s.scrutineer(i))
}

func (s *script) keyShare(i int) *tally.KeyShare {
	c := s.State.Ceremony()
	return must(tally.Recover(c.Setup(), c.Dealings(), c.Agreements(), i, s.Scrutineers[i-1].Static))
}

func (s *script) ceremony() {
	s.rounds("dealings", s.dealing)
	s.rounds("agreements", s.agreement)
	s.rounds("ready", s.ready)
}

func (s *script) rounds(mark string, entry func(int) *election.Entry) {
	s.step(mark)
	for i := range s.Scrutineers {
		check(s.Append(entry(i + 1)))
	}
}

func (s *script) attendance(present uint32, indexes ...uint32) *election.Entry {
	a := &election.Attendance{Chain: s.chain(), Indexes: indexes, Present: present}
	return s.sign(must(election.NewEntry(a)), s.scrutineer(1), s.scrutineer(2))
}

// checkIn checks in deputies who were not there before.
func (s *script) checkIn(mark string, indexes ...uint32) {
	s.step(mark, s.attendance(s.State.Numbers().P+uint32(len(indexes)), indexes...))
}

// replaceBadge gives a deputy another badge.
func (s *script) replaceBadge(index uint32) {
	badge := key(fmt.Sprint("new badge ", index))
	b := &election.Badge{Chain: s.chain(), Index: index, Key: public(badge)}
	s.step("badge", s.sign(must(election.NewEntry(b)), s.scrutineer(2), s.scrutineer(3)))
	s.Badges[index] = badge
}

func (s *script) opening(epoch uint32, issuers ...uint8) *election.Entry {
	o := &election.Opening{Chain: s.chain(), Epoch: epoch, Issuers: issuers}
	return s.sign(must(election.NewEntry(o)), s.staff(), s.presidium())
}

func (s *script) open(mark string, issuers ...uint8) {
	epoch := uint32(1)
	if o := s.State.Opening(); o != nil {
		epoch = o.Epoch + 1
	}
	s.step(mark, s.opening(epoch, issuers...))
}

// issuance asks for a credential for a roll index.
func (s *script) issuance(index uint32) (*election.Entry, *ballot.Request) {
	seed := sha256.Sum256(fmt.Append(nil, "seed ", index, s.State.OpeningHash()))
	r := must(ballot.NewRequest(seed, s.Manifest.Hash(), s.State.OpeningHash(), s.State.Issuers()))
	body := &election.Issuance{
		Opening: s.State.OpeningHash(),
		Leaf:    must(s.Roll.Leaf(index)),
		Path:    must(s.Roll.Path(index)),
		Vector:  r.VectorHash(),
	}
	return s.sign(must(election.NewEntry(body)), s.badge(index)), r
}

// issue gives credentials to deputies.
func (s *script) issue(mark string, indexes ...uint32) {
	s.step(mark)
	for _, i := range indexes {
		e, r := s.issuance(i)
		check(s.Append(e))
		s.Voters[i] = s.credential(r)
	}
}

// credential lets all issuers of S sign, as if they had seen the issuance.
func (s *script) credential(r *ballot.Request) *voter {
	var sigs [][]byte
	for at, blinded := range r.Blinded() {
		issuer := s.Issuers[s.State.Opening().Issuers[at]]
		sigs = append(sigs, must(issuer.BlindSign(blinded)))
	}
	return &voter{Request: r, Credential: must(r.Finalize(sigs))}
}

// ballot makes the ballot of a voter.
func (s *script) ballot(v *voter, c ballot.Choice) *election.Entry {
	p := s.State.Params()
	sealed := must(p.Encrypt(must(p.Grid().Fill(c)), v.Credential.Key))
	body := must(sealed.Finish(v.Credential, v.Request.OneTimeKey()))
	return must(election.NewEntry(election.BallotBody(body)))
}

func (s *script) unused(v *voter) *election.Entry {
	body := must(s.State.Params().NewUnused(v.Credential, v.Request.OneTimeKey()))
	return must(election.NewEntry(election.UnusedBody(body)))
}

// spent makes the entry of a sealed ballot that was challenged.
func (s *script) spent(v *voter, c ballot.Choice) *election.Entry {
	p := s.State.Params()
	sealed := must(p.Encrypt(must(p.Grid().Fill(c)), v.Credential.Key))
	return must(election.NewEntry(&election.Spent{Seal: sealed.SealCode()}))
}

func (s *script) count(promises uint32) *election.Entry {
	c := &election.Promises{Epoch: s.State.Opening().Epoch, Given: promises}
	return s.sign(must(election.NewEntry(c)), s.logKey())
}

func (s *script) order() {
	size := s.State.Size()
	o := &election.Order{Chain: s.chain(), Epoch: s.State.Opening().Epoch, Size: size, Root: must(s.RootAt(size))}
	s.step("order", s.sign(must(election.NewEntry(o)), s.staff(), s.presidium()))
}

// fill logs the box: each group sorted by hash.
func (s *script) fill(ballots, spent, unused []*election.Entry) {
	for _, entries := range [][]*election.Entry{ballots, spent, unused} {
		sortEntries(entries)
	}
	s.step("ballots", ballots...)
	s.step("spent", spent...)
	s.step("unused", unused...)
}

func sortEntries(entries []*election.Entry) {
	slices.SortFunc(entries, func(a, b *election.Entry) int {
		x, y := a.Hash(), b.Hash()
		return bytes.Compare(x[:], y[:])
	})
}

func (s *script) closeBox() {
	s.step("close", s.sign(must(election.NewEntry(s.State.ExpectedClose())), s.logKey()))
}

func (s *script) collect() {
	c := s.State.ExpectedCollection(1769130000)
	s.step("collection", s.sign(must(election.NewEntry(c)), s.scrutineer(1), s.scrutineer(3)))
}

func (s *script) share(i int) *election.Entry {
	c := must(s.State.ClosingCheckpoint())
	factors := must(s.keyShare(i).Decrypt(c.Context, c.Aggregate))
	return s.sign(must(election.NewEntry(election.NewShare(c.Size, c.Root, uint8(i), factors))), s.scrutineer(i))
}

func (s *script) openBox(trustees ...int) {
	s.step("shares")
	for _, i := range trustees {
		check(s.Append(s.share(i)))
	}
}

func (s *script) announceResult() {
	r := must(s.State.ExpectedResult())
	s.step("result", s.sign(must(election.NewEntry(r)), s.logKey()))
}

func (s *script) certify() {
	c := &election.Certificate{Chain: s.chain(), Result: s.State.ResultHash()}
	s.step("certificate", s.sign(must(election.NewEntry(c)), s.scrutineer(1), s.scrutineer(2)))
}

func (s *script) publish() {
	a := election.NewAnnouncement(s.chain(), "公告\n票决结果如下")
	s.step("announcement", s.sign(must(election.NewEntry(a)), s.presidium()))
}

func (s *script) archive() {
	size := s.State.Size()
	a := &election.Archive{Chain: s.chain(), Size: size, Root: must(s.RootAt(size))}
	s.step("archive", s.sign(must(election.NewEntry(a)), s.presidium()))
}

func (s *script) destruction(i int) *election.Entry {
	d := election.NewDestruction(s.State.Ceremony().Hash(), uint8(i))
	return s.sign(must(election.NewEntry(d)), s.scrutineer(i))
}
