package tally

import (
	"errors"
	"fmt"

	"piaojue/group"
)

// KeyShare is a trustee's secret part of the joint key. It is never stored: the
// log and the static key make it again.
type KeyShare struct {
	index int
	x     *group.Scalar
	key   *JointKey
}

// Index returns the trustee, from 1.
func (k *KeyShare) Index() int {
	return k.index
}

// JointKey returns the key this is a share of.
func (k *KeyShare) JointKey() *JointKey {
	return k.key
}

// Format keeps the secret out of logs and messages, whatever the verb.
func (k KeyShare) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "key share of trustee %d", k.index)
}

var (
	errCertificate = errors.New("tally: not one agreement per trustee")
	errSum         = errors.New("tally: key share does not fit the joint key")
)

// Recover makes trustee i's key share from what is in the log and the static
// key. The agreements are the success certificate: a key without n valid ones
// must not be used (COCKTAIL, "Recovery Algorithm").
func Recover(s *Setup, dealings []*Dealing, agreements [][]byte, i int, static *group.Scalar) (*KeyShare, error) {
	if err := s.verifyCertificate(dealings, agreements); err != nil {
		return nil, err
	}
	return receive(s, dealings, i, static)
}

func (s *Setup) verifyCertificate(dealings []*Dealing, agreements [][]byte) error {
	if err := s.checkDealings(dealings); err != nil {
		return err
	}
	if len(agreements) != len(s.StaticKeys) {
		return errCertificate
	}
	transcript := s.transcript(dealings, extension(dealings))
	for j, sig := range agreements {
		if err := s.verifyAgreement(transcript, j+1, sig); err != nil {
			return err
		}
	}
	return nil
}

// receive is COCKTAIL, "Round 2": it decrypts, checks and adds up the shares
// for trustee i.
func receive(s *Setup, dealings []*Dealing, i int, static *group.Scalar) (*KeyShare, error) {
	if err := s.holder(i, static); err != nil {
		return nil, err
	}
	key, err := NewJointKey(s, dealings)
	if err != nil {
		return nil, err
	}
	x := group.NewScalar()
	for _, d := range dealings {
		share, err := d.share(s, i, channelFrom(static, &d.ephemeral, s.key(d.index)))
		if err != nil {
			return nil, blame(d.index, err)
		}
		x.Add(x, share)
	}
	if !publicKey(x).Equal(key.VerificationShare(i)) {
		return nil, errSum // cannot happen while each share fits its dealing
	}
	return &KeyShare{index: i, x: x, key: key}, nil
}
