// A peer that speaks RSABSSA-SHA384-PSS-Randomized with package ballot: one
// JSON request per line on standard input, one answer per line on standard
// output, byte strings in hex.
import { createInterface } from 'node:readline';
import { RSABSSA } from '@cloudflare/blindrsa-ts';

const suite = RSABSSA.SHA384.PSS.Randomized();
const algorithm = { name: 'RSA-PSS', hash: 'SHA-384' };
const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (b) => Buffer.from(b).toString('hex');

const publicKey = (modulus) => crypto.subtle.importKey('jwk', {
  kty: 'RSA', alg: 'PS384', e: 'AQAB', n: Buffer.from(modulus, 'hex').toString('base64url'), ext: true,
}, algorithm, true, ['verify']);

const operations = {
  async blind({ modulus, message }) {
    const prepared = suite.prepare(bytes(message));
    const { blindedMsg, inv } = await suite.blind(await publicKey(modulus), prepared);
    return { prepared: hex(prepared), blinded: hex(blindedMsg), inv: hex(inv) };
  },
  async finalize({ modulus, prepared, blindSig, inv }) {
    return { sig: hex(await suite.finalize(await publicKey(modulus), bytes(prepared), bytes(blindSig), bytes(inv))) };
  },
  async blindSign({ pkcs8, blinded }) {
    const key = await crypto.subtle.importKey('pkcs8', bytes(pkcs8), algorithm, true, ['sign']);
    return { blindSig: hex(await suite.blindSign(key, bytes(blinded))) };
  },
  async verify({ modulus, prepared, sig }) {
    return { valid: await suite.verify(await publicKey(modulus), bytes(sig), bytes(prepared)) };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    console.log(JSON.stringify(await operations[request.op](request)));
  } catch (err) {
    console.log(JSON.stringify({ error: String(err) }));
  }
}
