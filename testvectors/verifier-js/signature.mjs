// Signature: strict Ed25519 (§2), what is signed (§3) and RSA-PSS credentials (§6).
import { constants, createPublicKey, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { join, text } from './bytes.mjs';
import { littleEndian } from './group.mjs';
import { sha256 } from './tree.mjs';

const L = ed25519.Point.Fn.ORDER;
const known = new Map();

/** validKey: canonical, on the curve, not of small order. */
export function validKey(key) {
  const id = Buffer.from(key).toString('hex');
  if (!known.has(id)) {
    try {
      known.set(id, !ed25519.Point.fromBytes(Uint8Array.from(key), false).isSmallOrder());
    } catch {
      known.set(id, false);
    }
  }
  return known.get(id);
}

/** verifyEd25519 is strict: OpenSSL compares the encoding of s·B − k·A with R byte by byte,
    so R is canonical and the equation has no cofactor; A and s are looked at here. */
export function verifyEd25519(key, message, signature) {
  if (signature.length !== 64 || littleEndian(signature.subarray(32)) >= L || !validKey(key)) return false;
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
  return verify(null, message, createPublicKey({ key: jwk, format: 'jwk' }), signature);
}

/** verifySigned verifies a signature of this protocol over a body. */
export const verifySigned = (key, name, manifestHash, body, signature) =>
  verifyEd25519(key, join(text(`piaojue-v1 ${name}\n`), manifestHash, sha256(body)), signature);

/** verifyBlind verifies one issuer's signature: RFC 9474, Verify, SHA-384, salt of 48 bytes. */
export function verifyBlind(modulus, message, signature) {
  const jwk = { kty: 'RSA', n: Buffer.from(modulus).toString('base64url'), e: 'AQAB' };
  const key = createPublicKey({ key: jwk, format: 'jwk' });
  return verify('sha384', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 }, signature);
}
