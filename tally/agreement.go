package tally

import (
	"crypto/sha512"
	"encoding/binary"

	"piaojue/group"
)

// Agree returns trustee i's CertEq signature over the transcript. It recovers
// the key share first: nobody signs who has not checked what he received. A
// *BlameError names a dealer against whom Complain will find evidence. Two calls
// give two signatures; one belongs into the log.
func Agree(s *Setup, dealings []*Dealing, i int, static *group.Scalar) ([]byte, error) {
	return agree(s, dealings, i, static, newHedge())
}

func agree(s *Setup, dealings []*Dealing, i int, static *group.Scalar, hedge []byte) ([]byte, error) {
	if _, err := receive(s, dealings, i, static); err != nil {
		return nil, err
	}
	return sign(static, s.transcript(dealings, extension(dealings)), hedge)
}

// VerifyAgreement verifies trustee i's CertEq signature. If it fails, i saw
// other dealings or is hostile (attack K1).
func VerifyAgreement(s *Setup, dealings []*Dealing, i int, sig []byte) error {
	if err := s.trustee(i); err != nil {
		return err
	}
	if err := s.checkDealings(dealings); err != nil {
		return err
	}
	return s.verifyAgreement(s.transcript(dealings, extension(dealings)), i, sig)
}

func (s *Setup) verifyAgreement(transcript []byte, i int, sig []byte) error {
	if err := verify(s.key(i), transcript, sig); err != nil {
		return blame(i, err)
	}
	return nil
}

// extension is the hash of all framed ciphertexts, sender by sender. The
// transcript itself does not bind them (COCKTAIL, "Ciphertexts Not Bound by the
// Transcript", option 1); a signed log entry does until the agreement.
func extension(dealings []*Dealing) []byte {
	var b []byte
	for _, d := range dealings {
		b = d.appendFrames(b)
	}
	sum := sha512.Sum512(b)
	return sum[:]
}

// transcript returns T of COCKTAIL, "Round 3: Certification".
func (s *Setup) transcript(dealings []*Dealing, extension []byte) []byte {
	context := s.Context()
	t := appendCounted(nil, []byte(ciphersuite))
	t = appendCounted(t, context[:])
	t = binary.LittleEndian.AppendUint32(t, uint32(len(s.StaticKeys)))
	t = binary.LittleEndian.AppendUint32(t, uint32(s.Threshold))
	for _, p := range s.StaticKeys {
		t = p.AppendBytes(t)
	}
	for _, d := range dealings {
		t = appendElements(t, d.commitments)
	}
	for _, d := range dealings {
		t = append(t, d.pop[:]...)
	}
	for _, d := range dealings {
		t = d.ephemeral.AppendBytes(t)
	}
	return appendCounted(t, extension)
}

func appendCounted(b, data []byte) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(len(data)))
	return append(b, data...)
}
