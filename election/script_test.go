package election_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
	"piaojue/tally"
)

// script is a whole vote in memory: everybody's keys, and the log that they
// write. It knows no testing.T, so that generators can use it too; what must
// not fail panics.
type script struct {
	Manifest    *election.Manifest
	Roll        *election.Roll
	Staff       ed25519.PrivateKey
	Presidium   ed25519.PrivateKey
	LogKey      ed25519.PrivateKey
	Promise     ed25519.PrivateKey
	Badges      []ed25519.PrivateKey // by roll index
	Scrutineers []scrutineer
	Tellers     []ed25519.PrivateKey
	Issuers     []*ballot.Issuer

	State   *election.State
	Entries []*election.Entry
	Marks   map[string]int // index of the first entry of a step
	Voters  map[uint32]*voter

	hashes []tlog.Hash
	clock  uint64
}

type scrutineer struct {
	Role   ed25519.PrivateKey
	Static *group.Scalar
}

// voter is what a deputy's device holds.
type voter struct {
	Request    *ballot.Request
	Credential *ballot.Credential
}

// key derives an Ed25519 key from a name. Nobody must do so outside of tests.
func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("script " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func public(sk ed25519.PrivateKey) [32]byte {
	return [32]byte(sk.Public().(ed25519.PublicKey))
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// newScript prepares a vote of so many deputies and trustees under rules, with
// an empty log.
func newScript(rules election.Rules, deputies, n, t int, issuers []*ballot.Issuer) *script {
	s := &script{
		Staff:     key("staff"),
		Presidium: key("presidium"),
		LogKey:    key("log"),
		Promise:   key("promise"),
		Tellers:   []ed25519.PrivateKey{key("teller 1"), key("teller 2")},
		Issuers:   issuers,
	}
	s.Roll = s.newRoll(deputies)
	for i := range n {
		s.Scrutineers = append(s.Scrutineers, scrutineer{key(fmt.Sprint("scrutineer ", i+1)), tally.GenerateStatic()})
	}
	s.Manifest = s.newManifest(rules, n, t)
	s.reset()
	return s
}

func (s *script) reset() {
	s.State = election.NewState(s.RootAt)
	s.Entries, s.hashes = nil, nil
	s.Marks, s.Voters = make(map[string]int), make(map[uint32]*voter)
}

func (s *script) newRoll(n int) *election.Roll {
	leaves := make([]election.Leaf, n)
	for i := range leaves {
		badge := key(fmt.Sprint("badge ", i))
		s.Badges = append(s.Badges, badge)
		salt := sha256.Sum256(fmt.Append(nil, "salt ", i))
		leaves[i] = election.Leaf{
			Index:      uint32(i),
			Key:        public(badge),
			Commitment: election.CommitNumber(salt, fmt.Sprint("A", i)),
		}
	}
	return must(election.NewRoll(leaves))
}

func (s *script) newManifest(rules election.Rules, n, t int) *election.Manifest {
	m := &election.Manifest{
		Suite:      election.Suite,
		Origin:     "example.org/vote",
		Congress:   "某市第十七届人民代表大会",
		Session:    "第四次会议",
		Title:      "民生实事项目票决",
		Date:       "2026-01-23",
		Kind:       election.Demonstration,
		Round:      1,
		Rules:      rules,
		Deputies:   uint32(s.Roll.Len()),
		RollRoot:   s.Roll.Root(),
		StaffKey:   public(s.Staff),
		Presidium:  public(s.Presidium),
		Trustees:   uint8(n),
		Threshold:  uint8(t),
		LogKey:     public(s.LogKey),
		Promise:    public(s.Promise),
		Policy:     "quorum none\n",
		Pins:       []election.Pin{{Name: "terminal.wasm"}, {Name: "verifier"}},
		MinBallots: 2,
	}
	for i := range rules.CandidatesN {
		m.Options = append(m.Options, election.Option{ID: fmt.Sprint("P", i), Name: fmt.Sprint("项目", i), Investment: 1000})
	}
	for i, k := range s.Issuers {
		m.Issuers = append(m.Issuers, election.Issuer{
			Name:    fmt.Sprint("issuer ", i),
			Modulus: [384]byte(k.PublicKey().Modulus()),
		})
	}
	return m
}

// RootAt returns the root of the log at a size.
func (s *script) RootAt(size uint64) ([32]byte, error) {
	if size > uint64(len(s.Entries)) {
		return [32]byte{}, fmt.Errorf("no root at size %d", size)
	}
	return tlog.TreeHash(int64(size), tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			hashes[i] = s.hashes[at]
		}
		return hashes, nil
	}))
}

// Append applies an entry and, if it is accepted, logs it.
func (s *script) Append(e *election.Entry) error {
	if err := s.State.Apply(e); err != nil {
		return err
	}
	s.log(e)
	return nil
}

func (s *script) log(e *election.Entry) {
	n := int64(len(s.Entries))
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			hashes[i] = s.hashes[at]
		}
		return hashes, nil
	})
	s.hashes = append(s.hashes, must(tlog.StoredHashes(n, e.Marshal(), reader))...)
	s.Entries = append(s.Entries, e)
}

// step marks the next entry and logs some.
func (s *script) step(mark string, entries ...*election.Entry) {
	s.Marks[mark] = len(s.Entries)
	for _, e := range entries {
		check(s.Append(e))
	}
}

// Until returns a vote with the same keys whose log ends before a step.
func (s *script) Until(mark string) *script {
	end, ok := s.Marks[mark]
	if !ok {
		panic("no step " + mark)
	}
	return s.UntilEntry(end)
}

// UntilEntry is Until for the index of an entry.
func (s *script) UntilEntry(end int) *script {
	c := *s
	c.reset()
	c.Voters = maps.Clone(s.Voters)
	for _, e := range s.Entries[:end] {
		check(c.Append(e))
	}
	for m, at := range s.Marks {
		if at <= end {
			c.Marks[m] = at
		}
	}
	return &c
}

// signer is a role with its key.
type signer struct {
	role  election.Role
	index uint8
	key   ed25519.PrivateKey
}

func (s *script) staff() signer     { return signer{election.RoleStaff, 0, s.Staff} }
func (s *script) presidium() signer { return signer{election.RolePresidium, 0, s.Presidium} }
func (s *script) logKey() signer    { return signer{election.RoleLog, 0, s.LogKey} }
func (s *script) badge(i uint32) signer {
	return signer{election.RoleBadge, 0, s.Badges[i]}
}
func (s *script) scrutineer(i int) signer {
	return signer{election.RoleScrutineer, uint8(i), s.Scrutineers[i-1].Role}
}

// sign signs an entry, instead of whatever signatures it had.
func (s *script) sign(e *election.Entry, by ...signer) *election.Entry {
	c := &election.Entry{Kind: e.Kind, Body: e.Body}
	for _, b := range by {
		c.Sign(b.role, b.index, b.key, s.Manifest.Hash())
	}
	return c
}

// signers returns who signed an entry.
func (s *script) signers(e *election.Entry) []signer {
	var by []signer
	for _, sig := range e.Signatures {
		switch sig.Role {
		case election.RoleStaff:
			by = append(by, s.staff())
		case election.RolePresidium:
			by = append(by, s.presidium())
		case election.RoleScrutineer:
			by = append(by, s.scrutineer(int(sig.Index)))
		case election.RoleLog:
			by = append(by, s.logKey())
		case election.RoleBadge:
			by = append(by, s.badge(must(election.ParseIssuance(e.Body)).Leaf.Index))
		}
	}
	return by
}

func (s *script) chain() election.Chain {
	s.clock++
	return election.Chain{Prev: s.State.Prev(), Time: 1769126400 + s.clock}
}

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
		Leaf:    s.Roll.Leaf(index),
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
