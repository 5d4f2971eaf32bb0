// Ballot: parsing and verifying ballots, cast and on paper, and unused credentials (§7).
import { equal, form, join, parse, text, u32, u8 } from './bytes.mjs';
import { G, ZERO, allHold, combine, element, mod, nonIdentity, scalar } from './group.mjs';
import { ballotSize, paperSize, ranges } from './grid.mjs';
import { validKey, verifyBlind, verifySigned } from './signature.mjs';
import { Transcript, ballotContext, paperContext, sealCode } from './transcript.mjs';
import { sha256 } from './tree.mjs';

function readCredential(r, issuers) {
  const credential = { key: r.take(32), prefix: r.take(32), signatures: r.list(issuers, (x) => x.take(384)) };
  form(validKey(credential.key), 'the one-time key is not a valid key');
  return credential;
}

function readRange(r, { low, high }) {
  const n = high - low + 1;
  const commitments = r.list(n, (x) => ({ a: element(x.take(32)), b: element(x.take(32)) }));
  const challenges = r.list(n - 1, (x) => scalar(x.take(32)));
  return { commitments, challenges, responses: r.list(n, (x) => scalar(x.take(32))) };
}

const readManifestHash = (r, manifestHash) => form(equal(r.hash(), manifestHash), 'another manifest hash');

/** readSealed reads what every ballot has: ciphertexts and proofs. */
function readSealed(r, { manifestHash, grid, jointKey }) {
  const ciphertexts = r.list(grid.positions.length, (x) => {
    const [alpha, beta] = [nonIdentity(x.take(32)), nonIdentity(x.take(32))];
    return { alpha: alpha.bytes, beta: beta.bytes, A: alpha.point, B: beta.point };
  });
  const proofs = ranges(grid).map((range) => readRange(r, range));
  return { ciphertexts, proofs, seal: sealCode(manifestHash, jointKey, ciphertexts) };
}

/** A vote, for this file: {manifestHash, grid, jointKey (point), key (key context), issuers (moduli of S), opening (hash)}. */
export function parseBallot(body, vote) {
  form(body.length === ballotSize(vote.grid, vote.issuers.length), `a ballot of ${body.length} bytes`);
  return parse(body, (r) => {
    readManifestHash(r, vote.manifestHash);
    const credential = readCredential(r, vote.issuers.length);
    const sealed = readSealed(r, vote);
    const context = ballotContext(vote.key, credential, sealed.ciphertexts);
    const signed = body.subarray(0, body.length - 64);
    return { credential, ...sealed, context, signed, sig: r.take(64) };
  });
}

/** headerHash names a batch (§7.1). */
export const headerHash = ({ epoch, id, box }) =>
  sha256(text('piaojue-v1 batch\n'), u32(epoch), id, u8(text(box).length), text(box));

/** parsePaper reads a ballot that tellers entered from a sheet (§7.1). */
export function parsePaper(body, vote) {
  form(body.length === paperSize(vote.grid), `a paper ballot of ${body.length} bytes`);
  return parse(body, (r) => {
    readManifestHash(r, vote.manifestHash);
    const [header, number] = [r.hash(), r.u32()];
    const sealed = readSealed(r, vote);
    return { header, number, ...sealed, context: paperContext(vote.key, header, number, sealed.ciphertexts) };
  });
}

export const parseUnused = (body, vote) =>
  parse(body, (r) => {
    readManifestHash(r, vote.manifestHash);
    const credential = readCredential(r, vote.issuers.length);
    return { credential, signed: body.subarray(0, body.length - 64), sig: r.take(64) };
  });

/** credentialHolds: every issuer of S signed the one-time key (§6); with an empty S no credential is valid (§7.1). */
export function credentialHolds({ key, prefix, signatures }, vote) {
  if (vote.issuers.length === 0) return false;
  const message = join(prefix, text('piaojue-v1 credential\n'), vote.manifestHash, vote.opening, key);
  return signatures.every((s, j) => verifyBlind(vote.issuers[j], message, s));
}

export const signatureHolds = (name, { credential, signed, sig }, vote) =>
  verifySigned(credential.key, name, vote.manifestHash, signed, sig);

/** weighted is Σ wᵢ·Pᵢ; most weights are 1. */
const weighted = (terms, pointOf) =>
  terms.reduce((a, { position, weight }) => a.add(weight === 1 ? pointOf(position) : combine([[pointOf(position), BigInt(weight)]])), ZERO);

/** rangeEquations gives the equations of one range proof: two per branch. */
function rangeEquations(range, proof, context, ciphertexts, jointKey) {
  const { name, place, low, high, terms } = range;
  const tr = new Transcript(name).bytes('context', context).uint('place', place).uint('low', low).uint('high', high);
  tr.list('terms', terms.length);
  for (const { position, weight } of terms) tr.uint('position', position).uint('weight', weight);
  tr.element('generator', G).element('joint key', jointKey);
  tr.pairs('statement', terms.map(({ position }) => ciphertexts[position]));
  tr.list('commitments', proof.commitments.length);
  for (const { a, b } of proof.commitments) tr.element('a', a.bytes).element('b', b.bytes);
  const last = mod(tr.challenge() - proof.challenges.reduce((s, c) => s + c, 0n));
  const A = weighted(terms, (p) => ciphertexts[p].A);
  const B = weighted(terms, (p) => ciphertexts[p].B);
  return proof.commitments.flatMap(({ a, b }, i) => {
    const c = proof.challenges[i] ?? last;
    const z = proof.responses[i];
    return [
      [[G, z], [a.point, -1n], [A, -c]],
      [[jointKey, z], [b.point, -1n], [B, -c], [G, c * BigInt(low + i)]],
    ];
  });
}

/** proofEquations gives the list of equations of each proof of a ballot. */
function proofEquations(ballot, vote) {
  return ranges(vote.grid).map((range, i) => ({
    range,
    equations: rangeEquations(range, ballot.proofs[i], ballot.context, ballot.ciphertexts, vote.jointKey),
  }));
}

const MANY = 8;

/** badProofs gives, for every ballot with a bad proof, the ballot and the name of its first bad proof.
    It checks some ballots at once, and looks closer only where that fails. */
export function badProofs(ballots, vote) {
  const bad = [];
  for (let i = 0; i < ballots.length; i += MANY) {
    const some = ballots.slice(i, i + MANY).map((ballot) => ({ ballot, proofs: proofEquations(ballot, vote) }));
    if (allHold(some.flatMap((b) => b.proofs.flatMap((p) => p.equations)))) continue;
    for (const { ballot, proofs } of some) {
      if (allHold(proofs.flatMap((p) => p.equations))) continue;
      const wrong = proofs.find((p) => !allHold(p.equations)) ?? proofs[0];
      bad.push({ ballot, cause: `${wrong.range.name} ${wrong.range.place}` });
    }
  }
  return bad;
}
