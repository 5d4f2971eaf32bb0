package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/keyfile"
)

// What a deputy takes home is a promise: a line of text and the promise in
// base64. After the close there is the receipt, a .tlog-proof file. Both say
// that a ballot is in the box and in the log; neither says what it holds.
const promiseHeader = "piaojue-promise-v1\n"

// receiptCommand fetches and verifies receipts.
func (t *tool) receiptCommand() *cobra.Command {
	var output string
	fetch := exactly(1, t.verifying(t.command("receipt fetch", "CODE", "piaojue receipt fetch 5f3c… -o my.tlog-proof",
		func(ctx context.Context, args []string) error { return t.fetchReceipt(ctx, args[0], output) })))
	fetch.Flags().StringVarP(&output, "output", "o", "", "")
	var code, record string
	verify := exactly(1, t.verifying(t.command("receipt verify", "FILE|ADDRESS", `piaojue receipt verify promise.txt --record record.zip --manifest 5f3c…
piaojue receipt verify 'https://vote.example.org/track/v1#Xz8…' --record record.zip --manifest 5f3c…
piaojue receipt verify my.tlog-proof --code 01ab… --record record.zip --manifest 5f3c…`,
		func(ctx context.Context, args []string) error { return t.verifyReceipt(ctx, args[0], code, record) })))
	verify.Flags().StringVar(&code, "code", "", "")
	verify.Flags().StringVar(&record, "record", "", "")
	return t.group("receipt", fetch, verify)
}

func (t *tool) fetchReceipt(ctx context.Context, code, output string) error {
	entry, err := parseHash(code)
	if err != nil {
		return err
	}
	if output != "" {
		if err := checkNew(output); err != nil {
			return err
		}
	}
	o, done, err := t.outline(ctx, "")
	if err != nil {
		return err
	}
	defer done()
	r, err := o.Receipt(entry)
	if err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("receipt.recorded", r.Index))
	if output == "" {
		return nil
	}
	return keyfile.Write(output, r.Marshal())
}

// verifyReceipt compares a receipt or promise with the log: the server's, or
// that of a downloaded record, offline.
func (t *tool) verifyReceipt(ctx context.Context, path, code, record string) error {
	data, promise, err := readReceipt(path)
	if err != nil {
		return err
	}
	o, done, err := t.outline(ctx, record)
	if err != nil {
		return err
	}
	defer done()
	if promise != nil {
		return t.verifyPromise(o, promise)
	}
	entry, err := parseHash(code)
	if err != nil {
		return err
	}
	r, err := audit.ParseReceipt(data)
	if err != nil {
		return err
	}
	if err := o.CheckReceipt(entry, r); err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("receipt.recorded", r.Index))
	return nil
}

// readReceipt reads the file that was taken home, or the address behind the code
// on a terminal's last screen, which holds the promise.
func readReceipt(path string) (data []byte, promise *audit.Promise, err error) {
	if address, packed, ok := strings.Cut(path, "#"); ok && strings.Contains(address, "://") {
		promise, err = unpackPromise(base64.RawURLEncoding, packed)
		return nil, promise, err
	}
	if data, err = readFile(path, maxDocument); err != nil {
		return nil, nil, err
	}
	if text, ok := strings.CutPrefix(string(data), promiseHeader); ok {
		promise, err = unpackPromise(base64.StdEncoding, strings.TrimSuffix(text, "\n"))
	}
	return data, promise, err
}

func unpackPromise(e *base64.Encoding, text string) (*audit.Promise, error) {
	raw, err := e.DecodeString(text)
	if err != nil {
		return nil, because(err, "promise_file")
	}
	p, err := audit.ParsePromise(raw)
	if err != nil {
		return nil, because(err, "promise_file")
	}
	return p, nil
}

// boardSource is where the log comes from.
func (t *tool) boardSource(ctx context.Context, record string) (client.Transport, string, func(), error) {
	if record != "" {
		return recordTransport(record)
	}
	s, err := t.connect()
	if err != nil {
		return nil, "", nil, err
	}
	return s.transport(ctx), s.vote, func() {}, nil
}

// outline is what is enough to look for a ballot: the hashes of all entries of
// the server's log or of a record, and how it ends.
func (t *tool) outline(ctx context.Context, record string) (*client.Outline, func(), error) {
	send, vote, done, err := t.boardSource(ctx, record)
	if err != nil {
		return nil, nil, err
	}
	hash, err := t.manifestHash()
	if err != nil {
		done()
		return nil, nil, err
	}
	o := client.NewOutline(send, vote, hash)
	if err := o.Update(); err != nil {
		done()
		return nil, nil, err
	}
	return o, done, nil
}

// verifyPromise says whether the server kept its word.
func (t *tool) verifyPromise(o *client.Outline, p *audit.Promise) error {
	if p.Manifest != o.Manifest().Hash() {
		return wrong("promise_vote")
	}
	if err := p.Verify(o.Manifest().Promise); err != nil {
		return because(err, "promise_false")
	}
	fmt.Fprintln(t.out, t.words.say("promise.signed", hexOf(p.Entry)))
	return t.checkKept(o, p)
}

// checkKept keeps the evidence of a promise that was not kept (attack S3).
func (t *tool) checkKept(o *client.Outline, p *audit.Promise) error {
	fate, breach, err := o.Fate(p)
	switch {
	case err != nil:
		return err
	case fate == client.FateBroken:
		t.keepFile(breach.Name(), breach.Marshal())
		return wrong("promise_broken")
	case fate == client.FateKept:
		fmt.Fprintln(t.out, t.words.say("receipt.recorded", o.Find(p.Entry[:])[0].Index))
	case fate == client.FateFormer:
		fmt.Fprintln(t.out, t.words.say("promise.former", p.Epoch))
	case fate == client.FateVoided:
		fmt.Fprintln(t.out, t.words.say("promise.voided"))
	default:
		fmt.Fprintln(t.out, t.words.say("promise.waits"))
	}
	return nil
}
