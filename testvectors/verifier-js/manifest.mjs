// Manifest: the body of entry 0 (§4.1). Every field is read strictly, so the object has one encoding only.
import { allZero, ascending, compare, distinct, form, hex, parse, text } from './bytes.mjs';
import { ballotSize, makeGrid } from './grid.mjs';
import { LOG_TYPE, WITNESS_TYPE, keyId, nameOK, readPolicy } from './policy.mjs';
import { readRules } from './rules.mjs';
import { validKey } from './signature.mjs';

const MAX_ENTRY = 65000;

function readFields(r) {
  const m = { suite: r.str8() };
  form(m.suite === 'piaojue-v1', `suite ${m.suite}`);
  m.origin = r.str8();
  for (const name of ['congress', 'session', 'title', 'date']) m[name] = r.str8();
  m.kind = r.u8();
  m.parent = r.hash();
  m.round = r.u8();
  m.rulePairs = r.list8((x) => ({ name: x.str8(), value: x.str8() }));
  m.options = r.list16((x) => ({
    id: x.str8(),
    name: x.str8(),
    content: x.str16(),
    investment: x.u64(),
    fiscal: x.u64(),
    beneficiaries: x.str16(),
    deadline: x.str8(),
    unit: x.str8(),
    suggestions: x.u32(),
  }));
  m.deputies = r.u32();
  m.rollRoot = r.hash();
  m.staffKey = r.take(32);
  m.presidiumKey = r.take(32);
  m.n = r.u8();
  m.t = r.u8();
  m.issuers = r.list8((x) => ({ name: x.str8(), modulus: x.take(384), key: x.take(32) }));
  m.logKey = r.take(32);
  m.promiseKey = r.take(32);
  m.policyText = r.str16(true);
  m.pins = r.list8((x) => ({ name: x.str8(), sha256: x.hash() }));
  m.minBallots = r.u32();
  return m;
}

/** parseManifest reads the body and demands every limit of §4.1 and §4.2. */
export function parseManifest(body) {
  const m = parse(body, readFields);
  form(nameOK(m.origin), 'origin is empty or has a space or +');
  for (const name of ['congress', 'session', 'title', 'date']) form(m[name] !== '', `${name} is empty`);
  form(m.kind <= 2, `kind ${m.kind}`);
  form(m.round === 1 || (m.round > 1 && !allZero(m.parent)), `round ${m.round} without a parent`);
  form(m.options.length >= 1 && m.options.length <= 500, `${m.options.length} options`);
  form(m.options.every((o) => o.id !== '' && o.name !== ''), 'an option without id or name');
  form(distinct(m.options.map((o) => o.id)), 'an option id occurs twice');
  m.rules = readRules(m.rulePairs, m);
  form(m.deputies >= 1 && m.deputies <= 2097152, `${m.deputies} deputies`);
  const keys = [m.staffKey, m.presidiumKey, m.logKey, m.promiseKey, ...m.issuers.map((x) => x.key)];
  form(keys.every(validKey), 'an invalid key');
  form(distinct(keys.map(hex)), 'a key occurs twice');
  form(m.t >= 2 && m.t <= m.n && 2 * m.t > m.n, `${m.t} of ${m.n} trustees`);
  form(m.issuers.length >= 1 && m.issuers.length <= 16, `${m.issuers.length} issuers`);
  form(distinct(m.issuers.map((x) => hex(x.modulus))), 'a modulus occurs twice');
  form(m.issuers.every(({ modulus }) => modulus[0] >= 0x80 && modulus[383] % 2 === 1), 'not a modulus of 3072 bits');
  m.policy = readPolicy(text(m.policyText));
  form(m.policy.quorum !== 'none' || m.kind !== 0, '`quorum none` in a real vote');
  const log = hex(keyId(m.origin, LOG_TYPE, m.logKey));
  form([...m.policy.witnesses.values()].every((w) => w.name !== m.origin || hex(keyId(w.name, WITNESS_TYPE, w.key)) !== log), "a witness has the log's key name and key ID");
  form(ascending(m.pins.map((p) => text(p.name)), compare), 'pins are not ascending');
  form(m.minBallots >= 2, `min ballots ${m.minBallots}`);
  m.grid = makeGrid(m.rules, m.options.length);
  form(4 + ballotSize(m.grid, m.issuers.length) <= MAX_ENTRY, 'a ballot entry would be too long');
  return m;
}
