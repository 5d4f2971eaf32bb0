package web

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tells says whom a value tells of.
type tells int

const (
	ofDeputy tells = 1 + iota // who: badge, roll, what was asked of the issuer, device
	ofBallot                  // what was handed in: keys, codes, ciphertexts
	ofNobody                  // what must be nowhere: it would join the two
)

// trace is a value of one deputy's vote that somebody could look for.
type trace struct {
	side  tells
	who   int // the deputy
	what  string
	value []byte
}

// needle is a form of a trace in which a file or a line may hold it.
type needle struct {
	bytes string
	trace int
	form  string
}

// finder looks for all traces at once, in every form that programs write.
type finder struct {
	traces []trace
	starts map[uint32][]needle // by the first four bytes
	maybe  [1 << 16]bool       // first two bytes of a needle
}

// found is a place of a trace.
type found struct {
	trace
	form string
	at   int
}

func (f found) String() string {
	return fmt.Sprintf("%s of deputy %d as %s at %d", f.what, f.who, f.form, f.at)
}

func newFinder(traces []trace) *finder {
	f := &finder{traces: traces, starts: map[uint32][]needle{}}
	for i, t := range traces {
		for form, s := range formsOf(t.value) {
			n := needle{s, i, form}
			key := binary.BigEndian.Uint32([]byte(s))
			f.starts[key] = append(f.starts[key], n)
			f.maybe[key>>16] = true
		}
	}
	return f
}

// formsOf returns the beginning of a value as bytes and as the texts that a
// program may make of it: a code that is cut short is a trace still. Base64 has
// three forms, by where in a longer text the value begins.
func formsOf(value []byte) map[string]string {
	head := value[:min(len(value), 9)]
	forms := map[string]string{"bytes": string(head)}
	if len(value) < 9 {
		return forms
	}
	h := hex.EncodeToString(value[:6])
	forms["hex"], forms["HEX"] = h, strings.ToUpper(h)
	quoted, listed := strconv.Quote(string(value)), fmt.Sprint(value[:7])
	forms["quoted"], forms["numbers"] = quoted[1:min(len(quoted)-1, 25)], strings.Trim(listed, "[]")
	reversed := slices.Clone(value[:9])
	slices.Reverse(reversed)
	forms["little-endian"] = string(reversed)
	for shift := range min(3, len(value)-8) {
		piece := value[shift : shift+9]
		forms[fmt.Sprint("base64 ", shift)] = base64.StdEncoding.EncodeToString(piece)
		forms[fmt.Sprint("base64url ", shift)] = base64.URLEncoding.EncodeToString(piece)
	}
	return forms
}

// find returns all places of traces in data.
func (f *finder) find(data []byte) (all []found) {
	for at := 0; at+4 <= len(data); at++ {
		if !f.maybe[uint32(data[at])<<8|uint32(data[at+1])] {
			continue
		}
		for _, n := range f.starts[binary.BigEndian.Uint32(data[at:])] {
			if bytes.HasPrefix(data[at:], []byte(n.bytes)) {
				all = append(all, found{f.traces[n.trace], n.form, at})
			}
		}
	}
	return all
}

// sides returns what is in data of each side.
func (f *finder) sides(data []byte) map[tells][]found {
	m := map[tells][]found{}
	for _, x := range f.find(data) {
		m[x.side] = append(m[x.side], x)
	}
	return m
}

// TestFinder: what is planted is found, in each form, inside longer texts, and
// cut short; what is not there is not.
func TestFinder(t *testing.T) {
	value := []byte("\x8b\x01secret value of 32 bytes......")
	f := newFinder([]trace{{ofBallot, 7, "code", value}, {ofDeputy, 3, "other", []byte("another value of 32 bytes.......")}})
	for name, text := range map[string]string{
		"bytes": string(value), "cut short": string(value[:9]), "hex": hex.EncodeToString(value), "cut hex": hex.EncodeToString(value[:6]),
		"HEX": strings.ToUpper(hex.EncodeToString(value)), "base64": base64.StdEncoding.EncodeToString(value),
		"quoted": fmt.Sprintf("%q", value), "numbers": fmt.Sprint(value),
		"base64 in more": base64.StdEncoding.EncodeToString(append([]byte("x"), value...)),
		"base64 in most": base64.RawURLEncoding.EncodeToString(append([]byte("xy"), value...)),
	} {
		got := f.find([]byte("line with " + text + " in it"))
		if len(got) == 0 || got[0].what != "code" || got[0].who != 7 {
			t.Errorf("%s: found %v", name, got)
		}
	}
	for _, text := range []string{"", "abc", "line without it", string(value[:8]), string(value[1:])} {
		if got := f.find([]byte(text)); len(got) > 0 {
			t.Errorf("%q: found %v", text, got)
		}
	}
}
