// Package web is the server of votes: it lets people prepare one, keeps its log
// and its ballot box, and shows what everybody may see.
//
// [Open] starts a [Server] on a database and a folder of keys; its Handler
// serves the JSON API (openapi.json), the ballot box, the public board as
// static files, and live screens. [OpenIssuer] starts an issuer that follows
// the board of another server, [OpenWitness] a witness that cosigns what logs
// have come to, as long as each stays one history.
//
// Tables in routes.go, and for pages in pages.go, hold every route with who may
// use it. Who asks is a [Person], passed to every handler; deputies are none,
// because a badge or a one-time key speaks for them. A person asks with an API
// key or has signed in with password and code (session.go); what administrators
// do is kept in a log like that of a vote ([Administration]). What happens in a
// vote goes through one goroutine of its own (vote): it asks election.State,
// which decides, and package store, which makes entries durable together with
// all that belongs to them; nobody is answered before. Nothing here decides
// about elections.
//
// The threats. Deputies and outsiders send anything: each refusal names one
// code (error.go) and changes nothing. Operators look into logs: no line is
// written for a request to the ballot box, and no line anywhere holds an
// address, a key or a body, for issuing knows who and never what, and the box a
// ciphertext and never who (PROTOCOL.md, Section 1). A crash at any moment loses
// nothing that was acknowledged; an older copy of the database is refused at the
// start (attack S2). That the server itself is hostile is what the verifier, the
// witnesses and the clients are for.
package web
