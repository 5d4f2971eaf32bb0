// Package golden compares package audit with other implementations of the C2SP
// formats: the golden log that tessera ships, and the cosignatures, policies
// and proofs of transparency-dev/formats.
package golden
