#!/usr/bin/env node
// verify: `node verify.mjs [--manifest HEX] [--parent DIR] [--json] RECORD_DIR` goes through the checks of §12.
// Exit: 0 verified, 1 not verified, 2 usage.
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { FormError, allZero, equal, form, hex } from './bytes.mjs';
import { parseEntry } from './entry.mjs';
import { Log } from './log.mjs';
import { parseManifest } from './manifest.mjs';
import { checkNext } from './next.mjs';
import { readCheckpoint, verifyCheckpoint } from './note.mjs';
import { satisfied } from './policy.mjs';
import { Record } from './record.mjs';
import { checkRegisters } from './register.mjs';
import { Report, Stop, plain } from './report.mjs';
import { sha256, treeRoot } from './tree.mjs';

const COLLECTION = 17;
const COMPLETE = ['certified', 'published', 'archived'];

/** attempt runs one check; need says that nothing after it makes sense without it. */
function attempt(report, no, act, { need = false, entry } = {}) {
  try {
    const value = act();
    report.pass(no);
    return value;
  } catch (e) {
    if (!(e instanceof FormError)) throw e;
    report.fail(no, e.entry ?? entry, e.message);
    if (need) throw new Stop();
  }
}

/** checkNotes: checks 4 and 5, over both checkpoints. */
function checkNotes(report, notes, manifest, entries, leaves) {
  const { origin, logKey, policy } = manifest;
  const cosigners = notes.map(([name, note]) =>
    attempt(report, 4, () => {
      try {
        return verifyCheckpoint(note, origin, logKey, policy);
      } catch (e) {
        throw e instanceof FormError ? new FormError(`${name}: ${e.message}`) : e;
      }
    }),
  );
  const size = entries.findIndex((e) => e[0] === COLLECTION) + 1;
  if (notes[1] && size > 0) {
    const closing = notes[1][1];
    attempt(report, 4, () => form(closing.size === size && equal(closing.root, treeRoot(leaves, 0, size)), 'closing: not the closing checkpoint'));
  }
  cosigners.forEach((c, i) => c && attempt(report, 5, () => {
    form(c.bad.length === 0, `${notes[i][0]}: bad cosignature by ${c.bad.join(', ')}`);
    form(satisfied(policy, c.have), `${notes[i][0]}: too few witnesses`);
  }));
}

/** checkParent (check 37): the vote is the one that follows its parent. The parent is verified first, against the hash that the manifest names;
    its own parent is the next of the list. It gives what was said of the parent. */
function checkParent(report, manifest, hash, [dir, ...older]) {
  if (allZero(manifest.parent)) return report.pass(37);
  if (dir === undefined) return undefined;
  const { log, ...parent } = verify(dir, manifest.parent, older);
  attempt(report, 37, () => {
    const { outcome } = parent.result;
    form(outcome === 'verified' || (outcome === 'incomplete' && log.voided), `the record of the parent is ${outcome}`);
    form(log.next && equal(log.next, hash), 'the parent has no successor entry with this manifest hash');
    checkNext(manifest, log);
  }, { entry: 0 });
  return parent;
}

/** verify goes through a record; given is the manifest hash from paper, or undefined; parents are the directories of the vote before, the vote before that, and so on. */
export function verify(dir, given, parents = []) {
  const report = new Report();
  const result = { outcome: 'not verified' };
  const need = { need: true };
  let log;
  let parent;
  try {
    const record = attempt(report, 1, () => new Record(dir), need);
    const bytes = attempt(report, 1, () => record.read('checkpoint'), need);
    const checkpoint = attempt(report, 4, () => readCheckpoint(bytes), need);
    const notes = [['checkpoint', checkpoint]];
    if (record.has('closing')) notes.push(['closing', attempt(report, 4, () => readCheckpoint(record.read('closing')), need)]);
    attempt(report, 1, () => record.checkFiles(checkpoint.size, record.has('closing')), need);
    const entries = attempt(report, 2, () => record.readEntries(), need);
    const collected = entries.some((e) => e[0] === COLLECTION);
    attempt(report, 1, () => form(collected === record.has('closing'), `file closing ${collected ? 'is missing' : 'without a collection entry'}`));
    attempt(report, 3, () => record.checkTiles(checkpoint.root), need);
    const leaves = record.rows[0] ?? [];
    const [manifest, hash] = attempt(report, 6, () => {
      form(entries.length > 0, 'the log is empty');
      const { name, body } = parseEntry(entries[0]);
      form(name === 'manifest', 'entry 0 is not a manifest');
      return [parseManifest(body), sha256(body)];
    }, { need: true, entry: 0 });
    result.manifest = hex(hash);
    if (given) attempt(report, 7, () => form(equal(hash, given), `the manifest hash is ${hex(hash)}`), { entry: 0 });
    parent = checkParent(report, manifest, hash, parents);
    checkNotes(report, notes, manifest, entries, leaves);
    log = new Log(manifest, hash, leaves, report);
    log.run(entries);
    result.issuers = checkRegisters(report, record, log);
    report.passBegun();
    result.outcome = report.failed() ? 'not verified' : COMPLETE.includes(log.phase) ? 'verified' : 'incomplete';
  } catch (e) {
    if (!(e instanceof Stop)) throw e;
  }
  if (log) Object.assign(result, { phase: log.phase, numbers: log.numbers, totals: log.totals, result: log.outcome, decision: log.decided });
  return { report, result, log, parent };
}

/** named gives the outcome and a decision as people name options: by their ids. */
function named({ result, decision, ...rest }, options) {
  const ids = (numbers) => numbers.map((o) => options[o].id);
  return {
    ...rest,
    ...(result && { result: { ...result, adopted: ids(result.adopted), tied: ids(result.tied) } }),
    ...(decision && { decision: ids(decision) }),
  };
}

function usage() {
  console.error('usage: node verify.mjs [--manifest HEX] [--parent RECORD_DIR]... [--json] RECORD_DIR');
  return 2;
}

const isDirectory = (dir) => existsSync(dir) && statSync(dir).isDirectory();

/** print writes a report for people; the parent's first. */
function print({ report, result, parent }, values) {
  if (parent) console.log([`parent: ${parent.result.outcome}`, ...parent.report.failedLines()].join('\n'));
  console.log(report.lines().join('\n'));
  for (const name of ['manifest', 'phase', 'numbers', 'totals', 'result', 'decision']) {
    if (result[name] !== undefined) console.log(plain(`${name}: ${typeof result[name] === 'string' ? result[name] : JSON.stringify(result[name])}`));
  }
  if (!values.manifest) console.log('The manifest hash was not compared: compare it with the one on paper.');
  console.log(`outcome: ${result.outcome}`);
}

function main() {
  const options = { manifest: { type: 'string' }, parent: { type: 'string', multiple: true, default: [] }, json: { type: 'boolean' } };
  let args;
  try {
    args = parseArgs({ allowPositionals: true, options });
  } catch {
    return usage();
  }
  const { values, positionals } = args;
  const [dir] = positionals;
  if (positionals.length !== 1 || ![dir, ...values.parent].every(isDirectory)) return usage();
  if (values.manifest !== undefined && !/^[0-9a-fA-F]{64}$/.test(values.manifest)) return usage();
  const said = verify(dir, values.manifest && new Uint8Array(Buffer.from(values.manifest, 'hex')), values.parent);
  if (said.log) said.result = named(said.result, said.log.manifest.options);
  if (values.json) {
    console.log(JSON.stringify({ ...said.result, checks: said.report.json() }, null, 2));
  } else {
    print(said, values);
  }
  return said.result.outcome === 'verified' ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main();
