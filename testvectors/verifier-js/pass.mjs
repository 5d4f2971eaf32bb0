// Pass: how checks end, and who signs what (check 11).
import { FormError } from './bytes.mjs';
import { Stop } from './report.mjs';
import { verifySigned } from './signature.mjs';

const LEAD = '1.0';
const PRESIDIUM = '2.0';

/** A Pass goes over the entries of a log; index is that of the entry at hand. */
export class Pass {
  badges = new Map();

  constructor(manifest, manifestHash, leaves, report) {
    Object.assign(this, { manifest, manifestHash, leaves, report });
  }

  /** need stops the verification when a check fails; note only writes it down; refuse turns a FormError into a failure. */
  need(no, ok, cause) {
    this.report.begin(no);
    if (ok) return;
    this.report.fail(no, this.index, cause);
    throw new Stop();
  }
  note(no, ok, cause, entry = this.index) {
    this.report.begin(no);
    if (!ok) this.report.fail(no, entry, cause);
    return ok;
  }
  refuse(no, act, demand = this.need) {
    try {
      const value = act();
      demand.call(this, no, true);
      return value;
    } catch (e) {
      if (!(e instanceof FormError)) throw e;
      demand.call(this, no, false, e.message);
    }
  }

  /** Check 11: exactly the signatures that the kind demands (§4). */
  checkSignatures(entry, body) {
    const { name, signers, signatures } = entry;
    const have = signatures.map((s) => `${s.role}.${s.index}`);
    const exactly = (...who) => have.join() === who.join();
    const count = (role) => signatures.filter((s) => s.role === role).length;
    const only = (...roles) => signatures.every((s) => roles.includes(s.role));
    const right = {
      nobody: () => exactly(),
      'lead and presidium': () => exactly(LEAD, PRESIDIUM),
      presidium: () => exactly(PRESIDIUM),
      log: () => exactly('5.0'),
      badge: () => exactly('6.0'),
      scrutineer: () => exactly(`3.${body.index}`),
      'two scrutineers': () => only(3) && count(3) >= 2,
      certifiers: () => only(3) && have[0] === '3.1' && 2 * count(3) > this.manifest.n,
      'two tellers and a scrutineer': () => only(3, 4) && count(4) >= 2 && count(3) >= 1,
    };
    this.need(11, right[signers](), `${name} is signed by ${have.join(' ') || 'nobody'}`);
    const { staffKey, presidiumKey, logKey } = this.manifest;
    for (const { role, index, sig } of signatures) {
      const [scrutineer, teller] = [this.ceremony?.roleKeys[index - 1], this.ceremony?.tellerKeys[index - 1]];
      const key = [, staffKey, presidiumKey, scrutineer, teller, logKey, this.badges.get(body.index) ?? body.badgeKey][role];
      this.need(11, key && verifySigned(key, name, this.manifestHash, entry.body, sig), `signature ${role}.${index} is not valid`);
    }
  }
}
