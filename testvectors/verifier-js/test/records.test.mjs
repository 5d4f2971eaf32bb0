// The records of testvectors/: the good ones verify, each of the others fails exactly the check that it is there for.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join as path } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { verify } from '../verify.mjs';
import { bin, records, vectors, withDirectory } from './load.mjs';

/** What this verifier says where it does not say what PROTOCOL.md asks for: [outcome, checks, entries].
    A line goes when the verifier is mended; then the test fails. */
const PENDING = {
  voided_surplus: ['not verified', ['numbers.order'], [21]],
  record_closing_too_early: ['not verified', ['record.files', 'log.checkpoint'], []],
  record_entry_changed: ['not verified', ['record.entries'], []],
  checkpoint_cosignature_false: ['not verified', ['log.checkpoint'], []],
  dealing_one_commitment_more: ['not verified', ['entry.form'], [4]],
  more_ballots_than_issued: ['not verified', ['entry.phase', 'numbers.order'], [21, 22]],
  share_cut_off: ['not verified', ['entry.form'], [42]],
  destruction_twice: ['verified', [], []],
};

const unique = (list) => [...new Set(list.filter((x) => x !== undefined))].sort((a, b) => a - b);

/** entries are those that failures name; undefined where the vector names none. */
function said({ report, result }, expect) {
  const failed = report.checks.filter((c) => c.result === 'failed');
  const entries = unique(failed.flatMap((c) => c.failures.map((f) => f.entry)));
  return [result.outcome, failed.map((c) => c.id), expect.entries ? entries : []];
}

const all = records();
for (const { name, files, manifest, expect } of all) {
  test(name, () => withDirectory(files, (dir) => {
    const found = verify(dir, bin(manifest));
    const want = [expect.outcome, expect.check ? [expect.check] : [], expect.entries ?? []];
    const pending = PENDING[name];
    if (pending) assert.notDeepEqual(pending, want, 'not pending');
    const named = pending ? { entries: pending[2].length > 0 || undefined } : expect;
    assert.deepEqual(said(found, named), pending ?? want, found.report.lines().join('\n'));
    if (expect.check || pending) return;
    const { result } = found;
    assert.equal(result.phase, expect.phase);
    if (expect.numbers) assert.deepEqual(['N', 'P', 'I', 'R', 'U', 'V', 'X'].map((n) => result.numbers[n]).slice(0, expect.numbers.length), expect.numbers);
    if (expect.result) assert.deepEqual([result.totals, result.result], [expect.totals, expect.result]);
  }));
}

test('every check has a record that fails it, and it alone', () => {
  const numbers = unique(all.map((r) => r.expect.number));
  assert.deepEqual(numbers, Array.from({ length: 32 }, (_, i) => i + 1));
});

test('the command, on the directory record', () => {
  const command = fileURLToPath(new URL('../verify.mjs', import.meta.url));
  const [{ manifest }] = all;
  const run = (...args) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  const good = run('--json', '--manifest', manifest, path(vectors, 'record'));
  assert.equal(good.status, 0, good.stderr);
  assert.equal(JSON.parse(good.stdout).manifest, manifest);
  assert.equal(run('--manifest', '00'.repeat(32), path(vectors, 'record')).status, 1);
  assert.equal(run().status, 2);
});
