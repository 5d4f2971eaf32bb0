package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
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
	Kind       keyfile.Kind `json:"kind"`
	Name       string       `json:"name,omitempty"`
	Delegation string       `json:"delegation,omitempty"`
	Role       key32        `json:"role"`
	Static     *key32       `json:"static,omitempty"`
}

// key32 is a public key in JSON.
type key32 [32]byte

// MarshalText implements encoding.TextMarshaler.
func (k key32) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (k *key32) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(k) {
		return errors.New("want 64 hexadecimal digits")
	}
	*k = key32(raw)
	return nil
}

func cardOf(h *holder) card {
	c := card{Kind: h.secret.Kind, Role: key32(h.role.Public().(ed25519.PublicKey))}
	c.Name, c.Delegation, _ = strings.Cut(h.secret.Label, "/")
	if h.static != nil {
		public := key32(group.NewElement().ScalarBaseMult(h.static).Bytes())
		c.Static = &public
	}
	return c
}

func (c card) String() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		panic("desk: internal error: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// parseCards reads a text of one or more cards.
func parseCards(text string) ([]card, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	var all []card
	for {
		var c card
		err := d.Decode(&c)
		if err == io.EOF && len(all) > 0 {
			return all, nil
		}
		if err != nil || group.CheckPublicKey(c.Role[:]) != nil || (c.Kind == keyfile.Scrutineer) != (c.Static != nil) {
			return nil, &bridge.Fault{Code: "argument", Err: errors.New("not a card")}
		}
		all = append(all, c)
	}
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
