package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"piaojue/group"
	"piaojue/keyfile"
)

// A card is the public part of a person's key file, which they hand to whoever
// puts it into the manifest or the list of trustees. It is one line of JSON.
type card struct {
	Kind       keyfile.Kind `json:"kind"`
	Name       string       `json:"name,omitempty"`
	Delegation string       `json:"delegation,omitempty"`
	Role       key32        `json:"role"`
	Static     *key32       `json:"static,omitempty"`
}

// label is how a key file remembers whose it is.
func (c card) label() string {
	if c.Delegation == "" {
		return c.Name
	}
	return c.Name + "/" + c.Delegation
}

// cardOf makes the card of a key file.
func cardOf(s *keyfile.Secret) (card, error) {
	sk, err := roleKey(s)
	if err != nil {
		return card{}, err
	}
	c := card{Kind: s.Kind, Role: key32(publicKey(sk))}
	c.Name, c.Delegation, _ = strings.Cut(s.Label, "/")
	if s.Kind == keyfile.Scrutineer {
		static, err := staticKey(s)
		if err != nil {
			return card{}, err
		}
		public := key32(group.NewElement().ScalarBaseMult(static).Bytes())
		c.Static = &public
	}
	return c, nil
}

// String is the line of JSON.
func (c card) String() string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(c); err != nil {
		panic("piaojue: internal error: " + err.Error())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// maxCards bounds a file that should hold a few lines.
const maxCards = 1 << 16

// readCards reads files of one or more cards each.
func readCards(paths []string) ([]card, error) {
	var all []card
	for _, path := range paths {
		data, err := readFile(path, maxCards)
		if err != nil {
			return nil, err
		}
		cards, err := parseCards(data)
		if err != nil {
			return nil, because(err, "card", path)
		}
		all = append(all, cards...)
	}
	return all, nil
}

func parseCards(data []byte) ([]card, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var all []card
	for {
		var c card
		err := d.Decode(&c)
		if err == io.EOF && len(all) > 0 {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if err := c.check(); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
}

func (c card) check() error {
	switch {
	case group.CheckPublicKey(c.Role[:]) != nil:
		return errors.New("role is not a public key")
	case (c.Kind == keyfile.Scrutineer) != (c.Static != nil):
		return fmt.Errorf("a %s card has a static key only if it is a scrutineer's", c.Kind)
	}
	return nil
}
