package main

import (
	"encoding/hex"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/lang"
)

// spokenBytes is how much of a key is said aloud (lang.Words).
const spokenBytes = 6

// words says the beginning of a key or hash: {zh: [6 words], en: [6 words]}, or
// null for what is none.
func words(_ js.Value, args []js.Value) any {
	if len(args) == 0 || args[0].Type() != js.TypeString {
		return js.Null()
	}
	b, err := hex.DecodeString(args[0].String())
	if err != nil || len(b) < spokenBytes {
		return js.Null()
	}
	return bridge.ToJS(bridge.Object("zh", lang.ZH.Words(b[:spokenBytes]), "en", lang.EN.Words(b[:spokenBytes])))
}
