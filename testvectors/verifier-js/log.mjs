// Log: one pass over the entries, in order (§5, §9; checks 8–36).
import { allZero, equal, hex, join, u32 } from './bytes.mjs';
import { BALLOTS, Box } from './box.mjs';
import { Ceremony } from './ceremony.mjs';
import { parseBody, parseEntry, readShareParts } from './entry.mjs';
import { FOLLOWED } from './next.mjs';
import { outcome } from './outcome.mjs';
import { Stop } from './report.mjs';
import { quorum } from './rules.mjs';
import { validKey } from './signature.mjs';
import { aggregate, checkLimits, checkTotals, openShare } from './tally.mjs';
import { closeContext } from './transcript.mjs';
import { included, leafHash, treeRoot } from './tree.mjs';

/** Kinds accepted in each phase (§5). */
const PHASES = Object.fromEntries(Object.entries({
  draft: 'manifest',
  frozen: 'trustees void',
  approved: 'trustees dealing agreement complaint ready attendance badge void',
  keyed: 'attendance badge opening void',
  voting: 'attendance badge opening issuance sheets count order suspend void',
  suspended: 'attendance badge count resume void',
  closing: 'ballot spent unused close void',
  closed: 'batch paper collection void',
  collected: 'share result void',
  counted: 'certificate void',
  certified: 'decision successor announcement destruction',
  published: 'successor archive destruction',
  archived: 'destruction',
  voided: 'successor destruction',
}).map(([phase, kinds]) => [phase, kinds.split(' ')]));

const LEAST_TELLERS = 2;

/** newEpoch: what was handed out in an epoch, and how many ballots were promised. */
const newEpoch = (of) => ({ ...of, issued: new Set(), signed: new Set(), sheets: new Set(), promises: 0 });

export class Log extends Box {
  phase = 'draft';
  attempts = 0;
  formerStatic = new Set();
  checkedIn = new Set();
  present = 0;
  badgeKeys = new Set();
  epoch = newEpoch({ number: 0 });
  shares = new Map();
  destroyed = new Set();
  /** issuances of all epochs by the index of their entry, for check 38. */
  issuances = new Map();

  get voided() {
    return this.phase === 'voided';
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
    this.need(9, this.pending.length === 0 ? name !== 'paper' : ['paper', 'void'].includes(name), `${name}, and ${this.pending.length} paper ballots are to come`);
    if ('prev' in body) this.need(10, equal(body.prev, this.chain), 'not the hash of the latest chained entry');
    if (name === 'order' || name === 'archive') {
      this.need(10, body.size <= BigInt(index) && equal(treeRoot(this.leaves, 0, Number(body.size)), body.root), '(size, root) is not true');
    }
    this.checkSignatures(entry, body);
    if ('prev' in body || name === 'manifest') this.chain = this.hash;
    if (name === 'manifest') this.phase = 'frozen';
    else this[name](body, entry);
  }

  void() {
    this.pending = [];
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
    this.need(17, !this.channel(index), `a new badge after the ${this.channel(index)}`);
    this.badges.set(index, key);
    this.badgeKeys.add(hex(key));
  }
  opening({ epoch, issuers }) {
    const { rules, deputies } = this.manifest;
    const least = rules['quorum.recheck_at_open'] ? quorum(rules, deputies) : 0;
    this.need(16, this.present >= least, `${this.present} present, the quorum is ${least}`);
    this.need(16, epoch === this.epoch.number + 1, `epoch ${epoch}`);
    this.need(16, issuers.every((j) => j < this.manifest.issuers.length), 'issuers');
    this.epoch = newEpoch({ number: epoch, hash: this.hash, issuers });
    this.phase = 'voting';
  }
  /** channel tells what a deputy was given in this epoch. */
  channel(index) {
    return (this.epoch.issued.has(index) && 'issuance') || (this.epoch.sheets.has(index) && 'sheet');
  }
  issuance({ opening, index, badgeKey, commitment, path, vector }) {
    this.need(17, equal(opening, this.epoch.hash), 'another opening');
    this.need(17, this.checkedIn.has(index), `deputy ${index} was not checked in`);
    this.need(17, this.epoch.issuers.length > 0, 'an issuance without issuers');
    this.need(17, !this.channel(index), `deputy ${index} has the ${this.channel(index)} already`);
    const leaf = leafHash(join(u32(index), badgeKey, commitment));
    this.need(17, included(leaf, index, this.manifest.deputies, path, this.manifest.rollRoot), 'the leaf is not in the roll');
    const signer = hex(this.badges.get(index) ?? badgeKey);
    this.need(17, !this.epoch.signed.has(signer), 'a badge that signed the issuance of another leaf');
    this.epoch.issued.add(index);
    this.epoch.signed.add(signer);
    this.issuances.set(BigInt(this.index), { epoch: this.epoch.number, leaf: index, vector, issuers: this.epoch.issuers });
  }
  sheets({ epoch, indexes }) {
    this.need(17, epoch === this.epoch.number, `epoch ${epoch}`);
    const tellers = this.ceremony.tellerKeys.length;
    this.need(17, tellers >= LEAST_TELLERS, `sheets, but ${tellers} tellers`);
    for (const index of indexes) {
      this.need(17, this.checkedIn.has(index), `deputy ${index} was not checked in`);
      this.need(17, !this.channel(index), `deputy ${index} has the ${this.channel(index)} already`);
      this.epoch.sheets.add(index);
    }
  }
  count({ epoch, promises }) {
    this.need(24, epoch === this.epoch.number, `epoch ${epoch}`);
    this.need(24, promises >= this.epoch.promises, `the count falls from ${this.epoch.promises} to ${promises}`);
    this.epoch.promises = promises;
  }

  // §9, §10: shares, result, and what follows (checks 27–32, 35, 36).

  /** openBox makes the aggregate; it needs ballots that are all good, and enough of them. */
  openBox() {
    if (this.sums) return;
    if (this.report.failed(...BALLOTS)) throw new Stop();
    const { R, Q } = this.numbers;
    const least = this.manifest.minBallots;
    const ballots = [...this.closing.ballots, ...this.papers];
    this.inside = ballots.length;
    const enough = R >= least && (R === Q || R - Q >= least) && this.inside !== 1;
    this.need(27, enough, `${R} ballots, ${R - Q} of them not on paper, ${this.inside} in the sum; the least is ${least}`);
    this.report.pass(27);
    this.sums = aggregate(ballots, this.manifest.grid.positions.length);
    this.context = closeContext(this.ceremony.key, this.size, this.root, this.inside, this.sums);
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
    const X = this.invalid + (grid.spoil < 0 ? 0 : totals[grid.spoil]);
    const counts = { ...this.numbers, V: R - X, X };
    this.need(29, totals.length === this.manifest.grid.positions.length, `${totals.length} totals`);
    this.note(29, body.trustees.join() === used.map(([i]) => i).join(), `the shares of ${body.trustees} are not the first ${t} valid ones`);
    for (const [name, n] of Object.entries(counts)) this.note(29, body[name] === n, `${name} is ${n}, not ${body[name]}`);
    this.refuse(29, () => checkTotals(totals, this.sums, used, this.inside));
    this.refuse(29, () => checkLimits(totals, grid.limits, this.inside));
    const at = (places) => places.map((p) => totals[p]);
    this.yes = at(grid.yes);
    this.outcome = outcome(rules, counts, this.yes, at(grid.against));
    Object.assign(this, { numbers: counts, totals });
    this.note(30, JSON.stringify(body.outcome) === JSON.stringify(this.outcome), `the outcome is ${JSON.stringify(this.outcome)}`);
    this.report.pass(28, 29, 30);
    this.resultHash = this.hash;
    this.phase = 'counted';
  }
  certificate(body) {
    this.note(31, equal(body.result, this.resultHash), 'the certificate names another result');
    for (const no of [35, 36]) this.report.begin(no);
    this.phase = 'certified';
  }
  decision({ adopted }) {
    const { next, tied, adopted: before } = this.outcome;
    const seats = this.manifest.rules.winners_k - before.length;
    this.note(35, next === 'presidium', `a decision, but next is ${next}`);
    this.note(35, !this.decided, 'a second decision');
    this.note(35, adopted.every((o) => tied.includes(o)), 'an option that is not tied');
    this.note(35, adopted.length <= seats, `${adopted.length} options for ${seats} seats`);
    this.decided = adopted;
  }
  successor({ next }) {
    const follows = this.voided || FOLLOWED.includes(this.outcome.next);
    this.note(36, follows, `a next vote, but next is ${this.outcome?.next}`);
    this.note(36, !this.next, 'a second successor');
    this.note(36, !allZero(next) && !equal(next, this.manifestHash), 'zeros, or the manifest hash of this vote');
    this.next = next;
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
