package form

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/skip2/go-qrcode"
	"github.com/xuri/excelize/v2"

	"piaojue/lang"
)

// bookWide is the width of the sheet, in characters of a workbook: about that
// of A4.
const bookWide = 92

var errCell = errors.New("form: a text is longer than a cell of a workbook may be")

// XLSX writes the form as a workbook of one sheet, with the texts of the PDF in
// their order and its numbers as numbers.
func (f *Form) XLSX() ([]byte, error) {
	b := &formBook{book: &book{File: excelize.NewFile(), lang: lang.ZH, sheet: f.Label()}, styles: make(map[cellStyle]int), row: 1}
	defer b.Close()
	b.must(b.SetSheetName("Sheet1", b.sheet))
	b.setGrid(f.widest())
	if f.mark != "" {
		b.block(paragraph{text: f.mark, size: markSize, align: right, bold: true})
	}
	for _, block := range f.blocks {
		for _, text := range block.texts() {
			if len(utf16.Encode([]rune(text))) > excelize.TotalCellChars {
				return nil, errCell // it would be cut, in silence
			}
		}
		b.block(block)
	}
	if err := b.foot(f); err != nil {
		return nil, err
	}
	b.print(f)
	b.must(b.SetDocProps(&excelize.DocProperties{Creator: "piaojue", Title: f.FileName(), Created: bookDate, Modified: bookDate}))
	var out bytes.Buffer
	b.must(b.Write(&out))
	return storeOnly(out.Bytes())
}

// widest returns the weights of the table with most columns: its columns are
// those of the sheet, so that whoever computes with the numbers finds one in
// each cell.
func (f *Form) widest() []int {
	weights := []int{1, 1} // a sheet of one column is cut where the paper ends
	for _, b := range f.blocks {
		if t, ok := b.(*table); ok && len(t.weights) > len(weights) {
			weights = t.weights
		}
	}
	return weights
}

// A formBook is the workbook of a form being written.
type formBook struct {
	*book
	styles map[cellStyle]int
	edges  []int // of the columns, in thousandths of the width
	row    int
}

// cellStyle is what cells look like.
type cellStyle struct {
	size  int
	bold  bool
	align alignment
	ruled bool
	top   bool // text begins at the top
	count bool // a number
}

func (b *formBook) setGrid(weights []int) {
	b.edges = shares(weights)
	for i := range weights {
		name, _ := excelize.ColumnNumberToName(i + 1)
		b.must(b.SetColWidth(b.sheet, name, name, float64((b.edges[i+1]-b.edges[i])*bookWide)/1000))
	}
}

// shares are the edges of columns, from 0 to 1000.
func shares(weights []int) []int {
	sum, passed := 0, 0
	for _, w := range weights {
		sum += w
	}
	edges := []int{0}
	for _, w := range weights {
		passed += w
		edges = append(edges, 1000*passed/sum)
	}
	return edges
}

// columnsOf places the columns of another table on those of the sheet: each
// begins where it lies best, and has one column or more.
func (b *formBook) columnsOf(weights []int) []int {
	places := make([]int, len(weights)+1)
	have, want := len(b.edges)-1, shares(weights)
	for i := 1; i < len(weights); i++ {
		best := places[i-1] + 1
		for at := best; at <= have-(len(weights)-i); at++ {
			if abs(b.edges[at]-want[i]) < abs(b.edges[best]-want[i]) {
				best = at
			}
		}
		places[i] = best
	}
	places[len(weights)] = have
	return places
}

func abs(n int) int { return max(n, -n) }

func (b *formBook) block(block block) {
	last := len(b.edges) - 1
	switch x := block.(type) {
	case heading:
		b.put(0, last, cellText{text: x.text}, cellStyle{size: x.size, bold: true, align: center})
		b.end(b.lines(0, last, x.text, x.size), x.size)
	case paragraph:
		text := x.text
		if x.indent {
			text = "　　" + text
		}
		b.put(0, last, cellText{text: text}, cellStyle{size: x.size, bold: x.bold, align: x.align, top: true})
		b.end(b.lines(0, last, text, x.size), x.size)
	case gap:
		b.end(1, 6*point)
	case together:
		for _, one := range x {
			b.block(one)
		}
	case *table:
		b.table(x)
	case signatures:
		b.signatures(x)
	}
}

func (b *formBook) signatures(names signatures) {
	last := len(b.edges) - 1
	half := max(1, b.columnsOf([]int{1, 1})[1])
	for i := 0; i < len(names); i += 2 {
		b.put(0, min(half, last), cellText{text: names[i]}, cellStyle{size: signatureSize})
		if i+1 < len(names) && half < last {
			b.put(half, last, cellText{text: names[i+1]}, cellStyle{size: signatureSize})
		}
		b.end(2, signatureSize)
	}
}

func (b *formBook) table(t *table) {
	places := b.columnsOf(t.weights)
	var rows [][]cellText
	if len(t.header) > 0 {
		var header []cellText
		for _, text := range t.header {
			header = append(header, cellText{text: text, label: true})
		}
		rows = append(rows, header)
	}
	for _, row := range append(rows, t.rows...) {
		at, lines := 0, 1
		for _, c := range row {
			end := min(at+c.columns(), len(places)-1)
			style := cellStyle{size: t.size, bold: c.label, align: center, ruled: true}
			if !c.label {
				style.align = t.aligns[at]
			}
			b.put(places[at], places[end], c, style)
			lines = max(lines, b.lines(places[at], places[end], c.text, t.size))
			at = end
		}
		b.end(lines, t.size)
	}
}

// put writes a cell from one edge to another.
func (b *formBook) put(from, to int, c cellText, style cellStyle) {
	first, last := cellAt(from+1, b.row), cellAt(to, b.row)
	if n, err := strconv.ParseInt(c.text, 10, 64); c.count && err == nil {
		b.must(b.SetCellInt(b.sheet, first, n))
	} else {
		b.must(b.SetCellStr(b.sheet, first, guard(c.text)))
	}
	b.must(b.SetCellStyle(b.sheet, first, last, b.styled(style, c.count)))
	if to > from+1 {
		b.must(b.MergeCell(b.sheet, first, last))
	}
}

func (b *formBook) styled(c cellStyle, count bool) int {
	c.count = count
	if id, ok := b.styles[c]; ok {
		return id
	}
	s := excelize.Style{
		NumFmt:    textFormat,
		Font:      &excelize.Font{Family: "宋体", Size: float64(c.size) / 1000, Bold: c.bold},
		Alignment: &excelize.Alignment{Horizontal: [...]string{"left", "center", "right"}[c.align], Vertical: "center", WrapText: true},
	}
	if c.top {
		s.Alignment.Vertical = "top"
	}
	if count {
		s.NumFmt = 1 // 0
	}
	if c.ruled {
		for _, side := range []string{"left", "right", "top", "bottom"} {
			s.Border = append(s.Border, excelize.Border{Type: side, Color: "000000", Style: 1})
		}
	}
	b.styles[c] = b.style(s)
	return b.styles[c]
}

// lines is about how many lines a text takes: a cell of several columns does
// not grow by itself.
func (b *formBook) lines(from, to int, text string, size int) int {
	room := (b.edges[to] - b.edges[from]) * bookWide * 10500 / size / 1000
	wide := lang.Columns(text)
	return max(1, (wide+room-1)/max(room, 1))
}

// end sets the height of the row, and goes to the next.
func (b *formBook) end(lines, size int) {
	const most = 409 // of Excel
	b.must(b.SetRowHeight(b.sheet, b.row, min(most, float64(lines*leading(size)+6*point)/1000)))
	b.row++
}

// foot adds what stands at the foot of each page of the PDF.
func (b *formBook) foot(f *Form) error {
	code, err := qrPicture(string(f.basis.checkpoint.Marshal()))
	if err != nil {
		return err
	}
	last := len(b.edges) - 1
	b.end(1, 6*point)
	for _, text := range f.basis.lines() {
		b.put(0, last, cellText{text: text}, cellStyle{size: noteSize})
		b.end(b.lines(0, last, text, noteSize), noteSize)
	}
	b.must(b.AddPictureFromBytes(b.sheet, cellAt(1, b.row), &excelize.Picture{
		Extension: ".png", File: code, Format: &excelize.GraphicOptions{AltText: f.FileName(), Positioning: "oneCell"},
	}))
	b.must(b.SetRowHeight(b.sheet, b.row, 90))
	return nil
}

// print sets the paper.
func (b *formBook) print(f *Form) {
	a4, wide, any := 9, 1, 0
	fit := true
	b.must(b.SetPageLayout(b.sheet, &excelize.PageLayoutOptions{Size: &a4, FitToWidth: &wide, FitToHeight: &any}))
	b.must(b.SetSheetProps(b.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.must(b.SetHeaderFooter(b.sheet, &excelize.HeaderFooterOptions{
		OddHeader: "&L" + f.FileName(), OddFooter: "&C" + words("tx.form_page_of", "&P", "&N"),
	}))
}

// qrPicture draws a QR code, three dots to a square, without compression.
func qrPicture(text string) ([]byte, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	const dots = 3
	squares := code.Bitmap()
	picture := image.NewPaletted(image.Rect(0, 0, dots*len(squares), dots*len(squares)), color.Palette{color.White, color.Black})
	for i := range picture.Pix {
		y, x := i/picture.Stride/dots, i%picture.Stride/dots
		if squares[y][x] {
			picture.Pix[i] = 1
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, picture)
	return out.Bytes(), err
}

// readPart reads a file in the workbook. excelize lists the types of pictures
// in the order of a map, another one each time: here they are sorted.
func readPart(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	part, err := io.ReadAll(r)
	if err != nil || f.Name != "[Content_Types].xml" {
		return part, err
	}
	types := contentType.FindAll(part, -1)
	slices.SortFunc(types, bytes.Compare)
	return contentType.ReplaceAllFunc(part, func([]byte) []byte {
		first := types[0]
		types = types[1:]
		return first
	}), nil
}

var contentType = regexp.MustCompile(`<Default [^>]*></Default>`)

// storeOnly packs a zip file again, in the order of the names and without
// compression: a compressor may write other bytes in its next release.
func storeOnly(data []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(z.File, func(a, b *zip.File) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range z.File {
		part, err := readPart(f)
		if err != nil {
			return nil, err
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err == nil {
			_, err = to.Write(part)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
