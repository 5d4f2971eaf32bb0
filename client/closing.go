package client

import (
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
)

// What a trustee has opened is kept beside the key file, durably and before the
// share leaves the device (attack K5), as a text:
//
//	piaojue-opened-v1
//	vote <manifest hash>
//	size <size of the closing checkpoint>
//	root <its root>
const openedHeader = "piaojue-opened-v1"

var errClosing = errors.New("client: the note of what was opened is damaged, or of another vote")

// Marshal returns the note that a trustee keeps of what was opened in a vote.
func (c Closing) Marshal(manifest [32]byte) []byte {
	return []byte(strings.Join([]string{
		openedHeader,
		"vote " + hex.EncodeToString(manifest[:]),
		"size " + strconv.FormatUint(c.Size, 10),
		"root " + hex.EncodeToString(c.Root[:]),
	}, "\n") + "\n")
}

// ParseClosing reads what Marshal wrote for this vote.
func ParseClosing(note []byte, manifest [32]byte) (*Closing, error) {
	lines := strings.Split(string(note), "\n")
	if len(lines) != 5 {
		return nil, errClosing
	}
	size, _ := strings.CutPrefix(lines[2], "size ")
	root, _ := strings.CutPrefix(lines[3], "root ")
	n, err := strconv.ParseUint(size, 10, 64)
	if err != nil {
		return nil, errClosing
	}
	b, err := hex.DecodeString(root)
	if err != nil || len(b) != 32 {
		return nil, errClosing
	}
	c := &Closing{Size: n, Root: [32]byte(b)}
	if string(c.Marshal(manifest)) != string(note) {
		return nil, errClosing
	}
	return c, nil
}
