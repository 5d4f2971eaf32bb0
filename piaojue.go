// Package piaojue holds no code: the tests here guard what spans packages, the
// direction of imports and the truth of README, SECURITY.md and the other documents.
//
// Whoever reads the code begins with [piaojue/election], which says what a vote is and
// what each of its entries means; PROTOCOL.md is its exact specification. README.md
// has the map of all folders.
package piaojue
