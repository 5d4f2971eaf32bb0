// Tables for §10.
import assert from 'node:assert/strict';
import test from 'node:test';
import { grades, outcome, passes } from '../outcome.mjs';

const RULES = { winners_k: 2, ballot_mode: 'yna_each', base: 'all_deputies', tie: 'presidium', shortfall: 'leave_short', 'quorum.rule': 'two_thirds_all', 'quorum.min_participation': 'none' };
const COUNTS = { N: 100, P: 90, I: 88, R: 80, V: 78, X: 2 };
const run = (yes, rules = {}, against = [], counts = {}) => {
  const o = outcome({ ...RULES, ...rules }, { ...COUNTS, ...counts }, yes, against);
  return `${o.vote} ${o.next} [${o.adopted}] [${o.tied}]`;
};

test('validity', () => {
  const half = { 'quorum.rule': 'half_all' };
  const participation = { 'quorum.min_participation': 'half_all' };
  for (const [want, counts, rules] of [
    ['void repeat', { R: 89 }],
    ['void repeat', { R: 0, V: 0, X: 0 }],
    ['valid none', { R: 1, V: 1, X: 0 }],
    ['no_quorum repeat', { P: 66 }],
    ['valid none', { P: 67 }],
    ['no_quorum repeat', { P: 50 }, half],
    ['valid none', { P: 51 }, half],
    ['no_quorum repeat', { R: 50 }, participation],
    ['valid none', { R: 51 }, participation],
    ['no_quorum repeat', { N: 3, P: 1, I: 1, R: 1, V: 1 }],
    ['valid none', { N: 3, P: 2, I: 2, R: 2, V: 2 }],
  ]) assert.equal(run([60, 60, 0], rules, [], counts), want.startsWith('valid') ? `${want} [0,1] []` : `${want} [] []`);
});

test('bases', () => {
  for (const [base, least] of [['all_deputies', 51], ['present', 46], ['collected', 41], ['valid', 40], ['none', 1]]) {
    assert.ok(passes({ ...RULES, base }, COUNTS, least) && !passes({ ...RULES, base }, COUNTS, least - 1), base);
  }
  const floor = { ...RULES, shortfall: 'plurality_floor_1_3' };
  assert.ok(passes(floor, COUNTS, 27) && !passes(floor, COUNTS, 26) && !passes(floor, { ...COUNTS, R: 0 }, 0));
});

test('ranking, shortfall and ties', () => {
  for (const [want, ...args] of [
    ['valid none [1,0] []', [60, 70, 50]],
    ['valid none [2,1] []', [60, 70, 80]],
    ['valid none [0,1] []', [60, 60, 50]],
    ['valid none [1] []', [50, 70, 50]],
    ['valid second_round [1] []', [50, 70, 50], { shortfall: 'second_round' }],
    ['valid next_session [] []', [50, 50, 50], { shortfall: 'next_session' }],
    ['valid none [1] []', [20, 70, 20], { shortfall: 'plurality_floor_1_3' }],
    ['valid none [1,0] []', [30, 70, 27], { shortfall: 'plurality_floor_1_3' }],
    ['valid presidium [0] [1,2]', [70, 60, 60]],
    ['valid presidium [] [0,1,2]', [60, 60, 60]],
    ['valid none [2,0] []', [61, 60, 62, 60]],
    ['valid second_round [0] [1,2]', [70, 60, 60], { tie: 'revote_tied' }],
    ['valid none [0,1,2] []', [70, 60, 60], { tie: 'adopt_all' }],
    ['valid none [0] []', [70, 60, 60], { tie: 'adopt_none' }],
    ['valid none [0,2] []', [70, 60, 60], { tie: 'fewer_against' }, [0, 9, 3]],
    ['valid presidium [0] [1,2]', [70, 60, 60], { tie: 'fewer_against' }, [0, 9, 9]],
    ['valid presidium [2] [1,3]', [60, 60, 60, 60], { tie: 'fewer_against' }, [9, 5, 1, 5]],
    ['valid none [2,1] []', [60, 60, 60, 60], { tie: 'fewer_against' }, [9, 4, 1, 5]],
    ['valid none [] []', [90, 90], { ballot_mode: 'satisfaction_3', winners_k: 0 }],
  ]) assert.equal(run(...args), want);
});

test('grades', () => assert.deepEqual(grades([[51, 0], [50, 0], [30, 21], [30, 20]], 100), [0, 2, 1, 2]));
