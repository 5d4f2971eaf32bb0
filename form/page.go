package form

// A block is a part of a form, from top to bottom. Both writers, PDF and
// workbook, take the same blocks.
type block interface{ texts() []string }

type alignment uint8

const (
	left alignment = iota
	center
	right
)

// A heading stands in the middle, in bold.
type heading struct {
	text string
	size int
}

func (h heading) texts() []string { return []string{h.text} }

// A paragraph is text.
type paragraph struct {
	text   string
	size   int
	indent bool // of its first line, by two characters
	align  alignment
	bold   bool
	tight  bool // close to what is above
}

func (p paragraph) texts() []string { return []string{p.text} }

// A gap is empty space.
type gap int

func (g gap) texts() []string { return nil }

// Together are blocks that stand on one page if they fit: nobody should sign a
// page on which nothing else stands.
type together []block

func (t together) texts() (all []string) {
	for _, b := range t {
		all = append(all, b.texts()...)
	}
	return all
}

// A table has ruled cells. The header is repeated on each page.
type table struct {
	weights []int // of the columns
	aligns  []alignment
	header  []string // may be empty
	rows    [][]cellText
	size    int
}

// A cellText is what stands in a cell of a table.
type cellText struct {
	text  string
	span  int  // of how many columns, if more than one
	label bool // says what stands beside it: in bold, in the middle
	count bool // a number
	code  bool // a hash, in small letters
}

func (t *table) texts() []string {
	all := append([]string{}, t.header...)
	for _, row := range t.rows {
		for _, c := range row {
			all = append(all, c.text)
		}
	}
	return all
}

// columns is how many columns a cell takes.
func (c cellText) columns() int { return max(1, c.span) }

// signatures are lines for people to sign on, two in a row.
type signatures []string

func (s signatures) texts() []string { return s }
