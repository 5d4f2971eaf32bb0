package election

// SetChunk sets how many ballots are verified together.
func SetChunk(a *Applier, n int) { a.chunk = n }

// Spoil has the goroutine that gets the next ballots panic.
func Spoil(a *Applier) { a.filling = &chunk{done: make(chan struct{})} }
