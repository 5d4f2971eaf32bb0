package client

import (
	"bytes"
	"testing"
)

func TestClosing(t *testing.T) {
	vote := [32]byte{7}
	want := Closing{Size: 630, Root: [32]byte{1, 2, 31: 9}}
	got, err := ParseClosing(want.Marshal(vote), vote)
	if err != nil || *got != want {
		t.Fatalf("got %v, %v", got, err)
	}
}

// TestClosingRefuses (K5): a note that was changed, or of another vote, does
// not pass for one of this vote.
func TestClosingRefuses(t *testing.T) {
	vote := [32]byte{7}
	good := Closing{Size: 630, Root: [32]byte{1}}.Marshal(vote)
	for name, bad := range map[string][]byte{
		"empty":        nil,
		"otherVote":    Closing{Size: 630, Root: [32]byte{1}}.Marshal([32]byte{8}),
		"trailing":     append(bytes.Clone(good), '\n'),
		"cut":          good[:len(good)-1],
		"leadingZero":  bytes.Replace(good, []byte("size 6"), []byte("size 06"), 1),
		"shortRoot":    bytes.Replace(good, []byte("root 01"), []byte("root 0"), 1),
		"upperCase":    bytes.ToUpper(good),
		"otherHeading": bytes.Replace(good, []byte("v1"), []byte("v2"), 1),
	} {
		if got, err := ParseClosing(bad, vote); err == nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzParseClosing(f *testing.F) {
	vote := [32]byte{7}
	f.Add(Closing{Size: 630, Root: [32]byte{1}}.Marshal(vote))
	f.Fuzz(func(t *testing.T, note []byte) {
		if c, err := ParseClosing(note, vote); err == nil && !bytes.Equal(c.Marshal(vote), note) {
			t.Errorf("%q re-encodes to another note", note)
		}
	})
}
