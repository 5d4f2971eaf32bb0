// Package group implements ristretto255 (RFC 9496), the prime-order group in
// which every ciphertext, key and proof of the protocol lives.
package group
