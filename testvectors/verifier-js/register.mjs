// Register: what issuers say they signed (§6.2), compared with the log (check 38).
import { FormError, equal, form, text } from './bytes.mjs';
import { readCheckpoint } from './note.mjs';
import { LOG_TYPE, keyId } from './policy.mjs';
import { verifyEd25519 } from './signature.mjs';
import { leafHash, treeRoot } from './tree.mjs';

/** The length of a row: epoch u32, roll index u32, entry u64, vector hash[32]. */
export const ROW = 48;

function readRows(bytes) {
  return Array.from({ length: bytes.length / ROW }, (_, i) => {
    const row = Buffer.from(bytes.subarray(i * ROW, (i + 1) * ROW));
    return { epoch: row.readUInt32BE(0), leaf: row.readUInt32BE(4), index: row.readBigUInt64BE(8), vector: new Uint8Array(row.subarray(16)), bytes: new Uint8Array(row) };
  });
}

/** openRegister demands the signature of the issuer alone, and the rows that it signed. */
function openRegister(record, manifest, number) {
  const issuer = manifest.issuers[number];
  form(issuer, 'the manifest has no such issuer');
  const c = readCheckpoint(record.read(`issuer/${number}/checkpoint`));
  const origin = `${manifest.origin}/issuer/${number}`;
  form(c.origin === origin, `origin ${c.origin}`);
  form(c.signatures.length === 1, 'not one signature line');
  const [{ name, id, signature }] = c.signatures;
  form(name === origin && equal(id, keyId(origin, LOG_TYPE, issuer.key)), `signature line by a stranger: ${name}`);
  form(verifyEd25519(issuer.key, text(c.body), signature), 'bad signature');
  const rows = readRows(new Uint8Array(record.read(`issuer/${number}/entries`)));
  form(rows.length === c.size && equal(treeRoot(rows.map((r) => leafHash(r.bytes))), c.root), 'the rows are not those of the checkpoint');
  return rows;
}

/** compare demands that each row is an issuance of the log, once, and that the issuer was in force. */
function compare(rows, log, number) {
  const seen = new Set();
  rows.forEach(({ epoch, leaf, index, vector }, i) => {
    const logged = log.issuances.get(index);
    form(logged && logged.epoch === epoch && logged.leaf === leaf && equal(logged.vector, vector), `row ${i} is no issuance of the log`);
    form(!seen.has(index), `row ${i} stands in it before`);
    form(logged.issuers.includes(number), `row ${i}: the opening does not name the issuer`);
    seen.add(index);
  });
}

/** checkRegisters (check 38) gives what is known of each issuer: whether its register is there, and its rows in the last epoch. */
export function checkRegisters(report, record, log) {
  const { manifest } = log;
  const lines = manifest.issuers.map((x, i) => ({ number: i, in_force: (log.epoch.issuers ?? []).includes(i), registered: false, signed: 0 }));
  for (const [number] of record.registers()) {
    try {
      const rows = openRegister(record, manifest, number);
      compare(rows, log, number);
      report.begin(38);
      lines[number].registered = true;
      lines[number].signed = rows.filter((r) => r.epoch === log.epoch.number).length;
    } catch (e) {
      if (!(e instanceof FormError)) throw e;
      const { name } = manifest.issuers[number] ?? {};
      report.fail(38, undefined, `issuer ${number}${name === undefined ? '' : ` (${name})`}: ${e.message}`);
    }
  }
  return lines;
}
