package audit

// Bundles returns the entry bundles that a follower of a log needs who has the
// first have entries and wants the first size ones.
func Bundles(have, size uint64) []Tile {
	var needed []Tile
	for _, t := range bundles(size) {
		if t.start()+uint64(t.t.W) > have {
			needed = append(needed, t)
		}
	}
	return needed
}

// Start is the index of the first entry of a bundle.
func (t Tile) Start() uint64 { return t.start() }

// ParseEntries splits the content of a bundle. The entries share its memory.
func (t Tile) ParseEntries(b []byte) ([][]byte, error) {
	if !t.Entries() {
		return nil, errBundle
	}
	return parseBundle(b, t.t.W)
}
