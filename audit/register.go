package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"piaojue/election"
)

// RegisterRow is one line of an issuer's register: that it signed, for which
// issuance (PROTOCOL.md, "Registers of issuers"). All of it stands in the main
// log, too; the register says nothing about what became of the signature.
type RegisterRow struct {
	Epoch  uint32
	Leaf   uint32 // place in the roll
	Index  uint64 // of the issuance entry
	Vector [32]byte
}

// RegisterRowSize is the length of a row.
const RegisterRowSize = 4 + 4 + 8 + 32

var errRegister = errors.New("audit: malformed register")

// Marshal returns the bytes of the row.
func (r RegisterRow) Marshal() []byte {
	b := binary.BigEndian.AppendUint32(nil, r.Epoch)
	b = binary.BigEndian.AppendUint32(b, r.Leaf)
	b = binary.BigEndian.AppendUint64(b, r.Index)
	return append(b, r.Vector[:]...)
}

// ParseRegister parses the rows of a register. They have one length, so that
// every sequence of whole rows is one encoding.
func ParseRegister(b []byte) ([]RegisterRow, error) {
	if len(b)%RegisterRowSize != 0 || len(b)/RegisterRowSize > MaxSize {
		return nil, errRegister
	}
	rows := make([]RegisterRow, len(b)/RegisterRowSize)
	for i := range rows {
		rows[i] = parseRow(b[i*RegisterRowSize:][:RegisterRowSize])
	}
	return rows, nil
}

func parseRow(raw []byte) RegisterRow {
	return RegisterRow{
		Epoch:  binary.BigEndian.Uint32(raw),
		Leaf:   binary.BigEndian.Uint32(raw[4:]),
		Index:  binary.BigEndian.Uint64(raw[8:]),
		Vector: [32]byte(raw[16:]),
	}
}

// RegisterOrigin names the register of an issuer, and its key.
func RegisterOrigin(origin string, issuer uint8) string {
	return fmt.Sprintf("%s/issuer/%d", origin, issuer)
}

// RegisterKey returns the key of the register of an issuer of the manifest.
func RegisterKey(m *election.Manifest, issuer uint8) (*Key, error) {
	if int(issuer) >= len(m.Issuers) {
		return nil, fault(election.CauseBeyond, "", fmt.Errorf("there is no issuer %d", issuer))
	}
	return LogKey(RegisterOrigin(m.Origin, issuer), m.Issuers[issuer].Key)
}

// addRows adds the rows of a register, each of which is a leaf.
func (f *frontier) addRows(rows []byte) error {
	if len(rows)%RegisterRowSize != 0 {
		return errRegister
	}
	for ; len(rows) > 0; rows = rows[RegisterRowSize:] {
		f.add(tlog.RecordHash(rows[:RegisterRowSize]))
	}
	return nil
}

// RegisterHead returns the unsigned checkpoint of a register.
func RegisterHead(origin string, issuer uint8, rows []byte) (Checkpoint, error) {
	var f frontier
	if err := f.addRows(rows); err != nil {
		return Checkpoint{}, err
	}
	return Checkpoint{Origin: RegisterOrigin(origin, issuer), Size: f.size, Root: f.root()}, nil
}

// RegisterSigner signs the checkpoints of a register that grows, and keeps no row
// of it.
type RegisterSigner struct {
	origin  string // of the register
	private ed25519.PrivateKey
	tree    frontier
}

// NewRegisterSigner begins with the rows that there are. It returns ErrRollback
// unless they continue the last checkpoint that was signed, which is nil if there
// is none: an issuer that lost rows, by an old copy of its files, would sign a
// second time for the same deputies.
func NewRegisterSigner(origin string, issuer uint8, rows, last []byte, private ed25519.PrivateKey) (*RegisterSigner, error) {
	s := &RegisterSigner{origin: RegisterOrigin(origin, issuer), private: private}
	if last == nil {
		return s, s.Add(rows)
	}
	key, err := LogKey(s.origin, [32]byte(private.Public().(ed25519.PublicKey)))
	if err != nil {
		return nil, err
	}
	former, err := openHead(last, []*Key{key})
	if err != nil {
		return nil, fmt.Errorf("last checkpoint of the register: %w", err)
	}
	if there := uint64(len(rows) / RegisterRowSize); former.Size > there {
		return nil, fmt.Errorf("%w of %d entries: there are %d", ErrRollback, former.Size, there)
	}
	known := former.Size * RegisterRowSize
	if err := s.Add(rows[:known]); err != nil {
		return nil, err
	}
	if s.tree.root() != former.Root {
		return nil, fmt.Errorf("%w of %d entries: another root", ErrRollback, former.Size)
	}
	return s, s.Add(rows[known:])
}

// Add adds rows behind those that there are.
func (s *RegisterSigner) Add(rows []byte) error { return s.tree.addRows(rows) }

// Sign returns a checkpoint of all rows.
func (s *RegisterSigner) Sign() ([]byte, error) {
	return Sign(Checkpoint{Origin: s.origin, Size: s.tree.size, Root: s.tree.root()}, s.private)
}

// SignRegister signs a whole register, with the errors of NewRegisterSigner.
func SignRegister(origin string, issuer uint8, rows, last []byte, private ed25519.PrivateKey) ([]byte, error) {
	s, err := NewRegisterSigner(origin, issuer, rows, last, private)
	if err != nil {
		return nil, err
	}
	return s.Sign()
}

// OpenRegister verifies that an issuer signed the checkpoint, with that one line
// and no byte besides, and that the rows are those of its tree.
func OpenRegister(key *Key, checkpoint, rows []byte) ([]RegisterRow, error) {
	s, err := openRegisterHead(key, checkpoint)
	if err != nil {
		return nil, err
	}
	var f frontier
	if err := f.addRows(rows); err != nil {
		return nil, fault(election.CauseTree, "", err)
	}
	if err := f.checkRegister(s); err != nil {
		return nil, err
	}
	return ParseRegister(rows)
}

func openRegisterHead(key *Key, checkpoint []byte) (*Signed, error) {
	s, err := openHead(checkpoint, []*Key{key})
	if err != nil {
		return nil, fault(election.CauseInvalid, "", err)
	}
	if _, err := ReadCheckpoint(checkpoint); err != nil || !bytes.Equal(s.note, checkpoint) {
		return nil, fault(election.CauseInvalid, "", fmt.Errorf("%w: more than one checkpoint with one signature", errRegister))
	}
	return s, nil
}

// checkRegister checks that the rows are those that an issuer signed for.
func (f *frontier) checkRegister(s *Signed) error {
	if f.size != s.Size || f.root() != s.Root {
		return fault(election.CauseTree, "", fmt.Errorf("%w: the rows are not those of the checkpoint", errRegister))
	}
	return nil
}

// RegisterEvidence is Evidence against an issuer that signed two registers of
// which neither continues the other; rows are those of the larger one.
func RegisterEvidence(key *Key, one, other, rows []byte) (*Evidence, error) {
	e, err := NewEvidence(key, one, other)
	if err != nil {
		return nil, err
	}
	if len(rows)%RegisterRowSize != 0 {
		return nil, errRegister
	}
	g, err := newGrowth(0, nil)
	for ; err == nil && len(rows) > 0; rows = rows[RegisterRowSize:] {
		err = g.add(tlog.RecordHash(rows[:RegisterRowSize]))
	}
	if err != nil {
		return nil, err
	}
	return e.WithTree(g)
}
