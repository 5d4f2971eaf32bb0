// Record: the files of a record directory (§11) and the tree in them (checks 1–3).
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join as path } from 'node:path';
import { Reader, equal, form } from './bytes.mjs';
import { MAX_NOTE, readCheckpoint } from './note.mjs';
import { ROW } from './register.mjs';
import { leafHash, treeRoot } from './tree.mjs';

const WIDTH = 256;
/** MOST is the largest log, or register, that this verifier takes (§11): it lists all files of one that a checkpoint names, believing nothing. */
export const MOST = 4194304;

/** listFiles gives the relative paths of all files and, with a slash behind, directories; anything else is refused. */
function listFiles(dir, below = '') {
  return readdirSync(path(dir, below), { withFileTypes: true }).flatMap((e) => {
    const name = below === '' ? e.name : `${below}/${e.name}`;
    if (e.isDirectory()) return [`${name}/`, ...listFiles(dir, name)];
    form(e.isFile(), `${name} is not a regular file`);
    return [name];
  });
}

/** tilePath is <L>/<N>[.p/<W>] of C2SP tlog-tiles. */
export function tilePath(level, n, width) {
  const groups = [String(n % 1000).padStart(3, '0')];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift('x' + String(rest % 1000).padStart(3, '0'));
  }
  return `tile/${level}/${groups.join('/')}${width < WIDTH ? `.p/${width}` : ''}`;
}

/** tilesOf lists the tiles of a row of so many hashes. */
function tilesOf(level, count) {
  const tiles = [];
  for (let n = 0; n * WIDTH < count; n++) {
    const width = Math.min(WIDTH, count - n * WIDTH);
    tiles.push({ path: tilePath(level, n, width), width });
  }
  return tiles;
}

/** rowsOf lists the tiles of each level of a tree of this size. */
export function rowsOf(size) {
  const rows = [];
  for (let count = size; count > 0; count = Math.floor(count / WIDTH)) rows.push(tilesOf(rows.length, count));
  return rows;
}

export class Record {
  constructor(dir) {
    this.dir = dir;
    this.files = new Set(listFiles(dir));
  }
  has(name) {
    return this.files.has(name);
  }
  read(name) {
    form(this.has(name), `file ${name} is missing`);
    form(!/(^|\/)(checkpoint|closing)$/.test(name) || statSync(path(this.dir, name)).size <= MAX_NOTE, `file ${name} is too long`);
    return readFileSync(path(this.dir, name));
  }

  /** registers (check 1) gives the numbers of the issuers whose registers are here, each with the size that its checkpoint names. */
  registers() {
    return [...Array(16).keys()].filter((n) => this.has(`issuer/${n}/checkpoint`)).map((n) => [n, readCheckpoint(this.read(`issuer/${n}/checkpoint`))]);
  }

  /** checkFiles (check 1): the files that a tree of this size has, no other; the sizes of hash tiles. */
  checkFiles(size, closing) {
    form(size <= MOST, `more than ${MOST} entries`);
    const rows = rowsOf(size);
    this.bundles = tilesOf('entries', size);
    const registers = this.registers();
    for (const [n, c] of registers) form(c.size <= MOST, `the register of issuer ${n} has more than ${MOST} rows`);
    const expected = new Set([
      'checkpoint', ...(closing ? ['closing'] : []), ...[...rows.flat(), ...this.bundles].map((t) => t.path),
      ...registers.flatMap(([n]) => [`issuer/${n}/checkpoint`, `issuer/${n}/entries`]),
    ]);
    for (const name of expected) form(this.has(name), `file ${name} is missing`);
    const dirs = [...expected].flatMap((name) => [...name.matchAll(/\//g)].map((m) => name.slice(0, m.index + 1)));
    for (const name of dirs) expected.add(name);
    for (const name of this.files) form(expected.has(name), `file ${name} does not belong to the record`);
    for (const [n, c] of registers) form(this.read(`issuer/${n}/entries`).length === ROW * c.size, `the rows of issuer ${n} are not ${c.size}`);
    this.rows = rows.map((tiles) => tiles.flatMap((t) => {
      const bytes = this.read(t.path);
      form(bytes.length === 32 * t.width, `${t.path} has ${bytes.length} bytes`);
      return Array.from({ length: t.width }, (_, i) => new Uint8Array(bytes.subarray(32 * i, 32 * i + 32)));
    }));
  }

  /** readEntries (check 2) gives the entries, each of which hashes to its leaf. */
  readEntries() {
    const entries = this.bundles.flatMap((t) => {
      const r = new Reader(new Uint8Array(this.read(t.path)));
      const list = r.list(t.width, (x) => x.take(x.u16()));
      form(r.left === 0, `${t.path} has ${r.left} bytes too many`);
      return list;
    });
    entries.forEach((e, i) => form(equal(leafHash(e), this.rows[0][i]), 'does not hash to its leaf', i));
    return entries;
  }

  /** checkTiles (check 3): each hash of a higher level is the root of a full tile below. */
  checkTiles(root) {
    this.rows.slice(1).forEach((row, level) => row.forEach((h, i) => {
      const below = treeRoot(this.rows[level], i * WIDTH, (i + 1) * WIDTH);
      form(equal(below, h), `hash ${i} of level ${level + 1} is not that of the tile below`);
    }));
    form(equal(treeRoot(this.rows[0] ?? []), root), "the root is not the checkpoint's");
  }
}
