// Package election says what a vote is and what may happen next: manifest,
// rules, entries of the log, phases, and which options are adopted.
//
// Most callers want [State.Apply], with which a server admits an entry and a
// verifier replays it, so that a rule stands once; and [Adopt], the pure
// function from rules and totals to the outcome.
//
// It reads and writes the bodies of all entries (PROTOCOL.md, "Entries"), but
// keeps no log: roots come from the caller, storage and checkpoints belong to
// package audit. It has no clock and draws no randomness.
//
// The threat is a server, or any group of people short of the signatures that
// an entry demands, that adds, drops, replays or reorders entries. Every
// refusal is a [CheckError] with the number of PROTOCOL.md, "The numbered
// checks".
//
// Each body has a strict Parse and a Marshal, and what parses re-encodes to
// the same bytes. Marshal returns nil for a value that the format cannot hold,
// a text that is too long for example; [NewEntry] turns that into an error.
package election
