// Command desk is what trustees, signers, auditors and deputies' phones do in a
// page, compiled to WebAssembly: keys, the key ceremony, signatures, shares,
// receipts, challenges, and the whole verifier. The page draws and words
// everything; this program verifies, signs and keeps the keys.
//
// It sets globalThis.piaojueDesk. All its functions return Promises, but for key,
// closeKey and qr; they must not overlap. Long ones are better run in a worker.
//
//	open(vote, manifest | null, {base, record}) → Vote
//	refresh() → Vote
//	entries(from, to), entry(index) → Entry
//	newKey(kind, {name, delegation}, passphrase) → Key with file, fileText
//	openKey(file, passphrase) → Key       proveKey(file, passphrase, card) → true
//	key() → Key | null   closeKey() → bool   fingerprint(card | hex)
//	qr(text) → rows of 0 and 1 | null
//	preview(kind, args), examine(proposal) → Motion; a successor needs args.next,
//	proposal.next: the manifest of the next vote
//	propose(hash) → that of the last preview, signed
//	countersign(hash) → 66 bytes
//	ceremony() → where it stands          ceremonyStep() → {entry, kind}
//	prepareShare(opened | null, onProgress) → {closing, opened, firstTime, …}
//	releaseShare(root | null) → {entry}   destroyed() → {entry}
//	verify(source, manifest | null, onProgress) → Report, source.parent: the
//	record (zip) of the vote before
//	downloadRecord({base, vote}, onProgress) → {zip}
//	track(vote, manifest | null, {base, record}) → Outline
//	checkTrackingCode(code | its first 16 digits), makeReceipt(code),
//	verifyReceipt(data, code) → {status, index | name, file}
//	                                      these three after track; the file is
//	                                      the evidence of a broken promise
//	checkChallenge(opening, sealCode) → {choice}
//	draft(log, entry, contents) → what an entry of the projects' log says, read
//	from its bytes: {kind, day, actor, seq, hash, lines}
//	signDraft() → that entry, signed
//	newIdentity(passphrase) → {file, recipient}
//	openContact(sealed, file, passphrase) → its text
//
// Entries come out as bytes, and the page posts them with the person's session:
// this program sends no cookie with anything, so that the log that a person
// verifies is the one that everybody is shown. Report is the document of
// piaojue-verify -json. Bytes are Uint8Arrays, hashes hexadecimal digits. An
// Error has a code: those of cmd/terminal that are about logs, and passphrase,
// weak_passphrase, key_kind, no_key, unknown_key, not_trustee, wait, early,
// complaint, reread_key, proposal, other_root, root_needed, too_few, record and
// not_collected (with report), revealed, promise_vote, receipt, not_logged, draft,
// identity, sheets, many_sheets, too_long, moved (the board has grown since the
// preview).
//
// Two things are up to the page, because only it can: to have the note that
// prepareShare returns saved durably before it calls releaseShare (attack K5),
// and to delete key files after destroyed is in the log.
package main
