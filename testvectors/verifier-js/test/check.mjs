// Check: what a test does with a record of testvectors/. Two files call it, so that they can run side by side.
import assert from 'node:assert/strict';
import test from 'node:test';
import { verify } from '../verify.mjs';
import { bin, records, withDirectory } from './load.mjs';

export const all = records();
export const unique = (list) => [...new Set(list.filter((x) => x !== undefined))].sort((a, b) => a - b);

/** testRecords makes a test of each record that is chosen. */
export function testRecords(chosen) {
  for (const record of all.filter(chosen)) test(record.name, () => withDirectories(record, (dir, ...parents) => check(record, verify(dir, bin(record.manifest), parents))));
}

/** withDirectories writes a record and that of the vote before, if it has one. */
function withDirectories({ files, parent }, use) {
  const { files: before } = all.find((r) => r.name === parent) ?? {};
  return withDirectory(files, (dir) => (before ? withDirectory(before, (older) => use(dir, older)) : use(dir)));
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
  if (expect.check) return;
  checkGood(expect, result);
  assert.equal(report.checks[36].result, 'passed');
}

function checkGood(expect, { phase, numbers, totals, result }) {
  assert.equal(phase, expect.phase);
  if (expect.numbers) assert.deepEqual(['N', 'P', 'I', 'R', 'U', 'V', 'X'].map((n) => numbers[n]).slice(0, expect.numbers.length), expect.numbers);
  if (expect.numbers) assert.deepEqual([numbers.S, numbers.Q], expect.paper ?? [0, 0]);
  if (expect.result) assert.deepEqual([totals, result], [expect.totals, expect.result]);
}
