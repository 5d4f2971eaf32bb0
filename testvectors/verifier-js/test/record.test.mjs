// Whole synthetic records: some that verify, and one for each way to spoil them, with the check that must fail.
import assert from 'node:assert/strict';
import test from 'node:test';
import { join, u16, u32, u64, u8, text } from '../bytes.mjs';
import { leafHash, treeRoot } from '../tree.mjs';
import { verify } from '../verify.mjs';
import { Vote, whole } from './maker.mjs';

const run = (v, edit, hash = v.hash) => {
  const { report, result } = verify(v.write(edit), hash);
  return { outcome: result.outcome, failed: report.checks.filter((c) => c.result === 'failed').map((c) => c.number), report, result };
};
const good = (v) => {
  const { outcome, report } = run(v);
  assert.equal(outcome, 'verified', report.lines().join('\n'));
};
const fails = (v, check, edit, hash) => {
  const { outcome, failed, report } = run(v, edit, hash);
  assert.deepEqual([outcome, failed], ['not verified', [check].flat()], report.lines().join('\n'));
};
const cast = (v) => v.marks.map((m) => v.ballot(m));
const flip = (b, at) => Object.assign(Uint8Array.from(b), { [at]: b[at] ^ 1 });
const deals = (v) => {
  v.trustees();
  for (const i of [1, 2, 3]) v.dealing(i);
};

test('good records of every mode', () => {
  good(whole());
  good(whole({ marks: [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 1, 0, 0, 0]] }));
  good(whole({ rules: { winners_k: '2', max_marks: '2' }, marks: [[1, 1, 0, 0, 0], [0, 1, 1, 0, 0], [0, 0, 0, 0, 1]] }));
  good(whole({ rules: { ballot_mode: 'yna_each', tie: 'fewer_against', max_marks: '3' }, marks: [[1, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1]] }));
  good(whole({ rules: { ballot_mode: 'yna_capped', max_marks: '2', allow_spoil: 'false' }, marks: [[1, 0, 0, 1, 1, 0], [1, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0]] }));
  good(whole({ rules: { ballot_mode: 'choose_1', min_marks: '1' }, marks: [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]] }));
  good(whole({ options: 2, rules: { ballot_mode: 'satisfaction_3', winners_k: '0', grades: '满意,基本满意,不满意' }, marks: [[1, 0, 0, 0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 1]] }));
});

test('second ceremony after a complaint, second epoch, new badge, suspension', () => {
  good(whole({}, {
    ceremony: (v) => {
      v.trustees();
      v.dealing(1);
      v.dealing(2, 3);
      v.complaint(3, 2);
      v.scrutineers.forEach((s) => (s.d += 1n));
      v.ceremony();
    },
    opening: (v) => {
      v.opening();
      v.issuance(0);
      v.chained('suspend', join(u16(1), text('x')), v.both);
      v.chained('resume', join(u16(1), text('x')), v.both);
      v.opening(2);
      v.chained('badge', join(u32(3), v.staff.public), v.some(2, 3));
    },
    issuances: (v) => [0, 1, 3, 4].forEach((i) => v.issuance(i, i === 3 ? v.staff : undefined)),
    count: () => {},
    close: (v) => v.close(cast(v), [v.unused()], [], { epoch: 2 }),
  }));
});

test('incomplete records', () => {
  const none = () => {};
  for (const [stop, hooks] of [['collected', { shares: none, result: none, finish: none }], ['counted', { finish: none }], ['closed', { collection: none, shares: none, result: none, finish: none }]]) {
    const { outcome, failed, result } = run(whole({}, hooks));
    assert.deepEqual([outcome, failed, result.phase], ['incomplete', [], stop]);
  }
});

const v = whole();
test('files and tiles', () => {
  const width = `.p/${v.entries.length}`;
  fails(v, 1, (f) => delete f.checkpoint);
  fails(v, 1, (f) => delete f.closing);
  fails(v, 1, (f) => (f.extra = 'x'));
  fails(v, 1, (f) => (f['tile/1/000.p/1'] = new Uint8Array(32)));
  fails(v, 1, (f) => (f[`tile/0/000${width}`] = f[`tile/0/000${width}`].subarray(1)));
  fails(v, 2, (f) => (f[`tile/entries/000${width}`] = join(f[`tile/entries/000${width}`], u8(0))));
  fails(v, 2, (f) => (f[`tile/entries/000${width}`] = flip(f[`tile/entries/000${width}`], 700)));
  fails(v, 3, (f) => (f.checkpoint = f.checkpoint.replace(/\n[^\n]{43}=\n/, `\n${Buffer.alloc(32).toString('base64')}\n`)));
});

test('checkpoints', () => {
  fails(v, 4, (f) => (f.checkpoint = f.checkpoint.replace('example.org/vote\n', 'example.org/other\n')));
  fails(v, 4, (f) => (f.checkpoint += f.checkpoint.slice(f.checkpoint.lastIndexOf('\u2014'))));
  fails(v, 4, (f) => (f.closing = v.checkpoint(v.closingSize - 1)));
  fails(v, 4, (f) => (f.checkpoint = v.checkpoint(v.entries.length, { extra: '\u2014 stranger AAAAAAAA\n' })));
  fails(v, 4, (f) => (f.checkpoint = f.checkpoint.replace('=\n\n', '=\nextension\n\n')));
  fails(v, 5, (f) => (f.checkpoint = v.checkpoint(v.entries.length, { witness: false })));
  fails(v, 5, (f) => (f.closing = v.checkpoint(v.closingSize, { witness: false })));
  fails(v, 7, undefined, new Uint8Array(32));
});

test('manifests', () => {
  const stop = (edit, rules = {}) => fails(new Vote({ edit: (m) => Object.assign(m, edit(m)), rules }), 6);
  stop(() => ({ suite: join(u8(3), text('abc')) }));
  stop(() => ({ kind: u8(3) }));
  stop(() => ({ round: u8(2) }));
  stop(() => ({ round: u8(0) }));
  stop((m) => ({ log: m.staff }));
  stop(() => ({ t: u8(1) }));
  stop(() => ({ t: u8(4) }));
  stop(() => ({ min: u32(1) }));
  stop(() => ({ min: join(u32(2), u8(0)) }));
  stop(() => ({ policy: join(u16(12), text('quorum none\n')) }));
  stop(() => ({ staff: new Uint8Array(32) }));
  for (const rules of [{ winners_k: '0' }, { winners_k: '01' }, { winners_k: '4' }, { tie: 'fewer_against' }, { shortfall: 'plurality_floor_1_3' }, { write_in: 'true' }, { candidates_n: '2' }, { min_marks: '2' }, { grades: 'a,b,c' }, { strange: 'x' }]) stop(() => ({}), rules);
});

test('entries', () => {
  fails(whole({}, { attendance: (w) => w.add('attendance', join(w.chain, u64(0), u16(2), u32(1), u32(1), u32(1)), w.some(1, 2)) }), 8);
  fails(whole({}, { count: (w) => w.ceremony() }), 9);
  fails(whole({}, { attendance: (w) => w.add('attendance', join(new Uint8Array(32), u64(0), u16(0), u32(0)), w.some(1, 2)) }), 10);
  fails(whole({}, { finish: (w) => { w.chained('certificate', w.resultHash, w.some(1, 2)); w.chained('announcement', u16(0), [[2, 0, w.presidium]]); w.chained('archive', join(u64(1), treeRoot(w.leaves)), [[2, 0, w.presidium]]); } }), 10);
  fails(whole({}, { attendance: (w) => w.chained('attendance', join(u16(0), u32(0)), w.some(1)) }), 11);
  fails(whole({}, { opening: (w) => { w.chained('opening', join(u32(1), u8(1), u8(0)), [[1, 0, w.staff]]); w.openingHash = w.last; } }), 11);
  fails(whole({}, { opening: (w) => { w.chained('opening', join(u32(1), u8(1), u8(0)), [[1, 0, w.presidium], [2, 0, w.presidium]]); w.openingHash = w.last; } }), 11);
  fails(whole({}, { finish: (w) => w.chained('certificate', w.resultHash, w.some(2, 3)) }), 11);
  fails(whole({}, { finish: (w) => w.chained('certificate', w.resultHash, w.some(1)) }), 11);
});

test('ceremony', () => {
  const early = (check, ceremony) => fails(whole({}, { ceremony, attendance() {}, opening() {}, issuances() {}, count() {}, close() {}, collection() {}, shares() {}, result() {}, finish() {} }), check);
  early(12, (w) => { w.scrutineers[0].d = w.scrutineers[1].d; deals(w); });
  early(12, (w) => { w.trustees(); w.trustees(); });
  early(13, (w) => { deals(w); w.dealing(1); });
  early(13, (w) => { w.trustees(); w.ctx = new Uint8Array(64); w.dealing(1); });
  early(13, (w) => { deals(w); w.complaint(3, 2); });
  early(13, (w) => { w.trustees(); w.dealing(2, 3); w.complaint(3, 2, 7n); });
  early(9, (w) => { w.trustees(); w.dealing(2, 3); w.complaint(3, 2); w.dealing(1); });
  early(14, (w) => { deals(w); w.ctx = new Uint8Array(64); w.agree(); });
  early(14, (w) => { w.trustees(); w.dealing(1); w.add('agreement', join(w.trusteesHash, u8(1), new Uint8Array(64)), w.some(1)); });
  early(14, (w) => { deals(w); w.add('ready', join(w.trusteesHash, u8(1), w.trusteesHash), w.some(1)); });
});

test('check-in and issuing', () => {
  fails(whole({}, { attendance: (w) => w.attendance([0, 5], 2) }), 15);
  fails(whole({}, { attendance: (w) => { w.attendance([0, 1], 2); w.attendance([1, 2], 4); } }), 15);
  fails(whole({}, { attendance: (w) => w.attendance([0, 1, 2], 3) }), 16);
  fails(whole({}, { opening: (w) => w.opening(2) }), 16);
  fails(whole({}, { opening: (w) => w.opening(1, [2]) }), 16);
  fails(whole({}, { issuances: (w) => w.issuance(2) }), 17);
  fails(whole({}, { issuances: (w) => { w.issuance(0); w.issuance(0); } }), 17);
  fails(whole({}, { issuances: (w) => { w.commitments[1] = new Uint8Array(32); w.issuance(1); } }), 17);
  fails(whole({}, { issuances: (w) => w.issuance(1, w.staff) }), 11);
});

const badBallots = (check, make) => {
  const none = () => {};
  fails(whole({}, { close: (w) => w.close(...make(w)), collection: none, shares: none, result: none, finish: none }), check);
};
test('bad ballots', () => {
  const bad = (edit) => (w) => [[...cast(w).slice(1), w.ballot(w.marks[0], undefined, (c, p) => edit(c, p, w))]];
  badBallots(18, bad((c) => (c[0].alpha = new Uint8Array(32).fill(255))));
  badBallots(18, bad((c) => (c[1].beta = new Uint8Array(32))));
  badBallots(18, (w) => [[...cast(w).slice(1), flip(w.ballot(w.marks[0]), 5)]]);
  badBallots(18, (w) => [[...cast(w).slice(1), w.ballot(w.marks[0]).subarray(1)]]);
  badBallots(19, (w) => {
    const c = w.credential();
    c.signatures[1] = c.signatures[0];
    return [[...cast(w).slice(1), w.ballot(w.marks[0], c)]];
  });
  badBallots(19, (w) => [cast(w), [w.unused({ ...w.credential(), prefix: new Uint8Array(32) })]]);
  badBallots(20, (w) => {
    const b = w.ballot(w.marks[0]);
    return [[...cast(w).slice(1), flip(b, b.length - 64)]];
  });
  badBallots(20, (w) => {
    const u = w.unused();
    return [cast(w), [flip(u, u.length - 64)]];
  });
  badBallots(21, (w) => [[...cast(w).slice(1), w.ballot([1, 1, 0, 0, 0])]]);
  badBallots(21, (w) => [[...cast(w).slice(1), w.ballot([2, 0, 0, 0, 0])]]);
  badBallots(21, (w) => [[...cast(w).slice(1), w.ballot([0, 0, 0, 0, 0])]]);
  badBallots(21, bad((c, p) => (p[0] = p[1])));
  badBallots(22, (w) => {
    const c = w.credential();
    return [[w.ballot(w.marks[0], c), w.ballot(w.marks[1], c)]];
  });
  badBallots(22, (w) => {
    const c = w.credential();
    return [[...cast(w).slice(1), w.ballot(w.marks[0], c)], [w.unused(c)]];
  });
  badBallots(22, (w) => {
    const b = cast(w);
    return [b, [], [w.seal(b[0])]];
  });
});

test('close and collection', () => {
  const none = () => {};
  const end = { collection: none, shares: none, result: none, finish: none };
  fails(whole({}, { ...end, close: (w) => w.close(cast(w), [], [], { numbers: [2, 0, 0] }) }), 23);
  fails(whole({}, { ...end, close: (w) => w.close(cast(w), [], [], { epoch: 2 }) }), 23);
  fails(whole({}, { ...end, close: (w) => {
    const spent = [new Uint8Array(32), new Uint8Array(32).fill(1)].sort((a, b) => Buffer.compare(leafHash(join(u8(14), u16(32), b, u8(0))), leafHash(join(u8(14), u16(32), a, u8(0)))));
    w.close([], [], spent, { sort: false });
  }, count: none }), 23);
  fails(whole({}, { ...end, count: (w) => [3, 2].forEach((n) => w.add('count', join(u32(1), u32(n)), [[5, 0, w.log]])) }), 24);
  fails(whole({}, { ...end, count: (w) => w.add('count', join(u32(1), u32(4)), [[5, 0, w.log]]) }), 24);
  fails(whole({}, { ...end, issuances: (w) => [0, 1, 3].forEach((i) => w.issuance(i)) }), 25);
  fails(whole({}, { collection: (w) => w.collection(4, 3, 0) }), 26);
});

test('shares, result, certificate', () => {
  const none = () => {};
  fails(whole({ min: 4 }), 27);
  const numbers = { N: 5, P: 4, I: 4, R: 3, U: 1 };
  fails(whole({}, { shares: (w) => { w.share(3); w.share(2, 5n); w.share(1); } }), 28);
  fails(whole({}, { shares: (w) => { w.share(3); w.share(3); w.share(1); } }), 28);
  fails(whole({}, { shares: (w) => w.share(3) }), 28);
  fails(whole({}, { result: (w) => w.result(numbers, [2, 3]) }), 29);
  fails(whole({}, { result: (w) => w.result(numbers, [1, 3], (x) => ({ ...x, totals: [2, 1, 0, 0, 0] })), finish: none }), 29);
  fails(whole({}, { result: (w) => w.result({ ...numbers, P: 5 }, [1, 3]) }), 29);
  fails(whole({}, { result: (w) => w.result(numbers, [1, 3], (x) => ({ ...x, o: { ...x.o, adopted: [1] } })) }), 30);
  fails(whole({}, { finish: (w) => w.chained('certificate', w.closeHash, w.some(1, 2)) }), 31);
  fails(whole({}, { finish: (w) => { w.chained('certificate', w.resultHash, w.some(1, 2)); w.add('destruction', join(w.closeHash, u8(2)), w.some(2)); } }), 32);
});
