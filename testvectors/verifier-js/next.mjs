// Next: which vote follows a vote, and whether a manifest is that vote (§10, rule 7).
import { equal, form } from './bytes.mjs';

/** The values of `next` after which another vote may come. */
export const FOLLOWED = ['repeat', 'second_round'];

const LAST_ROUND = 255;
const CAPPED = ['select_k', 'yna_capped'];

/** afterShortfall gives the options that stand again, by their number of votes. */
function afterShortfall({ candidates_n: n, winners_k: k }, adopted, yes) {
  const rest = yes.map((_, o) => o).filter((o) => !adopted.includes(o)).sort((a, b) => yes[b] - yes[a] || a - b);
  const seats = k - adopted.length;
  const c = Math.min(Math.max(Math.ceil((seats * n) / k), seats + 1), rest.length);
  return rest.filter((o) => yes[o] >= yes[rest[c - 1]]);
}

/** follow derives the vote that follows: round, numbers of the options, rules that differ, and those that the presidium chooses.
    A vote is {manifest, voided, outcome, yes}; yes has the votes of each option. It gives nothing if no vote follows. */
export function follow({ manifest, voided, outcome, yes }) {
  const { round, rules, options } = manifest;
  if (voided || outcome?.next === 'repeat') return { round, options: options.map((_, o) => o), rules: {}, free: [] };
  if (outcome?.next !== 'second_round' || round === LAST_ROUND) return undefined;
  const { adopted, tied } = outcome;
  const seats = rules.winners_k - adopted.length;
  const tie = tied.length > 0;
  const stand = tie ? [...tied].sort((a, b) => a - b) : afterShortfall(rules, adopted, yes);
  const max = CAPPED.includes(rules.ballot_mode) ? seats : Math.min(rules.max_marks, stand.length);
  const numbers = { candidates_n: stand.length, winners_k: seats, max_marks: max, min_marks: Math.min(rules.min_marks, max) };
  const changed = Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, String(n)]));
  if (tie) Object.assign(changed, { base: 'none', shortfall: rules.shortfall === 'plurality_floor_1_3' ? 'leave_short' : rules.shortfall });
  return { round: round + 1, options: stand, rules: changed, free: tie ? [] : ['shortfall'] };
}

const sameOption = (a, b) => Object.keys(a).every((field) => a[field] === b[field]);

/** checkNext: the manifest is the follow-up of the vote. */
export function checkNext(manifest, vote) {
  const next = follow(vote);
  form(next, 'no vote follows the parent');
  form(equal(manifest.parent, vote.manifestHash), 'parent is another vote');
  for (const name of ['congress', 'session', 'kind', 'deputies']) form(manifest[name] === vote.manifest[name], `${name} is not that of the parent`);
  form(manifest.round === next.round, `round ${manifest.round} instead of ${next.round}`);
  const options = next.options.map((o) => vote.manifest.options[o]);
  const same = manifest.options.length === options.length && manifest.options.every((o, i) => sameOption(o, options[i]));
  form(same, `the options are not ${options.map((o) => o.id).join(', ')}`);
  vote.manifest.rulePairs.forEach(({ name, value }, i) => {
    const want = next.rules[name] ?? value;
    const have = manifest.rulePairs[i].value;
    form(have === want || next.free.includes(name), `rule ${name} is ${have} instead of ${want}`);
  });
}
