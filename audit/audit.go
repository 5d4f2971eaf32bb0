// Package audit keeps the bulletin board of a vote and verifies it.
//
// The board is a C2SP tlog-tiles log. A Log appends entries to a Storage and
// signs checkpoints; WriteRecord exports everything an auditor needs as static
// files, and Verify recomputes a vote from them: the numbered checks of
// PROTOCOL.md, Section 12. A Promise and a Receipt are what a deputy takes
// home; they say that a ballot is recorded, never what it chose.
//
// The threat is the operator. Nothing in a record is believed before its hash
// leads up to a checkpoint that the log key signed and the witnesses of the
// manifest's policy cosigned, and then nothing is believed that can be
// recomputed. Everything read here is treated as hostile: sizes are capped, the
// set of files is exact, and every byte of every file is bound.
//
// The package opens no file, listens on nothing and knows no clock: a record
// comes through io/fs or io.ReaderAt, a Storage from package store.
//
// For reviewers: the checks are named and numbered as in PROTOCOL.md; read them
// side by side.
package audit
