// The records of testvectors/: the good ones verify, each of the others fails exactly the check that it is there for.
// Those with flaws from the ballots on are in box.test.mjs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join as path } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { all, testRecords, unique } from './check.mjs';
import { vectors } from './load.mjs';

testRecords(({ expect }) => !(expect.number >= 18));

test('every check has a record that fails it, and it alone', () => {
  const numbers = unique(all.map((r) => r.expect.number));
  assert.deepEqual(numbers, Array.from({ length: 38 }, (_, i) => i + 1));
});

test('the command, on the directory record', () => {
  const command = fileURLToPath(new URL('../verify.mjs', import.meta.url));
  const [{ manifest }] = all;
  const run = (...args) => spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' });
  const good = run('--json', '--manifest', manifest, path(vectors, 'record'));
  assert.equal(good.status, 0, good.stderr);
  assert.equal(JSON.parse(good.stdout).manifest, manifest);
  assert.deepEqual(JSON.parse(good.stdout).issuers, [0, 1].map((number) => ({ number, in_force: true, registered: true, signed: 10 })));
  assert.deepEqual(JSON.parse(good.stdout).result, { vote: 'valid', next: 'second_round', adopted: ['P01'], tied: [] });
  assert.equal(run('--manifest', '00'.repeat(32), path(vectors, 'record')).status, 1);
  assert.equal(run().status, 2);
});
