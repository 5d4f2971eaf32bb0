package audit

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// Breach convicts a server of not keeping a promise (attack S3): the promise,
// and what shows that the log was closed without the entry. Anybody can check
// it, without a network and without believing who brings it, and compares the
// hash of the manifest, which names both keys, with the one on paper.
//
// The text is, with the hash of every entry under the checkpoint on a line of
// its own, and all in base64:
//
//	piaojue-breach-v1
//	promise <promise>
//	manifest <manifest entry>
//	close <index of the close entry> <close entry>
//	<hash of entry 0>
//	…
//
//	<checkpoint, signed by the log>
//
// A Merkle tree proves with a few hashes that something is in it; that something
// is not takes all of them. Cosignatures are left out: a log that signed this
// checkpoint, and shows the world another, has shown two histories.
type Breach struct {
	Promise    *Promise
	Manifest   []byte // the entry
	Close      []byte // the entry
	At         uint64 // index of the close entry
	Leaves     []tlog.Hash
	Checkpoint []byte // signed by the log
}

// Reasons why a promise was not broken; each is an ErrNoEvidence.
var (
	// ErrKept: the log has the entry, before its close.
	ErrKept = fmt.Errorf("%w: the promise was kept", ErrNoEvidence)
	// ErrFormer: ballot papers were issued anew after the promise, so that what
	// it is about no longer counts (PROTOCOL.md, Section 5).
	ErrFormer = fmt.Errorf("%w: the promise is of a former epoch", ErrNoEvidence)
)

const (
	breachHeader = "piaojue-breach-v1"
	// MaxBreach bounds the file: a line for each entry of the largest log that a
	// verifier must read, and the rest.
	MaxBreach = MaxSize*45 + 1<<18
)

// NewBreach keeps of the checkpoint the signature by the log only, and verifies
// the rest: ErrKept and ErrFormer say why nobody is to blame.
func NewBreach(b Breach) (*Breach, error) {
	m, err := b.Vote()
	if err != nil {
		return nil, err
	}
	s, err := openOwn(m, b.Checkpoint)
	if err != nil {
		return nil, err
	}
	b.Checkpoint = s.note
	return &b, b.Verify()
}

// openOwn opens a checkpoint of the log that a manifest names.
func openOwn(m *election.Manifest, note []byte) (*Signed, error) {
	log, err := LogKey(m.Origin, m.LogKey)
	if err != nil {
		return nil, err
	}
	return openHead(note, []*Key{log})
}

// Vote returns the manifest. Whether its hash is the one on paper, only the
// reader knows.
func (b *Breach) Vote() (*election.Manifest, error) {
	e, err := election.ParseEntry(b.Manifest)
	if err != nil {
		return nil, err
	}
	if e.Kind != election.KindManifest {
		return nil, errors.New("audit: not a manifest entry")
	}
	return election.ParseManifest(e.Body)
}

// Verify returns nil if the promise key of the manifest signed the promise, and
// the log key of the manifest a log that was closed without the entry.
func (b *Breach) Verify() error {
	m, err := b.Vote()
	if err == nil && b.Promise.Manifest != m.Hash() {
		err = errors.New("the promise is of another vote")
	}
	if err == nil {
		err = b.Promise.Verify(m.Promise)
	}
	if err == nil {
		err = b.checkTree(m)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoEvidence, err)
	}
	return b.checkClose()
}

// checkTree checks that the hashes are those of the vote's log. That the first
// is the manifest's keeps anybody from writing another manifest around the keys
// of an honest log.
func (b *Breach) checkTree(m *election.Manifest) error {
	s, err := openOwn(m, b.Checkpoint)
	if err == nil {
		_, err = ReadCheckpoint(b.Checkpoint) // of a vote: without extension lines
	}
	if err != nil {
		return err
	}
	switch {
	case !bytes.Equal(s.note, b.Checkpoint):
		return errors.New("a signature that is not by the log")
	case b.At == 0, b.At >= s.Size, s.Size != uint64(len(b.Leaves)):
		return fmt.Errorf("%d hashes of %d entries", len(b.Leaves), s.Size)
	case rootOf(b.Leaves) != s.Root:
		return errors.New("the hashes are not those of the checkpoint")
	case tlog.RecordHash(b.Manifest) != b.Leaves[0]:
		return errors.New("the log begins with another manifest")
	case tlog.RecordHash(b.Close) != b.Leaves[b.At]:
		return errors.New("the close entry is not at its place")
	}
	return nil
}

// checkClose compares the promise with how the log was closed. What comes after
// the close entry is too late (PROTOCOL.md, Section 7).
func (b *Breach) checkClose() error {
	e, err := election.ParseEntry(b.Close)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoEvidence, err)
	}
	if e.Kind != election.KindClose {
		return fmt.Errorf("%w: not a close entry", ErrNoEvidence)
	}
	c, err := election.ParseClose(e.Body)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", ErrNoEvidence, err)
	case b.Promise.Epoch < c.Epoch:
		return ErrFormer
	case slices.Contains(b.Leaves[:b.At], tlog.Hash(b.Promise.Entry)):
		return ErrKept
	}
	return nil
}

// Late returns the index at which the entry stands behind the close; ok is false
// if it stands nowhere.
func (b *Breach) Late() (index uint64, ok bool) {
	i := slices.Index(b.Leaves, tlog.Hash(b.Promise.Entry))
	return uint64(max(i, 0)), i > int(b.At)
}

// rootOf is the root of a tree that is not empty (RFC 6962, Section 2.1).
func rootOf(leaves []tlog.Hash) tlog.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k<<1 < len(leaves) {
		k <<= 1
	}
	return tlog.NodeHash(rootOf(leaves[:k]), rootOf(leaves[k:]))
}

// Marshal returns the text.
func (b *Breach) Marshal() []byte {
	pack := base64.StdEncoding.EncodeToString
	text := fmt.Appendf(nil, "%s\npromise %s\nmanifest %s\nclose %d %s\n",
		breachHeader, pack(b.Promise.Marshal()), pack(b.Manifest), b.At, pack(b.Close))
	for _, h := range b.Leaves {
		text = append(base64.StdEncoding.AppendEncode(text, h[:]), '\n')
	}
	return append(append(text, '\n'), b.Checkpoint...)
}

// IsBreach reports whether a text says that it is one.
func IsBreach(text []byte) bool { return bytes.HasPrefix(text, []byte(breachHeader+"\n")) }

// ParseBreach parses what Marshal wrote; it verifies nothing.
func ParseBreach(text []byte) (*Breach, error) {
	if len(text) > MaxBreach {
		return nil, fmt.Errorf("%w: too long", ErrNoEvidence)
	}
	head, checkpoint, ok := bytes.Cut(text, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !ok || len(lines) < 5 || lines[0] != breachHeader {
		return nil, fmt.Errorf("%w: not a breach file", ErrNoEvidence)
	}
	b := &Breach{Checkpoint: checkpoint}
	if err := b.parseHead(lines[1:]); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrNoEvidence, err)
	}
	if !bytes.Equal(b.Marshal(), text) {
		return nil, fmt.Errorf("%w: not canonical", ErrNoEvidence)
	}
	return b, nil
}

func (b *Breach) parseHead(lines []string) error {
	promise, err := parseLine(lines[0], "promise ")
	if err != nil {
		return err
	}
	if b.Promise, err = ParsePromise(promise); err != nil {
		return err
	}
	if b.Manifest, err = parseLine(lines[1], "manifest "); err != nil {
		return err
	}
	at, rest, _ := strings.Cut(strings.TrimPrefix(lines[2], "close "), " ")
	if b.At, err = strconv.ParseUint(at, 10, 63); err != nil {
		return errors.New("malformed index")
	}
	if b.Close, err = parseLine(rest, ""); err != nil {
		return err
	}
	b.Leaves, err = parseHashes(lines[3:])
	return err
}

// parseLine reads base64 behind a word; callers compare spellings.
func parseLine(line, word string) ([]byte, error) {
	packed, ok := strings.CutPrefix(line, word)
	if !ok {
		return nil, fmt.Errorf("no %sline", word)
	}
	return base64.StdEncoding.DecodeString(packed)
}

// Name returns a name for the file: of the log, and of the tracking code.
func (b *Breach) Name() string {
	origin := "log"
	if m, err := b.Vote(); err == nil {
		origin = m.Origin
	}
	return fmt.Sprintf("breach-%s-%s.txt", plainName(origin), hex.EncodeToString(b.Promise.Entry[:8]))
}
