// Report: the numbered checks of §12 and what became of each.

const IDS = [
  'record.files', 'record.entries', 'record.tiles', 'log.checkpoint', 'log.witnesses', 'manifest.form', 'manifest.hash', 'entry.form',
  'entry.phase', 'entry.chain', 'entry.signatures', 'trustees.keys', 'ceremony.dealings', 'ceremony.agreement', 'attendance.roll',
  'opening.quorum', 'issuance.roll', 'ballot.form', 'ballot.credential', 'ballot.signature', 'ballot.proofs', 'ballot.unique',
  'close.order', 'count.kept', 'numbers.order', 'collection.numbers', 'opening.minimum', 'share.proofs', 'result.totals',
  'result.outcome', 'certificate.result', 'archive.root', 'paper.batch', 'paper.proofs', 'decision.tie', 'successor.next', 'parent.next',
  'issuers.register',
];

/** plain is text from elsewhere as a terminal may show it: nothing in it moves the cursor, changes colours or turns the direction of writing. */
export const plain = (s) => s.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]/gu, '\ufffd');

/** Stop ends the verification: what follows needs what failed. */
export class Stop extends Error {}

export class Report {
  checks = IDS.map((id, i) => ({ number: i + 1, id, result: 'not reached', failures: [], begun: false }));
  #check(no) {
    return this.checks[no - 1];
  }
  /** fail notes a failure; the verification goes on. */
  fail(no, entry, cause) {
    const check = this.#check(no);
    check.result = 'failed';
    check.failures.push({ entry, cause });
  }
  /** begin notes that a check held so far; it passes if the verification comes to its end. */
  begin(no) {
    this.#check(no).begun = true;
  }
  /** pass notes that nothing that follows can break these checks. */
  pass(...numbers) {
    for (const no of numbers) if (this.#check(no).result !== 'failed') this.#check(no).result = 'passed';
  }
  passBegun() {
    for (const check of this.checks) if (check.begun) this.pass(check.number);
  }
  failed(...numbers) {
    return this.checks.some((c) => c.result === 'failed' && (numbers.length === 0 || numbers.includes(c.number)));
  }
  json() {
    return this.checks.map(({ number, id, result, failures }) => ({ number, id, result, ...(failures.length ? { failures } : {}) }));
  }
  failedLines() {
    return this.lines(this.checks.filter((c) => c.result === 'failed'));
  }
  lines(checks = this.checks) {
    return checks.map(({ number, id, result, failures }) => {
      const causes = failures.map((f) => `${f.entry === undefined ? '' : `entry ${f.entry}: `}${f.cause}`);
      return plain(`${String(number).padStart(2)}  ${id.padEnd(20)} ${result}${causes.length ? ` (${causes.join('; ')})` : ''}`);
    });
  }
}
