package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"piaojue/audit"
	"piaojue/client"
)

// compareCommand looks for two histories (attack S1): two people who each keep
// what the server showed them need not have met at a witness.
func (t *tool) compareCommand() *cobra.Command {
	var key string
	compare := between(1, 2, t.command("board compare", "A [B]", `piaojue board compare mine.zip theirs.zip --manifest 5f3c…
piaojue board compare my.tlog-proof record.zip --manifest 5f3c…
piaojue board compare record.zip
piaojue board compare checkpoint-1.txt checkpoint-2.txt --log-key vote.example.org/v1+3f2a…`,
		func(ctx context.Context, args []string) error { return t.compare(ctx, args, key) }))
	compare.Flags().StringVar(&key, "log-key", "", "")
	return compare
}

// side is one of the two things to compare: a log that is shown, or nothing but
// a checkpoint.
type side struct {
	send client.Transport
	vote string
	note []byte
}

func (t *tool) compare(ctx context.Context, args []string, key string) error {
	if len(args) == 1 {
		args = append(args, "") // the server's
	}
	var sides [2]side
	for i, path := range args {
		s, done, err := t.sideOf(ctx, path)
		if err != nil {
			return err
		}
		defer done()
		sides[i] = s
	}
	log, err := t.logKey(sides, key)
	if err != nil {
		return err
	}
	var histories [2]*client.History
	for i, s := range sides {
		if histories[i], err = s.read(log); err != nil {
			return err
		}
	}
	return t.tellApart(histories[0], histories[1])
}

// sideOf opens a record, a checkpoint, or the receipt that holds one.
func (t *tool) sideOf(ctx context.Context, path string) (side, func(), error) {
	nothing := func() {}
	info, err := os.Stat(path)
	if path != "" && err != nil {
		return side{}, nothing, err
	}
	if path != "" && !info.IsDir() {
		if note, err := readNote(path); note != nil || err != nil {
			return side{note: note}, nothing, err
		}
	}
	send, vote, done, err := t.boardSource(ctx, path)
	return side{send: send, vote: vote}, done, err
}

// readNote returns the checkpoint in a file, nil if it is an archive.
func readNote(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, 2)
	if _, err := f.Read(head); err == nil && bytes.Equal(head, []byte("PK")) {
		return nil, nil
	}
	text, err := readFile(path, maxDocument)
	if err != nil {
		return nil, err
	}
	if r, err := audit.ParseReceipt(text); err == nil {
		return r.Checkpoint, nil
	}
	if _, err := audit.ReadCheckpoint(text); err != nil {
		return nil, wrong("no_checkpoint", path)
	}
	return text, nil
}

// logKey is the key that both must bear: the one that is given, or that of the
// manifest whose hash is on paper.
func (t *tool) logKey(sides [2]side, key string) (*audit.Key, error) {
	if key != "" {
		k, err := audit.ParseKey(key)
		if err != nil {
			return nil, because(err, "log_key")
		}
		return k, nil
	}
	hash, err := t.manifestHash()
	if err != nil {
		return nil, err
	}
	var last error = misuse("compare_key")
	for _, s := range sides {
		if s.send == nil {
			continue
		}
		k, err := client.LogKey(s.send, s.vote, hash)
		if err == nil {
			return k, nil
		}
		last = err
	}
	return nil, last
}

func (s side) read(log *audit.Key) (*client.History, error) {
	if s.send == nil {
		return client.NewHistory(log, s.note)
	}
	return client.ReadHistory(s.send, s.vote, log)
}

// tellApart says that one continues the other, or keeps what convicts the log.
func (t *tool) tellApart(a, b *client.History) error {
	e, err := a.Compare(b)
	switch {
	case errors.Is(err, audit.ErrUnproven):
		return wrong("compare_unproven")
	case err != nil:
		return err
	case e != nil:
		fmt.Fprintln(t.out, t.words.say("evidence.proven"))
		t.keepEvidence(&client.ForkError{Evidence: e})
		return silent(exitFailed)
	}
	one, other := a.Checkpoint(), b.Checkpoint()
	if one.Size == other.Size {
		fmt.Fprintln(t.out, t.words.say("compare.same", one.Size, hexOf(one.Root)))
		return nil
	}
	fmt.Fprintln(t.out, t.words.say("compare.continued", min(one.Size, other.Size), max(one.Size, other.Size)))
	return nil
}
