package bridge

import "syscall/js"

// running keeps calls from overlapping: the machines are not made for it.
var running bool

// Busy reports whether a call runs.
func Busy() bool { return running }

// Work is what a function of the page does. It has at least three arguments:
// those that the page leaves out are undefined.
type Work = func(args []js.Value) (any, error)

// Method returns a function for the page that runs work and returns a Promise;
// explain finds the code of an error.
func Method(work Work, explain func(error) *Fault) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		executor := js.FuncOf(func(_ js.Value, settle []js.Value) any {
			if running {
				settle[1].Invoke(jsError(explain(errBusy)))
				return nil
			}
			running = true
			go func() {
				result, err := guarded(work, args)
				running = false
				if err != nil {
					settle[1].Invoke(jsError(explain(err)))
					return
				}
				settle[0].Invoke(ToJS(result))
			}()
			return nil
		})
		defer executor.Release()
		return js.Global().Get("Promise").New(executor)
	})
}

// guarded turns what a page passed wrongly into an error: a panic would end the
// program, and with it a deputy's visit.
func guarded(work Work, args []js.Value) (result any, err error) {
	defer func() {
		switch recover().(type) {
		case nil:
		case *js.ValueError, js.Error:
			err = ErrArgument
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
