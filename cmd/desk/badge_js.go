package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"syscall/js"

	"piaojue/bridge"
	"piaojue/client"
)

// badgeKey returns the public key of a badge by its text, for the check-in desk:
// the seed stays on the page that reads it.
func badgeKey(args []js.Value) (any, error) {
	seed, err := client.ParseBadge(args[0].String())
	if err != nil {
		return nil, &bridge.Fault{Code: "badge", Err: err}
	}
	key := ed25519.NewKeyFromSeed(seed[:])
	return hex.EncodeToString(key.Public().(ed25519.PublicKey)), nil
}
