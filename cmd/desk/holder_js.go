package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"strings"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
	"piaojue/tally"
)

// The names of values in key files of people, as cmd/piaojue writes them.
const (
	roleValue   = "role"
	staticValue = "static"
)

// holder is who sits at the desk, with an open key file.
type holder struct {
	secret *keyfile.Secret
	role   ed25519.PrivateKey
	static *group.Scalar // of a scrutineer
	card   card

	// fresh says that the file was read since the last step of the ceremony:
	// who says to be ready can open the box with what is in the file.
	fresh bool
}

var (
	errNoKey = &bridge.Fault{Code: "no_key", Err: errors.New("no key is open")}
	errKind  = &bridge.Fault{Code: "key_kind", Err: errors.New("the key file is of another role")}
)

var roles = map[keyfile.Kind]election.Role{
	keyfile.Staff: election.RoleStaff, keyfile.Presidium: election.RolePresidium,
	keyfile.Scrutineer: election.RoleScrutineer, keyfile.Teller: election.RoleTeller,
}

func newHolder(s *keyfile.Secret) (*holder, error) {
	if _, ok := roles[s.Kind]; !ok {
		return nil, errKind
	}
	h := &holder{secret: s, fresh: true}
	seed, err := s.Value(roleValue, ed25519.SeedSize)
	if err != nil {
		return nil, errKind
	}
	h.role = ed25519.NewKeyFromSeed(seed)
	if s.Kind == keyfile.Scrutineer {
		raw, err := s.Value(staticValue, 32)
		if err != nil {
			return nil, errKind
		}
		if h.static, err = group.ParseScalar(raw); err != nil {
			return nil, errKind
		}
	}
	h.card = cardOf(h)
	return h, nil
}

// object is what a page may know of a key.
func (h *holder) object() bridge.Map {
	public := bridge.Object("role", [32]byte(h.card.Role))
	if h.card.Static != nil {
		public["static"] = [32]byte(*h.card.Static)
	}
	return bridge.Object(
		"kind", string(h.secret.Kind), "name", h.card.Name, "delegation", h.card.Delegation,
		"card", h.card.String(), "public", public, "fingerprint", fingerprint(h.card.Role),
	)
}

// fingerprint is a key as people compare it by eye: cmd/piaojue shows the first
// 16 digits of it in lists.
func fingerprint(key key32) bridge.Map {
	return bridge.Object("hex", [32]byte(key), "spaced", bridge.Spaced(key), "short", bridge.Spaced(key)[:19])
}

// wipe forgets the key, as far as Go allows.
func (h *holder) wipe() {
	clear(h.role)
	for _, v := range h.secret.Values {
		clear(v)
	}
	if h.static != nil {
		h.static.Set(group.NewScalar())
	}
}

func (d *desk) take(h *holder) {
	d.drop()
	d.holder = h
}

func (d *desk) drop() {
	if d.holder != nil {
		d.holder.wipe()
	}
	d.holder = nil
}

// leastPassphrase is short: what protects the file is scrypt, and the paper the
// passphrase is on.
const leastPassphrase = 8

// passphraseOf reads the passphrase of a file that is to be made.
func passphraseOf(v js.Value) (string, error) {
	if v.Type() != js.TypeString || len(v.String()) < leastPassphrase {
		return "", &bridge.Fault{Code: "weak_passphrase", Err: errors.New("the passphrase is too short")}
	}
	return v.String(), nil
}

// newKey draws the keys of a role and seals them in a file. A static key serves
// one vote: shares of two votes under one key would fall together.
func (d *desk) newKey(args []js.Value) (any, error) {
	kind := keyfile.Kind(args[0].String())
	if _, ok := roles[kind]; !ok {
		return nil, bridge.ErrArgument
	}
	passphrase, err := passphraseOf(args[2])
	if err != nil {
		return nil, err
	}
	label, err := labelOf(args[1])
	if err != nil {
		return nil, err
	}
	var seed [ed25519.SeedSize]byte
	rand.Read(seed[:])
	s := &keyfile.Secret{Kind: kind, Label: label, Values: map[string][]byte{roleValue: seed[:]}}
	if kind == keyfile.Scrutineer {
		s.Values[staticValue] = tally.GenerateStatic().Bytes()
	}
	file, err := keyfile.Seal(s, passphrase)
	if err != nil {
		return nil, err
	}
	h, err := newHolder(s)
	if err != nil {
		return nil, err
	}
	h.fresh = false // it was not read back yet
	d.take(h)
	o := h.object()
	o["file"], o["fileText"] = file, string(file)
	return o, nil
}

// labelOf reads {name, delegation}.
func labelOf(v js.Value) (string, error) {
	if v.Type() != js.TypeObject {
		return "", nil
	}
	text := func(name string) string {
		if x := v.Get(name); x.Type() == js.TypeString {
			return strings.TrimSpace(x.String())
		}
		return ""
	}
	name, delegation := text("name"), text("delegation")
	if delegation != "" {
		name += "/" + delegation
	}
	if strings.Count(name, "/") > 1 || delegation == "" && strings.Contains(name, "/") || len(name) > 128 {
		return "", bridge.ErrArgument
	}
	return name, nil
}

// openFile opens a key file, given as bytes or as its text.
func openFile(file, passphrase js.Value) (*holder, error) {
	if passphrase.Type() != js.TypeString {
		return nil, bridge.ErrArgument
	}
	data, err := dataOf(file)
	if err != nil {
		return nil, err
	}
	s, err := keyfile.Open(data, passphrase.String())
	if err != nil {
		return nil, err
	}
	return newHolder(s)
}

// dataOf reads bytes or a text.
func dataOf(v js.Value) ([]byte, error) {
	if v.Type() == js.TypeString {
		return []byte(v.String()), nil
	}
	return bridge.Bytes(v)
}

func (d *desk) openKey(args []js.Value) (any, error) {
	h, err := openFile(args[0], args[1])
	if err != nil {
		return nil, err
	}
	d.take(h)
	return h.object(), nil
}

// proveKey reads a file back: that it opens, and holds the keys of the card.
func (d *desk) proveKey(args []js.Value) (any, error) {
	h, err := openFile(args[0], args[1])
	if err != nil {
		return nil, err
	}
	same := args[2].Type() == js.TypeString && h.card.String() == strings.TrimSpace(args[2].String())
	if same && d.holder != nil && d.holder.card.String() == h.card.String() {
		d.holder.fresh = true
	}
	h.wipe()
	if !same {
		return nil, bridge.ErrArgument
	}
	return true, nil
}
