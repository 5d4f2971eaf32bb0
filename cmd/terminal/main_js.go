package main

import (
	"syscall/js"

	"piaojue/bridge"
)

func main() {
	k := &kiosk{}
	method := func(work bridge.Work) js.Func { return bridge.Method(k.then(work), explain) }
	js.Global().Set("piaojueTerminal", js.ValueOf(bridge.Object(
		"open", method(k.open),
		"refresh", method(k.refresh),
		"warm", method(k.warm),
		"identify", method(k.identify),
		"seal", method(k.seal),
		"cast", method(k.cast),
		"challenge", method(k.challenge),
		"handInUnused", method(k.handInUnused),
		"kept", method(k.kept),
		"check", js.FuncOf(k.check),
		"qr", bridge.DrawQR(bridge.QRLow),
		"status", js.FuncOf(k.status),
		"wipe", js.FuncOf(k.leave),
	)))
	select {}
}

// check says at once whether a choice could be sealed: null, or why not.
func (k *kiosk) check(_ js.Value, args []js.Value) any {
	if k.board == nil || len(args) == 0 || args[0].Type() != js.TypeObject {
		return bridge.ToJS(bridge.Object("code", "argument"))
	}
	g, err := k.board.State().Manifest().Grid()
	if err == nil {
		_, err = g.Fill(bridge.ReadChoice(args[0]))
	}
	if err == nil {
		return js.Null()
	}
	f := explain(choiceError(err))
	o := bridge.Object("code", f.Code)
	for name, value := range f.More {
		o[name] = value
	}
	return bridge.ToJS(o)
}

func (k *kiosk) status(js.Value, []js.Value) any {
	o := bridge.Object("opened", k.board != nil, "identified", k.voter != nil, "sealed", k.code != [32]byte{}, "decided", false, "busy", bridge.Busy())
	if k.voter != nil {
		o["index"], o["decided"] = k.voter.Index(), k.voter.Promise() != nil
	}
	return bridge.ToJS(o)
}

// leave is wipe for the page. A call that runs still needs the deputy's
// secrets; they are erased when it ends, and the page is told.
func (k *kiosk) leave(js.Value, []js.Value) any {
	k.leaving = bridge.Busy()
	if !k.leaving {
		k.wipe()
	}
	return !k.leaving
}

// then makes good what leave had to put off.
func (k *kiosk) then(work bridge.Work) bridge.Work {
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
