package main

import (
	"syscall/js"
)

func main() {
	k := &kiosk{}
	js.Global().Set("piaojueTerminal", js.ValueOf(obj(
		"open", method(k.then(k.open)),
		"refresh", method(k.then(k.refresh)),
		"warm", method(k.then(k.warm)),
		"identify", method(k.then(k.identify)),
		"seal", method(k.then(k.seal)),
		"cast", method(k.then(k.cast)),
		"challenge", method(k.then(k.challenge)),
		"handInUnused", method(k.then(k.handInUnused)),
		"kept", method(k.then(k.kept)),
		"check", js.FuncOf(k.check),
		"qr", js.FuncOf(k.qr),
		"status", js.FuncOf(k.status),
		"wipe", js.FuncOf(k.leave),
	)))
	select {}
}

// check says at once whether a choice could be sealed: null, or why not.
func (k *kiosk) check(_ js.Value, args []js.Value) any {
	if k.board == nil || len(args) == 0 || args[0].Type() != js.TypeObject {
		return toJS(obj("code", "argument"))
	}
	g, err := k.board.State().Manifest().Grid()
	if err == nil {
		_, err = g.Fill(readChoice(args[0]))
	}
	if err == nil {
		return js.Null()
	}
	f := explain(choiceError(err))
	o := obj("code", f.code)
	for name, value := range f.more {
		o[name] = value
	}
	return toJS(o)
}

func (k *kiosk) status(js.Value, []js.Value) any {
	o := obj("opened", k.board != nil, "identified", k.voter != nil, "sealed", k.code != [32]byte{}, "decided", false, "busy", running)
	if k.voter != nil {
		o["index"], o["decided"] = k.voter.Index(), k.voter.Promise() != nil
	}
	return toJS(o)
}

// leave is wipe for the page. A call that runs still needs the deputy's
// secrets; they are erased when it ends, and the page is told.
func (k *kiosk) leave(js.Value, []js.Value) any {
	k.leaving = running
	if !running {
		k.wipe()
	}
	return !running
}

// then makes good what leave had to put off.
func (k *kiosk) then(work func([]js.Value) (any, error)) func([]js.Value) (any, error) {
	return func(args []js.Value) (any, error) {
		k.leaving = false
		defer func() {
			if k.leaving {
				k.wipe()
			}
		}()
		return work(args)
	}
}
