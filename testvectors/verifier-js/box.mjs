// Box: the close, the ballots, the sheets on paper, and the collection (§7, §7.1, §9; checks 18–26, 33, 34).
import { compare, equal, hex } from './bytes.mjs';
import { badProofs, credentialHolds, headerHash, parseBallot, parsePaper, parseUnused, signatureHolds } from './ballot.mjs';
import { Pass } from './pass.mjs';
import { Stop } from './report.mjs';
import { treeRoot } from './tree.mjs';

const GROUPS = ['ballot', 'spent', 'unused', 'close'];
export const BALLOTS = [18, 19, 20, 21, 22];

export class Box extends Pass {
  closing = { group: 0, last: new Uint8Array(), ballots: [], unused: [], spent: [], seen: new Set() };
  batches = new Set();
  pending = [];
  papers = [];
  invalid = 0;

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
    for (const b of [...ballots, ...unused]) this.once(22, 'credential', b.credential.key, b.index);
    for (const b of ballots) {
      this.note(22, !spent.has(hex(b.seal)), 'a spent seal code', b.index);
      this.onlyBallot(22, b);
    }
    this.report.pass(...BALLOTS);
  }
  once(no, what, bytes, index) {
    const id = `${what} ${hex(bytes)}`;
    this.note(no, !this.closing.seen.has(id), `${what} twice`, index);
    this.closing.seen.add(id);
  }
  /** onlyBallot: no other ballot, cast or on paper, has these. */
  onlyBallot(no, b) {
    this.once(no, 'seal code', b.seal, b.index);
    this.once(no, 'first alpha', b.ciphertexts[0].alpha, b.index);
    this.once(no, 'first commitment', b.proofs[0].commitments[0].a.bytes, b.index);
  }

  close(body) {
    this.inGroup('close');
    this.checkBallots();
    const { ballots, unused, spent } = this.closing;
    const [N, P, S, R, U] = [this.manifest.deputies, this.present, this.epoch.sheets.size, ballots.length, unused.length];
    this.numbers = { N, P, I: this.epoch.issued.size + S, R, U, S, Q: 0 };
    this.note(23, equal(body.order, this.orderHash), 'the close names another order');
    this.note(23, body.epoch === this.epoch.number, `epoch ${body.epoch}`);
    this.note(23, body.ballots === R && body.unused === U && body.spent === spent.length, `the close says ${body.ballots} ${body.unused} ${body.spent}, not ${R} ${U} ${spent.length}`);
    this.note(24, R >= this.epoch.promises, `${R} ballots after ${this.epoch.promises} promises`);
    this.report.pass(23, 24);
    this.closeHash = this.hash;
    this.phase = 'closed';
  }

  // §7.1: paper (checks 33, 34).

  batch(body) {
    const { epoch, id, sheets, invalid, listed } = body;
    this.need(33, epoch === this.epoch.number, `epoch ${epoch}`);
    this.need(33, !this.batches.has(hex(id)), 'the id of another batch');
    this.need(33, invalid === 0 || this.manifest.grid.spoil < 0, `${invalid} invalid sheets that are no spoiled ballots`);
    this.batches.add(hex(id));
    this.invalid += invalid;
    this.numbers.Q += sheets;
    this.numbers.R += sheets;
    const header = headerHash(body);
    this.pending = listed.map((hash, i) => ({ hash, header, number: i + 1 }));
  }
  paper(_, { body }) {
    const { hash, header, number } = this.pending.shift();
    this.need(33, equal(hash, this.hash), 'not the ballot that the batch lists here');
    const ballot = this.refuse(34, () => parsePaper(body, this.vote));
    this.need(33, equal(ballot.header, header), 'the header hash of another batch');
    this.need(33, ballot.number === number, `number ${ballot.number} at place ${number}`);
    ballot.index = this.index;
    for (const { cause } of badProofs([ballot], this.vote)) this.need(34, false, cause);
    this.onlyBallot(34, ballot);
    if (this.report.failed(34)) throw new Stop();
    this.papers.push(ballot);
  }

  collection(body) {
    const { N, P, I, R, U, S, Q } = this.numbers;
    this.need(25, N >= P && P >= I && I - S >= R - Q + U && S >= Q, `${N} ≥ ${P} ≥ ${I}, ${I} − ${S} ≥ ${R} − ${Q} + ${U}, ${S} ≥ ${Q} does not hold`);
    this.note(26, equal(body.close, this.closeHash), 'the collection names another close entry');
    this.note(26, body.issued === I && body.ballots === R - Q && body.unused === U && body.paper === Q, 'other numbers');
    this.report.pass(25, 26, 33, 34);
    this.size = this.index + 1;
    this.root = treeRoot(this.leaves, 0, this.size);
    this.phase = 'collected';
  }
}
