package web

import (
	"fmt"
	"strings"

	"github.com/skip2/go-qrcode"
)

// picture is a QR code as a template draws it: an SVG path in a square of so
// many modules, with the border that readers need.
type picture struct {
	Size int
	Path string
}

func drawQR(text string) (*picture, error) {
	code, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	rows := code.Bitmap()
	var path strings.Builder
	for y, row := range rows {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	return &picture{len(rows), path.String()}, nil
}
