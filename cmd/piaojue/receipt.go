package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
	"piaojue/election"
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
	verify := exactly(1, t.verifying(t.command("receipt verify", "FILE", `piaojue receipt verify promise.txt --record record.zip --manifest 5f3c…
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
	_, b, err := t.connectBoard(ctx)
	if err != nil {
		return err
	}
	r, err := b.Receipt(entry)
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
	data, err := readFile(path, maxDocument)
	if err != nil {
		return err
	}
	send, vote, done, err := t.boardSource(ctx, record)
	if err != nil {
		return err
	}
	defer done()
	hash, err := t.manifestHash()
	if err != nil {
		return err
	}
	b, err := openBoard(send, vote, hash)
	if err != nil {
		return err
	}
	if text, ok := strings.CutPrefix(string(data), promiseHeader); ok {
		return t.verifyPromise(b, text)
	}
	entry, err := parseHash(code)
	if err != nil {
		return err
	}
	r, err := audit.ParseReceipt(data)
	if err != nil {
		return err
	}
	if err := b.CheckReceipt(entry, r); err != nil {
		return err
	}
	fmt.Fprintln(t.out, t.words.say("receipt.recorded", r.Index))
	return nil
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

// verifyPromise says whether the server kept its word. A promise that it signed
// and that is not in a closed log is evidence (attack S3).
func (t *tool) verifyPromise(b *client.Board, text string) error {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(text, "\n"))
	if err != nil {
		return because(err, "promise_file")
	}
	p, err := audit.ParsePromise(raw)
	if err != nil {
		return because(err, "promise_file")
	}
	s := b.State()
	if p.Manifest != s.ManifestHash() {
		return wrong("promise_vote")
	}
	if err := p.Verify(s.Manifest().Promise); err != nil {
		return because(err, "promise_false")
	}
	fmt.Fprintln(t.out, t.words.say("promise.signed", hexOf(p.Entry)))
	return t.checkKept(b, p)
}

func (t *tool) checkKept(b *client.Board, p *audit.Promise) error {
	s := b.State()
	index, found := b.Find(p.Entry)
	switch {
	case found:
		fmt.Fprintln(t.out, t.words.say("receipt.recorded", index))
		return nil
	case s.Opening() != nil && p.Epoch < s.Opening().Epoch:
		fmt.Fprintln(t.out, t.words.say("promise.former", p.Epoch))
		return nil
	case s.Phase() == election.PhaseVoided:
		fmt.Fprintln(t.out, t.words.say("promise.voided"))
		return nil
	case s.Phase() < election.PhaseClosed:
		fmt.Fprintln(t.out, t.words.say("promise.waits"))
		return nil
	}
	return wrong("promise_broken")
}
