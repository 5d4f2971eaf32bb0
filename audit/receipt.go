package audit

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	receiptHeader = "c2sp.org/tlog-proof@v1\n"
	// maxProof is the depth of the largest tree.
	maxProof   = 63
	maxReceipt = maxCheckpoint + 1<<14
)

var (
	// ErrReceipt means that a receipt does not prove what it should.
	ErrReceipt = errors.New("audit: receipt does not prove the entry")

	errReceipt = errors.New("audit: malformed receipt")
)

// Receipt proves offline that an entry is in a log (C2SP tlog-proof). A
// deputy's receipt shows that the ballot is recorded; it reveals no choice.
type Receipt struct {
	Extra      []byte // authenticated by nothing; ours have none
	Index      uint64
	Proof      []tlog.Hash
	Checkpoint []byte // signed
}

// Verify verifies that the entry with the given hash is in the log, under a
// checkpoint that satisfies the policy, and returns that checkpoint. Whether
// it is late enough is for the caller to say: a ballot is final under one at
// or after the close entry.
func (r *Receipt) Verify(entry [32]byte, p *Policy) (*Signed, error) {
	s, err := p.Open(r.Checkpoint)
	if err != nil {
		return nil, err
	}
	if r.Index >= s.Size {
		return nil, fmt.Errorf("%w: index beyond the checkpoint", ErrReceipt)
	}
	if err := tlog.CheckRecord(r.Proof, int64(s.Size), s.Root, int64(r.Index), entry); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrReceipt, err)
	}
	return s, nil
}

// Marshal encodes r as a .tlog-proof file.
func (r *Receipt) Marshal() []byte {
	b := []byte(receiptHeader)
	if r.Extra != nil {
		b = fmt.Appendf(b, "extra %s\n", base64.StdEncoding.EncodeToString(r.Extra))
	}
	b = fmt.Appendf(b, "index %d\n", r.Index)
	for _, h := range r.Proof {
		b = fmt.Appendf(b, "%v\n", h)
	}
	b = append(b, '\n')
	return append(b, r.Checkpoint...)
}

// ParseReceipt parses a .tlog-proof file; it verifies nothing. Only the one
// spelling that Marshal writes is accepted.
func ParseReceipt(b []byte) (*Receipt, error) {
	if len(b) > maxReceipt {
		return nil, errReceipt
	}
	head, checkpoint, ok := bytes.Cut(b, []byte("\n\n"))
	rest, ok2 := strings.CutPrefix(string(head)+"\n", receiptHeader)
	if !ok || !ok2 {
		return nil, errReceipt
	}
	if _, err := ReadCheckpoint(checkpoint); err != nil {
		return nil, err
	}
	r := &Receipt{Checkpoint: checkpoint}
	if err := r.parseHead(strings.Split(strings.TrimSuffix(rest, "\n"), "\n")); err != nil {
		return nil, err
	}
	if !bytes.Equal(r.Marshal(), b) {
		return nil, fmt.Errorf("%w: not canonical", errReceipt)
	}
	return r, nil
}

func (r *Receipt) parseHead(lines []string) (err error) {
	if extra, ok := strings.CutPrefix(lines[0], "extra "); ok {
		if r.Extra, err = base64.StdEncoding.DecodeString(extra); err != nil {
			return errReceipt
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || len(lines) > 1+maxProof {
		return errReceipt
	}
	index, ok := strings.CutPrefix(lines[0], "index ")
	if r.Index, err = strconv.ParseUint(index, 10, 64); err != nil || !ok || r.Index > maxTree {
		return errReceipt
	}
	r.Proof, err = parseHashes(lines[1:])
	return err
}

// parseHashes parses the lines of a proof; callers compare spellings.
func parseHashes(lines []string) ([]tlog.Hash, error) {
	var hashes []tlog.Hash
	for _, l := range lines {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return nil, errors.New("audit: malformed hash in a proof")
		}
		hashes = append(hashes, h)
	}
	return hashes, nil
}
