// Command terminal is the kiosk's part of a deputy's visit, compiled to
// WebAssembly: it takes a deputy from the badge to the promise (package client)
// inside the page of a session terminal. The page draws and words everything;
// this program verifies, seals and keeps the secrets.
//
// It sets globalThis.piaojueTerminal. All its functions return Promises, but for
// check, status, qr and wipe; they must not overlap.
//
//	open(vote, manifest | null, {base, terminalKey, issuers}) → Vote
//	refresh() → Vote                      what is new in the log
//	warm() → {ms}                         makes tables; call it when idle
//	check(choice) → null | {code, option, low, high, over}
//	identify(badge, pin) → {state, index, …}
//	                                      ready, cast, unused, not_open,
//	                                      not_checked_in, unknown_badge, other
//	seal(choice) → {code, hex, spaced, qr}
//	cast(), handInUnused() → {kind, trackingCode, spaced, promise, receipt}
//	challenge() → {opening, qr, choice, code}
//	kept([promise]) → {promises, found, missing: [{trackingCode, name, file}]}
//	                                      after the close; the files are evidence; a promise
//	                                      of another vote or epoch is neither
//	status() → {opened, identified, sealed, decided, index, busy}
//	wipe() → bool                         forgets the deputy
//	qr(text) → rows of 0 and 1
//
// A choice is {marks: [one per option], abstain, spoil}, with the marks of
// package ballot. Bytes are Uint8Arrays, hashes hexadecimal digits. An Error has
// a code, one of: busy, order, argument, internal, no_answer, refused (with refusal,
// status, zh, en), stale, board, not_open, badge, roll, other, seed, issuer,
// promise, decided, choice (with option, low, high, over), not_closed. The page
// words the code; message is for logs.
//
// Nothing is kept in the browser: what is between two steps is on the server,
// sealed under the badge, so that open and identify resume a visit after a
// reload or at another terminal. wipe erases what it can of a deputy's secrets;
// what a browser copied, such as the text of the badge, ends with the page.
//
// The threat is the server and the network, as in package client. A terminal
// that lies is what challenge is for. Requests to the ballot box carry no
// cookie, and no request names where it comes from.
package main
