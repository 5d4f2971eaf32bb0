// The published vectors of COCKTAIL-DKG (github.com/C2SP/CCTV, cocktail-dkg-ristretto255-sha512.json);
// COCKTAIL_VECTORS names that file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { certificate, evaluate, readShare, sessionContext, verifySchnorr } from '../cocktail.mjs';
import { hex, join } from '../bytes.mjs';
import { combine, mod, littleEndian, nonIdentity, sum, G } from '../group.mjs';
import { sha512 } from '../tree.mjs';

const file = process.env.COCKTAIL_VECTORS;
const bin = (s) => new Uint8Array(Buffer.from(s, 'hex'));

test('published vectors', { skip: !file }, () => {
  for (const v of JSON.parse(readFileSync(file)).vectors) {
    const statics = v.config.static_public_keys.map(bin);
    const secrets = v.config.static_secret_keys.map((s) => littleEndian(bin(s)));
    const context = sessionContext(bin(v.session_tag), statics);
    assert.equal(hex(context), v.context);
    const dealings = v.round1.map((d) => ({
      commitments: d.vss_commitment.map((c) => nonIdentity(bin(c))),
      ephemeral: nonIdentity(bin(d.ephemeral_public_key)),
      pop: bin(d.pop),
      ciphertexts: d.encrypted_shares.map(bin),
    }));
    for (const d of dealings) {
      const message = join(context, ...d.commitments.map((c) => c.bytes), d.ephemeral.bytes);
      assert.ok(verifySchnorr(d.commitments[0], message, d.pop));
      assert.ok(!verifySchnorr(d.commitments[1], message, d.pop));
    }
    const T = certificate(context, statics, dealings, bin(v.extension));
    assert.equal(hex(sha512(T)), v.round3.transcript_hash);
    v.round3.signatures.forEach((s, i) => assert.ok(verifySchnorr(nonIdentity(statics[i]), T, bin(s.signature))));
    assert.equal(sum(dealings.map((d) => d.commitments[0].point)).toHex(), v.group_public_key);
    if (v.extension !== '') continue;
    v.round2.forEach((r, i) => {
      const shares = dealings.map((d, j) => {
        const [Se, Sd] = [d.ephemeral.point, nonIdentity(statics[j]).point].map((P) => combine([[P, secrets[i]]]).toBytes());
        return readShare(d, i + 1, Se, Sd, statics[j], statics[i], context);
      });
      const x = mod(shares.reduce((a, b) => a + b));
      assert.equal(x, littleEndian(bin(r.secret_share)));
      assert.equal(combine([[G, x]]).toHex(), r.verification_share);
      const all = dealings[0].commitments.map((_, k) => sum(dealings.map((d) => d.commitments[k].point)));
      assert.equal(evaluate(all, i + 1).toHex(), r.verification_share);
    });
  }
});
