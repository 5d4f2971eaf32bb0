package main

import (
	"syscall/js"

	"github.com/skip2/go-qrcode"
)

// qr draws a text as a QR code: rows of 1 for dark and 0, with the quiet zone.
func (k *kiosk) qr(_ js.Value, args []js.Value) any {
	if len(args) == 0 || args[0].Type() != js.TypeString {
		return js.Null()
	}
	code, err := qrcode.New(args[0].String(), qrcode.Low)
	if err != nil {
		return js.Null()
	}
	var rows []any
	for _, row := range code.Bitmap() {
		line := make([]byte, len(row))
		for i, dark := range row {
			line[i] = '0'
			if dark {
				line[i] = '1'
			}
		}
		rows = append(rows, string(line))
	}
	return js.ValueOf(rows)
}
