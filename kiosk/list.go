package kiosk

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
)

// Line is what the list says of a part.
type Line struct {
	Hash [32]byte
	Name string
}

const (
	maxList = 1 << 16
	maxName = 200
)

// ErrList means that a list is none, or not in its one form.
var ErrList = errors.New("kiosk: malformed list of parts")

// List is the list of the parts, as sha256sum writes it: of each 64 hexadecimal
// digits, two spaces and the name, in the order of the names' bytes.
func List() []byte { return MarshalList(Lines(files())) }

// Lines are the lines of some parts in the order of their names.
func Lines(parts []File) []Line {
	var all []Line
	for _, f := range parts {
		all = append(all, Line{f.Sum, f.Name})
	}
	return all
}

// MarshalList writes a list.
func MarshalList(all []Line) []byte {
	var b []byte
	for _, l := range all {
		b = hex.AppendEncode(b, l.Hash[:])
		b = append(b, "  "+l.Name+"\n"...)
	}
	return b
}

// ParseList reads a list. Names are unique and ascending, and have nothing in
// them that would lead to another server.
func ParseList(b []byte) ([]Line, error) {
	if len(b) > maxList {
		return nil, ErrList
	}
	var all []Line
	for line := range strings.Lines(string(b)) {
		hash, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		raw, err := hex.DecodeString(hash)
		if !ok || err != nil || len(raw) != 32 || !goodName(name) || len(all) > 0 && all[len(all)-1].Name >= name {
			return nil, ErrList
		}
		all = append(all, Line{[32]byte(raw), name})
	}
	if len(all) == 0 || !bytes.Equal(MarshalList(all), b) {
		return nil, ErrList
	}
	return all, nil
}

// goodName admits paths of lower-case names, and the query of a page.
func goodName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-_./?="
	return name != "" && len(name) <= maxName && strings.Trim(name, letters) == "" && name[0] != '/' && !strings.Contains(name, "..")
}

// Hash is the hash of the list.
func Hash() [32]byte { return hash() }

var hash = sync.OnceValue(func() [32]byte { return sha256.Sum256(List()) })
