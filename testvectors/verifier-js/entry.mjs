// Entry: the envelope of §4, the kinds, and their bodies.
import { ascending, form, parse } from './bytes.mjs';

const MAX_ENTRY = 65000;
const SIG = 64;

const number = (a, b) => a - b;
const increasing = (list) => {
  form(ascending(list, number), 'numbers not strictly ascending');
  return list;
};
const chained = (rest) => (r) => ({ prev: r.hash(), time: r.u64(), ...rest(r) });
const reason = chained((r) => ({ text: r.str16(true) }));
const pair = (r) => ({ size: r.u64(), root: r.hash() });
const trustee = (r) => ({ trustees: r.hash(), index: r.u8() });
const opaque = (r) => ({ body: r.take(r.left) });
const filled = (list, what) => form(list.length > 0, `${what} is empty`) ?? list;
function sheetsAddUp(batch) {
  const { sheets, invalid, listed } = batch;
  form(sheets >= 1 && sheets === invalid + listed.length, `${sheets} sheets, but ${invalid} invalid and ${listed.length} ballots`);
  return batch;
}
const RESULT_NUMBERS = ['N', 'P', 'I', 'R', 'U', 'V', 'X', 'S', 'Q'];

/** Who signs: see log.mjs. What is left whole here is read where its check is made (§12, 8). */
export const KINDS = {
  1: { name: 'manifest', signers: 'lead and presidium', read: opaque },
  2: {
    name: 'trustees',
    signers: 'presidium',
    read: chained((r) => ({
      scrutineers: r.list8((x) => ({ name: x.str8(), delegation: x.str8(), roleKey: x.take(32), staticKey: x.take(32) })),
      tellers: r.list8((x) => ({ name: x.str8(), roleKey: x.take(32) })),
    })),
  },
  3: {
    name: 'dealing',
    signers: 'scrutineer',
    read: (r) => ({ ...trustee(r), msg: r.take(r.left) }),
  },
  4: { name: 'agreement', signers: 'scrutineer', read: (r) => ({ ...trustee(r), sig: r.take(SIG) }) },
  5: {
    name: 'complaint',
    signers: 'scrutineer',
    read: (r) => ({ ...trustee(r), accused: r.u8(), Se: r.take(32), Sd: r.take(32), proofs: [readDleq(r), readDleq(r)] }),
  },
  6: { name: 'ready', signers: 'scrutineer', read: (r) => ({ ...trustee(r), jointKey: r.take(32) }) },
  7: {
    name: 'attendance',
    signers: 'two scrutineers',
    read: chained((r) => ({ indexes: increasing(r.list16((x) => x.u32())), present: r.u32() })),
  },
  8: { name: 'badge', signers: 'two scrutineers', read: chained((r) => ({ index: r.u32(), key: r.take(32) })) },
  9: {
    name: 'opening',
    signers: 'lead and presidium',
    read: chained((r) => ({ epoch: r.u32(), issuers: increasing(r.list8((x) => x.u8())) })),
  },
  10: {
    name: 'issuance',
    signers: 'badge',
    read: (r) => ({ opening: r.hash(), index: r.u32(), badgeKey: r.take(32), commitment: r.hash(), path: r.list8((x) => x.hash()), vector: r.hash() }),
  },
  11: { name: 'count', signers: 'log', read: (r) => ({ epoch: r.u32(), promises: r.u32() }) },
  12: { name: 'order', signers: 'lead and presidium', read: chained((r) => ({ epoch: r.u32(), ...pair(r) })) },
  13: { name: 'ballot', signers: 'nobody', read: opaque },
  14: { name: 'spent', signers: 'nobody', read: (r) => ({ seal: r.hash() }) },
  15: { name: 'unused', signers: 'nobody', read: opaque },
  16: {
    name: 'close',
    signers: 'log',
    read: (r) => ({ order: r.hash(), epoch: r.u32(), ballots: r.u32(), unused: r.u32(), spent: r.u32() }),
  },
  17: {
    name: 'collection',
    signers: 'two scrutineers',
    read: chained((r) => ({ close: r.hash(), issued: r.u32(), ballots: r.u32(), unused: r.u32(), paper: r.u32() })),
  },
  18: {
    name: 'share',
    signers: 'scrutineer',
    read: (r) => ({ ...pair(r), index: r.u8(), factors: r.take(r.left) }),
  },
  19: {
    name: 'result',
    signers: 'log',
    read: (r) => ({
      ...Object.fromEntries(RESULT_NUMBERS.map((name) => [name, r.u32()])),
      totals: r.list16((x) => x.u32()),
      trustees: r.list8((x) => x.u8()),
      outcome: { vote: r.str8(), next: r.str8(), adopted: r.list16((x) => x.u16()), tied: r.list16((x) => x.u16()) },
    }),
  },
  20: { name: 'certificate', signers: 'certifiers', read: chained((r) => ({ result: r.hash() })) },
  21: { name: 'announcement', signers: 'presidium', read: reason },
  22: { name: 'archive', signers: 'presidium', read: chained(pair) },
  23: { name: 'destruction', signers: 'scrutineer', read: trustee },
  24: { name: 'suspend', signers: 'lead and presidium', read: reason },
  25: { name: 'resume', signers: 'lead and presidium', read: reason },
  26: { name: 'void', signers: 'lead and presidium', read: reason },
  27: {
    name: 'sheets',
    signers: 'two scrutineers',
    read: chained((r) => ({ epoch: r.u32(), indexes: filled(increasing(r.list16((x) => x.u32())), 'the list') })),
  },
  28: {
    name: 'batch',
    signers: 'two tellers and a scrutineer',
    read: chained((r) => sheetsAddUp({ epoch: r.u32(), id: r.take(32), box: r.str8(), sheets: r.u32(), invalid: r.u32(), listed: r.list16((x) => x.hash()) })),
  },
  29: { name: 'paper', signers: 'nobody', read: opaque },
  30: {
    name: 'decision',
    signers: 'presidium',
    read: chained((r) => ({
      adopted: increasing(r.list16((x) => x.u16())),
      basis: filled(r.str16(true), 'basis'),
      text: filled(r.str16(true), 'text'),
      members: r.list8((x) => x.str8()),
    })),
  },
  31: { name: 'successor', signers: 'lead and presidium', read: chained((r) => ({ next: r.hash() })) },
};

function readDleq(r) {
  return { a: r.take(32), b: r.take(32), z: r.take(32) };
}

/** parseEntry takes the envelope apart: kind, body, signatures. */
export function parseEntry(bytes) {
  form(bytes.length <= MAX_ENTRY, `entry of ${bytes.length} bytes`);
  const e = parse(bytes, (r) => ({
    kind: r.u8(),
    body: r.take(r.u16()),
    signatures: r.list8((x) => ({ role: x.u8(), index: x.u8(), sig: x.take(SIG) })),
  }));
  form(KINDS[e.kind], `kind ${e.kind}`);
  form(e.signatures.every((s) => s.role >= 1 && s.role <= 6), 'a role that does not exist');
  form(e.signatures.every((s) => (s.role === 3 || s.role === 4) === (s.index > 0)), 'index of a signature');
  form(ascending(e.signatures, (a, b) => a.role - b.role || a.index - b.index), 'signatures not strictly ascending');
  return { ...e, ...KINDS[e.kind] };
}

/** parseBody reads the body of a parsed entry. */
export const parseBody = (entry) => parse(entry.body, entry.read);

/** readDealing takes msg1 apart (§8). */
export const readDealing = (msg, n, t) =>
  parse(msg, (r) => ({
    commitments: r.list(t, (x) => x.take(32)),
    pop: r.take(SIG),
    ephemeral: r.take(32),
    ciphertexts: r.list(n, (x) => form(x.u64() === 48n, 'a ciphertext is not of 48 bytes') ?? x.take(48)),
  }));

/** readShareParts takes the positions of a share apart (§9). */
export const readShareParts = ({ index, factors }, positions) =>
  parse(factors, (r) => ({ index, parts: r.list(positions, (x) => ({ D: x.take(32), ...readDleq(x) })) }));
