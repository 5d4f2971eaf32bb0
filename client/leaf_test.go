package client

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// FuzzParseLeaf: a leaf of the roll with its path has one encoding.
func FuzzParseLeaf(f *testing.F) {
	f.Add(make([]byte, 4+32+32+1))
	f.Add(append(make([]byte, 4+32+32), 1, 2, 3))
	f.Add(append(append(make([]byte, 4+32+32), 1), make([]byte, 32)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, path, err := parseLeaf(b)
		if err != nil {
			if !errors.Is(err, errLeaf) {
				t.Errorf("%v", err)
			}
			return
		}
		again := binary.BigEndian.AppendUint32(nil, l.Index)
		again = append(append(append(again, l.Key[:]...), l.Commitment[:]...), byte(len(path)))
		for _, hash := range path {
			again = append(again, hash[:]...)
		}
		if !bytes.Equal(again, b) {
			t.Errorf("%x became %x", b, again)
		}
	})
}
