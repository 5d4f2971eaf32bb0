// Load: the test vectors of testvectors/ (its README.md explains every field), and the records in them as directories.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join as path } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Reader, join, u16 } from '../bytes.mjs';
import { leafHash } from '../tree.mjs';

export const vectors = fileURLToPath(new URL('../../', import.meta.url));
export const bin = (s) => new Uint8Array(Buffer.from(s, 'hex'));
export const load = (name) => JSON.parse(readFileSync(path(vectors, name), 'utf8'));

const WIDTH = 256;
const RANGE = /^(\d+)-(\d+)$/;

function directoryEntries() {
  const bundles = path(vectors, 'record/tile/entries/000.p');
  const r = new Reader(new Uint8Array(readFileSync(path(bundles, readdirSync(bundles)[0]))));
  const entries = [];
  while (r.left > 0) entries.push(r.take(r.u16()));
  return entries;
}

/** filesOf builds the files of a record from its entries. */
function filesOf(record, entries) {
  const files = { checkpoint: record.checkpoint };
  if (record.closing) files.closing = record.closing;
  for (let start = 0; start < entries.length; start += WIDTH) {
    const part = entries.slice(start, start + WIDTH);
    const name = String(start / WIDTH).padStart(3, '0') + (part.length < WIDTH ? `.p/${part.length}` : '');
    files[`tile/0/${name}`] = join(...part.map(leafHash));
    files[`tile/entries/${name}`] = join(...part.flatMap((e) => [u16(e.length), e]));
  }
  for (const [name, content] of Object.entries(record.patch ?? {})) {
    if (content === null) delete files[name];
    else files[name] = bin(content);
  }
  return files;
}

/** records gives all records of records.json and negatives.json, each with its files. */
export function records() {
  const bases = { record: directoryEntries() };
  return [...load('records.json'), ...load('negatives.json')].map((record) => {
    const entries = (record.log ?? []).flatMap((s) => {
      const range = RANGE.exec(s);
      return range ? bases[record.base].slice(Number(range[1]), Number(range[2]) + 1) : [bin(s)];
    });
    bases[record.name] ??= entries;
    return { ...record, entries, files: filesOf(record, entries) };
  });
}

/** withDirectory writes files to a directory, which it removes afterwards. */
export function withDirectory(files, use) {
  const dir = mkdtempSync(path(tmpdir(), 'piaojue-'));
  try {
    for (const [name, data] of Object.entries(files)) {
      mkdirSync(name.endsWith('/') ? path(dir, name) : dirname(path(dir, name)), { recursive: true });
      if (!name.endsWith('/')) writeFileSync(path(dir, name), data);
    }
    return use(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
