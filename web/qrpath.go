package web

import (
	"strconv"

	"github.com/skip2/go-qrcode"
)

// qrPath is a QR code as the path of an SVG picture: pages that are printed, and
// those of phones without scripts, have no other way to draw one.
type qrPath struct {
	Size int // modules on a side
	Path string
}

func newQRPath(text string) (*qrPath, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	code.DisableBorder = true
	rows := code.Bitmap()
	var path []byte
	for y, row := range rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] {
				x++
			}
			if x > from {
				path = appendRun(path, from, y, x-from)
			}
		}
	}
	return &qrPath{len(rows), string(path)}, nil
}

// appendRun draws dark modules that stand side by side.
func appendRun(path []byte, x, y, n int) []byte {
	for _, part := range []struct {
		command byte
		number  int
	}{{'M', x}, {' ', y}, {'h', n}, {'v', 1}, {'h', -n}} {
		path = strconv.AppendInt(append(path, part.command), int64(part.number), 10)
	}
	return append(path, 'z')
}

// Wide is the side of the picture with the quiet zone around it.
func (q *qrPath) Wide() int { return q.Size + 8 }
