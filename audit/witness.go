package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// MaxAddCheckpoint bounds the body of a request: 16 signatures of 5 kB, which
// C2SP signed-note wants accepted, and more.
const MaxAddCheckpoint = 256 << 10

// AddCheckpoint is what a log sends to a witness (C2SP tlog-witness): a signed
// checkpoint, and a proof that it continues the one of size Old.
type AddCheckpoint struct {
	Old        uint64
	Proof      []tlog.Hash
	Checkpoint []byte // signed
}

// Reasons why a witness does not cosign; each has a status of its own in C2SP
// tlog-witness.
var (
	// ErrUnknownLog: the origin is not one the witness knows (404).
	ErrUnknownLog = errors.New("audit: witness does not know the log")
	// ErrLogSignature: the checkpoint is not signed by the log (403).
	ErrLogSignature = errors.New("audit: checkpoint is not signed by the log")
	// ErrOldSize: the old size is above the new one (400).
	ErrOldSize = errors.New("audit: old size is above the checkpoint's")
	// ErrStale: Old is not the size of the latest cosigned checkpoint (409).
	ErrStale = errors.New("audit: witness has cosigned another size")
	// ErrInconsistent: the checkpoint does not continue the latest one (422).
	// The log shows two histories (attack S1), or the proof is wrong.
	ErrInconsistent = errors.New("audit: checkpoint does not continue the last one")

	errRequest = errors.New("audit: malformed add-checkpoint request")
)

// Marshal encodes the body of the request.
func (a *AddCheckpoint) Marshal() []byte {
	b := fmt.Appendf(nil, "old %d\n", a.Old)
	for _, h := range a.Proof {
		b = fmt.Appendf(b, "%v\n", h)
	}
	b = append(b, '\n')
	return append(b, a.Checkpoint...)
}

// ParseAddCheckpoint parses the body of a request; it verifies nothing.
func ParseAddCheckpoint(b []byte) (*AddCheckpoint, error) {
	if len(b) > MaxAddCheckpoint {
		return nil, errRequest
	}
	head, checkpoint, _ := bytes.Cut(b, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	old, ok := strings.CutPrefix(lines[0], "old ")
	size, err := strconv.ParseUint(old, 10, 64)
	if !ok || err != nil || len(lines) > 1+maxProof {
		return nil, errRequest
	}
	a := &AddCheckpoint{Old: size, Checkpoint: checkpoint}
	if a.Proof, err = parseHashes(lines[1:]); err != nil {
		return nil, err
	}
	if _, err := readHead(checkpoint); err != nil {
		return nil, err
	}
	if !bytes.Equal(a.Marshal(), b) {
		return nil, fmt.Errorf("%w: not canonical", errRequest)
	}
	return a, nil
}

// Origin returns the origin of the checkpoint, which nobody has verified; empty
// if it has none.
func (a *AddCheckpoint) Origin() string {
	c, err := readHead(a.Checkpoint)
	if err != nil {
		return ""
	}
	return c.Origin
}

// Check decides whether a witness that trusts these keys of logs, and whose
// latest cosigned checkpoint of this log is last (the zero value if there is
// none), may cosign a. It returns the checkpoint, with the signatures by the log
// alone, as soon as they are verified: beside an error it may be evidence.
//
// The witness must store it, by compare-and-swap against last, before the
// cosignature leaves the house.
func (a *AddCheckpoint) Check(logs []*Key, last Checkpoint) (*Signed, error) {
	s, err := openHead(a.Checkpoint, logs)
	if err != nil {
		return nil, err
	}
	if a.Old > s.Size {
		return s, ErrOldSize
	}
	if a.Old != last.Size {
		return s, ErrStale
	}
	if last.Size == 0 {
		last.Root = emptyRoot()
	}
	if s.Size == 0 && s.Root != emptyRoot() {
		return s, fmt.Errorf("%w: empty tree with another root", ErrInconsistent)
	}
	if err := CheckConsistency(a.Proof, s.Size, s.Root, a.Old, last.Root); err != nil {
		return s, fmt.Errorf("%w: %v", ErrInconsistent, err)
	}
	return s, nil
}
