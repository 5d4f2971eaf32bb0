// Cocktail: the parts of C2SP COCKTAIL-DKG v0.2.1 that a reader of messages needs, for Ristretto255 and SHA-512 (§8).
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { FormError, join, text, u32, u64 } from './bytes.mjs';
import { G, ORDER, allHold, combine, littleEndian, mod, nonIdentity, scalar } from './group.mjs';
import { sha512 } from './tree.mjs';

const SUITE = text('COCKTAIL(Ristretto255, SHA-512)');
const PREFIX = 'COCKTAIL-DKG-Ristretto255-SHA512-';
const le32 = (n) => u32(n).reverse();
const sized = (bytes) => join(u64(bytes.length).reverse(), bytes);
export const framed = (bytes) => join(u64(bytes.length), bytes);

/** sessionContext is the recommended construction; statics are the encoded static keys in order. */
export const sessionContext = (session, statics) =>
  sha512(text('COCKTAIL-DKG-CONTEXT'), framed(session), framed(SUITE), le32(statics.length), ...statics);

/** verifySchnorr: pub is an element that is not the identity. */
export function verifySchnorr(pub, message, signature) {
  try {
    const R = nonIdentity(signature.subarray(0, 32));
    const z = scalar(signature.subarray(32));
    const c = mod(littleEndian(sha512(text(`${PREFIX}H7`), R.bytes, pub.bytes, message)));
    return allHold([[[G, z], [R.point, -1n], [pub.point, -c]]]);
  } catch (e) {
    if (e instanceof FormError) return false;
    throw e;
  }
}

/** certificate is the transcript T of CertEq; dealings are in the order of trustees. */
export function certificate(context, statics, dealings, extension) {
  const commitments = dealings.flatMap((d) => d.commitments.map((c) => c.bytes));
  return join(
    sized(SUITE), sized(context), le32(statics.length), le32(dealings[0].commitments.length), ...statics, ...commitments,
    ...dealings.map((d) => d.pop), ...dealings.map((d) => d.ephemeral.bytes), sized(extension),
  );
}

/** evaluate is Σ_k i^k · C_k. */
export const evaluate = (points, i) => combine(points.map((C, k) => [C, BigInt(i) ** BigInt(k)]));

/** readShare decrypts a share; undefined if it does not open to a scalar that fits the sender's commitments. */
export function readShare(dealing, i, Se, Sd, sender, recipient, context) {
  const tmp = sha512(text(`${PREFIX}H6`), Se, Sd, dealing.ephemeral.bytes, sender, recipient, sized(context));
  let plain;
  try {
    plain = xchacha20poly1305(tmp.slice(0, 32), tmp.slice(32, 56)).decrypt(Uint8Array.from(dealing.ciphertexts[i - 1]));
  } catch {
    return undefined;
  }
  const share = littleEndian(plain);
  const fits = share < ORDER && combine([[G, share]]).equals(evaluate(dealing.commitments.map((C) => C.point), i));
  return fits ? share : undefined;
}
