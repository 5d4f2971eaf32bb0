// Grid: the positions and limits that the mode and the rules give (§7).

const branches = ({ low, high }) => high - low + 1;
/** proofSize is the length of a range proof: a and b per branch, all but one challenge, all responses. */
export const proofSize = (range) => 32 * (4 * branches(range) - 1);

/** makeGrid gives positions (place → what it means), limits, and where to read each total. */
export function makeGrid(rules, options) {
  const k = rules.max_marks;
  const mode = rules.ballot_mode;
  const positions = [];
  const limits = [];
  const add = (what, option) => positions.push({ what, option }) - 1;
  const limit = (low, high, terms) => limits.push({ low, high, terms: terms.filter(([p]) => p >= 0).map(([position, weight]) => ({ position, weight })) });
  const least = rules.undervote === 'invalid' ? k : Math.max(1, rules.min_marks);
  const abstains = rules.min_marks === 0;
  const numbers = [...Array(options).keys()];
  let yes = [];
  let against = [];
  let rows = [];
  let spoil = -1;
  const addSpoil = () => (spoil = rules.allow_spoil ? add('spoil') : -1);

  if (mode === 'select_k' || mode === 'choose_1') {
    yes = numbers.map((o) => add('mark', o));
    const abstain = abstains ? add('abstain') : -1;
    addSpoil();
    if (mode === 'select_k') limit(least, k, [...yes.map((p) => [p, 1]), [abstain, k], [spoil, k]]);
    else limit(1, 1, [...yes, abstain, spoil].map((p) => [p, 1]));
  } else if (mode === 'yna_each' || mode === 'yna_capped') {
    for (const o of numbers) {
      yes.push(add('for', o));
      against.push(add('against', o));
    }
    addSpoil();
    for (const o of numbers) limit(0, 1, [[yes[o], 1], [against[o], 1], [spoil, 1]]);
    if (mode === 'yna_capped') limit(rules.undervote === 'invalid' ? k : 0, k, [...yes.map((p) => [p, 1]), [spoil, k]]);
  } else {
    const rowTerms = numbers.map((o) => {
      rows.push([add('first', o), add('second', o), add('third', o)]);
      return [...rows[o], abstains ? add('abstain', o) : -1];
    });
    addSpoil();
    for (const terms of rowTerms) limit(1, 1, [...terms, spoil].map((p) => [p, 1]));
  }
  return { positions, limits, yes, against, rows, spoil };
}

/** ranges are the statements of a ballot in the order of its proofs: the position limits, then the limits. */
export const ranges = (grid) => [
  ...grid.positions.map((_, place) => ({ name: 'position proof', place, low: 0, high: 1, terms: [{ position: place, weight: 1 }] })),
  ...grid.limits.map((limit, place) => ({ name: 'limit proof', place, ...limit })),
];

export const credentialSize = (issuers) => 64 + 384 * issuers;

/** sealedSize is the length of the ciphertexts and proofs of every ballot, cast or on paper. */
const sealedSize = (grid) => 64 * grid.positions.length + ranges(grid).reduce((n, r) => n + proofSize(r), 0);

/** ballotSize is the length of the body of every ballot of a vote with so many issuers. */
export const ballotSize = (grid, issuers) => 32 + credentialSize(issuers) + sealedSize(grid) + 64;

/** paperSize is the length of the body of every paper entry (§7.1). */
export const paperSize = (grid) => 32 + 32 + 4 + sealedSize(grid);
