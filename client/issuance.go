package client

import (
	"encoding/binary"
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"piaojue/ballot"
	"piaojue/election"
)

const (
	blindedSize = 384
	// answerHead is what comes before the signature in an issuer's answer:
	// its number in the manifest, and the index of the issuance in the log.
	answerHead = 1 + 8
)

var errIssuance = errors.New("client: malformed issuance request")

// MarshalIssuance returns the body of a request for blind signatures:
// `u16 length ‖ issuance entry ‖ blinded message for each issuer of S`.
func MarshalIssuance(e *election.Entry, blinded [][]byte) []byte {
	entry := e.Marshal()
	b := binary.BigEndian.AppendUint16(nil, uint16(len(entry)))
	b = append(b, entry...)
	for _, m := range blinded {
		b = append(b, m...)
	}
	return b
}

// ParseIssuance parses what MarshalIssuance made for a set of the given number
// of issuers, and checks that the blinded messages are those whose hash the
// entry names.
func ParseIssuance(b []byte, issuers int) (*election.Entry, *election.Issuance, [][]byte, error) {
	s := cryptobyte.String(b)
	var raw cryptobyte.String
	if !s.ReadUint16LengthPrefixed(&raw) || len(s) != issuers*blindedSize {
		return nil, nil, nil, errIssuance
	}
	e, err := election.ParseEntry(raw)
	if err != nil {
		return nil, nil, nil, err
	}
	if e.Kind != election.KindIssuance {
		return nil, nil, nil, errIssuance
	}
	body, err := election.ParseIssuance(e.Body)
	if err != nil {
		return nil, nil, nil, err
	}
	blinded := make([][]byte, issuers)
	for i := range blinded {
		blinded[i] = s[i*blindedSize : (i+1)*blindedSize]
	}
	if ballot.VectorHash(blinded) != body.Vector {
		return nil, nil, nil, errIssuance
	}
	return e, body, blinded, nil
}

// MarshalAnswer returns an issuer's answer: `u8 issuer ‖ u64 index of the
// issuance ‖ blind signature[384]`. A server that is not in S answers with no
// signature.
func MarshalAnswer(issuer uint8, index uint64, blindSig []byte) []byte {
	b := binary.BigEndian.AppendUint64([]byte{issuer}, index)
	return append(b, blindSig...)
}

// AnswersFor reports whether an answer holds a signature by the issuer.
func AnswersFor(answer []byte, issuer uint8) bool {
	return len(answer) == answerHead+blindedSize && answer[0] == issuer
}
