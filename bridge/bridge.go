// Package bridge is what lies between our WebAssembly programs, cmd/terminal and
// cmd/desk, and the pages that run them: functions that a page calls, values
// that cross, errors that a page words, requests to the server, a vote as pages
// show it, and QR codes. All but these needs js/wasm.
//
// Bytes cross as Uint8Array, hashes as hexadecimal digits, a Map as a plain
// object. What a page passes wrongly is an error with a code and never ends the
// program, which may hold a deputy's secrets or a trustee's keys. What a server
// answers is capped here and verified by package client; nothing here vouches
// for it.
package bridge
