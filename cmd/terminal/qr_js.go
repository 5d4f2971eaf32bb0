package main

import (
	"syscall/js"

	"piaojue/bridge"
)

// qr draws a text as a QR code for the page, or null if it is too long.
func (k *kiosk) qr(_ js.Value, args []js.Value) any {
	if len(args) == 0 || args[0].Type() != js.TypeString {
		return js.Null()
	}
	rows, err := qrRows(args[0].String())
	if err != nil {
		return js.Null()
	}
	return bridge.ToJS(rows)
}
