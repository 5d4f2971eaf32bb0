// Package gen regenerates the test vectors. It is a test, because only tests
// can have deterministic randomness: the packages that make keys, ballots and
// proofs draw it themselves, and testing/cryptotest is what makes them draw the
// same each time.
//
//	go test ./testvectors/gen          regenerates in memory and compares
//	go test ./testvectors/gen -update  rewrites the files of testvectors/
//
// The vectors come from a writer of its own that signs and appends whatever it
// is told to (vote_test.go and the files after it). It shares with the verifier
// neither the state nor a rule, because State would refuse what is spoiled
// here. Challenges and hostile proofs come from a second implementation of
// PROTOCOL.md, Sections 3, 7 and 8 (prover_test.go).
//
// All keys are derived from names, and the two issuers' keys lie in testdata.
// They are public: nobody must use them for anything else.
package gen
