// Ceremony: what one trustees entry and the messages after it must be (§5, §8).
import { certificate, evaluate, framed, readShare, sessionContext, verifySchnorr } from './cocktail.mjs';
import { readDealing } from './entry.mjs';
import { distinct, equal, form, hex, join, u32 } from './bytes.mjs';
import { ZERO, allHold, dleq, element, nonIdentity, scalar, sum } from './group.mjs';
import { validKey } from './signature.mjs';
import { dleqChallenge, keyContext, voteContext } from './transcript.mjs';
import { sha512 } from './tree.mjs';

/** A Ceremony belongs to one trustees entry. Its methods throw FormError when an entry is refused. */
export class Ceremony {
  dealings = new Map();
  agreements = new Set();
  readies = new Set();
  complained = false;

  /** trustees is the parsed body, hash the entry's hash, attempt the number of trustees entries so far. */
  constructor(manifest, manifestHash, trustees, hash, attempt, formerStatic) {
    Object.assign(this, { n: manifest.n, t: manifest.t, vote: voteContext(manifestHash), trusteesHash: hash });
    const { scrutineers, tellers } = trustees;
    form(scrutineers.length === this.n, `${scrutineers.length} scrutineers instead of ${this.n}`);
    this.roleKeys = scrutineers.map((s) => s.roleKey);
    this.tellerKeys = tellers.map((s) => s.roleKey);
    const roleKeys = [...this.roleKeys, ...this.tellerKeys];
    form(roleKeys.every(validKey), 'an invalid role key');
    form(distinct(roleKeys.map(hex)), 'a role key occurs twice');
    this.staticKeys = scrutineers.map((s) => nonIdentity(s.staticKey));
    this.staticHex = this.staticKeys.map((k) => hex(k.bytes));
    form(distinct(this.staticHex), 'a static key occurs twice');
    form(!this.staticHex.some((k) => formerStatic.has(k)), 'a static key of an earlier trustees entry');
    this.statics = this.staticKeys.map((k) => k.bytes);
    this.context = sessionContext(join(manifestHash, hash, u32(attempt)), this.statics);
  }

  get dealt() {
    return this.dealings.size === this.n;
  }
  dealing({ index, msg }) {
    form(!this.dealings.has(index), 'a second dealing by the same trustee');
    const body = readDealing(msg, this.n, this.t);
    const commitments = body.commitments.map(nonIdentity);
    const ephemeral = nonIdentity(body.ephemeral);
    const message = join(this.context, ...body.commitments, body.ephemeral);
    form(verifySchnorr(commitments[0], message, body.pop), 'the proof of possession does not verify');
    const dealings = new Map(this.dealings).set(index, { ...body, commitments, ephemeral });
    if (dealings.size === this.n) this.finishDealings(dealings);
    this.dealings = dealings; // a refused one changes nothing
  }

  /** finishDealings computes the CertEq transcript, the joint key Y and the verification shares Y_i. */
  finishDealings(dealings) {
    const all = this.staticKeys.map((_, i) => dealings.get(i + 1));
    const coefficients = Array.from({ length: this.t }, (_, k) => sum(all.map((d) => d.commitments[k].point)));
    form(!coefficients[0].equals(ZERO), 'the dealing makes the joint key the identity');
    const extension = sha512(...all.flatMap((d) => d.ciphertexts.map(framed)));
    this.certificate = certificate(this.context, this.statics, all, extension);
    this.Y = coefficients[0];
    this.shares = this.staticKeys.map((_, i) => evaluate(coefficients, i + 1));
    this.key = keyContext(this.vote, this.n, this.t, this.Y, all.map((d) => d.commitments));
  }

  agreement(body) {
    form(this.dealt, 'an agreement before all dealings');
    form(!this.agreements.has(body.index), 'a second agreement by the same trustee');
    form(verifySchnorr(this.staticKeys[body.index - 1], this.certificate, body.sig), 'the CertEq signature does not verify');
    this.agreements.add(body.index);
  }

  ready(body) {
    form(this.agreements.size === this.n, '`ready` before all agreements');
    form(!this.readies.has(body.index), 'a second `ready` by the same trustee');
    form(equal(body.jointKey, this.Y.toBytes()), 'another joint key');
    this.readies.add(body.index);
  }

  /** complaint: the two proofs hold, and what they open is no share that fits the commitments. */
  complaint(body) {
    const { index, accused } = body;
    const dealing = this.dealings.get(accused);
    form(dealing, 'a complaint about a dealing that is not there');
    const mine = this.staticKeys[index - 1];
    const bases = [dealing.ephemeral, this.staticKeys[accused - 1]];
    const equations = [body.Se, body.Sd].flatMap((bytes, k) => {
      const image = element(bytes);
      const { a, b, z } = body.proofs[k];
      const proof = { a: element(a), b: element(b), z: scalar(z) };
      const c = dleqChallenge('complaint proof', this.vote, index, 2 * accused + k, bases[k].bytes, mine.bytes, image.bytes, proof);
      return dleq(c, proof, bases[k].point, mine.point, image.point);
    });
    form(allHold(equations), 'a proof of the complaint does not verify');
    const share = readShare(dealing, index, body.Se, body.Sd, bases[1].bytes, mine.bytes, this.context);
    form(share === undefined, 'the share that is complained of is right');
    this.complained = true;
  }
}
