// The intermediate values of testvectors/*.json, one test for each file.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, hkdfSync, sign } from 'node:crypto';
import test from 'node:test';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { badProofs, credentialHolds, parseBallot, parseUnused, signatureHolds } from '../ballot.mjs';
import { judge } from '../breach.mjs';
import { FormError, hex, join, text, u16, u32, u8 } from '../bytes.mjs';
import { Ceremony } from '../ceremony.mjs';
import { certificate, evaluate, readShare, sessionContext } from '../cocktail.mjs';
import { ballotSize, makeGrid, ranges } from '../grid.mjs';
import { G, combine, element, littleEndian, mod, nonIdentity } from '../group.mjs';
import { readCheckpoint, verifyCheckpoint } from '../note.mjs';
import { grades, outcome, passes } from '../outcome.mjs';
import { LOG_TYPE, WITNESS_TYPE, keyId, readPolicy, satisfied } from '../policy.mjs';
import { verifyBlind, verifyEd25519, verifySigned } from '../signature.mjs';
import { aggregate, checkTotals, lagrange, openShare } from '../tally.mjs';
import { Transcript, ballotContext, closeContext, credentialDigest, dleqChallenge, keyContext, sealCode, voteContext } from '../transcript.mjs';
import { included, leafHash, sha256, sha512, treeRoot } from '../tree.mjs';
import { le, rangeChallenge } from './challenge.mjs';
import { bin, load, records } from './load.mjs';

const same = (got, want, what) => assert.equal(hex(got), want, what);
const pairs = (list) => list.map(([alpha, beta]) => ({ alpha: bin(alpha), beta: bin(beta) }));
/** privateKey makes a node key of an Ed25519 seed. */
const privateKey = (seed) => createPrivateKey({ key: join(bin('302e020100300506032b657004220420'), bin(seed)), format: 'der', type: 'pkcs8' });
const publicOf = (seed) => createPublicKey(privateKey(seed)).export({ format: 'der', type: 'spki' }).subarray(-32);

test('transcripts.json', () => {
  for (const v of load('transcripts.json')) {
    const t = new Transcript(v.name);
    for (const { label, type, data } of v.items ?? []) {
      const b = bin(data);
      if (type === 1) t.bytes(label, b);
      if (type === 2) t.uint(label, BigInt(`0x${data}`));
      if (type === 3) t.element(label, element(b).bytes);
      if (type === 4) t.list(label, Number(BigInt(`0x${data}`)));
    }
    const digest = t.sum();
    same(digest, v.sum, v.name);
    same(sha512(bin(v.bytes)), v.sum);
    same(digest.subarray(0, 32), v.digest);
    same(le(mod(littleEndian(digest))), v.challenge);
  }
});

test('signatures.json', () => {
  const { valid, invalid } = load('signatures.json');
  for (const v of valid) {
    same(join(text(`piaojue-v1 ${v.name}\n`), bin(v.manifest), sha256(bin(v.body))), v.message, v.name);
    same(publicOf(v.seed), v.public);
    same(sign(null, bin(v.message), privateKey(v.seed)), v.signature);
    assert.ok(verifySigned(bin(v.public), v.name, bin(v.manifest), bin(v.body), bin(v.signature)), v.name);
  }
  for (const v of invalid) assert.ok(!verifyEd25519(bin(v.public), bin(v.message), bin(v.signature)), v.about);
});

test('roll.json', () => {
  const { root, leaves } = load('roll.json');
  for (const l of leaves) {
    same(publicOf(l.badge_seed), l.badge_key);
    same(sha256(text('piaojue-v1 roll\n'), bin(l.salt), text(l.number)), l.commitment);
    same(join(u32(l.index), bin(l.badge_key), bin(l.commitment)), l.leaf);
    same(leafHash(bin(l.leaf)), l.hash);
    const path = l.path.map(bin);
    assert.ok(included(bin(l.hash), l.index, leaves.length, path, bin(root)));
    assert.ok(!included(bin(l.hash), l.index, leaves.length, path.slice(1), bin(root)));
    assert.ok(!included(bin(l.hash), (l.index + 1) % leaves.length, leaves.length, path, bin(root)));
  }
  same(treeRoot(leaves.map((l) => bin(l.hash))), root);
});

const NAMES = { mark: 'for', for: 'for', against: 'against', abstain: 'abstain', spoil: 'spoil', first: 'grade0', second: 'grade1', third: 'grade2' };
test('grids.json', () => {
  for (const v of load('grids.json')) {
    const grid = makeGrid(v, v.options);
    assert.deepEqual(grid.positions.map(({ what, option }) => NAMES[what] + (option === undefined ? '' : ` ${option}`)), v.positions);
    const limits = grid.limits.map(({ low, high, terms }) => ({ low, high, terms: terms.map((t) => [t.position, t.weight]) }));
    assert.deepEqual(limits, v.limits ?? []);
    assert.deepEqual([1, 2, 3].map((n) => ballotSize(grid, n)), v.body_size);
  }
});

/** parseCredential takes K ‖ prefix ‖ signatures apart. */
function parseCredential(bytes) {
  const signatures = [];
  for (let at = 64; at < bytes.length; at += 384) signatures.push(bytes.subarray(at, at + 384));
  return { key: bytes.subarray(0, 32), prefix: bytes.subarray(32, 64), signatures };
}
const derived = (secret, salt, info) => new Uint8Array(hkdfSync('sha256', bin(secret), salt, info, 32));

test('credential.json', () => {
  const v = load('credential.json');
  const none = new Uint8Array();
  same(derived(v.seed, none, 'piaojue-v1 one-time key'), v.one_time_seed);
  same(derived(v.seed, none, 'piaojue-v1 prefix'), v.prefix);
  same(publicOf(v.one_time_seed), v.one_time_key);
  same(join(bin(v.prefix), text('piaojue-v1 credential\n'), bin(v.manifest), bin(v.opening), bin(v.one_time_key)), v.prepared);
  same(sha256(text('piaojue-v1 blinded\n'), ...v.issuers.map((i) => bin(i.blinded))), v.vector_hash);
  for (const i of v.issuers) {
    const jwk = createPrivateKey({ key: bin(i.private_key), format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
    same(Buffer.from(jwk.n, 'base64url'), i.modulus);
    assert.ok(verifyBlind(bin(i.modulus), bin(v.prepared), bin(i.signature)));
    const [m, n] = [i.blind_signature, i.modulus].map((x) => BigInt(`0x${x}`));
    assert.equal(power(m, 65537n, n), BigInt(`0x${i.blinded}`));
  }
  const credential = parseCredential(bin(v.credential));
  same(credential.key, v.one_time_key);
  same(credentialDigest(credential), v.digest);
  const { badge_seed, epoch, key, nonce, sealed } = v.sealed_seed;
  same(derived(badge_seed, bin(v.manifest), join(text('piaojue-v1 seed'), u32(epoch))), key);
  same(bin(sealed).subarray(0, 24), nonce);
  same(xchacha20poly1305(bin(key), bin(nonce)).decrypt(bin(sealed).slice(24)), v.seed);
});

function power(base, exponent, n) {
  let r = 1n;
  for (let b = base % n, e = exponent; e > 0n; e >>= 1n, b = (b * b) % n) if (e & 1n) r = (r * b) % n;
  return r;
}

test('ballots.json', () => {
  for (const v of load('ballots.json')) {
    const grid = makeGrid(v, v.options);
    const vote = { manifestHash: bin(v.manifest), grid, jointKey: element(bin(v.joint_key)).point, key: bin(v.key_context), issuers: v.moduli.map(bin), opening: bin(v.opening) };
    const body = bin(v.body);
    const ballot = parseBallot(body, vote);
    assert.ok(credentialHolds(ballot.credential, vote) && signatureHolds('ballot', ballot, vote));
    assert.deepEqual(badProofs([ballot], vote), []);
    same(join(ballot.credential.key, ballot.credential.prefix, ...ballot.credential.signatures), v.credential);
    same(publicOf(v.one_time_seed), hex(ballot.credential.key));
    const context = ballotContext(vote.key, ballot.credential, ballot.ciphertexts);
    same(context, v.context);
    same(ballot.seal, v.seal_code);
    ballot.ciphertexts.forEach(({ A, B }, i) => {
      const r = littleEndian(bin(v.randomness[i]));
      assert.ok(A.equals(combine([[G, r]])) && B.equals(combine([[vote.jointKey, r], [G, BigInt(v.marks[i])]])));
    });
    ranges(grid).forEach((range, i) => {
      const { name, place, low, high, challenge } = v.proofs[i];
      assert.deepEqual([range.name, range.place, range.low, range.high], [name, place, low, high]);
      same(rangeChallenge(range, ballot.proofs[i], vote, context, ballot.ciphertexts), challenge);
    });
    checkBesides(v, vote, ballot);
  }
});

/** checkBesides: the entry, what a challenge shows, and the same credential handed in unused. */
function checkBesides(v, vote, ballot) {
  same(join(u8(13), u16(bin(v.body).length), bin(v.body), u8(0)), v.entry);
  same(leafHash(bin(v.entry)), v.tracking_code);
  same(join(u16(v.marks.length), ...v.marks.map((m, i) => join(u8(m), bin(v.randomness[i])))), v.revealed);
  const unused = parseUnused(bin(v.unused), vote);
  assert.ok(credentialHolds(unused.credential, vote) && signatureHolds('unused', unused, vote));
  const challenge = bin(v.challenge);
  const signed = challenge.subarray(0, -64);
  same(signed, v.seal_code + v.credential);
  assert.ok(verifySigned(ballot.credential.key, 'challenge', vote.manifestHash, signed, challenge.subarray(-64)));
}

test('contexts.json', () => {
  const v = load('contexts.json');
  same(new Transcript('root').bytes('suite', text('piaojue-v1')).element('generator', G).sum(), v.root);
  same(voteContext(bin(v.manifest)), v.vote);
  const elements = v.commitments.map((c) => element(bin(c)));
  same(keyContext(bin(v.vote), v.trustees, v.threshold, bin(v.joint_key), elements), v.key);
  same(closeContext(bin(v.key), v.size, bin(v.closing_root), v.count, pairs(v.aggregate)), v.close);
  const { entries } = records()[0];
  for (const { entry, context, seal_code } of v.ballots) {
    const body = entries[entry].subarray(3, -1);
    const credential = parseCredential(body.subarray(32, 96 + 768));
    const ciphertexts = Array.from({ length: v.aggregate.length }, (_, p) => ({ alpha: at(body, 864 + 64 * p), beta: at(body, 896 + 64 * p) }));
    same(ballotContext(bin(v.key), credential, ciphertexts), context);
    same(sealCode(bin(v.manifest), bin(v.joint_key), ciphertexts), seal_code);
  }
});
const at = (bytes, from) => bytes.subarray(from, from + 32);

/** readDealing takes msg1 apart. */
function readDealing(bytes, n, t) {
  const ciphertexts = Array.from({ length: n }, (_, j) => bytes.subarray(32 * t + 96 + 56 * j + 8, 32 * t + 96 + 56 * (j + 1)));
  const commitments = Array.from({ length: t }, (_, k) => at(bytes, 32 * k));
  return { commitments, pop: bytes.subarray(32 * t, 32 * t + 64), ephemeral: at(bytes, 32 * t + 64), ciphertexts };
}

test('ceremony.json', () => {
  const v = load('ceremony.json');
  const { trustees: n, threshold: t, members } = v;
  const statics = members.map((m) => bin(m.static_key));
  same(join(bin(v.manifest), bin(v.trustees_hash), u32(v.attempt)), v.session);
  const context = sessionContext(bin(v.session), statics);
  same(context, v.context);
  const scrutineers = members.map((m, i) => ({ roleKey: publicOf(hex(sha256(u8(i)))), staticKey: bin(m.static_key) }));
  const ceremony = new Ceremony({ n, t }, bin(v.manifest), { scrutineers, tellers: [] }, bin(v.trustees_hash), v.attempt, new Set());
  const dealings = members.map((m) => readDealing(bin(m.dealing), n, t));
  members.forEach((m, i) => ceremony.dealing({ index: i + 1, msg: bin(m.dealing) }));
  members.forEach((m, i) => ceremony.agreement({ index: i + 1, sig: bin(m.agreement) }));
  members.forEach((_, i) => ceremony.ready({ index: i + 1, jointKey: bin(v.joint_key) }));
  same(ceremony.key, v.key_context);
  const parsed = dealings.map((d) => ({ ...d, commitments: d.commitments.map(nonIdentity), ephemeral: nonIdentity(d.ephemeral) }));
  same(sha512(certificate(context, statics, parsed, bin(v.extension))), v.transcript_sha512);
  members.forEach((m, i) => {
    const secret = littleEndian(bin(m.static_secret));
    assert.equal(combine([[G, secret]]).toHex(), m.static_key);
    assert.equal(ceremony.shares[i].toHex(), m.verification_share);
    assert.equal(combine([[G, littleEndian(bin(m.secret_share))]]).toHex(), m.verification_share);
    parsed.forEach((d, j) => {
      const [Se, Sd] = [d.ephemeral.point, nonIdentity(statics[j]).point].map((P) => combine([[P, secret]]).toBytes());
      const share = readShare(d, i + 1, Se, Sd, statics[j], statics[i], context);
      same(le(share), members[j].shares[i]);
      assert.ok(combine([[G, share]]).equals(evaluate(d.commitments.map((C) => C.point), i + 1)));
    });
  });
  checkComplaint(v, scrutineers);
});

function checkComplaint(v, scrutineers) {
  const { trustees: n, threshold: t, complaint: c } = v;
  const make = () => new Ceremony({ n, t }, bin(v.manifest), { scrutineers, tellers: [] }, bin(v.trustees_hash), v.attempt, new Set());
  const dealing = readDealing(bin(c.dealing), n, t);
  const evidence = bin(c.evidence);
  const proofs = [64, 160].map((p) => ({ a: at(evidence, p), b: at(evidence, p + 32), z: at(evidence, p + 64) }));
  const body = { index: c.accuser, accused: c.accused, Se: at(evidence, 0), Sd: at(evidence, 32), proofs };
  const bases = [dealing.ephemeral, scrutineers[c.accused - 1].staticKey];
  proofs.forEach((p, k) => {
    const proof = { a: element(p.a), b: element(p.b) };
    const challenge = dleqChallenge('complaint proof', voteContext(bin(v.manifest)), c.accuser, 2 * c.accused + k, bases[k], scrutineers[c.accuser - 1].staticKey, at(evidence, 32 * k), proof);
    same(le(challenge), c.challenges[k]);
  });
  const upheld = make();
  upheld.dealing({ index: c.accused, msg: bin(c.dealing) });
  upheld.complaint(body);
  assert.ok(upheld.complained);
  const refused = make();
  refused.dealing({ index: c.accused, msg: bin(v.members[c.accused - 1].dealing) });
  assert.throws(() => refused.complaint(body), FormError);
}

test('opening.json', () => {
  const v = load('opening.json');
  const ballots = v.ballots.map((b) => ({ ciphertexts: pairs(b).map(({ alpha, beta }) => ({ A: element(alpha).point, B: element(beta).point })) }));
  const sums = aggregate(ballots, v.positions);
  assert.deepEqual(sums.map(({ alpha, beta }) => [hex(alpha), hex(beta)]), v.aggregate);
  const context = closeContext(bin(v.key_context), v.size, bin(v.root), ballots.length, sums);
  same(context, v.close_context);
  const opened = v.shares.map((s) => {
    const factors = bin(s.factors);
    const parts = Array.from({ length: v.positions }, (_, p) => ({ D: at(factors, 128 * p), a: at(factors, 128 * p + 32), b: at(factors, 128 * p + 64), z: at(factors, 128 * p + 96) }));
    const Yi = element(bin(s.verification_share)).point;
    parts.forEach((part, p) => {
      const proof = { a: element(part.a), b: element(part.b) };
      same(le(dleqChallenge('share proof', context, s.trustee, p, sums[p].alpha, Yi, part.D, proof)), s.challenges[p]);
    });
    return [s.trustee, openShare({ index: s.trustee, parts }, sums, context, Yi)];
  });
  lagrange(v.shares.map((s) => s.trustee)).forEach((l, k) => same(le(l), v.shares[k].lagrange));
  checkTotals(v.totals, sums, opened, ballots.length);
  assert.throws(() => checkTotals(v.totals.map((m, p) => m + (p === 0)), sums, opened, ballots.length), FormError);
});

test('outcomes.json', () => {
  for (const v of load('outcomes.json')) {
    const rules = { ...v.rules, winners_k: Number(v.rules.winners_k) };
    const yes = v.for ?? v.grades.map(([first]) => first);
    const { about, vote, next, adopted, tied } = v;
    assert.deepEqual(outcome(rules, v.numbers, yes, v.against ?? []), { vote, next, adopted, tied }, about);
    if (v.for) assert.ok(passes(rules, v.numbers, v.needed) && !passes(rules, v.numbers, v.needed - 1), about);
    if (v.reached) assert.deepEqual(grades(v.grades, v.numbers.N), v.reached, about);
  }
});

test('log.json', () => {
  const v = load('log.json');
  const leaves = v.leaves.map(bin);
  records()[0].entries.forEach((e, i) => same(leafHash(e), v.leaves[i]));
  v.roots.forEach((root, size) => same(treeRoot(leaves, 0, size), root));
  for (const { size, index, proof } of v.inclusion) assert.ok(included(leaves[index], index, size, proof.map(bin), bin(v.roots[size])));
  for (const { size, index, proof } of v.consistency) assert.deepEqual(consistency(index, leaves.slice(0, size)).map(hex), proof, `${index} in ${size}`);
  const policy = readPolicy(text(v.policies[0].policy));
  const origin = v.log_key.name;
  const logKey = publicOf(v.log_key.seed);
  assert.throws(() => readCheckpoint(text(v.checkpoint.replace('\n\n', '\n'))), FormError);
  const note = readCheckpoint(text(v.checkpoint + v.cosignature.line));
  assert.deepEqual([...verifyCheckpoint(note, origin, logKey, policy).have], ['w1']);
  same(text(`cosignature/v1\ntime ${v.cosignature.time}\n${note.body}`), v.cosignature.message);
  for (const { policy: p, enough } of v.policies) {
    for (const [names, want] of Object.entries(enough)) assert.equal(satisfied(readPolicy(text(p)), new Set(names.split(' '))), want, `${p} ${names}`);
  }
  for (const p of v.bad_policies) assert.throws(() => readPolicy(text(p)), FormError, p);
  assert.equal(vkey(v.log_key, LOG_TYPE), v.log_key.vkey);
  for (const w of v.witnesses) assert.equal(vkey(w, WITNESS_TYPE), w.vkey);
  const p = v.promise;
  same(join(u32(p.epoch), bin(p.entry)), p.body);
  assert.ok(verifySigned(bin(p.promise_key), 'promise', bin(p.manifest), bin(p.body), bin(p.signature)));
  checkReceipt(v, policy, origin, logKey);
});

test('breach.json', () => {
  for (const { name, verdict, text: file } of load('breach.json')) assert.equal(judge(file), verdict, name);
});

function vkey({ name, seed }, type) {
  const key = publicOf(seed);
  return `${name}+${hex(keyId(name, type, key))}+${Buffer.from(join(u8(type), key)).toString('base64')}`;
}

/** consistency is PROOF(m, D[n]) of RFC 6962. */
function consistency(m, leaves) {
  const sub = (k, from, to, whole) => {
    if (k === to - from) return whole ? [] : [treeRoot(leaves, from, to)];
    let half = 1;
    while (half * 2 < to - from) half *= 2;
    if (k <= half) return [...sub(k, from, from + half, whole), treeRoot(leaves, from + half, to)];
    return [...sub(k - half, from + half, to, false), treeRoot(leaves, from, from + half)];
  };
  return sub(m, 0, leaves.length, true);
}

/** checkReceipt reads a C2SP tlog-proof. */
function checkReceipt(v, policy, origin, logKey) {
  const [head, ...lines] = v.receipt.receipt.split('\n');
  assert.equal(head, 'c2sp.org/tlog-proof@v1');
  assert.equal(lines[0], `index ${v.receipt.index}`);
  const end = lines.indexOf('');
  const proof = lines.slice(1, end).map((l) => new Uint8Array(Buffer.from(l, 'base64')));
  const note = readCheckpoint(text(lines.slice(end + 1).join('\n')));
  assert.ok(satisfied(policy, verifyCheckpoint(note, origin, logKey, policy).have));
  assert.ok(included(bin(v.receipt.entry), v.receipt.index, note.size, proof, note.root));
  same(note.root, v.roots[note.size]);
}

/** frame takes an entry of the projects' log apart (PROTOCOL.md, Section 14.2). */
function frame(entry) {
  const view = new DataView(entry.buffer, entry.byteOffset, entry.length);
  const end = 15 + view.getUint16(13);
  const signed = entry[end] === 1;
  assert.equal(entry.length, end + (signed ? 65 : 1));
  return {
    day: view.getUint32(1), actor: view.getUint32(5), seq: view.getUint32(9), body: entry.subarray(15, end),
    before: entry.subarray(0, end), signature: signed ? entry.subarray(end + 1) : undefined,
  };
}

test('projects.json', () => {
  const { log_id, entries, contents, refused } = load('projects.json');
  const seeds = { 1: 'project office', 2: 'project standing' };
  const count = new Map();
  let day = 0;
  for (const v of entries) {
    const entry = bin(v.entry);
    const { actor, seq, before, signature, day: on } = frame(entry);
    same(leafHash(entry), v.hash, v.name);
    count.set(actor, (count.get(actor) ?? 0) + 1);
    assert.equal(seq, count.get(actor));
    assert.ok(on >= day);
    day = on;
    assert.equal(signature !== undefined, actor in seeds);
    if (!signature) continue;
    const message = join(text(`piaojue-v1 project ${v.name}\n`), bin(log_id), sha256(before));
    same(message, v.message);
    assert.ok(verifyEd25519(publicOf(hex(sha256(text(`piaojue test key ${seeds[actor]}`)))), message, signature), v.name);
  }
  same(sha256(frame(bin(entries[0].entry)).body), log_id);
  for (const c of contents) same(sha256(text('piaojue-v1 blob\n'), bin(c.file)), c.commitment);
  const late = refused.filter((r) => frame(bin(r.entry)).seq !== frameCount(entries, r) + 1);
  assert.deepEqual(late.map((r) => r.code), ['sequence']);
});

/** frameCount is how many entries an actor had made by then. */
function frameCount(entries, { after, entry }) {
  const { actor } = frame(bin(entry));
  return entries.slice(0, after).filter((v) => frame(bin(v.entry)).actor === actor).length;
}
