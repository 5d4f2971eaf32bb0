package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

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
	if len(b) > maxReceipt {
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
	if _, err := ReadCheckpoint(checkpoint); err != nil {
		return nil, err
	}
	if !bytes.Equal(a.Marshal(), b) {
		return nil, fmt.Errorf("%w: not canonical", errRequest)
	}
	return a, nil
}

// Check decides whether a witness whose latest cosigned checkpoint of this log
// is last (the zero value if there is none) may cosign a, and returns the
// checkpoint to remember. It must be stored, by compare-and-swap against last,
// before the cosignature leaves the house.
func (a *AddCheckpoint) Check(log *Key, last Checkpoint) (Checkpoint, error) {
	c, err := ReadCheckpoint(a.Checkpoint)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != log.name {
		return Checkpoint{}, ErrUnknownLog
	}
	if _, err := openByLog(a.Checkpoint, log); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %v", ErrLogSignature, err)
	}
	if a.Old > c.Size {
		return Checkpoint{}, ErrOldSize
	}
	if a.Old != last.Size {
		return Checkpoint{}, ErrStale
	}
	if last.Size == 0 {
		last.Root = emptyRoot()
	}
	if err := CheckConsistency(a.Proof, c.Size, c.Root, a.Old, last.Root); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %v", ErrInconsistent, err)
	}
	return c, nil
}
