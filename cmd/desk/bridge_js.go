package main

import (
	"encoding/hex"
	"errors"
	"syscall/js"
)

// This file is the same in cmd/terminal and cmd/desk: what lies between Go and
// a page. Bytes cross as Uint8Array, hashes as hexadecimal digits, objects as
// plain objects.

type object = map[string]any

// obj makes an object of names and values in turn: in WebAssembly a map in the
// source takes several times the code.
func obj(pairs ...any) object {
	o := make(object, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		o[pairs[i].(string)] = pairs[i+1]
	}
	return o
}

// fault is an error with the code that the page words, and what it needs for
// that.
type fault struct {
	code string
	err  error
	more object
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

var (
	errBusy     = &fault{code: "busy", err: errors.New("another call is running")}
	errOrder    = &fault{code: "order", err: errors.New("steps out of order")}
	errInternal = &fault{code: "internal", err: errors.New("internal error")}
	errArgument = &fault{code: "argument", err: errors.New("argument is malformed")}
)

// running keeps calls from overlapping: the machines are not made for it.
var running bool

// method returns a function for the page that runs work and returns a Promise.
func method(work func(args []js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		executor := js.FuncOf(func(_ js.Value, settle []js.Value) any {
			if running {
				settle[1].Invoke(jsError(errBusy))
				return nil
			}
			running = true
			go func() {
				result, err := guarded(work, args)
				running = false
				if err != nil {
					settle[1].Invoke(jsError(err))
					return
				}
				settle[0].Invoke(toJS(result))
			}()
			return nil
		})
		defer executor.Release()
		return js.Global().Get("Promise").New(executor)
	})
}

// guarded turns what a page passed wrongly into an error: a panic would end the
// program, and with it a deputy's visit.
func guarded(work func([]js.Value) (any, error), args []js.Value) (result any, err error) {
	defer func() {
		switch recover().(type) {
		case nil:
		case *js.ValueError, js.Error:
			err = errArgument
		default: // what it says may hold secrets
			err = errInternal
		}
	}()
	return work(append(args, js.Undefined(), js.Undefined(), js.Undefined()))
}

// await blocks the calling goroutine, not the page.
func await(promise js.Value) (value js.Value, err error) {
	done := make(chan struct{})
	yes := js.FuncOf(func(_ js.Value, args []js.Value) any { value = args[0]; close(done); return nil })
	no := js.FuncOf(func(_ js.Value, args []js.Value) any { err = js.Error{Value: args[0]}; close(done); return nil })
	defer yes.Release()
	defer no.Release()
	promise.Call("then", yes, no)
	<-done
	return value, err
}

func jsError(err error) js.Value {
	f := explain(err)
	e := js.Global().Get("Error").New(f.err.Error())
	e.Set("code", f.code)
	for name, value := range f.more {
		e.Set(name, toJS(value))
	}
	return e
}

func toJS(v any) any {
	switch x := v.(type) {
	case []byte:
		array := js.Global().Get("Uint8Array").New(len(x))
		js.CopyBytesToJS(array, x)
		return array
	case [32]byte:
		return hex.EncodeToString(x[:])
	case object:
		o := js.Global().Get("Object").New()
		for name, value := range x {
			o.Set(name, toJS(value))
		}
		return o
	case []any:
		return listToJS(x)
	case []string:
		return listToJS(x)
	case []object:
		return listToJS(x)
	}
	return v
}

func listToJS[T any](list []T) js.Value {
	array := js.Global().Get("Array").New(len(list))
	for i, x := range list {
		array.SetIndex(i, toJS(x))
	}
	return array
}

// bytesOf copies a Uint8Array.
func bytesOf(v js.Value) ([]byte, error) {
	if !v.InstanceOf(js.Global().Get("Uint8Array")) {
		return nil, errArgument
	}
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b, nil
}

func hashOf(v js.Value) (hash [32]byte, err error) {
	if v.Type() != js.TypeString {
		return hash, errArgument
	}
	var digits []byte
	for _, c := range []byte(v.String()) {
		if c != ' ' && c != '\n' {
			digits = append(digits, c)
		}
	}
	if n, err := hex.Decode(hash[:], digits[:min(len(digits), 64)]); err != nil || n != 32 || len(digits) != 64 {
		return hash, errArgument
	}
	return hash, nil
}

// spaced is a hash in groups of four digits, as people compare it.
func spaced(hash [32]byte) string {
	text := hex.EncodeToString(hash[:])
	groups := text[:4]
	for i := 4; i < len(text); i += 4 {
		groups += " " + text[i:i+4]
	}
	return groups
}
