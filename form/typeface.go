package form

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"unicode"
)

// A Typeface is what forms are set in: a face for text, a bold one for titles,
// and any number of faces for characters that these two lack. It is read once
// and serves any number of forms, also at the same time.
type Typeface struct {
	faces []*face // text, bold, then those to fall back on
	sums  []string
}

const (
	plainFace = iota
	boldFace
)

// ParseTypeface reads TrueType files: text, bold, and faces to fall back on.
// If there is no bold one, titles are set in the face for text.
func ParseTypeface(files ...[]byte) (*Typeface, error) {
	t := &Typeface{}
	for _, data := range files {
		f, err := parseFace(data)
		if err != nil {
			return nil, err
		}
		t.faces = append(t.faces, f)
		t.sums = append(t.sums, fmt.Sprintf("%x", sha256.Sum256(data)))
	}
	switch len(t.faces) {
	case 0:
		return nil, errFont
	case 1:
		t.faces = append(t.faces, t.faces[plainFace])
	}
	return t, nil
}

// Standard reports whether text and titles are set in the font that .ci/fonts
// fetches. With another one a form has the same words, but other bytes.
func (t *Typeface) Standard() bool {
	return len(t.sums) > 1 && t.sums[plainFace] == standardPlainSum && t.sums[boldFace] == standardBoldSum
}

// A GlyphError names a character that no face can draw. Nothing is drawn in its
// place: a name with a hole in it is another name.
type GlyphError struct {
	Rune rune
	Text string // where it stands
}

// Error says which character it is.
func (e *GlyphError) Error() string {
	return fmt.Sprintf("form: no glyph for %q (U+%04X) in %q", e.Rune, e.Rune, e.Text)
}

// find returns which face draws a rune, and as what.
func (t *Typeface) find(r rune, bold bool) (face int, glyph uint16, ok bool) {
	order := []int{plainFace, boldFace}
	if bold {
		order = []int{boldFace, plainFace}
	}
	for i := boldFace + 1; i < len(t.faces); i++ {
		order = append(order, i)
	}
	for _, i := range order {
		if glyph := t.faces[i].glyphs[r]; glyph != 0 && t.faces[i].shows(r, glyph) {
			return i, glyph, true
		}
	}
	return 0, 0, false
}

// shows reports whether a glyph is more than empty, which only a space may be:
// fonts have empty ones for what nobody should see, a change of direction for
// example, and that has no place in a name on paper.
func (f *face) shows(r rune, glyph uint16) bool {
	drawing, err := f.outline(glyph)
	return err == nil && (len(drawing) > 0 || unicode.IsSpace(r))
}

// width is how wide a rune is, in thousandths of its size.
func (t *Typeface) width(r rune, bold bool) int {
	i, glyph, _ := t.find(r, bold)
	return t.faces[i].advance(glyph)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
