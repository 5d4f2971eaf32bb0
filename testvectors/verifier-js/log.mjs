// Log: one pass over the entries, in order (§5, §9; checks 8–32).
import { FormError, compare, equal, hex, u32, join } from './bytes.mjs';
import { badProofs, credentialHolds, parseBallot, parseUnused, signatureHolds } from './ballot.mjs';
import { Ceremony } from './ceremony.mjs';
import { parseBody, parseEntry, readShareParts } from './entry.mjs';
import { outcome } from './outcome.mjs';
import { Stop } from './report.mjs';
import { quorum } from './rules.mjs';
import { validKey, verifySigned } from './signature.mjs';
import { aggregate, checkLimits, checkTotals, openShare } from './tally.mjs';
import { closeContext } from './transcript.mjs';
import { included, leafHash, treeRoot } from './tree.mjs';

/** Kinds accepted in each phase (§5). */
const PHASES = Object.fromEntries(Object.entries({
  draft: 'manifest',
  frozen: 'trustees void',
  approved: 'trustees dealing agreement complaint ready attendance badge void',
  keyed: 'attendance badge opening void',
  voting: 'attendance badge opening issuance count order suspend void',
  suspended: 'attendance badge count resume void',
  closing: 'ballot spent unused close void',
  closed: 'collection void',
  collected: 'share result void',
  counted: 'certificate void',
  certified: 'announcement destruction',
  published: 'archive destruction',
  archived: 'destruction',
  voided: 'destruction',
}).map(([phase, kinds]) => [phase, kinds.split(' ')]));

const LEAD = '1.0';
const PRESIDIUM = '2.0';
const GROUPS = ['ballot', 'spent', 'unused', 'close'];
const BALLOTS = [18, 19, 20, 21, 22];

export class Log {
  phase = 'draft';
  attempts = 0;
  formerStatic = new Set();
  checkedIn = new Set();
  present = 0;
  badges = new Map();
  badgeKeys = new Set();
  epoch = { number: 0, issued: new Set(), signed: new Set(), promises: 0 };
  closing = { group: 0, last: new Uint8Array(), ballots: [], unused: [], spent: [] };
  shares = new Map();
  destroyed = new Set();

  constructor(manifest, manifestHash, leaves, report) {
    Object.assign(this, { manifest, manifestHash, leaves, report });
  }

  /** need stops the verification when a check fails; note only writes it down; refuse turns a FormError into a failure. */
  need(no, ok, cause) {
    this.report.begin(no);
    if (ok) return;
    this.report.fail(no, this.index, cause);
    throw new Stop();
  }
  note(no, ok, cause, entry = this.index) {
    this.report.begin(no);
    if (!ok) this.report.fail(no, entry, cause);
    return ok;
  }
  refuse(no, act, demand = this.need) {
    try {
      const value = act();
      demand.call(this, no, true);
      return value;
    } catch (e) {
      if (!(e instanceof FormError)) throw e;
      demand.call(this, no, false, e.message);
    }
  }

  run(entries) {
    entries.forEach((bytes, index) => this.step(bytes, index));
  }

  step(bytes, index) {
    this.index = index;
    this.hash = this.leaves[index];
    const entry = this.refuse(8, () => parseEntry(bytes));
    const body = this.refuse(8, () => parseBody(entry));
    const { name } = entry;
    this.need(9, PHASES[this.phase].includes(name), `${name} in phase ${this.phase}`);
    this.need(9, this.phase !== 'approved' || !this.ceremony.complained || name === 'trustees' || name === 'void', `${name} after a complaint`);
    if ('prev' in body) this.need(10, equal(body.prev, this.chain), 'not the hash of the latest chained entry');
    if (name === 'order' || name === 'archive') {
      this.need(10, body.size <= BigInt(index) && equal(treeRoot(this.leaves, 0, Number(body.size)), body.root), '(size, root) is not true');
    }
    this.checkSignatures(entry, body);
    if ('prev' in body || name === 'manifest') this.chain = this.hash;
    if (name === 'manifest') this.phase = 'frozen';
    else this[name](body, entry);
  }

  /** Check 11: exactly the signatures that the kind demands (§4). */
  checkSignatures(entry, body) {
    const { name, signers, signatures } = entry;
    const have = signatures.map((s) => `${s.role}.${s.index}`);
    const exactly = (...who) => have.join() === who.join();
    const scrutineers = signatures.every((s) => s.role === 3) && signatures.length;
    const right = {
      nobody: () => exactly(),
      'lead and presidium': () => exactly(LEAD, PRESIDIUM),
      presidium: () => exactly(PRESIDIUM),
      log: () => exactly('5.0'),
      badge: () => exactly('6.0'),
      scrutineer: () => exactly(`3.${body.index}`),
      'two scrutineers': () => scrutineers >= 2,
      certifiers: () => have[0] === '3.1' && 2 * scrutineers > this.manifest.n,
    };
    this.need(11, right[signers](), `${name} is signed by ${have.join(' ') || 'nobody'}`);
    const { staffKey, presidiumKey, logKey } = this.manifest;
    for (const { role, index, sig } of signatures) {
      const scrutineer = this.ceremony?.roleKeys[index - 1];
      const key = [, staffKey, presidiumKey, scrutineer, , logKey, this.badges.get(body.index) ?? body.badgeKey][role];
      this.need(11, key && verifySigned(key, name, this.manifestHash, entry.body, sig), `signature ${role}.${index} is not valid`);
    }
  }

  void() {
    this.phase = 'voided';
  }
  suspend() {
    this.phase = 'suspended';
  }
  resume() {
    this.phase = 'voting';
  }

  // §8: the ceremony (checks 12–14).

  trustees(body) {
    this.attempts++;
    this.ceremony = this.refuse(12, () => new Ceremony(this.manifest, this.manifestHash, body, this.hash, this.attempts, this.formerStatic));
    for (const k of this.ceremony.staticHex) this.formerStatic.add(k);
    this.phase = 'approved';
  }
  ceremonyStep(no, name, body) {
    this.need(no, equal(body.trustees, this.ceremony.trusteesHash), 'another trustees entry');
    this.refuse(no, () => this.ceremony[name](body));
  }
  dealing(body) {
    this.ceremonyStep(13, 'dealing', body);
  }
  complaint(body) {
    this.ceremonyStep(13, 'complaint', body);
  }
  agreement(body) {
    this.ceremonyStep(14, 'agreement', body);
  }
  ready(body) {
    this.ceremonyStep(14, 'ready', body);
    if (this.ceremony.readies.size < this.manifest.n) return;
    this.phase = 'keyed';
    this.report.pass(12, 13, 14);
  }

  // §6: check-in and issuing (checks 15–17).

  attendance({ indexes, present }) {
    this.need(15, indexes.every((i) => i < this.manifest.deputies), 'an index outside of the roll');
    for (const i of indexes) this.checkedIn.add(i);
    this.need(15, present === this.checkedIn.size, `present is ${this.checkedIn.size}, not ${present}`);
    this.present = present;
  }
  badge({ index, key }) {
    this.need(15, index < this.manifest.deputies, 'an index outside of the roll');
    this.need(15, validKey(key), 'an invalid badge key');
    this.need(15, !this.badgeKeys.has(hex(key)), 'a badge key that an earlier entry set');
    this.need(17, !this.epoch.issued.has(index), 'a new badge after the issuance');
    this.badges.set(index, key);
    this.badgeKeys.add(hex(key));
  }
  opening({ epoch, issuers }) {
    const { rules, deputies } = this.manifest;
    const least = rules['quorum.recheck_at_open'] ? quorum(rules, deputies) : 0;
    this.need(16, this.present >= least, `${this.present} present, the quorum is ${least}`);
    this.need(16, epoch === this.epoch.number + 1, `epoch ${epoch}`);
    this.need(16, issuers.length > 0 && issuers.every((j) => j < this.manifest.issuers.length), 'issuers');
    this.epoch = { number: epoch, hash: this.hash, issuers, issued: new Set(), signed: new Set(), promises: 0 };
    this.phase = 'voting';
  }
  issuance({ opening, index, badgeKey, commitment, path }) {
    this.need(17, equal(opening, this.epoch.hash), 'another opening');
    this.need(17, this.checkedIn.has(index), `deputy ${index} was not checked in`);
    this.need(17, !this.epoch.issued.has(index), `a second issuance for deputy ${index}`);
    const leaf = leafHash(join(u32(index), badgeKey, commitment));
    this.need(17, included(leaf, index, this.manifest.deputies, path, this.manifest.rollRoot), 'the leaf is not in the roll');
    const signer = hex(this.badges.get(index) ?? badgeKey);
    this.need(17, !this.epoch.signed.has(signer), 'a badge that signed the issuance of another leaf');
    this.epoch.issued.add(index);
    this.epoch.signed.add(signer);
  }
  count({ epoch, promises }) {
    this.need(24, epoch === this.epoch.number, `epoch ${epoch}`);
    this.need(24, promises >= this.epoch.promises, `the count falls from ${this.epoch.promises} to ${promises}`);
    this.epoch.promises = promises;
  }

  // §9: the close (checks 18–26).

  order({ epoch }) {
    this.need(23, epoch === this.epoch.number, `epoch ${epoch}`);
    this.orderHash = this.hash;
    this.phase = 'closing';
    this.report.pass(15, 16, 17);
    const { manifestHash, manifest, ceremony } = this;
    const issuers = this.epoch.issuers.map((j) => manifest.issuers[j].modulus);
    this.vote = { manifestHash, grid: manifest.grid, jointKey: ceremony.Y, key: ceremony.key, issuers, opening: this.epoch.hash };
  }
  /** inGroup: ballots, spent, unused, each strictly ascending by hash; then the close. */
  inGroup(name) {
    const c = this.closing;
    const group = GROUPS.indexOf(name);
    this.note(23, group > c.group || (group === c.group && compare(c.last, this.hash) < 0), `${name} out of order`);
    Object.assign(c, { group, last: this.hash });
  }
  ballot(_, { body }) {
    this.inGroup('ballot');
    const ballot = this.refuse(18, () => parseBallot(body, this.vote), this.note);
    this.closing.ballots.push({ ...ballot, index: this.index });
  }
  spent({ seal }) {
    this.inGroup('spent');
    this.closing.spent.push(seal);
  }
  unused(_, { body }) {
    this.inGroup('unused');
    const unused = this.refuse(18, () => parseUnused(body, this.vote), this.note);
    this.closing.unused.push({ ...unused, index: this.index });
  }

  /** checkBallots names every bad ballot and unused (18–22); those that did not parse are out already. */
  checkBallots() {
    const ballots = this.closing.ballots.filter((b) => b.credential);
    const unused = this.closing.unused.filter((b) => b.credential);
    for (const no of BALLOTS) this.report.begin(no);
    for (const [name, list] of [['ballot', ballots], ['unused', unused]]) {
      for (const b of list) {
        this.note(19, credentialHolds(b.credential, this.vote), 'an issuer did not sign', b.index);
        this.note(20, signatureHolds(name, b, this.vote), 'the one-time key did not sign', b.index);
      }
    }
    for (const { ballot, cause } of badProofs(ballots, this.vote)) this.note(21, false, cause, ballot.index);
    const spent = new Set(this.closing.spent.map(hex));
    const seen = new Set();
    const once = (what, bytes, index) => {
      const id = `${what} ${hex(bytes)}`;
      this.note(22, !seen.has(id), `${what} twice`, index);
      seen.add(id);
    };
    for (const b of [...ballots, ...unused]) once('credential', b.credential.key, b.index);
    for (const b of ballots) {
      this.note(22, !spent.has(hex(b.seal)), 'a spent seal code', b.index);
      once('seal code', b.seal, b.index);
      once('first alpha', b.ciphertexts[0].alpha, b.index);
      once('first commitment', b.proofs[0].commitments[0].a.bytes, b.index);
    }
    this.report.pass(...BALLOTS);
  }

  close(body) {
    this.inGroup('close');
    this.checkBallots();
    const { ballots, unused, spent } = this.closing;
    const [N, P, I, R, U] = [this.manifest.deputies, this.present, this.epoch.issued.size, ballots.length, unused.length];
    this.numbers = { N, P, I, R, U };
    this.note(23, equal(body.order, this.orderHash), 'the close names another order');
    this.note(23, body.epoch === this.epoch.number, `epoch ${body.epoch}`);
    this.note(23, body.ballots === R && body.unused === U && body.spent === spent.length, `the close says ${body.ballots} ${body.unused} ${body.spent}, not ${R} ${U} ${spent.length}`);
    this.note(24, R >= this.epoch.promises, `${R} ballots after ${this.epoch.promises} promises`);
    this.report.pass(23, 24);
    this.closeHash = this.hash;
    this.phase = 'closed';
  }
  collection(body) {
    const { N, P, I, R, U } = this.numbers;
    this.need(25, N >= P && P >= I && I >= R + U, `${N} ≥ ${P} ≥ ${I} ≥ ${R} + ${U} does not hold`);
    this.note(26, equal(body.close, this.closeHash), 'the collection names another close entry');
    this.note(26, body.issued === I && body.ballots === R && body.unused === U, 'other numbers');
    this.report.pass(25, 26);
    this.size = this.index + 1;
    this.root = treeRoot(this.leaves, 0, this.size);
    this.phase = 'collected';
  }

  // §9, §10: shares, result, and what follows (checks 27–32).

  /** openBox makes the aggregate; it needs ballots that are all good, and enough of them. */
  openBox() {
    if (this.sums) return;
    if (this.report.failed(...BALLOTS)) throw new Stop();
    this.need(27, this.numbers.R >= this.manifest.minBallots, `${this.numbers.R} ballots are fewer than ${this.manifest.minBallots}`);
    this.report.pass(27);
    this.sums = aggregate(this.closing.ballots, this.manifest.grid.positions.length);
    this.context = closeContext(this.ceremony.key, this.size, this.root, this.numbers.R, this.sums);
  }
  share(body) {
    this.openBox();
    const { index } = body;
    const bound = body.size === BigInt(this.size) && equal(body.root, this.root);
    if (!this.note(28, bound, `share of trustee ${index} for another checkpoint`)) return;
    if (!this.note(28, !this.shares.has(index), `a second share of trustee ${index}`)) return;
    const points = this.refuse(28, () => openShare(readShareParts(body, this.sums.length), this.sums, this.context, this.ceremony.shares[index - 1]), this.note);
    if (points) this.shares.set(index, points);
  }
  result(body) {
    this.openBox();
    const { t, grid, rules } = this.manifest;
    this.need(28, this.shares.size >= t, `${this.shares.size} valid shares of ${t}`);
    const used = [...this.shares].slice(0, t).sort(([a], [b]) => a - b);
    const { totals } = body;
    const { R } = this.numbers;
    const X = grid.spoil < 0 ? 0 : totals[grid.spoil];
    const counts = { ...this.numbers, V: R - X, X };
    this.need(29, totals.length === this.manifest.grid.positions.length, `${totals.length} totals`);
    this.note(29, body.trustees.join() === used.map(([i]) => i).join(), `the shares of ${body.trustees} are not the first ${t} valid ones`);
    for (const [name, n] of Object.entries(counts)) this.note(29, body[name] === n, `${name} is ${n}, not ${body[name]}`);
    this.refuse(29, () => checkTotals(totals, this.sums, used, R));
    this.refuse(29, () => checkLimits(totals, grid.limits, R));
    const at = (places) => places.map((p) => totals[p]);
    this.outcome = outcome(rules, counts, at(grid.yes), at(grid.against));
    Object.assign(this, { numbers: counts, totals });
    this.note(30, JSON.stringify(body.outcome) === JSON.stringify(this.outcome), `the outcome is ${JSON.stringify(this.outcome)}`);
    this.report.pass(28, 29, 30);
    this.resultHash = this.hash;
    this.phase = 'counted';
  }
  certificate(body) {
    this.note(31, equal(body.result, this.resultHash), 'the certificate names another result');
    this.phase = 'certified';
  }
  announcement() {
    this.announced = this.index;
    this.phase = 'published';
  }
  archive({ size }) {
    this.note(32, size > BigInt(this.announced), 'a root before the announcement');
    this.phase = 'archived';
  }
  destruction(body) {
    this.note(32, this.ceremony && equal(body.trustees, this.ceremony.trusteesHash), 'trustees that are not in force');
    this.note(32, !this.destroyed.has(body.index), `a second destruction by trustee ${body.index}`);
    this.destroyed.add(body.index);
  }
}
