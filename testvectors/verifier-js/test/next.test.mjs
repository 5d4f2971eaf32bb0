// Which vote follows a vote (§10, rule 7), without any record.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FormError } from '../bytes.mjs';
import { checkNext, follow } from '../next.mjs';

const RULES = { candidates_n: 5, winners_k: 2, ballot_mode: 'select_k', min_marks: 1, max_marks: 2, base: 'present', tie: 'revote_tied', shortfall: 'second_round' };

function vote(rules, adopted, tied, yes, { next = 'second_round', round = 1, voided = false } = {}) {
  const r = { ...RULES, candidates_n: yes.length, ...rules };
  const rulePairs = Object.entries(r).map(([name, value]) => ({ name, value: String(value) }));
  const options = yes.map((_, i) => ({ id: `P${i}`, content: '', investment: BigInt(i) }));
  const manifest = { congress: 'c', session: 's', kind: 0, deputies: 9, parent: new Uint8Array(32), round, rules: r, rulePairs, options };
  return { manifest, manifestHash: new Uint8Array(32).fill(1), outcome: { vote: 'valid', next, adopted, tied }, yes, voided };
}
const said = (...args) => {
  const f = follow(vote(...args));
  if (!f) return 'nothing';
  const r = { ...f.rules };
  return `${f.round} [${f.options}] ${['candidates_n', 'winners_k', 'max_marks', 'min_marks', 'base', 'shortfall'].map((n) => r[n] ?? '-').join(' ')}`;
};

test('after a tie', () => {
  for (const [want, ...args] of [
    ['2 [1,3] 2 1 1 1 none second_round', {}, [0], [1, 3], [9, 5, 1, 5, 0]],
    ['2 [1,2,3] 3 2 2 1 none leave_short', { shortfall: 'leave_short' }, [], [3, 1, 2], [1, 5, 5, 5]],
    ['3 [1,3] 2 1 1 0 none leave_short', { shortfall: 'plurality_floor_1_3', min_marks: 0 }, [0], [1, 3], [9, 5, 1, 5], { round: 2 }],
    ['2 [1,3] 2 1 2 0 none second_round', { ballot_mode: 'yna_each', max_marks: 4, min_marks: 0 }, [0], [1, 3], [9, 5, 1, 5]],
    ['2 [1,3] 2 1 1 0 none second_round', { ballot_mode: 'yna_capped', max_marks: 4, min_marks: 0 }, [0], [1, 3], [9, 5, 1, 5]],
    ['2 [1,3] 2 1 2 1 none second_round', { ballot_mode: 'choose_1', max_marks: 3 }, [0], [1, 3], [9, 5, 1, 5]],
    ['2 [1,3] 2 1 1 1 none second_round', { min_marks: 2 }, [0], [1, 3], [9, 5, 1, 5]],
    ['nothing', {}, [0], [1, 3], [9, 5, 1, 5], { round: 255 }],
  ]) assert.equal(said(...args), want);
});

test('after a shortfall', () => {
  for (const [want, ...args] of [
    // ⌈1·5 ÷ 2⌉ = 3 of four, in the order of their votes.
    ['2 [3,1,4] 3 1 1 1 - -', {}, [0], [], [9, 5, 1, 6, 2]],
    ['2 [1,3,2,4] 4 1 1 1 - -', {}, [0], [], [9, 6, 2, 6, 2]],
    // k' + 1 is more than ⌈2·3 ÷ 2⌉ − 1 would give, and all that there are.
    ['2 [2,0,1] 3 2 2 1 - -', {}, [], [], [1, 1, 2]],
    ['2 [1,2] 2 1 1 1 - -', {}, [0], [], [9, 1, 0]],
    // no more options than seats: all stand again.
    ['2 [1,0] 2 2 2 1 - -', {}, [], [], [1, 2]],
    ['2 [2] 1 1 1 1 - -', { winners_k: 3, max_marks: 3 }, [0, 1], [], [8, 8, 1]],
    ['2 [0,1,2,3] 4 1 2 0 - -', { ballot_mode: 'yna_each', min_marks: 0, winners_k: 1 }, [], [], [0, 0, 0, 0]],
  ]) assert.equal(said(...args), want);
  assert.deepEqual(follow(vote({}, [0], [], [9, 1, 0])).free, ['shortfall']);
  assert.deepEqual(follow(vote({}, [0], [1, 2], [9, 1, 1])).free, []);
});

test('a repetition, and no vote', () => {
  assert.equal(said({}, [], [], [9, 1, 0], { next: 'repeat' }), '1 [0,1,2] - - - - - -');
  assert.equal(said({}, [0], [], [9, 1, 0], { round: 255, voided: true }), '255 [0,1,2] - - - - - -');
  assert.equal(follow({ ...vote({}, [], [], [1, 1]), outcome: undefined, voided: true }).round, 1);
  assert.equal(follow({ ...vote({}, [], [], [1, 1]), outcome: undefined }), undefined);
  for (const next of ['none', 'presidium', 'next_session']) assert.equal(said({}, [0], [], [9, 1, 0], { next }), 'nothing');
});

test('the manifest of the vote that follows', () => {
  const parent = vote({}, [0], [], [9, 5, 1, 6, 2]);
  const child = (change = {}, rules = {}) => {
    const options = [3, 1, 4].map((o) => ({ ...parent.manifest.options[o] }));
    const values = { ...parent.manifest.rules, candidates_n: 3, winners_k: 1, max_marks: 1, ...rules };
    const rulePairs = Object.entries(values).map(([name, value]) => ({ name, value: String(value) }));
    return { ...parent.manifest, parent: parent.manifestHash, round: 2, options, rulePairs, ...change };
  };
  for (const shortfall of ['leave_short', 'second_round', 'plurality_floor_1_3']) checkNext(child({}, { shortfall }), parent);
  const { options } = child();
  for (const change of [
    { congress: 'x' }, { session: 'x' }, { kind: 1 }, { deputies: 8 }, { round: 1 }, { round: 3 }, { parent: new Uint8Array(32) },
    { options: options.slice(1) }, { options: [options[1], options[0], options[2]] }, { options: [options[0], options[1], { ...options[2], content: 'x' }] },
    { options: [...options, parent.manifest.options[2]] },
  ]) assert.throws(() => checkNext(child(change), parent), FormError, JSON.stringify(Object.keys(change)));
  for (const rules of [{ base: 'none' }, { tie: 'presidium' }, { winners_k: 2 }, { max_marks: 2 }, { min_marks: 0 }]) assert.throws(() => checkNext(child({}, rules), parent), FormError);
});
