// Policy: a C2SP tlog-policy without log lines (§4.1), and the verifier keys of C2SP signed-note in it.
import { distinct, equal, form, hex, text } from './bytes.mjs';
import { validKey } from './signature.mjs';
import { sha256 } from './tree.mjs';

/** The bounds of signed notes: a checkpoint that the log and all witnesses sign has 100 lines at most, and fits into 64 KiB. */
const MAX_WITNESSES = 99;
const MAX_KEY_NAME = 255;

export const LOG_TYPE = 1;
export const WITNESS_TYPE = 4;

/** base64 decodes standard base64 in its one canonical form. */
export function base64(s) {
  const bytes = Buffer.from(s, 'base64');
  form(bytes.toString('base64') === s, 'not canonical base64');
  return new Uint8Array(bytes);
}

/** keyId = SHA-256(name ‖ "\n" ‖ type ‖ key)[:4]. */
export const keyId = (name, type, key) => sha256(text(`${name}\n`), Uint8Array.of(type), key).subarray(0, 4);

/** nameOK is the rule for key names in signed notes. */
export const nameOK = (name) => name !== '' && !/[\p{White_Space}+]/u.test(name);

function readWitnessKey(vkey) {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey);
  form(match, `not a verifier key: ${vkey}`);
  const [, name, id, data] = match;
  const bytes = base64(data);
  form(nameOK(name) && text(name).length <= MAX_KEY_NAME && bytes.length === 33 && bytes[0] === WITNESS_TYPE, 'not an Ed25519 cosignature key');
  const key = bytes.subarray(1);
  form(equal(keyId(name, WITNESS_TYPE, key), Buffer.from(id, 'hex')), 'key ID of a witness does not match');
  form(validKey(key), 'invalid key of a witness');
  return { name, key };
}

/** readPolicy gives witnesses by their policy name, groups, and the name of the quorum. */
export function readPolicy(bytes) {
  for (const b of bytes) form(b === 9 || b === 10 || (b >= 0x20 && b !== 0x7f), 'control character in the policy');
  const policy = { witnesses: new Map(), groups: new Map(), quorum: undefined };
  const members = new Set();
  const defined = (name) => policy.witnesses.has(name) || policy.groups.has(name);
  const define = (name) => form(name !== 'none' && !defined(name), `${name} cannot be defined here`);
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  form(lines.pop() === '', 'the last line has no newline');
  for (const line of lines) {
    const [word, ...args] = line.split(/[ \t]+/).filter((x) => x !== '');
    if (word === undefined || word.startsWith('#')) continue;
    if (word === 'witness') {
      form(args.length === 2 || args.length === 3, 'witness line');
      define(args[0]);
      policy.witnesses.set(args[0], readWitnessKey(args[1]));
    } else if (word === 'group') {
      const [name, k, ...names] = args;
      form(names.length >= 1, 'group line');
      define(name);
      for (const member of names) {
        form(defined(member) && !members.has(member), `${member} cannot be a member of ${name}`);
        members.add(member);
      }
      form(k === 'any' || k === 'all' || /^[1-9][0-9]{0,5}$/.test(k), `threshold ${k}`);
      const need = k === 'any' ? 1 : k === 'all' ? names.length : Number(k);
      form(need <= names.length, `threshold ${k} of ${names.length}`);
      policy.groups.set(name, { need, names });
    } else if (word === 'quorum') {
      form(args.length === 1 && policy.quorum === undefined, 'quorum line');
      form(args[0] === 'none' || defined(args[0]), `quorum ${args[0]} is not defined`);
      policy.quorum = args[0];
    } else {
      form(false, `line "${word}" in the policy`);
    }
  }
  form(policy.quorum !== undefined, 'no quorum line');
  const witnesses = [...policy.witnesses.values()];
  form(distinct(witnesses.map((w) => hex(w.key))), 'a witness occurs twice');
  form(witnesses.length <= MAX_WITNESSES, `${witnesses.length} witnesses`);
  form(distinct(witnesses.map((w) => `${w.name} ${hex(keyId(w.name, WITNESS_TYPE, w.key))}`)), 'two witnesses have one key name and key ID');
  return policy;
}

/** satisfied: have is the set of policy names whose witnesses cosigned. */
export function satisfied(policy, have, name = policy.quorum) {
  if (name === 'none') return true;
  const group = policy.groups.get(name);
  if (!group) return have.has(name);
  return group.names.filter((member) => satisfied(policy, have, member)).length >= group.need;
}
