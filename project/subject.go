package project

// Subjects names the things that an entry is about. The first is its subject; an
// entry about the office itself, its rules or its units has none.
func Subjects(b Body) []Ref { return b.about() }

// Contents returns the contents that an entry commits to, in its order. A
// withdrawal commits to none: it erases what others did.
func Contents(e *Entry) ([]Blob, error) {
	_, contents, err := parseBody(e)
	blobs := make([]Blob, len(contents))
	for i, c := range contents {
		blobs[i] = c.blob
	}
	return blobs, err
}
