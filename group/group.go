// Package group implements ristretto255 (RFC 9496), the prime-order group in
// which every key, ciphertext and proof of the protocol lives, and the two
// ways in which the protocol hashes and signs: transcripts and named Ed25519
// signatures.
//
// Most callers want Element and Scalar, a Table for an element they multiply
// often, and VarTimeMultiScalarMult to check many equations at once.
//
// ristretto255 has no cofactor and one encoding per element. ParseElement, and
// SetBytes, which is the same in place, are the only decoder and accept nothing
// else. What is not done here: proofs, encryption, choice of contexts.
//
// # Constant time
//
// Functions may be used with secrets unless their name contains VarTime; those
// are for public data only. Without VarTime no branch, address or running time
// depends on the value of a scalar or element: tables are read as a whole, and
// choices are made with masks. Whether a string decodes, and whether two values
// are equal, is for the caller to keep or tell. NewTable takes a public element.
//
// # Transcript
//
// A transcript is a SHA-512 over a sequence of items, each of them
//
//	u8 length of the label ‖ label ‖ u8 type ‖ u32 length of the data ‖ data
//
// with big-endian integers and ASCII labels of 1 to 255 bytes. Types and data:
//
//	1  bytes             the bytes
//	2  unsigned integer  8 bytes, big-endian
//	3  element           its canonical encoding, 32 bytes
//	4  list              number of members, 8 bytes, big-endian; the members
//	                     follow as items of their own
//
// Every length is written before what it measures, so two different sequences
// never give the same bytes. The first item, label "piaojue-v1" and type 1,
// holds the transcript's name. The transcript of
//
//	t := NewTranscript("example")
//	t.Uint("n", 3)
//	t.List("points", 1)
//	t.Element("point", Generator())
//
// hashes these bytes:
//
//	0a 7069616f6a75652d7631 01 00000007 6578616d706c65
//	01 6e                   02 00000008 0000000000000003
//	06 706f696e7473         04 00000008 0000000000000001
//	05 706f696e74           03 00000020 e2f2ae0a6abc4e71a884a961c500515f
//	                                    58e30b6aa582dd8db6a65945e08d2d76
//
// and its Digest is
//
//	8bd38fa1b0f273b9f26bafaf356d37539e054f58b8ab2eb91d7772e79f1c5c9a
//
// There is no method to absorb a Scalar, so that no secret can be hashed where
// a commitment to it was meant (attack F14).
package group
