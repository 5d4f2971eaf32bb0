package store

import (
	"crypto/rand"
	"math/big"
)

// tray is one vote's part of the box: what lies in it, and where nothing does.
// Who reads has the index alone; the rest is for the holder of the turn.
type tray struct {
	*index
	epoch  uint32           // of the vote, when the file was read
	free   map[int][]uint32 // slots, by their size
	slots  map[int]int      // how many there are at all, by size
	short  int              // size of those for spent seal codes
	chunks []chunk
}

func (f *boxFile) newTray() *tray {
	return &tray{index: newIndex(), free: map[int][]uint32{}, slots: map[int]int{}, short: slipHead + f.overhead()}
}

// addChunk counts the slots of a chunk.
func (t *tray) addChunk(c chunk) {
	t.chunks = append(t.chunks, c)
	t.slots[c.size] += int(c.count)
}

// draw takes a free slot for something that needs so many bytes, each with the
// same chance, and returns its size; 0 if there is none. Slots of spent seal
// codes are short and for these alone.
func (t *tray) draw(need int) (slot int64, size int) {
	for s, free := range t.free {
		fits := s >= need && (s == t.short) == (need == t.short)
		if fits && len(free) > 0 && (size == 0 || s < size) {
			size = s
		}
	}
	if size == 0 {
		return 0, 0
	}
	free := t.free[size]
	i, last := randomBelow(len(free)), len(free)-1
	slot, free[i] = int64(free[i]), free[last]
	t.free[size] = free[:last]
	return slot, size
}

func randomBelow(n int) int {
	i, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("store: internal error: " + err.Error()) // never fails
	}
	return int(i.Int64())
}
