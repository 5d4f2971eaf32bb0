package client

// SetWindow sets how many new entries a Board takes into memory at once.
func SetWindow(b *Board, entries uint64) { b.window = entries }
