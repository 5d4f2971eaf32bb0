// Check: what a test does with a record of testvectors/. Two files call it, so that they can run side by side.
import assert from 'node:assert/strict';
import test from 'node:test';
import { verify } from '../verify.mjs';
import { bin, records, withDirectory } from './load.mjs';

export const all = records();
export const unique = (list) => [...new Set(list.filter((x) => x !== undefined))].sort((a, b) => a - b);

/** testRecords makes a test of each record that is chosen. */
export function testRecords(chosen) {
  for (const record of all.filter(chosen)) test(record.name, () => withDirectory(record.files, (dir) => check(record, verify(dir, bin(record.manifest)))));
}

function check({ expect }, { report, result }) {
  const failed = report.checks.filter((c) => c.result === 'failed');
  const said = [result.outcome, failed.map((c) => c.id)];
  const want = [expect.outcome, expect.check ? [expect.check] : []];
  if (expect.entries) {
    said.push(unique(failed.flatMap((c) => c.failures.map((f) => f.entry))));
    want.push(expect.entries);
  }
  assert.deepEqual(said, want, report.lines().join('\n'));
  if (!expect.check) checkGood(expect, result);
}

function checkGood(expect, { phase, numbers, totals, result }) {
  assert.equal(phase, expect.phase);
  if (expect.numbers) assert.deepEqual(['N', 'P', 'I', 'R', 'U', 'V', 'X'].map((n) => numbers[n]).slice(0, expect.numbers.length), expect.numbers);
  if (expect.result) assert.deepEqual([totals, result], [expect.totals, expect.result]);
}
