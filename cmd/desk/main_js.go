package main

import (
	"syscall/js"

	"piaojue/bridge"
)

func main() {
	lowerCost()
	d := &desk{}
	method := func(work bridge.Work) js.Func { return bridge.Method(work, explain) }
	js.Global().Set("piaojueDesk", js.ValueOf(bridge.Object(
		"open", method(d.open),
		"refresh", method(d.refresh),
		"entries", method(d.entries),
		"entry", method(d.entry),
		"newKey", method(d.newKey),
		"openKey", method(d.openKey),
		"proveKey", method(d.proveKey),
		"fingerprint", method(fingerprintOf),
		"preview", method(d.preview),
		"propose", method(d.propose),
		"examine", method(d.examine),
		"countersign", method(d.countersign),
		"onPaper", method(d.onPaper),
		"compareSheets", method(d.compareSheets),
		"sealBatch", method(d.sealBatch),
		"checkBatch", method(d.checkBatch),
		"ceremony", method(d.ceremony),
		"ceremonyStep", method(d.ceremonyStep),
		"prepareShare", method(d.prepareShare),
		"releaseShare", method(d.releaseShare),
		"destroyed", method(d.destroyed),
		"verify", method(verify),
		"downloadRecord", method(downloadRecord),
		"track", method(d.track),
		"checkTrackingCode", method(d.checkTrackingCode),
		"verifyReceipt", method(d.verifyReceipt),
		"makeReceipt", method(d.makeReceipt),
		"checkChallenge", method(d.checkChallenge),
		"badgeKey", method(badgeKey),
		"newIdentity", method(newIdentity),
		"openContact", method(openContact),
		"draft", method(d.draft),
		"signDraft", method(d.signDraft),
		"closeKey", js.FuncOf(d.closeKey),
		"key", js.FuncOf(d.key),
		"words", js.FuncOf(words),
		"qr", bridge.DrawQR(bridge.QRMedium),
	)))
	select {}
}

// closeKey forgets the key, but not in the midst of a call that signs with it.
func (d *desk) closeKey(js.Value, []js.Value) any {
	if bridge.Busy() {
		return false
	}
	d.drop()
	return true
}

// key says whose key is open.
func (d *desk) key(js.Value, []js.Value) any {
	if d.holder == nil {
		return js.Null()
	}
	return bridge.ToJS(d.holder.object())
}
