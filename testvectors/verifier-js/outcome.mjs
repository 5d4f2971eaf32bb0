// Outcome: from the rules, the counts and the totals to the options adopted (§10).
import { quorum } from './rules.mjs';

const NEXT_IF_SHORT = { leave_short: 'none', second_round: 'second_round', next_session: 'next_session', plurality_floor_1_3: 'none' };

/** passes: does an option with Y votes pass (§10.2)? */
export function passes(rules, { N, P, R, V }, Y) {
  if (rules.shortfall === 'plurality_floor_1_3') return 3 * Y >= R && Y > 0;
  if (rules.base === 'none') return Y > 0;
  return 2 * Y > { all_deputies: N, present: P, collected: R, valid: V }[rules.base];
}

/** outcome gives {vote, next, adopted, tied}; yes and against hold one number per option. */
export function outcome(rules, counts, yes, against = []) {
  const { N, P, I, R } = counts;
  const repeat = (vote) => ({ vote, next: 'repeat', adopted: [], tied: [] });
  if (R > I || R === 0) return repeat('void');
  if (P < quorum(rules, N)) return repeat('no_quorum');
  if (rules['quorum.min_participation'] === 'half_all' && 2 * R <= N) return repeat('no_quorum');
  const valid = (next, adopted, tied = []) => ({ vote: 'valid', next, adopted, tied });
  if (rules.ballot_mode === 'satisfaction_3') return valid('none', []);

  const k = rules.winners_k;
  const ranked = yes.map((_, o) => o).filter((o) => passes(rules, counts, yes[o])).sort((a, b) => yes[b] - yes[a] || a - b);
  if (ranked.length < k) return valid(NEXT_IF_SHORT[rules.shortfall], ranked);
  if (ranked.length === k || yes[ranked[k - 1]] !== yes[ranked[k]]) return valid('none', ranked.slice(0, k));

  const border = yes[ranked[k]];
  const above = ranked.filter((o) => yes[o] > border);
  const tie = ranked.filter((o) => yes[o] === border);
  switch (rules.tie) {
    case 'revote_tied':
      return valid('second_round', above, tie);
    case 'presidium':
      return valid('presidium', above, tie);
    case 'adopt_all':
      return valid('none', [...above, ...tie]);
    case 'adopt_none':
      return valid('none', above);
    case 'fewer_against': {
      const seats = k - above.length;
      const order = [...tie].sort((a, b) => against[a] - against[b] || a - b);
      const edge = against[order[seats]];
      if (against[order[seats - 1]] !== edge) return valid('none', [...above, ...order.slice(0, seats)]);
      const better = order.filter((o) => against[o] < edge);
      return valid('presidium', [...above, ...better], order.filter((o) => against[o] === edge));
    }
  }
  throw new RangeError(`tie rule ${rules.tie}`);
}

/** grades tells for each row of `satisfaction_3` which grade it reached: 0, 1 or 2 (§10.6). */
export const grades = (rows, b) =>
  rows.map(([first, second]) => (2 * first > b ? 0 : 2 * (first + second) > b ? 1 : 2));
