package client

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"piaojue/audit"
	"piaojue/ballot"
	"piaojue/election"
	"piaojue/group"
)

var (
	// ErrNotOpen means that no vote is open: not yet, suspended, or closed.
	ErrNotOpen = errors.New("client: the vote is not open")

	// ErrRoll means that no deputy on the roll has this badge.
	ErrRoll = errors.New("client: badge is not on the roll")

	// ErrOther means that the badge was used with other secrets than those
	// that are stored: the roll leaf has had its credential.
	ErrOther = errors.New("client: another credential was issued to this badge")

	// ErrPaper means that the deputy was handed a sheet of paper, or that all
	// vote on paper: there is no second channel.
	ErrPaper = errors.New("client: this deputy votes on paper")

	// ErrIssuer means that an issuer did not sign as it should. Wrapped errors
	// name it.
	ErrIssuer = errors.New("client: issuer gave no valid signature")

	// ErrPromise means that the server's promise is false.
	ErrPromise = errors.New("client: promise is not valid")

	errOrder = errors.New("client: internal error: steps out of order")
)

// Voter takes one deputy through a vote: Identify, Obtain, then Seal and Cast,
// or Seal, Challenge and Seal again; or Decline. After the close, Receipt.
// Steps may be repeated, and a new Voter may take them again on any device.
type Voter struct {
	board    *Board
	seed     [32]byte // the badge's
	badge    ed25519.PrivateKey
	leaf     election.Leaf
	path     [][32]byte
	request  *ballot.Request
	answers  *answers // of the issuers, as far as they came
	cred     *ballot.Credential
	sealed   *ballot.Sealed
	entry    *election.Entry // the ballot or unused entry, once it is made
	promise  *audit.Promise
	promised election.Kind
}

// NewVoter prepares for the holder of a badge. The Board must have been
// updated since the opening.
func NewVoter(b *Board, badgeSeed [32]byte) *Voter {
	return &Voter{board: b, seed: badgeSeed, badge: ed25519.NewKeyFromSeed(badgeSeed[:])}
}

// Wipe forgets the deputy, as far as Go allows: the next one at this device
// must find nothing. The Voter is of no use afterwards.
func (v *Voter) Wipe() {
	clear(v.badge)
	if v.request != nil {
		v.request.Discard()
	}
	if v.sealed != nil {
		v.sealed.Discard()
	}
	*v = Voter{}
}

func (v *Voter) key() [32]byte {
	return [32]byte(v.badge.Public().(ed25519.PublicKey))
}

func (v *Voter) call(method, path string, body []byte) ([]byte, error) {
	return v.board.send(Request{Method: method, Path: "/votes/" + v.board.vote + path, Body: body, Issuer: Server})
}

// Identify finds the badge's leaf and proves that it is on the roll of the
// manifest.
func (v *Voter) Identify() error {
	key := v.key()
	answer, err := v.call("GET", "/roll/"+hex.EncodeToString(key[:]), nil)
	if err != nil {
		return err
	}
	leaf, path, err := parseLeaf(answer)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrRoll, err)
	}
	m := v.board.state.Manifest()
	if m == nil {
		return ErrNotOpen
	}
	if err := leaf.Verify(m.RollRoot, m.Deputies, path); err != nil {
		return fmt.Errorf("%w: %v", ErrRoll, err)
	}
	if v.board.state.BadgeKey(leaf) != key {
		return ErrRoll
	}
	v.leaf, v.path = leaf, path
	return nil
}

// Index returns the roll index after Identify.
func (v *Voter) Index() uint32 { return v.leaf.Index }

// Obtain gets the credential: it draws or resumes the secrets, puts the
// issuance on the log and collects the signatures of all issuers of S.
func (v *Voter) Obtain() error {
	if v.cred != nil {
		return nil
	}
	if v.board.state.Phase() != election.PhaseVoting {
		return ErrNotOpen
	}
	if err := v.prepare(); err != nil {
		return err
	}
	return v.collect()
}

// prepare stores a new seed, or adopts the one that is stored already: by this
// deputy on another terminal, or by the terminal that won a race.
func (v *Voter) prepare() error {
	had, issued := v.board.state.Issued(v.leaf.Index)
	if had.Paper || v.board.state.PaperOnly() {
		return ErrPaper
	}
	epoch := v.board.state.Opening().Epoch
	sealed, err := sealSeed(v.seed, v.board.manifest, epoch, newSeed())
	if err != nil {
		return err
	}
	body := binary.BigEndian.AppendUint32(nil, epoch)
	body = append(body, sealed...)
	sig := group.Sign(v.badge, "badge seed", v.board.manifest, body)
	kept, err := v.call("PUT", fmt.Sprintf("/seeds/%d", v.leaf.Index), append(body, sig...))
	if err != nil {
		return err
	}
	seed, err := openSeed(v.seed, v.board.manifest, epoch, kept)
	if err != nil {
		return err
	}
	request, err := ballot.NewRequest(seed, v.board.manifest, v.board.state.OpeningHash(), v.board.state.Issuers())
	if err != nil {
		return err
	}
	if issued && !had.For(request.VectorHash()) {
		return ErrOther
	}
	v.request = request
	return nil
}

// issuance is the entry that puts the request on the log.
func (v *Voter) issuance() (*election.Entry, error) {
	e, err := election.NewEntry(&election.Issuance{
		Opening: v.board.state.OpeningHash(),
		Leaf:    v.leaf,
		Path:    v.path,
		Vector:  v.request.VectorHash(),
	})
	if err != nil {
		return nil, err
	}
	e.Sign(election.RoleBadge, 0, v.badge, v.board.manifest)
	return e, nil
}

func newSeed() (seed [32]byte) {
	rand.Read(seed[:]) // never fails: it ends the program instead
	return seed
}
