package ballot

import (
	"errors"
	"fmt"
	"slices"

	"piaojue/group"
)

// Config is what all ballots of one vote and epoch have in common.
type Config struct {
	Manifest   [32]byte       // hash of the manifest
	Opening    [32]byte       // hash of the opening entry in force
	Grid       *Grid          // from the manifest's rules
	JointKey   *group.Element // Y
	KeyContext group.Context  // PROTOCOL.md, Section 3
	Issuers    []*IssuerKey   // the opening's set S, in order; none in a vote on paper
}

// Params makes and checks the ballots of one vote and epoch. It does not
// change and may be used by several goroutines at once.
type Params struct {
	manifest   [32]byte
	opening    [32]byte
	keyContext group.Context
	grid       *Grid
	limits     []Limit // of the positions, then of the grid
	issuers    []*IssuerKey
	bodySize   int

	generator *group.Element
	jointKey  *group.Element
	multG     *group.Table
	multY     *group.Table
}

// NewParams checks the configuration and prepares tables for the two bases.
func NewParams(c Config) (*Params, error) {
	if c.Grid == nil || c.JointKey == nil {
		return nil, errors.New("ballot: grid or joint key is missing")
	}
	if err := c.Grid.check(); err != nil {
		return nil, err
	}
	if c.JointKey.IsIdentity() { // every ballot would be open (attack G6)
		return nil, errors.New("ballot: joint key is the identity")
	}
	if len(c.Issuers) > 0 { // of none, verifyCredential takes no credential
		if err := checkIssuers(c.Issuers); err != nil {
			return nil, err
		}
	}
	y := new(group.Element).Set(c.JointKey).Encode()
	return &Params{
		manifest:   c.Manifest,
		opening:    c.Opening,
		keyContext: c.KeyContext,
		grid:       c.Grid,
		limits:     c.Grid.allLimits(),
		issuers:    slices.Clone(c.Issuers),
		bodySize:   c.Grid.BodySize(len(c.Issuers)),
		generator:  group.Generator().Encode(),
		jointKey:   y,
		multG:      group.GeneratorTable(),
		multY:      group.NewTable(y),
	}, nil
}

// Grid returns the grid, not to be changed.
func (p *Params) Grid() *Grid {
	return p.grid
}

// Issuers returns the keys of the issuers of S, in order.
func (p *Params) Issuers() []*IssuerKey {
	return slices.Clone(p.issuers)
}

// BodySize returns the length of every ballot's body.
func (p *Params) BodySize() int {
	return p.bodySize
}

// place names proof i of a ballot.
func (p *Params) place(i int) string {
	if n := len(p.grid.Positions); i >= n {
		return fmt.Sprintf("limit %d", i-n)
	}
	return fmt.Sprintf("position %d", i)
}

// sealCode does not depend on the credential, so that it can be shown before
// the device knows which ballot it is for.
func (p *Params) sealCode(cs []Ciphertext) [32]byte {
	t := group.NewTranscript("seal")
	t.Bytes("manifest", p.manifest[:])
	t.Element("joint key", p.jointKey)
	absorbCiphertexts(t, cs)
	return t.Digest()
}

// ballotContext ties every proof to the credential and to all ciphertexts of
// its ballot: none works in another ballot or at another place (attacks B1, F16).
func (p *Params) ballotContext(c *Credential, cs []Ciphertext) group.Context {
	t := group.NewTranscript("ballot")
	digest := c.Digest()
	t.Bytes("context", p.keyContext[:])
	t.Bytes("one-time key", c.Key[:])
	t.Bytes("credential", digest[:])
	absorbCiphertexts(t, cs)
	return t.Sum()
}

func absorbCiphertexts(t *group.Transcript, cs []Ciphertext) {
	t.List("ciphertexts", len(cs))
	for i := range cs {
		t.Element("alpha", &cs[i].Alpha)
		t.Element("beta", &cs[i].Beta)
	}
}
