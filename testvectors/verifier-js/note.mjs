// Note: C2SP checkpoints with signature lines (§11).
import { equal, form, hex, text } from './bytes.mjs';
import { LOG_TYPE, WITNESS_TYPE, base64, keyId, nameOK } from './policy.mjs';
import { verifyEd25519 } from './signature.mjs';

const MAX_SIGNATURES = 100;
/** MAX_NOTE is the longest checkpoint. */
export const MAX_NOTE = 65536;

/** readCheckpoint takes a note apart: exactly three lines of text, then signature lines. */
export function readCheckpoint(bytes) {
  form(bytes.length <= MAX_NOTE, 'a note is too long');
  for (const b of bytes) form(b >= 0x20 || b === 10, 'control character in a note');
  const note = Buffer.from(bytes).toString('utf8');
  form(equal(text(note), bytes), 'invalid UTF-8 in a note');
  const cut = note.lastIndexOf('\n\n');
  form(cut >= 0 && note.endsWith('\n'), 'not a signed note');
  const body = note.slice(0, cut + 1);
  const lines = body.slice(0, -1).split('\n');
  form(lines.length === 3 && lines[0] !== '', 'not three lines of text');
  form(/^(0|[1-9][0-9]{0,14})$/.test(lines[1]), 'tree size');
  const root = base64(lines[2]);
  form(root.length === 32, 'root hash');
  const signed = note.slice(cut + 2, -1).split('\n');
  form(signed.length <= MAX_SIGNATURES, `${signed.length} signature lines`);
  const signatures = signed.map((line) => {
    const match = /^\u2014 ([^ ]+) ([^ ]+)$/u.exec(line);
    form(match && nameOK(match[1]), 'not a signature line');
    const data = base64(match[2]);
    form(data.length > 4, 'a signature line without a signature');
    return { name: match[1], id: data.subarray(0, 4), signature: data.subarray(4) };
  });
  return { body, origin: lines[0], size: Number(lines[1]), root, signatures };
}

/** verifyCheckpoint demands the log's signature, refuses strange and doubled lines, and gives the names of good and bad cosigners. */
export function verifyCheckpoint(checkpoint, origin, logKey, policy) {
  form(checkpoint.origin === origin, `origin ${checkpoint.origin}`);
  const body = text(checkpoint.body);
  const have = new Set();
  const bad = [];
  const seen = new Set();
  let log = false;
  for (const { name, id, signature } of checkpoint.signatures) {
    if (name === origin && equal(id, keyId(origin, LOG_TYPE, logKey))) {
      form(!log, 'two signatures by the log');
      form(verifyEd25519(logKey, body, signature), 'bad signature by the log');
      log = true;
      continue;
    }
    const found = [...policy.witnesses].find(([, w]) => w.name === name && equal(id, keyId(name, WITNESS_TYPE, w.key)));
    form(found, `signature line by a stranger: ${name} ${hex(id)}`);
    const [label, { key }] = found;
    form(!seen.has(label), `two cosignatures by ${label}`);
    seen.add(label);
    if (cosignatureHolds(checkpoint, key, signature)) have.add(label);
    else bad.push(label);
  }
  form(log, 'no signature by the log');
  return { have, bad };
}

function cosignatureHolds(checkpoint, key, signature) {
  if (signature.length !== 72) return false;
  const time = Buffer.from(signature).readBigUInt64BE();
  return time < 1n << 63n && verifyEd25519(key, text(`cosignature/v1\ntime ${time}\n${checkpoint.body}`), signature.subarray(8));
}

