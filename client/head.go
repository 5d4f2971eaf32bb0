package client

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/audit"
	"piaojue/election"
)

// head is what all that is believed of a log hangs from: the hashes of its
// entries, under a checkpoint that log and witnesses signed, from the manifest
// that people know.
type head struct {
	send     Transport
	vote     string
	manifest [32]byte
	policy   *audit.Policy
	tree     tree
	signed   *audit.Signed
	first    []byte // the manifest entry
	ending   []byte // the close entry; nil before it
	endingAt uint64
}

func newHead(send Transport, vote string, manifest [32]byte) head {
	return head{send: send, vote: vote, manifest: manifest}
}

// Checkpoint returns the verified checkpoint of the last update, or nil.
func (h *head) Checkpoint() *audit.Signed { return h.signed }

// Policy returns whose signatures the manifest demands on a checkpoint; it is
// nil before the first update.
func (h *head) Policy() *audit.Policy { return h.policy }

func (h *head) get(path string) ([]byte, error) {
	answer, err := h.send(Request{Method: "GET", Path: "/board/" + h.vote + path, Issuer: Server})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStale, err)
	}
	return answer, nil
}

// latest fetches the latest checkpoint and returns what is not verified yet:
// the note and its size, which is not below that of the tree.
func (h *head) latest() (note []byte, size uint64, err error) {
	note, err = h.get("/checkpoint")
	if err != nil {
		return nil, 0, err
	}
	c, err := audit.ReadCheckpoint(note)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %v", ErrBoard, err)
	}
	if c.Size < h.tree.size {
		return nil, 0, h.refuseShorter(note)
	}
	return note, c.Size, nil
}

// refuseShorter tells a server that lags behind what was seen, whose log is the
// beginning of what was seen, from one whose history is another.
func (h *head) refuseShorter(note []byte) error {
	if f := h.fork(note, &h.tree); f != nil {
		return f
	}
	signed, err := h.policy.Open(note)
	if err != nil {
		return fmt.Errorf("%w: %w", boardError(err), err)
	}
	root, err := h.tree.rootAt(signed.Size)
	if err != nil || root != signed.Root {
		return fmt.Errorf("%w: it had %d entries and now has %d others", ErrBoard, h.tree.size, signed.Size)
	}
	return fmt.Errorf("%w: it shows %d entries of %d", ErrStale, signed.Size, h.tree.size)
}

// boardError says what a checkpoint that does not verify means. Witnesses may
// be late: until enough of them have cosigned, nothing is believed, and nobody
// is accused.
func boardError(err error) error {
	if errors.Is(err, audit.ErrWitnesses) {
		return ErrStale
	}
	return ErrBoard
}

// believe verifies the latest checkpoint: that it is of the tree, and signed by
// the log and enough witnesses.
func (h *head) believe(note []byte) error {
	signed, err := h.open(note)
	if err == nil {
		h.signed = signed
	}
	return err
}

// open verifies any checkpoint of the tree.
func (h *head) open(note []byte) (*audit.Signed, error) {
	signed, err := h.policy.Open(note)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", boardError(err), err)
	}
	root, err := h.tree.rootAt(signed.Size)
	if err != nil || root != signed.Root {
		return nil, fmt.Errorf("%w: entries do not have the signed root at size %d", ErrBoard, signed.Size)
	}
	return signed, nil
}

// setPolicy takes log key and witnesses from the manifest, which is the first
// entry.
func (h *head) setPolicy(first []byte) (*election.Manifest, error) {
	e, err := election.ParseEntry(first)
	if err != nil {
		return nil, err
	}
	if sha256.Sum256(e.Body) != h.manifest {
		return nil, errors.New("the manifest is not the one whose hash was given")
	}
	m, err := election.ParseManifest(e.Body)
	if err != nil {
		return nil, err
	}
	h.first = first
	h.policy, err = audit.PolicyOf(m)
	return m, err
}

// addHashes grows the tree to a size, by leaf hashes that nobody believes yet.
func (h *head) addHashes(size uint64) error {
	for _, t := range audit.Leaves(h.tree.size, size) {
		data, err := h.get("/" + t.Path())
		if err != nil {
			return err
		}
		hashes, err := t.ParseHashes(data)
		if err != nil {
			return fmt.Errorf("%w: %v", ErrBoard, err)
		}
		for _, leaf := range hashes[h.tree.size-t.Start():] {
			if err := h.tree.add(leaf); err != nil {
				return err
			}
		}
	}
	return nil
}

// receipt makes the receipt of an entry under the latest checkpoint.
func (h *head) receipt(entry [32]byte, closing uint64) (*audit.Receipt, error) {
	if closing == 0 || h.signed.Size < closing {
		return nil, ErrNotClosed
	}
	index, ok := h.tree.find(entry)
	if !ok {
		return nil, ErrNotLogged
	}
	proof, err := tlog.ProveRecord(int64(h.signed.Size), int64(index), &h.tree)
	if err != nil {
		return nil, err
	}
	return &audit.Receipt{Index: index, Proof: proof, Checkpoint: h.signed.Marshal()}, nil
}

// checkReceipt verifies a receipt that somebody brings.
func (h *head) checkReceipt(entry [32]byte, r *audit.Receipt, closing uint64) error {
	signed, err := r.Verify(entry, h.policy)
	if err != nil {
		return err
	}
	if root, err := h.tree.rootAt(signed.Size); err == nil && root != signed.Root {
		if f := h.fork(r.Checkpoint, &h.tree); f != nil {
			return f
		}
		return fmt.Errorf("%w: the receipt has another root at size %d", ErrBoard, signed.Size)
	}
	if closing == 0 || signed.Size < closing {
		return fmt.Errorf("%w: its checkpoint is older than the closing one", audit.ErrReceipt)
	}
	return nil
}
