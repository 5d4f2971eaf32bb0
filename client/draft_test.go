package client

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"piaojue/project"
	"piaojue/testvectors"
)

// draftOf is an entry before its signature, with its one content.
func draftOf(t *testing.T, body func(project.Blob) project.Body) (entry *project.Entry, file []byte) {
	t.Helper()
	file, blob := project.NewBlob([32]byte{1}, project.MediaText, []byte("地质条件变化"))
	e, err := project.NewEntry(7, 3, 20261122, body(blob))
	if err != nil {
		t.Fatal(err)
	}
	return e, file
}

func suspension(text project.Blob) project.Body {
	return &project.Request{Project: 5, For: project.RuledSuspend, Text: text}
}

// TestDraft: the draft says all that the entry says, and what is signed is that
// entry, for that log and no other.
func TestDraft(t *testing.T) {
	e, file := draftOf(t, suspension)
	log := [32]byte{9}
	d, err := NewDraft(log, e.Marshal(), [][]byte{file})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range d.Lines() {
		got = append(got, fmt.Sprintf("%s %s %d %d %s", l.Path, l.Type, l.Number, l.Media, l.Value))
	}
	want := "Project uint32 5 0 %!s(uint32=5)|For Ruled 2 0 %!s(project.Ruled=2)|Text Blob 0 1 地质条件变化"
	if strings.Join(got, "|") != want {
		t.Errorf("got %s, want %s", strings.Join(got, "|"), want)
	}
	sk := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	signed, err := project.ParseEntry(d.Sign(sk))
	if err != nil {
		t.Fatal(err)
	}
	pk := sk.Public().(ed25519.PublicKey)
	if !ed25519.Verify(pk, signed.Message(log), signed.Signature) || ed25519.Verify(pk, signed.Message([32]byte{8}), signed.Signature) {
		t.Error("the signature is not one for this log alone")
	}
	if signed.Signature = nil; !bytes.Equal(signed.Marshal(), e.Marshal()) || d.Entry.Signature != nil {
		t.Error("another entry is signed")
	}
}

// TestDraftRefused: nothing is shown, and so nothing signed, that is not whole:
// a server could show one thing and have another signed.
func TestDraftRefused(t *testing.T) {
	e, file := draftOf(t, suspension)
	whole := e.Marshal()
	signed := *e
	signed.Signature = make([]byte, ed25519.SignatureSize)
	for name, c := range map[string]struct {
		entry    []byte
		contents [][]byte
	}{
		"no content":      {whole, nil},
		"another content": {whole, [][]byte{append(bytes.Clone(file), 'x')}},
		"one more":        {whole, [][]byte{file, append(bytes.Clone(file), 'x')}},
		"signed":          {signed.Marshal(), [][]byte{file}},
		"cut off":         {whole[:len(whole)-1], [][]byte{file}},
		"one byte more":   {append(bytes.Clone(whole), 0), [][]byte{file}},
		"no body":         {bytes.Replace(whole, e.Body, make([]byte, len(e.Body)), 1), [][]byte{file}},
		"nothing":         {},
	} {
		if d, err := NewDraft([32]byte{9}, c.entry, c.contents); !errors.Is(err, ErrDraft) || d != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// sampleDrafts are all entries of a whole log as drafts, with their contents.
func sampleDrafts(t *testing.T) (all []*project.Entry, contents [][]byte) {
	t.Helper()
	var x struct {
		Entries  []struct{ Entry string }
		Contents []struct{ File string }
	}
	if err := testvectors.Read(testvectors.Files, "projects.json", &x); err != nil {
		t.Fatal(err)
	}
	for _, c := range x.Contents {
		file, err := hex.DecodeString(c.File)
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, file)
	}
	for _, c := range x.Entries {
		raw, err := hex.DecodeString(c.Entry)
		if err != nil {
			t.Fatal(err)
		}
		e, err := project.ParseEntry(raw)
		if err != nil {
			t.Fatal(err)
		}
		e.Signature = nil
		all = append(all, e)
	}
	return all, contents
}

// TestDraftSaysAll: whatever bit of a body is another one, the draft cannot be
// shown, or it says something else.
func TestDraftSaysAll(t *testing.T) {
	entries, contents := sampleDrafts(t)
	for _, e := range entries {
		own := slices.DeleteFunc(slices.Clone(contents), func(file []byte) bool {
			hash := project.HashBlob(file)
			return e.Kind == project.KindWithdrawal || !bytes.Contains(e.Body, hash[:])
		})
		d, err := NewDraft([32]byte{}, e.Marshal(), own)
		if err != nil {
			t.Errorf("%s: %v", e.Kind, err)
			continue
		}
		for i := range e.Body {
			other := *e
			other.Body = bytes.Clone(e.Body)
			other.Body[i] ^= 1
			if x, err := NewDraft([32]byte{}, other.Marshal(), own); err == nil && reflect.DeepEqual(x.Lines(), d.Lines()) {
				t.Errorf("%s: byte %d is not shown", e.Kind, i)
			}
		}
	}
}
