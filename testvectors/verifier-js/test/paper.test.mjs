// Votes with paper, a decision of the presidium and a next vote (§7.1, §5), made here without any Go.
import assert from 'node:assert/strict';
import test from 'node:test';
import { headerHash } from '../ballot.mjs';
import { hex, text, u32, join, u8 } from '../bytes.mjs';
import { leafHash, sha256 } from '../tree.mjs';
import { verify } from '../verify.mjs';
import { Vote, makeOptions } from './maker.mjs';

const [A, B, ABSTAIN, SPOILED] = [[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]];
const TIE = { rules: { base: 'none' } };
const REVOTE = { rules: { base: 'none', tie: 'revote_tied' } };

/** opened is a vote at which four deputies are there; in closed two of them had a sheet. */
function opened(options = TIE, issuers = [0, 1]) {
  const v = new Vote(options);
  v.ceremony();
  v.attendance([0, 1, 3, 4], 4);
  v.opening(1, issuers);
  return v;
}
function closed(options) {
  const v = opened(options);
  for (const i of [0, 1]) v.issuance(i);
  v.sheets([3, 4]);
  v.close([A, B].map((bits) => v.ballot(bits)));
  return v;
}
/** counted goes on to the certificate: numbers are those of the result. */
function counted(v, numbers = { N: 5, P: 4, I: 4, R: 4, U: 0, S: 2, Q: 2 }, change = (x) => x) {
  v.collection(numbers.I, numbers.R - numbers.Q, numbers.U, numbers.Q);
  for (const i of [2, 1]) v.share(i);
  v.result(numbers, [1, 2], change);
  v.certificate();
  return v;
}
/** fork lets a copy of v go on. */
function fork(v, ...steps) {
  const copy = v.fork();
  for (const step of steps) step(copy);
  return copy;
}

function said(v, ...parents) {
  const { report, result } = verify(v.write(), v.hash, parents.map((p) => p.write()));
  const failed = report.checks.filter((c) => c.result === 'failed').map((c) => c.number);
  return { outcome: result.outcome, failed, report, result, lines: report.lines().join('\n') };
}
function good(v, outcome = 'verified', ...parents) {
  const s = said(v, ...parents);
  assert.deepEqual([s.outcome, s.failed], [outcome, []], s.lines);
  return s;
}
const fails = (v, no, ...parents) => {
  const s = said(v, ...parents);
  assert.deepEqual([s.outcome, s.failed], ['not verified', [no]], s.lines);
};

const OPENED = opened();
const CLOSED = closed();
const BATCHED = fork(CLOSED, (v) => v.batch([A, B]));
const COUNTED = fork(BATCHED, (v) => counted(v));

test('header hash', () => {
  const id = new Uint8Array(32).fill(7);
  const want = sha256(text('piaojue-v1 batch\n'), u32(2), id, u8(3), text('票'));
  assert.equal(hex(headerHash({ epoch: 2, id, box: '票' })), hex(want));
});

test('paper and a decision', () => {
  const decided = fork(COUNTED, (v) => v.decision([1]), (v) => v.publish());
  const { result, report } = good(decided);
  assert.deepEqual(result.numbers, { N: 5, P: 4, I: 4, R: 4, U: 0, S: 2, Q: 2, V: 4, X: 0 });
  assert.deepEqual([result.result.next, result.result.tied, result.decision], ['presidium', [0, 1], [1]]);
  assert.deepEqual(report.checks.filter((c) => c.result !== 'passed').map((c) => c.number), [38]); // no register is in the record
  good(fork(COUNTED, (v) => v.decision([])));
  good(COUNTED);
  good(fork(CLOSED, (v) => v.batch([A, SPOILED]), (v) => counted(v), (v) => v.publish()));
  good(fork(CLOSED, (v) => v.batch([A]), (v) => v.batch([ABSTAIN]), (v) => counted(v)));
  good(fork(CLOSED, (v) => v.batch([A, B], { papers: (b) => b.slice(1, 1) })), 'incomplete');
  good(fork(CLOSED, (v) => v.batch([A, B], { papers: (b) => b.slice(0, 1) }), (v) => v.chained('void', join(u8(0), u8(0)), v.both), (v) => v.successor(new Uint8Array(32).fill(9))), 'incomplete');
});

test('all on paper', () => {
  const all = (options) => fork(opened(options, []), (v) => v.sheets([0, 1, 3, 4]), (v) => v.close([]));
  const numbers = { N: 5, P: 4, I: 4, R: 3, U: 0, S: 4, Q: 3 };
  good(fork(all(), (v) => v.batch([A, A, B]), (v) => counted(v, numbers)));
  // Without a position for it, an invalid sheet is a number only; here all are invalid, and the aggregate is the identity.
  const noSpoil = all({ rules: { allow_spoil: 'false', min_marks: '1' } });
  for (const marks of [[[1, 0, 0], [0, 1, 0]], []]) {
    const invalid = 3 - marks.length;
    const { result } = good(fork(noSpoil, (v) => v.batch(marks, { invalid }), (v) => counted(v, { ...numbers, invalid })));
    assert.equal(result.numbers.X, invalid);
  }
  fails(fork(opened(TIE, []), (v) => v.issuance(0)), 17);
  const nobody = (v) => ({ ...v.credential(), signatures: [] });
  fails(fork(opened(TIE, []), (v) => v.close([A, B].map((m) => v.ballot(m, nobody(v))))), 19);
  fails(fork(opened(TIE, []), (v) => v.close([], [v.unused(nobody(v))])), 19);
});

test('sheets', () => {
  good(fork(OPENED, (v) => v.sheets([0, 4]), (v) => v.opening(2), (v) => v.sheets([4], { epoch: 2 }), (v) => v.issuance(0)), 'incomplete');
  const badge = (v) => v.chained('badge', join(u32(3), v.badges[0].public), v.some(1, 2));
  fails(fork(OPENED, (v) => v.sheets([])), 8);
  fails(fork(OPENED, (v) => v.sheets([4, 3])), 8);
  fails(fork(OPENED, (v) => v.sheets([3], { signers: v.some(1) })), 11);
  fails(fork(OPENED, (v) => v.sheets([3], { epoch: 2 })), 17);
  fails(fork(OPENED, (v) => v.sheets([2])), 17);
  fails(fork(OPENED, (v) => v.sheets([5])), 17);
  fails(fork(OPENED, (v) => v.sheets([3]), (v) => v.sheets([3])), 17);
  fails(fork(OPENED, (v) => v.issuance(3), (v) => v.sheets([3])), 17);
  fails(fork(OPENED, (v) => v.sheets([3]), (v) => v.issuance(3)), 17);
  fails(fork(OPENED, (v) => v.sheets([3]), badge), 17);
  const v = new Vote(TIE);
  v.tellers.length = 1;
  v.ceremony();
  v.attendance([0, 1, 3, 4], 4);
  v.opening();
  good(v, 'incomplete');
  fails(fork(v, (w) => w.sheets([3])), 17);
});

test('batches', () => {
  const id = new Uint8Array(32).fill(1);
  const flip = (bodies, at) => bodies.map((b, i) => (i === 0 ? b.map((x, k) => (k === at ? x ^ 1 : x)) : b));
  const [first, ...tellers] = CLOSED.counters;
  fails(fork(CLOSED, (v) => v.batch([A], { signers: tellers })), 11);
  fails(fork(CLOSED, (v) => v.batch([A], { signers: [first, tellers[0]] })), 11);
  fails(fork(CLOSED, (v) => v.batch([A], { signers: [first, tellers[0], [4, 3, tellers[1][2]]] })), 11);
  fails(fork(CLOSED, (v) => v.batch([], { sheets: 0 })), 8);
  fails(fork(CLOSED, (v) => v.batch([A], { sheets: 2 })), 8);
  fails(fork(CLOSED, (v) => v.batch([A], { invalid: 1 })), 33);
  fails(fork(CLOSED, (v) => v.batch([A], { epoch: 2 })), 33);
  fails(fork(CLOSED, (v) => v.batch([A], { id }), (v) => v.batch([B], { id })), 33);
  fails(fork(CLOSED, (v) => v.batch([A, B], { papers: (b) => b.toReversed() })), 33);
  fails(fork(CLOSED, (v) => v.batch([A, B], { listed: (l) => l.toReversed() })), 33);
  fails(fork(CLOSED, (v) => v.batch([A, B], { change: (b) => b.toReversed() })), 33);
  fails(fork(CLOSED, (v) => v.batch([A], { change: (b) => flip(b, 32) })), 33);
  fails(fork(CLOSED, (v) => v.batch([A], { change: (b) => flip(b, 0) })), 34);
  fails(fork(CLOSED, (v) => v.batch([A], { change: (b) => b.map((x) => x.subarray(1)) })), 34);
  fails(fork(CLOSED, (v) => v.batch([[1, 1, 0, 0, 0]])), 34);
  assert.equal(said(fork(CLOSED, (v) => v.batch([[1, 1, 0, 0, 0], [1, 1, 0, 0, 0]]))).report.checks[33].failures.length, 1);
  fails(fork(CLOSED, (v) => v.batch([A, B], { papers: (b) => b.slice(0, 1) }), (v) => v.collection(4, 2, 0, 2)), 9);
  fails(fork(BATCHED, (v) => v.add('paper', v.papers[0])), 9);
  fails(fork(CLOSED, (v) => v.batch([A, B], { papers: (b) => [b[0], b[1], b[1]] })), 9);
});

test('numbers', () => {
  fails(fork(CLOSED, (v) => v.batch([A, B, B]), (v) => v.collection(4, 2, 0, 3)), 25);
  fails(fork(BATCHED, (v) => v.collection(4, 2, 0, 1)), 26);
  fails(fork(BATCHED, (v) => v.collection(4, 4, 0, 2)), 26);
  fails(fork(BATCHED, (v) => counted(v, undefined, (x) => ({ ...x, counts: x.counts.with(8, 1) }))), 29);
  const one = fork(OPENED, (v) => v.issuance(0), (v) => v.sheets([3, 4]), (v) => v.close([v.ballot(A)]), (v) => v.batch([A, B]));
  fails(fork(one, (v) => v.collection(3, 1, 0, 2), (v) => v.share(1)), 27);
  // Sums of u32 do not wrap: two sheets were handed out, and 2³² + 2 came back.
  const none = fork(opened({ rules: { ...TIE.rules, allow_spoil: 'false', min_marks: '1' } }, []), (v) => v.sheets([3, 4]), (v) => v.close([]));
  fails(fork(none, (v) => v.batch([], { invalid: 2 ** 32 - 1 }), (v) => v.batch([A, B].map((m) => m.slice(0, 3)), { invalid: 1 }), (v) => v.collection(2, 0, 0, 2)), 25);
  // One issuance, two ballots: the sheet that was not collected does not make up for it.
  const two = fork(OPENED, (v) => v.issuance(0), (v) => v.sheets([3, 4]), (v) => v.close([v.ballot(A), v.ballot(B)]), (v) => v.batch([A]));
  fails(fork(two, (v) => v.collection(3, 2, 0, 1)), 25);
});

test('decisions', () => {
  fails(fork(COUNTED, (v) => v.decision([2])), 35);
  fails(fork(COUNTED, (v) => v.decision([0, 1])), 35);
  fails(fork(COUNTED, (v) => v.decision([1]), (v) => v.decision([1])), 35);
  fails(fork(COUNTED, (v) => v.decision([1, 0])), 8);
  fails(fork(COUNTED, (v) => v.decision([1], { basis: '' })), 8);
  fails(fork(COUNTED, (v) => v.decision([1], { text: '' })), 8);
  fails(fork(COUNTED, (v) => v.publish(), (v) => v.decision([1])), 9);
  fails(fork(closed(REVOTE), (v) => v.batch([A, B]), (v) => counted(v), (v) => v.decision([1])), 35);
});

/** nextVote is the vote that follows a tie between options 0 and 1. */
function nextVote(parent, { rules = {}, options = [0, 1], round = 2, edit = {} } = {}) {
  const child = new Vote({ ...REVOTE, options: options.length, rules: { ...REVOTE.rules, ...rules }, edit: (m) => ({ ...m, parent: parent.hash, round: u8(round), options: makeOptions(options), ...edit }) });
  child.ceremony();
  return child;
}

test('successors and parents', () => {
  const parent = fork(closed(REVOTE), (v) => v.batch([A, B]), (v) => counted(v));
  const child = nextVote(parent);
  const followed = (v, hash = child.hash) => fork(v, (w) => w.successor(hash), (w) => w.publish());
  good(followed(parent));
  const { report } = good(child, 'incomplete');
  assert.equal(report.checks[36].result, 'not reached');
  const both = good(child, 'incomplete', followed(parent));
  assert.equal(both.report.checks[36].result, 'passed');
  for (const hash of [new Uint8Array(32), parent.hash]) fails(followed(parent, hash), 36);
  fails(fork(parent, (v) => v.successor(child.hash), (v) => v.successor(child.hash)), 36);
  fails(fork(COUNTED, (v) => v.successor(child.hash)), 36);
  fails(child, 37, parent);
  fails(child, 37, followed(parent, leafHash(child.hash)));
  fails(child, 37, followed(COUNTED));
  fails(child, 37, fork(followed(parent), (v) => v.add('count', new Uint8Array(8))));
  for (const change of [{ rules: { base: 'present' } }, { rules: { tie: 'presidium' } }, { options: [1, 0] }, { options: [0, 1, 2] }, { options: [0, 2] }, { round: 3 }, { edit: { kind: u8(2) } }, { edit: { deputies: u32(6) } }]) {
    const other = nextVote(parent, change);
    fails(other, 37, followed(parent, other.hash));
  }
});

test('a repetition of a vote that was declared void', () => {
  const voided = fork(BATCHED, (v) => v.chained('void', join(u8(0), u8(0)), v.both));
  const again = (rules = TIE.rules) => nextVote(voided, { rules: { tie: 'presidium', ...rules }, options: [0, 1, 2], round: 1 });
  const [child, other] = [again(), again({ base: 'present' })];
  const { result } = good(child, 'incomplete', fork(voided, (v) => v.successor(child.hash)));
  assert.equal(result.phase, 'keyed');
  fails(child, 37, voided);
  fails(other, 37, fork(voided, (v) => v.successor(other.hash)));
});
