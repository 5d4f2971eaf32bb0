// Maker: makes small synthetic records, so that the verifier can be tried without a server.
import { constants, createHash, generateKeyPairSync, createPrivateKey, randomBytes, sign as rawSign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join as path } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { compare, hex, join, text, u16, u32, u64, u8 } from '../bytes.mjs';
import { makeGrid, ranges } from '../grid.mjs';
import { G, ORDER, ZERO, combine, littleEndian, mod, sum } from '../group.mjs';
import { keyId } from '../policy.mjs';
import { outcome } from '../outcome.mjs';
import { tilePath } from '../record.mjs';
import { Transcript, ballotContext, closeContext, dleqChallenge, keyContext, sealCode, voteContext } from '../transcript.mjs';
import { leafHash, nodeHash, sha256, sha512, treeRoot } from '../tree.mjs';
import { lagrange } from '../tally.mjs';

const str8 = (s) => join(u8(text(s).length), text(s));
const str16 = (s) => join(u16(text(s).length), text(s));
const list8 = (l) => join(u8(l.length), ...l);
const list16 = (l) => join(u16(l.length), ...l);
const le = (n) => Uint8Array.from(Buffer.from(mod(n).toString(16).padStart(64, '0'), 'hex').reverse());
const random = () => mod(littleEndian(randomBytes(64)));
const mul = (P, s) => combine([[P, s]]);
const enc = (P) => P.toBytes();
const el = (P) => ({ bytes: enc(P), point: P });

class Key {
  constructor() {
    this.secret = ed25519.utils.randomSecretKey();
    this.public = ed25519.getPublicKey(this.secret);
  }
  raw(message) {
    return ed25519.sign(message, this.secret);
  }
  sign(name, manifestHash, body) {
    return this.raw(join(text(`piaojue-v1 ${name}\n`), manifestHash, sha256(body)));
  }
}

function schnorr(secret, message) {
  const k = random();
  const R = enc(mul(G, k));
  const c = mod(littleEndian(sha512(text('COCKTAIL-DKG-Ristretto255-SHA512-H7'), R, enc(mul(G, secret)), message)));
  return join(R, le(k + c * secret));
}

function dleqProof(name, context, trustee, place, B, x) {
  const w = random();
  const [a, b, X, Z] = [mul(G, w), mul(B, w), mul(G, x), mul(B, x)];
  const c = dleqChallenge(name, context, trustee, place, enc(B), enc(X), enc(Z), { a: el(a), b: el(b) });
  return { image: Z, proof: join(enc(a), enc(b), le(w + c * x)) };
}

let rsaKeys;
export const rsa = () => (rsaKeys ??= [0, 1].map(() => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  return { privateKey, modulus: new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n, 'base64url')) };
}));

const RULES = {
  candidates_n: '3', winners_k: '1', ballot_mode: 'select_k', min_marks: '0', max_marks: '1', undervote: 'valid', allow_spoil: 'true',
  write_in: 'false', recast: 'first_only', 'quorum.rule': 'two_thirds_all', 'quorum.recheck_at_open': 'true',
  'quorum.min_participation': 'half_all', base: 'all_deputies', tie: 'presidium', shortfall: 'leave_short', candidate_order: 'fixed',
  'display.turnout': 'live', 'display.results': 'after_sign', 'display.tallies': 'none', void_vote_if: 'collected_gt_issued',
  'ballot_retention.until': 'five years', 'ballot_retention.destroy_needs': 'presidium', grades: '',
};

export const kinds = ['', 'manifest', 'trustees', 'dealing', 'agreement', 'complaint', 'ready', 'attendance', 'badge', 'opening', 'issuance',
  'count', 'order', 'ballot', 'spent', 'unused', 'close', 'collection', 'share', 'result', 'certificate', 'announcement', 'archive',
  'destruction', 'suspend', 'resume', 'void', 'sheets', 'batch', 'paper', 'decision', 'successor'];
const CHAINED = ['manifest', 'trustees', 'attendance', 'badge', 'opening', 'order', 'collection', 'certificate', 'announcement', 'archive', 'suspend', 'resume', 'void', 'sheets', 'batch', 'decision', 'successor'];

/** makeOptions is the field of the manifest, with the options of these numbers. */
export const makeOptions = (numbers) =>
  list16(numbers.map((i) => join(str8(`o${i}`), str8(`项目${i}`), str16(''), u64(1), u64(2), str16(''), str8(''), str8(''), u32(0))));

const written = [];
process.on('exit', () => written.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

/** A Vote writes entries in order; tests override what they want to spoil. */
export class Vote {
  entries = [];
  papers = [];
  tellers = [1, 2].map(() => new Key());
  constructor({ rules = {}, options = 3, deputies = 5, kind = 0, min = 2, edit = (m) => m } = {}) {
    this.rules = { ...RULES, candidates_n: String(options), ...rules };
    const typed = { ...this.rules, max_marks: +this.rules.max_marks, min_marks: +this.rules.min_marks, winners_k: +this.rules.winners_k, allow_spoil: this.rules.allow_spoil === 'true' };
    this.typed = typed;
    this.grid = makeGrid(typed, options);
    this.options = options;
    Object.assign(this, { n: 3, t: 2, deputies, staff: new Key(), presidium: new Key(), log: new Key(), promise: new Key(), witness: new Key() });
    this.scrutineers = [1, 2, 3].map(() => ({ role: new Key(), d: random() }));
    this.badges = Array.from({ length: deputies }, () => new Key());
    this.commitments = this.badges.map(() => randomBytes(32));
    this.roll = this.badges.map((b, i) => leafHash(join(u32(i), b.public, this.commitments[i])));
    this.vkey = `w+${hex(keyId('w', 4, this.witness.public))}+${Buffer.from(join(u8(4), this.witness.public)).toString('base64')}`;
    const m = {
      suite: str8('piaojue-v1'), origin: str8('example.org/vote'), texts: join(...['大会', '一次', '表决', '2025-03-01'].map(str8)),
      kind: u8(kind), parent: new Uint8Array(32), round: u8(1),
      rules: list8(Object.entries(this.rules).map(([k, v]) => join(str8(k), str8(v)))),
      options: makeOptions([...Array(options).keys()]),
      deputies: u32(deputies), roll: treeRoot(this.roll), staff: this.staff.public, presidium: this.presidium.public, n: u8(3), t: u8(2),
      issuers: list8(rsa().map((k, i) => join(str8(`issuer ${i}`), k.modulus, new Key().public))), log: this.log.public, promise: this.promise.public,
      policy: str16(`witness W ${this.vkey}\nquorum W\n`), pins: list8([join(str8('client'), randomBytes(32))]), min: u32(min),
    };
    this.manifestBody = join(...Object.values(edit(m)));
    this.hash = sha256(this.manifestBody);
    this.add('manifest', this.manifestBody, [[1, 0, this.staff], [2, 0, this.presidium]]);
  }
  /** fork is a copy that goes on by itself. */
  fork() {
    return Object.assign(Object.create(Vote.prototype), this, { entries: [...this.entries], papers: [...this.papers] });
  }
  get last() {
    return leafHash(this.entries.at(-1));
  }
  get leaves() {
    return this.entries.map(leafHash);
  }
  add(name, body, signers = []) {
    const sigs = signers.map(([role, index, key]) => join(u8(role), u8(index), key.sign(name, this.hash, body)));
    this.entries.push(join(u8(kinds.indexOf(name)), u16(body.length), body, list8(sigs)));
    if (CHAINED.includes(name)) this.chain = this.last;
  }
  chained(name, rest, signers) {
    this.add(name, join(this.chain, u64(1740800000), rest), signers);
  }
  get both() {
    return [[1, 0, this.staff], [2, 0, this.presidium]];
  }
  some(...list) {
    return list.map((i) => [3, i, this.scrutineers[i - 1].role]);
  }

  trustees() {
    this.attempts = (this.attempts ?? 0) + 1;
    const list = this.scrutineers.map((s) => join(str8('监票人'), str8('团'), s.role.public, enc(mul(G, s.d))));
    this.chained('trustees', join(list8(list), list8(this.tellers.map((k) => join(str8('计票人'), k.public)))), [[2, 0, this.presidium]]);
    this.trusteesHash = this.last;
    const session = join(this.hash, this.trusteesHash, u32(this.attempts));
    const id = text('COCKTAIL(Ristretto255, SHA-512)');
    this.statics = this.scrutineers.map((s) => mul(G, s.d));
    this.ctx = sha512(text('COCKTAIL-DKG-CONTEXT'), u64(session.length), session, u64(id.length), id, u32(3).reverse(), ...this.statics.map(enc));
    this.deals = [];
  }
  shareKey(E, S, R, Se, Sd) {
    const tmp = sha512(text('COCKTAIL-DKG-Ristretto255-SHA512-H6'), enc(Se), enc(Sd), enc(E), enc(S), enc(R), u64(this.ctx.length).reverse(), this.ctx);
    return [tmp.slice(0, 32), tmp.slice(32, 56)];
  }
  dealing(i) {
    const f = [random(), random()];
    const e = random();
    const E = mul(G, e);
    const C = f.map((a) => mul(G, a));
    const pop = schnorr(f[0], join(this.ctx, ...C.map(enc), enc(E)));
    const { d } = this.scrutineers[i - 1];
    const ciphers = this.statics.map((P, j) => {
      const [key, nonce] = this.shareKey(E, mul(G, d), P, mul(P, e), mul(P, d));
      return xchacha20poly1305(key, nonce).encrypt(le(f[0] + f[1] * BigInt(j + 1)));
    });
    this.deals[i - 1] = { f, C, pop, E, ciphers };
    const framed = ciphers.map((c) => join(u64(48), c));
    this.add('dealing', join(this.trusteesHash, u8(i), ...C.map(enc), pop, enc(E), ...framed), this.some(i));
  }
  agree() {
    const id = text('COCKTAIL(Ristretto255, SHA-512)');
    const l8 = (n) => u64(n).reverse();
    const ext = sha512(...this.deals.flatMap((d) => d.ciphers.map((c) => join(u64(48), c))));
    const T = join(l8(id.length), id, l8(this.ctx.length), this.ctx, u32(3).reverse(), u32(2).reverse(), ...this.statics.map(enc),
      ...this.deals.flatMap((d) => d.C.map(enc)), ...this.deals.map((d) => d.pop), ...this.deals.map((d) => enc(d.E)), l8(64), ext);
    this.scrutineers.forEach((s, i) => this.add('agreement', join(this.trusteesHash, u8(i + 1), schnorr(s.d, T)), this.some(i + 1)));
    this.Y = sum(this.deals.map((d) => d.C[0]));
    this.scrutineers.forEach((s, i) => this.add('ready', join(this.trusteesHash, u8(i + 1), enc(this.Y)), this.some(i + 1)));
    this.key = keyContext(voteContext(this.hash), 3, 2, this.Y, this.deals.map((d) => d.C.map(el)));
    this.x = [1n, 2n, 3n].map((i) => mod(this.deals.reduce((s, d) => s + d.f[0] + d.f[1] * i, 0n)));
  }
  ceremony() {
    this.trustees();
    for (const i of [1, 2, 3]) this.dealing(i);
    this.agree();
  }
  attendance(indexes, present) {
    this.chained('attendance', join(list16(indexes.map(u32)), u32(present)), this.some(1, 2));
  }
  opening(epoch = 1, issuers = [0, 1]) {
    this.chained('opening', join(u32(epoch), list8(issuers.map(u8))), this.both);
    this.openingHash = this.last;
  }
  issuance(i, key = this.badges[i]) {
    const body = join(this.openingHash, u32(i), this.badges[i].public, this.commitments[i], list8(inclusion(this.roll, i)), randomBytes(32));
    this.add('issuance', body, [[6, 0, key]]);
  }
  credential() {
    const key = new Key();
    const prefix = new Uint8Array(randomBytes(32));
    const message = join(prefix, text('piaojue-v1 credential\n'), this.hash, this.openingHash, key.public);
    const signatures = rsa().map((k) => new Uint8Array(rawSign('sha384', message, { key: k.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 })));
    return { signer: key, key: key.public, prefix, signatures };
  }
  /** ballot makes the body; bits has one 0 or 1 per position. edit(ciphertexts, proofs) may spoil it. */
  ballot(bits, credential = this.credential(), edit = () => {}) {
    const cred = join(credential.key, credential.prefix, ...credential.signatures);
    const body = join(this.hash, cred, this.sealed(bits, (c) => ballotContext(this.key, credential, c), edit));
    return join(body, credential.signer.sign('ballot', this.hash, body));
  }
  /** sealed makes the ciphertexts and proofs, which a ballot on paper has too. */
  sealed(bits, contextOf, edit = () => {}) {
    const r = bits.map(random);
    const ciphertexts = bits.map((v, p) => ({ alpha: enc(mul(G, r[p])), beta: enc(combine([[this.Y, r[p]], [G, BigInt(v)]])) }));
    const context = contextOf(ciphertexts);
    const proofs = ranges(this.grid).map((range) => {
      const value = range.terms.reduce((s, { position, weight }) => s + weight * bits[position], 0);
      const rr = range.terms.reduce((s, { position, weight }) => s + BigInt(weight) * r[position], 0n);
      return this.rangeProof(range, value, rr, context, ciphertexts);
    });
    edit(ciphertexts, proofs);
    return join(...ciphertexts.flatMap((c) => [c.alpha, c.beta]), ...proofs);
  }
  sheets(indexes, { epoch = 1, signers = this.some(1, 2) } = {}) {
    this.chained('sheets', join(u32(epoch), list16(indexes.map(u32))), signers);
  }
  /** batch adds a batch of sheets and its paper ballots, one for each list of bits; change may spoil what goes into the log. */
  batch(marks, { epoch = 1, id = randomBytes(32), box = '一号箱', invalid = 0, sheets = marks.length + invalid, change = (bodies) => bodies, listed = (l) => l, papers = (b) => b, signers = this.counters } = {}) {
    const header = sha256(text('piaojue-v1 batch\n'), u32(epoch), id, str8(box));
    const bodies = change(marks.map((bits, i) => {
      const contextOf = (c) => new Transcript('paper').bytes('context', this.key).bytes('batch', header).uint('number', i + 1).pairs('ciphertexts', c).sum();
      return join(this.hash, header, u32(i + 1), this.sealed(bits, contextOf));
    }));
    const hashes = bodies.map((b) => leafHash(join(u8(kinds.indexOf('paper')), u16(b.length), b, u8(0))));
    this.chained('batch', join(u32(epoch), id, str8(box), u32(sheets), u32(invalid), list16(listed(hashes))), signers);
    for (const b of papers(bodies)) this.add('paper', b);
    this.papers.push(...bodies);
  }
  get counters() {
    return [[3, 2, this.scrutineers[1].role], ...this.tellers.map((k, i) => [4, i + 1, k])];
  }
  rangeProof({ name, place, low, high, terms }, value, r, context, ciphertexts) {
    const A = mul(G, r);
    const B = combine([[this.Y, r], [G, BigInt(value)]]);
    const w = random();
    const branches = [];
    for (let v = low; v <= high; v++) {
      const [c, z] = v === value ? [0n, w] : [random(), random()];
      const a = combine([[G, z], [A, -c]]);
      const b = combine([[this.Y, z], [B, -c], [G, c * BigInt(v)]]);
      branches.push({ v, c, z, a: enc(a), b: enc(b) });
    }
    const tr = new Transcript(name).bytes('context', context).uint('place', place).uint('low', low).uint('high', high).list('terms', terms.length);
    for (const t of terms) tr.uint('position', t.position).uint('weight', t.weight);
    tr.element('generator', enc(G)).element('joint key', enc(this.Y)).list('statement', terms.length);
    for (const t of terms) tr.element('alpha', ciphertexts[t.position].alpha).element('beta', ciphertexts[t.position].beta);
    tr.list('commitments', branches.length);
    for (const b of branches) tr.element('a', b.a).element('b', b.b);
    const real = branches.find((b) => b.v === value) ?? branches[0];
    real.c = mod(tr.challenge() - branches.reduce((s, b) => s + b.c, 0n));
    real.z = mod(w + real.c * r);
    return join(...branches.flatMap((b) => [b.a, b.b]), ...branches.slice(0, -1).map((b) => le(b.c)), ...branches.map((b) => le(b.z)));
  }
  unused(credential = this.credential()) {
    const body = join(this.hash, credential.key, credential.prefix, ...credential.signatures);
    return join(body, credential.signer.sign('unused', this.hash, body));
  }
  seal(ballot) {
    const at = 32 + 64 + 768;
    return sealCode(this.hash, this.Y, this.grid.positions.map((_, p) => ({ alpha: ballot.subarray(at + 64 * p, at + 64 * p + 32), beta: ballot.subarray(at + 64 * p + 32, at + 64 * p + 64) })));
  }
  close(ballots, unused = [], spent = [], { epoch = 1, numbers = [ballots.length, unused.length, spent.length], sort = true } = {}) {
    const size = this.entries.length;
    this.chained('order', join(u32(epoch), u64(size), treeRoot(this.leaves)), this.both);
    const order = this.last;
    for (const [name, list] of [['ballot', ballots], ['spent', spent], ['unused', unused]]) {
      const entry = (b) => leafHash(join(u8(kinds.indexOf(name)), u16(b.length), b, u8(0)));
      const sorted = sort ? [...list].sort((a, b) => compare(entry(a), entry(b))) : list;
      for (const b of sorted) this.add(name, b);
    }
    this.ballots = ballots;
    this.add('close', join(order, u32(epoch), ...numbers.map(u32)), [[5, 0, this.log]]);
    this.closeHash = this.last;
  }
  collection(issued, ballots, unused, paper = 0) {
    this.chained('collection', join(this.closeHash, ...[issued, ballots, unused, paper].map(u32)), this.some(1, 3));
    this.closingSize = this.entries.length;
    const inside = [...this.ballots.map((b) => b.subarray(32 + 64 + 768)), ...this.papers.map((b) => b.subarray(68))];
    this.inside = inside.length;
    const sums = this.grid.positions.map((_, p) => {
      const part = (k) => sum(inside.map((b) => G.constructor.fromBytes(b.subarray(64 * p + 32 * k, 64 * p + 32 * k + 32))));
      return { A: part(0), B: part(1) };
    });
    this.sums = sums.map(({ A, B }) => ({ A, B, alpha: enc(A), beta: enc(B) }));
    this.closingRoot = treeRoot(this.leaves);
    this.ctxClose = closeContext(this.key, this.closingSize, this.closingRoot, this.inside, this.sums);
  }
  share(i, x = this.x[i - 1]) {
    const parts = this.sums.map(({ A }, p) => {
      const { image, proof } = dleqProof('share proof', this.ctxClose, i, p, A, x);
      return join(enc(image), proof);
    });
    this.add('share', join(u64(this.closingSize), this.closingRoot, u8(i), ...parts), this.some(i));
  }
  openTotals() {
    const [l1, l2] = lagrange([1, 2]);
    return this.sums.map(({ A, B }) => {
      const M = combine([[B, 1n], [A, -mod(l1 * this.x[0] + l2 * this.x[1])]]);
      return [...Array(this.inside + 1).keys()].find((m) => mul(G, BigInt(m)).equals(M) || (m === 0 && M.equals(ZERO)));
    });
  }
  result({ N, P, I, R, U, S = 0, Q = 0, invalid = 0 }, used, change = (x) => x) {
    const totals = this.openTotals();
    const X = invalid + (this.grid.spoil < 0 ? 0 : totals[this.grid.spoil]);
    const o = outcome(this.typed, { N, P, I, R, V: R - X, X }, this.grid.yes.map((p) => totals[p]), this.grid.against.map((p) => totals[p]));
    const v = change({ counts: [N, P, I, R, U, R - X, X, S, Q], totals, used, o });
    this.add('result', join(...v.counts.map(u32), list16(v.totals.map(u32)), list8(v.used.map(u8)), str8(v.o.vote), str8(v.o.next), list16(v.o.adopted.map(u16)), list16(v.o.tied.map(u16))), [[5, 0, this.log]]);
    this.resultHash = this.last;
    this.outcome = v.o;
    this.totals = totals;
  }
  certificate() {
    this.chained('certificate', this.resultHash, this.some(1, 2));
  }
  decision(adopted, { basis = '选举法', text: words = '主席团决定', members = ['甲', '乙'] } = {}) {
    this.chained('decision', join(list16(adopted.map(u16)), str16(basis), str16(words), list8(members.map(str8))), [[2, 0, this.presidium]]);
  }
  successor(hash) {
    this.chained('successor', hash, this.both);
  }
  publish() {
    this.chained('announcement', str16('现在宣布\n通过'), [[2, 0, this.presidium]]);
    this.chained('archive', join(u64(this.entries.length), treeRoot(this.leaves)), [[2, 0, this.presidium]]);
    this.add('destruction', join(this.trusteesHash, u8(2)), this.some(2));
  }
  finish() {
    this.certificate();
    this.publish();
  }

  checkpoint(size, { witness = true, extra = '' } = {}) {
    const body = `example.org/vote\n${size}\n${Buffer.from(treeRoot(this.leaves, 0, size)).toString('base64')}\n`;
    const line = (name, type, key, sig) => `\u2014 ${name} ${Buffer.from(join(keyId(name, type, key.public), sig)).toString('base64')}\n`;
    const cosig = join(u64(1740800001), this.witness.raw(text(`cosignature/v1\ntime 1740800001\n${body}`)));
    return body + '\n' + line('example.org/vote', 1, this.log, this.log.raw(text(body))) + (witness ? line('w', 4, this.witness, cosig) : '') + extra;
  }
  /** write makes the record directory; edit may change the map of files. */
  write(edit = () => {}) {
    const files = { checkpoint: this.checkpoint(this.entries.length) };
    if (this.closingSize) files.closing = this.checkpoint(this.closingSize);
    let row = this.leaves;
    for (let level = 0; row.length > 0; level++) {
      const next = [];
      for (let n = 0; n * 256 < row.length; n++) {
        const tile = row.slice(n * 256, n * 256 + 256);
        files[tilePath(level, n, tile.length)] = join(...tile);
        if (level === 0) files[tilePath('entries', n, tile.length)] = join(...this.entries.slice(n * 256, n * 256 + 256).map((e) => join(u16(e.length), e)));
        if (tile.length === 256) next.push(treeRoot(tile));
      }
      row = next;
    }
    edit(files);
    const dir = mkdtempSync(path(tmpdir(), 'piaojue-'));
    written.push(dir);
    for (const [name, data] of Object.entries(files)) {
      mkdirSync(dirname(path(dir, name)), { recursive: true });
      writeFileSync(path(dir, name), data);
    }
    return dir;
  }
}

/** inclusion is RFC 6962's PATH(m, D[n]). */
export function inclusion(leaves, m) {
  if (leaves.length === 1) return [];
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return m < k ? [...inclusion(leaves.slice(0, k), m), treeRoot(leaves, k)] : [...inclusion(leaves.slice(k), m - k), treeRoot(leaves, 0, k)];
}

/** whole makes a complete vote; hooks replace single steps: {stepName: (vote) => …}. */
export function whole(options = {}, hooks = {}) {
  const v = new Vote(options);
  const step = (name, usual) => (hooks[name] ?? usual)(v);
  step('ceremony', () => v.ceremony());
  step('attendance', () => v.attendance([0, 1, 3, 4], 4));
  step('opening', () => v.opening());
  step('issuances', () => [0, 1, 3, 4].forEach((i) => v.issuance(i)));
  step('count', () => v.add('count', join(u32(1), u32(2)), [[5, 0, v.log]]));
  v.marks = options.marks ?? [[1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0]];
  step('close', () => v.close(v.marks.map((m) => v.ballot(m)), [v.unused()], [new Uint8Array(32)]));
  step('collection', () => v.collection(4, 3, 1));
  step('shares', () => [3, 1].forEach((i) => v.share(i)));
  step('result', () => v.result({ N: 5, P: 4, I: 4, R: 3, U: 1 }, [1, 3]));
  step('finish', () => v.finish());
  return v;
}
