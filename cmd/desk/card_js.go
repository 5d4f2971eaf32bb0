package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"strings"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/election"
	"piaojue/group"
	"piaojue/keyfile"
)

// A card is the public part of a person's key file, which they hand to whoever
// puts it into the manifest or the list of trustees. It is one line of JSON,
// the same as that of cmd/piaojue.
type card struct {
	Kind             keyfile.Kind
	Name, Delegation string
	Role             key32
	Static           *key32
}

// key32 is a public key: hexadecimal digits in JSON.
type key32 [32]byte

func (k *key32) hex() string { return hex.EncodeToString(k[:]) }

func cardOf(h *holder) card {
	c := card{Kind: h.secret.Kind, Role: key32(h.role.Public().(ed25519.PublicKey))}
	c.Name, c.Delegation, _ = strings.Cut(h.secret.Label, "/")
	if h.static != nil {
		public := key32(group.NewElement().ScalarBaseMult(h.static).Bytes())
		c.Static = &public
	}
	return c
}

// The browser writes and reads the JSON: it has a parser already.

// String writes what is not empty, in the order in which cmd/piaojue does.
func (c card) String() string {
	o := js.Global().Get("Object").New()
	set := func(name, value string) {
		if value != "" {
			o.Set(name, value)
		}
	}
	set("kind", string(c.Kind))
	set("name", c.Name)
	set("delegation", c.Delegation)
	set("role", c.Role.hex())
	if c.Static != nil {
		set("static", c.Static.hex())
	}
	return js.Global().Get("JSON").Call("stringify", o).String()
}

// parseCards reads a text of one or more cards, each in a line of its own.
func parseCards(text string) (all []card, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		c, err := parseCard(line)
		if err != nil {
			return nil, &bridge.Fault{Code: "argument", Err: err}
		}
		all = append(all, *c)
	}
	if len(all) == 0 {
		return nil, &bridge.Fault{Code: "argument", Err: errCard}
	}
	return all, nil
}

var errCard = errors.New("not a card")

// parseCard reads a card, strictly. What is not JSON at all is thrown by the
// browser, and is the page's wrong argument.
func parseCard(line string) (*card, error) {
	v := js.Global().Get("JSON").Call("parse", line)
	if v.Type() != js.TypeObject {
		return nil, errCard
	}
	var c card
	var static key32
	names := js.Global().Get("Object").Call("keys", v)
	for i := range names.Length() {
		value := v.Get(names.Index(i).String())
		if value.Type() != js.TypeString || !c.read(names.Index(i).String(), value.String(), &static) {
			return nil, errCard
		}
	}
	if group.CheckPublicKey(c.Role[:]) != nil || (c.Kind == keyfile.Scrutineer) != (c.Static != nil) {
		return nil, errCard
	}
	return &c, nil
}

// read takes one value; static is where the key of that name goes.
func (c *card) read(name, value string, static *key32) bool {
	switch name {
	case "kind":
		c.Kind = keyfile.Kind(value)
	case "name":
		c.Name = value
	case "delegation":
		c.Delegation = value
	case "role":
		return c.Role.parse(value)
	case "static":
		c.Static = static
		return static.parse(value)
	default:
		return false
	}
	return true
}

func (k *key32) parse(digits string) bool {
	raw, err := hex.DecodeString(digits)
	if err != nil || len(raw) != len(k) {
		return false
	}
	*k = key32(raw)
	return true
}

// trusteesOf makes the lists of scrutineers and tellers of cards, in order.
func trusteesOf(list js.Value) (s []election.Scrutineer, t []election.Teller, err error) {
	for i := range list.Length() {
		cards, err := parseCards(list.Index(i).String())
		if err != nil {
			return nil, nil, err
		}
		for _, c := range cards {
			switch c.Kind {
			case keyfile.Scrutineer:
				s = append(s, election.Scrutineer{Name: c.Name, Delegation: c.Delegation, RoleKey: c.Role, StaticKey: *c.Static})
			case keyfile.Teller:
				t = append(t, election.Teller{Name: c.Name, RoleKey: c.Role})
			default:
				return nil, nil, errKind
			}
		}
	}
	return s, t, nil
}

// fingerprintOf shows the key of a card or of hexadecimal digits.
func fingerprintOf(args []js.Value) (any, error) {
	if key, err := bridge.Hash(args[0]); err == nil {
		return fingerprint(key), nil
	}
	cards, err := parseCards(args[0].String())
	if err != nil {
		return nil, err
	}
	return fingerprint(cards[0].Role), nil
}
