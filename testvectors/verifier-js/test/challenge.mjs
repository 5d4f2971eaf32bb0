// Challenge: the challenge of a range proof, written a second time.
import { G } from '../group.mjs';
import { Transcript } from '../transcript.mjs';
import { bin } from './load.mjs';

/** le encodes a scalar. */
export const le = (n) => bin(n.toString(16).padStart(64, '0')).reverse();

/** rangeChallenge is the challenge of a range proof, from the words of §7. */
export function rangeChallenge(range, proof, vote, context, ciphertexts) {
  const tr = new Transcript(range.name).bytes('context', context).uint('place', range.place).uint('low', range.low).uint('high', range.high);
  tr.list('terms', range.terms.length);
  for (const { position, weight } of range.terms) tr.uint('position', position).uint('weight', weight);
  tr.element('generator', G).element('joint key', vote.jointKey);
  tr.pairs('statement', range.terms.map((t) => ciphertexts[t.position]));
  tr.list('commitments', proof.commitments.length);
  for (const { a, b } of proof.commitments) tr.element('a', a.bytes).element('b', b.bytes);
  return le(tr.challenge());
}
