// Group: ristretto255 with strict decoding (§2), and equations checked singly or in a random combination.
import { randomBytes } from 'node:crypto';
import { ristretto255 } from '@noble/curves/ed25519.js';
import { mulAddUnsafe, pippenger } from '@noble/curves/abstract/curve.js';
import { FormError, allZero, form, hex } from './bytes.mjs';

const Point = ristretto255.Point;
export const ORDER = Point.Fn.ORDER;
export const G = Point.BASE;
export const ZERO = Point.ZERO;

export const mod = (n) => ((n % ORDER) + ORDER) % ORDER;

/** element decodes a canonical encoding; bytes stay beside the point for transcripts. */
export function element(bytes) {
  try {
    return { bytes, point: Point.fromBytes(bytes) };
  } catch {
    throw new FormError(`not a canonical element: ${hex(bytes)}`);
  }
}

/** nonIdentity decodes an element that must not be 32 zero bytes. */
export function nonIdentity(bytes) {
  form(!allZero(bytes), 'the identity');
  return element(bytes);
}

export const littleEndian = (bytes) => BigInt('0x' + (hex(Uint8Array.from(bytes).reverse()) || '0'));

/** scalar decodes 32 bytes little-endian below ℓ. */
export function scalar(bytes) {
  const n = littleEndian(bytes);
  form(n < ORDER, 'scalar not below ℓ');
  return n;
}

/** combine is Σ sᵢ·Pᵢ over terms [P, s]. */
export function combine(terms) {
  const points = terms.map(([p]) => p);
  const scalars = terms.map(([, s]) => mod(s));
  if (points.length === 0) return ZERO;
  return points.length <= 4 ? mulAddUnsafe(Point, points, scalars) : pippenger(Point, points, scalars);
}

export const sum = (points) => points.reduce((a, p) => a.add(p), ZERO);

/** An equation is a list of terms [P, s] that must sum to the identity. allHold checks many at once:
    with random 128-bit weights a false one survives with probability 2^-128. */
export function allHold(equations) {
  const weights = new Map();
  for (const terms of equations) {
    const w = equations.length === 1 ? 1n : BigInt('0x' + randomBytes(16).toString('hex'));
    for (const [p, s] of terms) weights.set(p, mod((weights.get(p) ?? 0n) + w * s));
  }
  return combine([...weights]).equals(ZERO);
}

/** dleq gives the two equations of a DLEQ proof that X = x·G and Z = x·B (§8). */
export const dleq = (c, { a, b, z }, B, X, Z) => [
  [[G, z], [a.point, -1n], [X, -c]],
  [[B, z], [b.point, -1n], [Z, -c]],
];
