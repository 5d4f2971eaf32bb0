// Synthetic records: one that this folder's own maker makes, without any Go, and manifests with one flaw each.
// All other records come from testvectors/: see records.test.mjs.
import assert from 'node:assert/strict';
import test from 'node:test';
import { join, text, u16, u32, u8 } from '../bytes.mjs';
import { verify } from '../verify.mjs';
import { Vote, whole } from './maker.mjs';

test('a good record', () => {
  const v = whole({ rules: { ballot_mode: 'yna_capped', max_marks: '2' }, marks: [[1, 0, 0, 1, 1, 0, 0], [1, 0, 0, 0, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1]] });
  const { report, result } = verify(v.write(), v.hash);
  assert.equal(result.outcome, 'verified', report.lines().join('\n'));
});

const fails = (v, check) => {
  const { report, result } = verify(v.write(), v.hash);
  const failed = report.checks.filter((c) => c.result === 'failed').map((c) => c.number);
  assert.deepEqual([result.outcome, failed], ['not verified', [check]], report.lines().join('\n'));
};

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
  stop(() => ({ deputies: u32(0) }));
  stop(() => ({ deputies: u32(2097153) }));
  stop(() => ({ min: join(u32(2), u8(0)) }));
  stop(() => ({ policy: join(u16(12), text('quorum none\n')) }));
  stop(() => ({ staff: new Uint8Array(32) }));
  for (const rules of [{ winners_k: '0' }, { winners_k: '01' }, { winners_k: '4' }, { tie: 'fewer_against' }, { shortfall: 'plurality_floor_1_3' }, { write_in: 'true' }, { candidates_n: '2' }, { min_marks: '2' }, { ballot_mode: 'yna_each', undervote: 'invalid' }, { ballot_mode: 'choose_1', undervote: 'invalid' }, { ballot_mode: 'yna_capped', min_marks: '1' }, { ballot_mode: 'choose_1', max_marks: '2', min_marks: '2' }, { grades: 'a,b,c' }, { strange: 'x' }]) stop(() => ({}), rules);
});

test('a log that is too large is refused before its files are listed', () => {
  const v = whole({});
  const first = (edit) => {
    const { report, result } = verify(v.write(edit), v.hash);
    const [{ number, failures: [{ cause }] }] = report.checks.filter((c) => c.result === 'failed');
    return [result.outcome, number, cause];
  };
  const sized = (size) => v.checkpoint(3).replace(/\n3\n/, `\n${size}\n`);
  const files = (size) => (f) => Object.assign(f, { checkpoint: sized(size) });
  assert.deepEqual(first(files(4194305)), ['not verified', 1, 'more than 4194304 entries']);
  assert.match(first(files(4194304))[2], /^file .* is missing$/);
  const padded = (length) => (f) => Object.assign(f, { checkpoint: f.checkpoint.padEnd(f.checkpoint.length + length - Buffer.byteLength(f.checkpoint), ' ') });
  assert.deepEqual(first(padded(65537)), ['not verified', 1, 'file checkpoint is too long']);
  assert.deepEqual(first(padded(65536)), ['not verified', 4, 'not a signed note']);
  const register = (size) => (f) => Object.assign(f, { 'issuer/0/checkpoint': sized(size), 'issuer/0/entries': '' });
  assert.deepEqual(first(register(4194305)), ['not verified', 1, 'the register of issuer 0 has more than 4194304 rows']);
  assert.match(first(register(4194304))[2], /^the rows of issuer 0 are not 4194304$/);
});

test('what a record says does not reach the terminal as it is', () => {
  const v = whole({});
  const { report } = verify(v.write((f) => Object.assign(f, { '\u001b[2J\u202egood\nfile \u7968': 'x' })), v.hash);
  const lines = report.failedLines();
  assert.equal(lines.length, 1);
  assert.ok(lines[0].includes('file \ufffd[2J\ufffdgood\ufffdfile \u7968 does not belong'), lines[0]);
});
