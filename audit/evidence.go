package audit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Evidence convicts a log of showing two histories (attack S1): two checkpoints
// that its key signed, of which one tree cannot be the beginning of the other.
// Anybody can check it, without a network and without believing who brings it.
//
// The text is, with the line root and the proof only if the sizes differ:
//
//	piaojue-evidence-v1
//	log <vkey>
//	root <root that the second tree has at the first's size>
//	<consistency proof from that root to the second checkpoint, a hash a line>
//
//	<first signed checkpoint>
//
//	<second signed checkpoint>
//
// A proof that merely fails convicts nobody: whoever sent it may have spoilt it.
// Without the line root the text says no more than that (ErrUnproven).
type Evidence struct {
	Log           *Key
	First, Second []byte     // signed by the log; First is not the larger one
	Root          *tlog.Hash // nil: not known
	Proof         []tlog.Hash
}

var (
	// ErrUnproven: both checkpoints are the log's, and nothing shows yet that
	// they contradict each other.
	ErrUnproven = errors.New("audit: the two checkpoints are not shown to contradict each other")

	// ErrNoEvidence: the file is not what it says, or convicts nobody.
	ErrNoEvidence = errors.New("audit: no evidence")
)

const (
	evidenceHeader = "piaojue-evidence-v1"
	maxEvidence    = 2*MaxAddCheckpoint + 1<<14
)

// NewEvidence puts two signed checkpoints of a log together, the smaller one
// first, and keeps the signatures by the log only.
func NewEvidence(log *Key, one, other []byte) (*Evidence, error) {
	a, err := openHead(one, []*Key{log})
	if err != nil {
		return nil, err
	}
	b, err := openHead(other, []*Key{log})
	if err != nil {
		return nil, err
	}
	if a.Size > b.Size {
		a, b = b, a
	}
	return &Evidence{Log: log, First: a.note, Second: b.note}, nil
}

// WithProof adds the consistency proof that came with the second checkpoint. A
// server that grew another tree sends a proof that is right for that one; it
// leads to the root which that tree had at the first's size. If that size is a
// power of two the proof does not hold that root.
func (e *Evidence) WithProof(proof []tlog.Hash) *Evidence {
	c := *e
	c.Proof = proof
	a, b, err := e.heads()
	if err != nil || a.Size == b.Size {
		c.Proof = nil
		return &c
	}
	if root, ok := formerRoot(proof, b, a); ok {
		c.Root = &root
	}
	return &c
}

// WithTree adds the proof from the second's tree.
func (e *Evidence) WithTree(r tlog.HashReader) (*Evidence, error) {
	a, b, err := e.heads()
	if err != nil || a.Size == b.Size {
		return e, err
	}
	c := *e
	root, err := tlog.TreeHash(int64(a.Size), r)
	if err != nil {
		return nil, err
	}
	c.Root = &root
	if a.Size > 0 {
		c.Proof, err = tlog.ProveTree(int64(b.Size), int64(a.Size), r)
	}
	return &c, err
}

// Heads returns the two checkpoints.
func (e *Evidence) Heads() (first, second Checkpoint) {
	first, second, _ = e.heads()
	return first, second
}

func (e *Evidence) heads() (first, second Checkpoint, err error) {
	a, err := openHead(e.First, []*Key{e.Log})
	if err != nil {
		return first, second, err
	}
	b, err := openHead(e.Second, []*Key{e.Log})
	if err != nil {
		return first, second, err
	}
	return a.Checkpoint, b.Checkpoint, nil
}

// Verify returns nil if the log's key signed two histories. Whose key that is,
// only the reader knows.
func (e *Evidence) Verify() error {
	a, b, err := e.heads()
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNoEvidence, err)
	case a.Size > b.Size, a == b:
		return fmt.Errorf("%w: the checkpoints agree, or stand in the wrong order", ErrNoEvidence)
	case a.Size == b.Size:
		return e.checkBare()
	case e.Root == nil:
		return ErrUnproven
	case CheckConsistency(e.Proof, b.Size, b.Root, a.Size, *e.Root) != nil:
		return fmt.Errorf("%w: its proof does not lead to the second checkpoint", ErrNoEvidence)
	case *e.Root == a.Root:
		return fmt.Errorf("%w: the second checkpoint continues the first", ErrNoEvidence)
	}
	return nil
}

// checkBare refuses a proof where none belongs.
func (e *Evidence) checkBare() error {
	if e.Root != nil || len(e.Proof) > 0 {
		return fmt.Errorf("%w: a proof between two of one size", ErrNoEvidence)
	}
	return nil
}

// Marshal returns the text.
func (e *Evidence) Marshal() []byte {
	b := fmt.Appendf(nil, "%s\nlog %s\n", evidenceHeader, e.Log)
	if e.Root != nil {
		b = fmt.Appendf(b, "root %v\n", *e.Root)
	}
	for _, h := range e.Proof {
		b = fmt.Appendf(b, "%v\n", h)
	}
	return bytes.Join([][]byte{b, e.First, e.Second}, []byte("\n"))
}

// ParseEvidence parses what Marshal wrote; it verifies nothing.
func ParseEvidence(text []byte) (*Evidence, error) {
	parts := strings.SplitAfter(string(text), "\n\n")
	if len(text) > maxEvidence || len(parts) != 5 || !strings.HasSuffix(parts[4], "\n") {
		return nil, fmt.Errorf("%w: malformed", ErrNoEvidence)
	}
	e := &Evidence{First: []byte(strings.TrimSuffix(parts[1]+parts[2], "\n")), Second: []byte(parts[3] + parts[4])}
	if err := e.parseHead(strings.Split(strings.TrimSuffix(parts[0], "\n\n"), "\n")); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoEvidence, err)
	}
	if !bytes.Equal(e.Marshal(), text) {
		return nil, fmt.Errorf("%w: not canonical", ErrNoEvidence)
	}
	return e, nil
}

func (e *Evidence) parseHead(lines []string) error {
	if len(lines) < 2 || len(lines) > 3+maxProof || lines[0] != evidenceHeader {
		return errors.New("not an evidence file")
	}
	vkey, ok := strings.CutPrefix(lines[1], "log ")
	if !ok {
		return errors.New("no key of a log")
	}
	var err error
	if e.Log, err = ParseKey(vkey); err != nil {
		return err
	}
	lines = lines[2:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "root ") {
		root, err := tlog.ParseHash(strings.TrimPrefix(lines[0], "root "))
		if err != nil {
			return err
		}
		e.Root, lines = &root, lines[1:]
	}
	e.Proof, err = parseHashes(lines)
	return err
}

// formerRoot follows a consistency proof to the second tree (RFC 6962, Section
// 2.1.2), and returns the root that this tree had at the first's size.
func formerRoot(proof []tlog.Hash, second, first Checkpoint) (tlog.Hash, bool) {
	if first.Size == 0 || first.Size&(first.Size-1) == 0 {
		return tlog.Hash{}, false // the proof begins at the root in question
	}
	p := &proofWalk{left: proof, size: int64(first.Size)}
	former, root := p.walk(0, int64(second.Size))
	return former, !p.short && len(p.left) == 0 && root == tlog.Hash(second.Root)
}

// proofWalk takes a proof apart from its end.
type proofWalk struct {
	left  []tlog.Hash
	size  int64
	short bool
}

func (p *proofWalk) pop() (h tlog.Hash) {
	if len(p.left) == 0 {
		p.short = true
		return h
	}
	h, p.left = p.left[len(p.left)-1], p.left[:len(p.left)-1]
	return h
}

// walk returns the hash of the entries from lo to size, and of those to hi.
func (p *proofWalk) walk(lo, hi int64) (former, full tlog.Hash) {
	if p.short {
		return former, full
	}
	if hi == p.size {
		h := p.pop()
		return h, h
	}
	k := int64(1)
	for k<<1 < hi-lo {
		k <<= 1
	}
	if p.size <= lo+k {
		right := p.pop()
		former, left := p.walk(lo, lo+k)
		return former, tlog.NodeHash(left, right)
	}
	left := p.pop()
	former, right := p.walk(lo+k, hi)
	return tlog.NodeHash(left, former), tlog.NodeHash(left, right)
}

// Name returns a name for the file: of the log, and of the second size.
func (e *Evidence) Name() string {
	kind := "evidence"
	if e.Verify() != nil {
		kind = "suspicion"
	}
	_, second := e.Heads()
	return fmt.Sprintf("%s-%s-%d.txt", kind, plainName(second.Origin), second.Size)
}

// plainName keeps of an origin what every file system takes.
func plainName(origin string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, origin)
	return name[:min(len(name), 80)]
}
