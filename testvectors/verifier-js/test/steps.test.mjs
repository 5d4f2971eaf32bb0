// The intermediate values of paper.json and rounds.json: sheets of paper, and the vote that follows a vote; and a dealing that is refused.
import assert from 'node:assert/strict';
import test from 'node:test';
import { badProofs, headerHash, parsePaper } from '../ballot.mjs';
import { Ceremony } from '../ceremony.mjs';
import { FormError, hex, join, text, u16, u8 } from '../bytes.mjs';
import { parseBody, parseEntry } from '../entry.mjs';
import { makeGrid, paperSize, ranges } from '../grid.mjs';
import { G, combine, element, littleEndian } from '../group.mjs';
import { follow } from '../next.mjs';
import { leafHash, sha256 } from '../tree.mjs';
import { le, rangeChallenge } from './challenge.mjs';
import { bin, load, records } from './load.mjs';

const same = (got, want, what) => assert.equal(hex(got), want, what);

test('paper.json', () => {
  for (const v of load('paper.json')) {
    const grid = makeGrid(v, v.options);
    const vote = { manifestHash: bin(v.manifest), grid, jointKey: element(bin(v.joint_key)).point, key: bin(v.key_context) };
    const body = bin(v.body);
    const ballot = parsePaper(body, vote);
    same(headerHash({ ...v, id: bin(v.id) }), v.header);
    same(ballot.header, v.header);
    assert.deepEqual([ballot.number, body.length], [v.number, paperSize(grid)]);
    same(ballot.context, v.context);
    same(ballot.seal, v.seal_code);
    assert.deepEqual(badProofs([ballot], vote), []);
    ballot.ciphertexts.forEach(({ A, B }, i) => {
      const r = littleEndian(bin(v.randomness[i]));
      assert.ok(A.equals(combine([[G, r]])) && B.equals(combine([[vote.jointKey, r], [G, BigInt(v.marks[i])]])));
    });
    checkProofs(v, vote, ballot);
    checkBatch(v);
    same(join(u16(v.marks.length), ...v.marks.map((m, i) => join(u8(m), bin(v.randomness[i])))), v.revealed);
    assert.throws(() => parsePaper(body.subarray(1), vote), FormError);
    assert.throws(() => parsePaper(join(body, u8(0)), vote), FormError);
  }
});

function checkProofs(v, vote, ballot) {
  let at = 68 + 64 * v.marks.length;
  assert.equal(v.proofs.length, ranges(vote.grid).length);
  ranges(vote.grid).forEach((range, i) => {
    const { name, place, low, high, offset, size, challenge } = v.proofs[i];
    assert.deepEqual([range.name, range.place, range.low, range.high, at], [name, place, low, high, offset]);
    same(rangeChallenge(range, ballot.proofs[i], vote, bin(v.context), ballot.ciphertexts), challenge);
    at += size;
  });
  assert.equal(at, v.body.length / 2);
}

/** checkBatch: the entry of the ballot, and a batch whose second place it has. */
function checkBatch(v) {
  same(join(u8(29), u16(bin(v.body).length), bin(v.body), u8(0)), v.entry);
  same(leafHash(bin(v.entry)), v.hash);
  const batch = bin(v.batch);
  const entry = (body) => parseBody(parseEntry(join(u8(28), u16(body.length), body, u8(0))));
  const { epoch, id, box, sheets, invalid, listed } = entry(batch);
  assert.deepEqual([epoch, hex(id), box, hex(listed[v.number - 1])], [v.epoch, v.id, v.box, v.hash]);
  assert.equal(sheets, invalid + listed.length);
  // The number of sheets follows the box; one more does not add up.
  const at = 40 + 4 + 32 + 1 + text(v.box).length + 3;
  const more = batch.slice();
  more[at]++;
  assert.throws(() => entry(more), FormError);
}

test('rounds.json', () => {
  for (const v of load('rounds.json')) {
    const numbers = ['candidates_n', 'winners_k', 'min_marks', 'max_marks'].map((name) => [name, Number(v.rules[name])]);
    const manifest = { round: v.round, rules: { ...v.rules, ...Object.fromEntries(numbers) }, options: v.for };
    const next = follow({ manifest, voided: v.voided, outcome: v, yes: v.for });
    if (v.follows === 'none') {
      assert.equal(next, undefined, v.about);
      continue;
    }
    const { round, rules, options, free } = v.vote;
    assert.deepEqual({ ...next, rules: { ...v.rules, ...next.rules } }, { round, rules, options, free: free ?? [] }, v.about);
  }
});

test('a dealing that makes the joint key the identity changes nothing', () => {
  const [bad, good] = ['dealing_to_the_identity', 'small'].map((name) => records().find((r) => r.name === name).entries);
  const body = (bytes) => parseBody(parseEntry(bytes));
  const manifestHash = sha256(parseEntry(bad[0]).body);
  const ceremony = new Ceremony({ n: 3, t: 2 }, manifestHash, body(bad[1]), leafHash(bad[1]), 1, new Set());
  for (const entry of bad.slice(2, 4)) ceremony.dealing(body(entry));
  assert.throws(() => ceremony.dealing(body(bad[4])), FormError);
  assert.ok(!ceremony.dealt && ceremony.Y === undefined);
  ceremony.dealing(body(good[4]));
  assert.ok(ceremony.dealt && ceremony.Y);
});
