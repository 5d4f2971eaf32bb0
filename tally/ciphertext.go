package tally

import "piaojue/group"

// Ciphertext stands in for ballot.Ciphertext.
type Ciphertext struct{ Alpha, Beta group.Element }
