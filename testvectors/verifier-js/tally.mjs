// Tally: aggregate, shares and totals (§9).
import { form } from './bytes.mjs';
import { G, ORDER, allHold, combine, dleq, element, mod, scalar, sum } from './group.mjs';
import { dleqChallenge } from './transcript.mjs';

/** aggregate sums the ciphertexts of all ballots, per position. */
export function aggregate(ballots, positions) {
  return Array.from({ length: positions }, (_, p) => {
    const A = sum(ballots.map((b) => b.ciphertexts[p].A));
    const B = sum(ballots.map((b) => b.ciphertexts[p].B));
    return { A, B, alpha: A.toBytes(), beta: B.toBytes() };
  });
}

/** openShare gives the points D of a share, after its proofs under Y_i hold. */
export function openShare(share, sums, context, Yi) {
  const points = [];
  const equations = share.parts.flatMap((part, place) => {
    const D = element(part.D);
    const proof = { a: element(part.a), b: element(part.b), z: scalar(part.z) };
    const c = dleqChallenge('share proof', context, share.index, place, sums[place].alpha, Yi, D.bytes, proof);
    points.push(D.point);
    return dleq(c, proof, sums[place].A, Yi, D.point);
  });
  form(allHold(equations), 'a proof of the share does not verify');
  return points;
}

function inverse(n) {
  let [r, base] = [1n, mod(n)];
  for (let e = ORDER - 2n; e > 0n; e >>= 1n, base = mod(base * base)) if (e & 1n) r = mod(r * base);
  return r;
}

/** lagrange gives λ_i at 0 for each of the indexes. */
export const lagrange = (indexes) =>
  indexes.map((i) => {
    const others = indexes.filter((j) => j !== i).map(BigInt);
    const above = others.reduce((a, j) => mod(a * j), 1n);
    return mod(above * inverse(others.reduce((a, j) => mod(a * (j - BigInt(i))), 1n)));
  });

/** checkTotals: m·G = β − Σ λ_i·D_i and m ≤ count, the ballots in the aggregate, for each position. shares is a list of [index, points]. */
export function checkTotals(totals, sums, shares, count) {
  const lambda = lagrange(shares.map(([index]) => index));
  totals.forEach((m, p) => {
    form(m <= count, `total ${p} is ${m}, more than ${count} ballots`);
    const open = shares.map(([, points], k) => [points[p], -lambda[k]]);
    const right = combine([[sums[p].B, 1n], ...open, [G, -BigInt(m)]]).equals(combine([]));
    form(right, `total ${p} is not ${m}`);
  });
}

/** checkLimits: lo·a ≤ Σ wᵢ·totalᵢ ≤ hi·a, a the ballots in the aggregate (§12). */
export function checkLimits(totals, limits, count) {
  limits.forEach(({ low, high, terms }, i) => {
    const s = terms.reduce((n, { position, weight }) => n + weight * totals[position], 0);
    form(low * count <= s && s <= high * count, `limit ${i} does not hold for the sums`);
  });
}

