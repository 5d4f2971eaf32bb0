package election_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"maps"

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
			Key:     public(key(fmt.Sprint("register ", i))),
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

func (s *script) teller(i int) signer {
	return signer{election.RoleTeller, uint8(i), s.Tellers[i-1]}
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
		case election.RoleTeller:
			by = append(by, s.teller(int(sig.Index)))
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
