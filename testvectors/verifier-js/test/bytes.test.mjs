// Bytes: any byte of any file that is changed makes the verifier refuse the record. Every 19th is tried; PIAOJUE_EVERY=1 tries all (make soak).
import assert from 'node:assert/strict';
import test from 'node:test';
import { verify } from '../verify.mjs';
import { all } from './check.mjs';
import { bin, withDirectory } from './load.mjs';

const step = Number(process.env.PIAOJUE_EVERY ?? 19);
const good = all.find((r) => r.name === 'record');
const outcome = (files) => withDirectory(files, (dir) => verify(dir, bin(good.manifest)).result.outcome);

test('the record verifies', () => assert.equal(outcome(good.files), 'verified'));

for (const [name, content] of Object.entries(good.files)) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  test(`a changed byte of ${name}`, () => {
    for (let at = 0; at < bytes.length; at += bytes.length > 4096 ? 3 * step : step) {
      const changed = bytes.slice();
      changed[at] ^= 1 << at % 8;
      assert.notEqual(outcome({ ...good.files, [name]: changed }), 'verified', `byte ${at}`);
    }
  });
}
