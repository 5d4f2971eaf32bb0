package election

import (
	"fmt"

	"piaojue/group"
	"piaojue/tally"
)

// Trustees names who watches over the vote: the scrutineers, who are its
// trustees, and the tellers. The plenary approves them minutes before, so they
// are not in the manifest.
type Trustees struct {
	Chain
	Scrutineers []Scrutineer // 1 is the 总监票人
	Tellers     []Teller
}

// Scrutineer is a 监票人, who holds a role key and, for this vote only, a
// static key of the key ceremony.
type Scrutineer struct {
	Name       string
	Delegation string
	RoleKey    [32]byte
	StaticKey  [32]byte
}

// Teller is a 计票人, who enters paper ballots.
type Teller struct {
	Name    string
	RoleKey [32]byte
}

// ParseTrustees parses the body of a trustees entry.
func ParseTrustees(b []byte) (*Trustees, error) {
	d := newDecoder(b)
	t := &Trustees{
		Chain:       decodeChain(d),
		Scrutineers: list8(d, decodeScrutineer),
		Tellers:     list8(d, decodeTeller),
	}
	return finish(d, "trustees", t)
}

func decodeScrutineer(d *decoder) Scrutineer {
	return Scrutineer{Name: d.text8(), Delegation: d.text8(), RoleKey: d.bytes32(), StaticKey: d.bytes32()}
}

func decodeTeller(d *decoder) Teller {
	return Teller{Name: d.text8(), RoleKey: d.bytes32()}
}

// Marshal returns the bytes of the body.
func (t *Trustees) Marshal() []byte {
	var w encoder
	t.Chain.encode(&w)
	w.count8(len(t.Scrutineers))
	for _, s := range t.Scrutineers {
		w.text8(s.Name)
		w.text8(s.Delegation)
		w.bytes(s.RoleKey[:])
		w.bytes(s.StaticKey[:])
	}
	w.count8(len(t.Tellers))
	for _, s := range t.Tellers {
		w.text8(s.Name)
		w.bytes(s.RoleKey[:])
	}
	return w.sum()
}

func (t *Trustees) kind() Kind { return KindTrustees }

func (t *Trustees) signers(s *State) demand {
	return s.presidium()
}

// apply starts the ceremony anew.
func (t *Trustees) apply(s *State, at place) error {
	setup, err := t.setup(s, at)
	if err == nil {
		err = t.checkKeys()
	}
	if err != nil {
		return at.fail(CheckTrusteesKeys, err)
	}
	for _, c := range t.Scrutineers {
		s.staticKeys[c.StaticKey] = true
	}
	s.attempt++
	s.ceremony = newCeremony(t, at.hash, setup)
	return nil
}

// setup refuses a static key of an earlier attempt: shares of two attempts
// under one key would be shares of two joint keys for whoever learns it.
func (t *Trustees) setup(s *State, at place) (*tally.Setup, error) {
	if n := int(s.manifest.Trustees); len(t.Scrutineers) != n {
		return nil, because(CauseNumbers, fmt.Errorf("%d scrutineers, not %d", len(t.Scrutineers), n))
	}
	setup := &tally.Setup{
		Threshold: int(s.manifest.Threshold),
		Session:   tally.SessionID(s.manifestHash, at.hash, s.attempt+1),
	}
	for i, c := range t.Scrutineers {
		if s.staticKeys[c.StaticKey] {
			return nil, because(CauseReused, fmt.Errorf("static key of scrutineer %d was used before", i+1))
		}
		key, err := group.ParseElement(c.StaticKey[:])
		if err != nil {
			return nil, because(CauseInvalid, fmt.Errorf("static key of scrutineer %d: %w", i+1, err))
		}
		setup.StaticKeys = append(setup.StaticKeys, key)
	}
	return setup, setup.Check()
}

// checkKeys checks the role keys: nobody signs for two.
func (t *Trustees) checkKeys() error {
	keys := make([][32]byte, 0, len(t.Scrutineers)+len(t.Tellers))
	for _, s := range t.Scrutineers {
		keys = append(keys, s.RoleKey)
	}
	for _, s := range t.Tellers {
		keys = append(keys, s.RoleKey)
	}
	seen := make(map[[32]byte]bool)
	for i, k := range keys {
		if group.CheckPublicKey(k[:]) != nil {
			return because(CauseInvalid, fmt.Errorf("role key %d is no valid Ed25519 key", i+1))
		}
		if seen[k] {
			return because(CauseTwice, fmt.Errorf("role key %d is also another's", i+1))
		}
		seen[k] = true
	}
	return nil
}
