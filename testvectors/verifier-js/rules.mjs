// Rules: the names and values of §4.2, in their order, and the quorum.
import { distinct, form } from './bytes.mjs';

export const YNA = ['yna_each', 'yna_capped'];

const oneOf = (...values) => (v) => values.includes(v);
const truth = oneOf('true', 'false');
const number = (v) => /^(0|[1-9][0-9]{0,8})$/.test(v);
const between = (v, low, high) => number(v) && Number(v) >= low && Number(v) <= high;

/** The largest min_marks that the limits of a mode enforce. */
const MOST_MIN = { select_k: Infinity, yna_each: 0, yna_capped: 0, choose_1: 1, satisfaction_3: 1 };

/** Each row: name, test of the value v; r has the raw texts of all rules, m the manifest read so far. */
const TABLE = [
  ['candidates_n', (v, r, m) => number(v) && Number(v) === m.options.length],
  ['winners_k', (v, r, m) => (r.ballot_mode === 'satisfaction_3' ? v === '0' : between(v, 1, m.options.length))],
  ['ballot_mode', oneOf('select_k', 'yna_each', 'yna_capped', 'choose_1', 'satisfaction_3')],
  ['min_marks', (v, r) => between(v, 0, Math.min(Number(r.max_marks), MOST_MIN[r.ballot_mode]))],
  ['max_marks', (v, r, m) => between(v, 1, m.options.length)],
  ['undervote', (v, r) => v === 'valid' || (v === 'invalid' && ['select_k', 'yna_capped'].includes(r.ballot_mode))],
  ['allow_spoil', truth],
  ['write_in', oneOf('false')],
  ['recast', oneOf('first_only')],
  ['quorum.rule', oneOf('two_thirds_all', 'half_all')],
  ['quorum.recheck_at_open', truth],
  ['quorum.min_participation', oneOf('none', 'half_all')],
  ['base', oneOf('all_deputies', 'present', 'collected', 'valid', 'none')],
  ['tie', (v, r) => oneOf('revote_tied', 'presidium', 'adopt_all', 'adopt_none')(v) || (v === 'fewer_against' && YNA.includes(r.ballot_mode))],
  ['shortfall', (v, r, m) => oneOf('leave_short', 'second_round', 'next_session')(v) || (v === 'plurality_floor_1_3' && m.round >= 2)],
  ['candidate_order', oneOf('fixed', 'by_lot_published_seed', 'per_terminal_rotation')],
  ['display.turnout', oneOf('live', 'after_close')],
  ['display.results', oneOf('after_sign')],
  ['display.tallies', oneOf('none', 'deputies', 'public')],
  ['void_vote_if', oneOf('collected_gt_issued')],
  ['ballot_retention.until', () => true],
  ['ballot_retention.destroy_needs', oneOf('presidium')],
  ['grades', (v, r) => (r.ballot_mode === 'satisfaction_3' ? threeTexts(v.split(',')) : v === '')],
];
export const RULE_NAMES = TABLE.map(([name]) => name);

const threeTexts = (list) => list.length === 3 && distinct(list) && !list.includes('');

const NUMBERS = ['candidates_n', 'winners_k', 'min_marks', 'max_marks'];
const TRUTHS = ['allow_spoil', 'quorum.recheck_at_open'];

/** readRules takes the pairs of a manifest to an object of texts, numbers and truth values. */
export function readRules(pairs, manifest) {
  form(pairs.length === TABLE.length, `${pairs.length} rules instead of ${TABLE.length}`);
  pairs.forEach(({ name }, i) => form(name === RULE_NAMES[i], `rule ${i} is ${name} instead of ${RULE_NAMES[i]}`));
  const raw = Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
  for (const [name, valid] of TABLE) form(valid(raw[name], raw, manifest), `rule ${name} has the value ${JSON.stringify(raw[name])}`);
  const rules = { ...raw };
  for (const name of NUMBERS) rules[name] = Number(raw[name]);
  for (const name of TRUTHS) rules[name] = raw[name] === 'true';
  return rules;
}

/** quorum is the least `present` with which a vote may be held (§4.2). */
export const quorum = (rules, deputies) =>
  rules['quorum.rule'] === 'two_thirds_all' ? Math.ceil((2 * deputies) / 3) : Math.floor(deputies / 2) + 1;
