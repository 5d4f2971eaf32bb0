// Breach: the evidence that a promise was not kept (§11).
import { FormError, equal, form, hex, join, parse, text, u32 } from './bytes.mjs';
import { KINDS, parseBody, parseEntry } from './entry.mjs';
import { parseManifest } from './manifest.mjs';
import { readCheckpoint, verifyCheckpoint } from './note.mjs';
import { base64 } from './policy.mjs';
import { verifySigned } from './signature.mjs';
import { leafHash, sha256, treeRoot } from './tree.mjs';

const behind = (line, word) => {
  form(line?.startsWith(`${word} `), `no line ${word}`);
  return line.slice(word.length + 1);
};

/** readBreach takes the text apart. */
function readBreach(file) {
  const cut = file.indexOf('\n\n');
  form(cut >= 0, 'no empty line');
  const [header, promise, manifest, close, ...hashes] = file.slice(0, cut).split('\n');
  form(header === 'piaojue-breach-v1', 'another header');
  const place = /^(0|[1-9][0-9]{0,14}) (.+)$/.exec(behind(close, 'close'));
  form(place, 'no index of the close entry');
  return {
    promise: parse(base64(behind(promise, 'promise')), (r) => ({ manifest: r.hash(), epoch: r.u32(), entry: r.hash(), sig: r.take(64) })),
    manifest: base64(behind(manifest, 'manifest')),
    at: Number(place[1]),
    close: base64(place[2]),
    leaves: hashes.map((line) => {
      const hash = base64(line);
      form(hash.length === 32, 'not a hash');
      return hash;
    }),
    checkpoint: readCheckpoint(text(file.slice(cut + 2))),
  };
}

const bodyOf = (bytes, name) => {
  const entry = parseEntry(bytes);
  form(KINDS[entry.kind].name === name, `not a ${name} entry`);
  return entry;
};

/** judge says of a text: broken, kept, former (of an epoch before) or, if it shows nothing, none. */
export function judge(file) {
  try {
    const { promise, manifest, at, close, leaves, checkpoint } = readBreach(file);
    const { body } = bodyOf(manifest, 'manifest');
    const m = parseManifest(body);
    const hash = sha256(body);
    form(equal(promise.manifest, hash), 'a promise of another vote');
    form(verifySigned(m.promiseKey, 'promise', hash, join(u32(promise.epoch), promise.entry), promise.sig), 'a false promise');
    verifyCheckpoint(checkpoint, m.origin, m.logKey, { witnesses: new Map() });
    form(leaves.length === checkpoint.size && at > 0 && at < leaves.length, `${leaves.length} hashes of ${checkpoint.size}`);
    form(equal(treeRoot(leaves), checkpoint.root), 'other hashes');
    form(equal(leaves[0], leafHash(manifest)) && equal(leaves[at], leafHash(close)), 'an entry is not at its place');
    const { epoch } = parseBody(bodyOf(close, 'close'));
    if (promise.epoch < epoch) return 'former';
    return leaves.slice(0, at).some((leaf) => hex(leaf) === hex(promise.entry)) ? 'kept' : 'broken';
  } catch (error) {
    if (error instanceof FormError) return 'none';
    throw error;
  }
}
