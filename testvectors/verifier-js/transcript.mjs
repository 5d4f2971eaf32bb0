// Transcript: the labelled SHA-512 of §3 and the contexts built with it.
import { createHash } from 'node:crypto';
import { text, u32, u64, u8 } from './bytes.mjs';
import { G, littleEndian, mod } from './group.mjs';

/** Points that occur in many transcripts are encoded once. */
const encodings = new WeakMap();
function encoding(point) {
  if (!encodings.has(point)) encodings.set(point, point.toBytes());
  return encodings.get(point);
}

export class Transcript {
  #hash = createHash('sha512');
  constructor(name) {
    this.bytes('piaojue-v1', text(name));
  }
  #item(label, type, data) {
    const name = text(label);
    for (const part of [u8(name.length), name, u8(type), u32(data.length), data]) this.#hash.update(part);
    return this;
  }
  bytes(label, data) {
    return this.#item(label, 1, data);
  }
  uint(label, n) {
    return this.#item(label, 2, u64(n));
  }
  /** element takes a point, or 32 bytes that were decoded before. */
  element(label, e) {
    return this.#item(label, 3, e instanceof Uint8Array ? e : encoding(e));
  }
  list(label, count) {
    return this.#item(label, 4, u64(count));
  }
  /** pairs is the list of ciphertexts that several transcripts carry. */
  pairs(label, ciphertexts) {
    this.list(label, ciphertexts.length);
    for (const { alpha, beta } of ciphertexts) this.element('alpha', alpha).element('beta', beta);
    return this;
  }
  sum() {
    return new Uint8Array(this.#hash.digest());
  }
  challenge() {
    return mod(littleEndian(this.sum()));
  }
  digest() {
    return this.sum().subarray(0, 32);
  }
}

const rootContext = () => new Transcript('root').bytes('suite', text('piaojue-v1')).element('generator', G).sum();

export const voteContext = (manifestHash) =>
  new Transcript('vote').bytes('context', rootContext()).bytes('manifest', manifestHash).sum();

/** keyContext: commitments is a list of n lists of t elements. */
export function keyContext(vote, n, t, jointKey, commitments) {
  const tr = new Transcript('key').bytes('context', vote).uint('trustees', n).uint('threshold', t);
  tr.element('joint key', jointKey).list('commitments', n * t);
  for (const C of commitments.flat()) tr.element('commitment', C.bytes);
  return tr.sum();
}

export function credentialDigest({ key, prefix, signatures }) {
  const tr = new Transcript('credential').bytes('key', key).bytes('prefix', prefix).list('signatures', signatures.length);
  for (const s of signatures) tr.bytes('signature', s);
  return tr.digest();
}

export const ballotContext = (key, credential, ciphertexts) =>
  new Transcript('ballot')
    .bytes('context', key)
    .bytes('one-time key', credential.key)
    .bytes('credential', credentialDigest(credential))
    .pairs('ciphertexts', ciphertexts)
    .sum();

export const paperContext = (key, header, number, ciphertexts) =>
  new Transcript('paper')
    .bytes('context', key)
    .bytes('batch', header)
    .uint('number', number)
    .pairs('ciphertexts', ciphertexts)
    .sum();

export const sealCode = (manifestHash, jointKey, ciphertexts) =>
  new Transcript('seal')
    .bytes('manifest', manifestHash)
    .element('joint key', jointKey)
    .pairs('ciphertexts', ciphertexts)
    .digest();

export const closeContext = (key, size, root, ballots, aggregate) =>
  new Transcript('close')
    .bytes('context', key)
    .uint('size', size)
    .bytes('root', root)
    .uint('ballots', ballots)
    .pairs('aggregate', aggregate)
    .sum();

/** dleqChallenge is the challenge of a `share proof` or `complaint proof` (§8); elements are encodings or points. */
export const dleqChallenge = (name, context, trustee, place, base, pub, image, { a, b }) =>
  new Transcript(name)
    .bytes('context', context)
    .uint('trustee', trustee)
    .uint('place', place)
    .element('generator', G)
    .element('base', base)
    .element('public', pub)
    .element('image', image)
    .element('a', a.bytes)
    .element('b', b.bytes)
    .challenge();
