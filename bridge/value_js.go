package bridge

import (
	"encoding/hex"
	"syscall/js"
)

// Map becomes a plain object in the page.
type Map = map[string]any

// Object makes a Map of names and values in turn: in WebAssembly a map in the
// source takes several times the code.
func Object(pairs ...any) Map {
	o := make(Map, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

// ToJS makes of Go's bytes, hashes, Maps and lists what a page has for them.
func ToJS(v any) any {
	switch x := v.(type) {
	case []byte:
		array := js.Global().Get("Uint8Array").New(len(x))
		js.CopyBytesToJS(array, x)
		return array
	case [32]byte:
		return hex.EncodeToString(x[:])
	case Map:
		o := js.Global().Get("Object").New()
		for name, value := range x {
			o.Set(name, ToJS(value))
		}
		return o
	case []any:
		return listToJS(x)
	case []string:
		return listToJS(x)
	case []Map:
		return listToJS(x)
	}
	return v
}

func listToJS[T any](list []T) js.Value {
	array := js.Global().Get("Array").New(len(list))
	for i, x := range list {
		array.SetIndex(i, ToJS(x))
	}
	return array
}

// Bytes copies a Uint8Array.
func Bytes(v js.Value) ([]byte, error) {
	if !v.InstanceOf(js.Global().Get("Uint8Array")) {
		return nil, ErrArgument
	}
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b, nil
}

// Hash reads hexadecimal digits, which may be in groups.
func Hash(v js.Value) (hash [32]byte, err error) {
	if v.Type() != js.TypeString {
		return hash, ErrArgument
	}
	var digits []byte
	for _, c := range []byte(v.String()) {
		if c != ' ' && c != '\n' {
			digits = append(digits, c)
		}
	}
	if n, err := hex.Decode(hash[:], digits[:min(len(digits), 64)]); err != nil || n != 32 || len(digits) != 64 {
		return hash, ErrArgument
	}
	return hash, nil
}

// Spaced is a hash in groups of four digits, as people compare it.
func Spaced(hash [32]byte) string {
	text := hex.EncodeToString(hash[:])
	groups := text[:4]
	for i := 4; i < len(text); i += 4 {
		groups += " " + text[i:i+4]
	}
	return groups
}
