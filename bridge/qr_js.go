package bridge

import "syscall/js"

// DrawQR is the function qr(text) of a page: rows of 1 for dark and 0, or null
// if the text is too long.
func DrawQR(level *QRLevel) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		if len(args) == 0 || args[0].Type() != js.TypeString {
			return js.Null()
		}
		rows, err := QR(args[0].String(), level)
		if err != nil {
			return js.Null()
		}
		return ToJS(rows)
	})
}
