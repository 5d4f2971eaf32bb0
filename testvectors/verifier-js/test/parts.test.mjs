// The small parts: group, strict parsing, trees, tiles, policy, grid.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FormError, Reader, hex, join, parse, text, u16, u32, u8 } from '../bytes.mjs';
import { parseEntry } from '../entry.mjs';
import { ballotSize, makeGrid } from '../grid.mjs';
import { G, ORDER, allHold, combine, element, nonIdentity, scalar } from '../group.mjs';
import { readCheckpoint } from '../note.mjs';
import { base64, keyId, readPolicy, satisfied } from '../policy.mjs';
import { rowsOf, tilePath } from '../record.mjs';
import { validKey, verifyEd25519 } from '../signature.mjs';
import { included, leafHash, treeRoot } from '../tree.mjs';
import { Vote, inclusion } from './maker.mjs';

const bin = (s) => new Uint8Array(Buffer.from(s, 'hex'));
const bad = (f) => assert.throws(f, FormError);

test('RFC 9496: multiples of the generator', () => {
  const multiples = [
    '00'.repeat(32),
    'e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76',
    '6a493210f7499cd17fecb510ae0cea23a110e8d5b901f8acadd3095c73a3b919',
    '94741f5d5d52755ece4f23f044ee27d5d1ea1e2bd196b462166b16152a9d0259',
  ];
  multiples.forEach((m, i) => {
    assert.equal(combine([[G, BigInt(i)]]).toHex(), m);
    assert.equal(element(bin(m)).point.toHex(), m);
  });
  bad(() => nonIdentity(bin(multiples[0])));
});

test('RFC 9496: bad encodings', () => {
  const f = (a, z) => a + 'ff'.repeat(30) + z;
  const bads = [
    '00' + 'ff'.repeat(31), 'ff'.repeat(31) + '7f', f('f3', '7f'), f('ed', '7f'), '01' + '00'.repeat(31), f('01', '7f'),
    'ed57ffd8c914fb201471d1c3d245ce3c746fcbe63a3679d51b6a516ebebe0e20',
    'c34c4e1826e5d403b78e246e88aa051c36ccf0aafebffe137d148a2bf9104562',
    '26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371',
  ];
  for (const b of bads) bad(() => element(bin(b)));
});

test('scalars are below the order', () => {
  const le = (n) => bin(n.toString(16).padStart(64, '0')).reverse();
  assert.equal(scalar(le(ORDER - 1n)), ORDER - 1n);
  bad(() => scalar(le(ORDER)));
  assert.ok(allHold([[[G, 2n], [G, -2n]], []]));
  assert.ok(!allHold([[[G, 2n], [G, -1n]], []]));
});

test('Ed25519 keys and signatures are strict', () => {
  for (const k of ['00'.repeat(32), '01' + '00'.repeat(31), 'ed' + 'ff'.repeat(30) + '7f', 'ee' + 'ff'.repeat(30) + '7f', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a']) {
    assert.ok(!validKey(bin(k)), k);
  }
  // RFC 8032, test 1, and the same signature with s + ℓ.
  const key = bin('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const sig = bin('e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b');
  assert.ok(verifyEd25519(key, new Uint8Array(), sig));
  const s = BigInt('0x' + hex(sig.slice(32).reverse())) + ORDER;
  assert.ok(!verifyEd25519(key, new Uint8Array(), join(sig.subarray(0, 32), bin(s.toString(16).padStart(64, '0')).reverse())));
});

test('strict reading', () => {
  const str = (b) => parse(bin(b), (r) => r.str8());
  assert.equal(str('03e4b88a'), '上');
  assert.equal(str('03efbbbf'), '\ufeff');
  for (const b of ['', '02', '0141ff', '010a', '017f', '01ff', '03eda080', '02c080']) bad(() => str(b));
  assert.equal(parse(bin('00020a41'), (r) => r.str16(true)), '\nA');
  bad(() => parse(bin('000109'), (r) => r.str16(true)));
  assert.deepEqual(parse(bin('020102'), (r) => r.list8((x) => x.u8())), [1, 2]);
  assert.equal(new Reader(bin('ffffffffffffffff')).u64(), 2n ** 64n - 1n);
});

test('entries', () => {
  const sig = (role, index) => join(u8(role), u8(index), new Uint8Array(64));
  const entry = (kind, body, ...sigs) => join(u8(kind), u16(body.length), body, u8(sigs.length), ...sigs);
  const body = new Uint8Array(32);
  assert.equal(parseEntry(entry(14, body)).name, 'spent');
  parseEntry(entry(7, body, sig(3, 1), sig(3, 2)));
  for (const e of [entry(0, body), entry(32, body), entry(7, body, sig(3, 2), sig(3, 1)), entry(7, body, sig(3, 1), sig(3, 1)), entry(7, body, sig(7, 0)), entry(7, body, sig(0, 0)), entry(7, body, sig(3, 0)), entry(7, body, sig(1, 1)), join(entry(14, body), u8(0)), entry(14, new Uint8Array(64997))]) bad(() => parseEntry(e));
  parseEntry(entry(14, new Uint8Array(64996)));
});

test('trees: every inclusion proof up to 20 leaves', () => {
  assert.equal(hex(treeRoot([])), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  for (let n = 1; n <= 20; n++) {
    const leaves = Array.from({ length: n }, (_, i) => leafHash(u32(i)));
    const root = treeRoot(leaves);
    for (let i = 0; i < n; i++) {
      const path = inclusion(leaves, i);
      assert.ok(included(leaves[i], i, n, path, root));
      assert.ok(!included(leaves[i], i, n, [...path, root], root));
      assert.ok(!included(leaves[i], i + n, n, path, root));
      if (path.length) assert.ok(!included(leaves[i], i, n, path.slice(1), root));
      if (n > 1) assert.ok(!included(leaves[i], (i + 1) % n, n, path, root));
    }
  }
});

test('tiles of the sizes in C2SP tlog-tiles', () => {
  assert.equal(tilePath(0, 1234067, 256), 'tile/0/x001/x234/067');
  assert.equal(tilePath('entries', 0, 7), 'tile/entries/000.p/7');
  const rows = rowsOf(70000);
  assert.deepEqual(rows.map((r) => r.length), [274, 2, 1]);
  assert.deepEqual(rows.map((r) => r.at(-1).path), ['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']);
  assert.deepEqual(rowsOf(256).map((r) => r.map((t) => t.path)), [['tile/0/000'], ['tile/1/000.p/1']]);
  assert.deepEqual(rowsOf(0), []);
});

const vkeys = Array.from({ length: 3 }, () => new Vote().vkey);
test('policies', () => {
  const policy = (...lines) => readPolicy(text(lines.map((l) => l + '\n').join('')));
  const w = vkeys.map((k, i) => `witness W${i} ${k}`);
  const p = policy('# a comment', '', ...w, 'group a 2 W0 W1', ' group\tb any a W2 ', 'quorum b');
  const ok = (...have) => satisfied(p, new Set(have));
  assert.deepEqual([ok(), ok('W0'), ok('W0', 'W1'), ok('W2')], [false, false, true, true]);
  assert.ok(satisfied(policy('quorum none'), new Set()));
  const all = policy(...w, 'group all all W0 W1 W2', 'quorum all');
  assert.ok(!satisfied(all, new Set(['W0', 'W1'])) && satisfied(all, new Set(['W0', 'W1', 'W2'])));
  for (const lines of [[], ['quorum W0'], ['quorum none', 'quorum none'], [w[0], w[0], 'quorum W0'], [w[0], `witness X ${vkeys[0]}`, 'quorum W0'], ['log x', 'quorum none'],
    [w[0], 'group g 2 W0', 'quorum g'], [w[0], 'group g 0 W0', 'quorum g'], [w[0], 'group g 01 W0', 'quorum g'], [w[0], 'group g any W0 W0', 'quorum g'], [w[0], 'group g any', 'quorum W0'],
    [w[0], 'group g any W0', 'group h any W0', 'quorum g'], ['group g any W0', w[0], 'quorum g'], [`witness none ${vkeys[0]}`, 'quorum none'], ['quorum none\r'], ['group g any none', 'quorum g'],
    [`witness W0 ${vkeys[0].replace(/\+[0-9a-f]{8}\+/, '+00000000+')}`, 'quorum W0']]) bad(() => policy(...lines));
  bad(() => readPolicy(text('quorum none')));
  const key = (n) => bin(['873fcd76aae534a9e4693c7d9f775b847e5eefb43be44c818c34fea7c18e393c', '153dfe9a84cc621d93b263b2103e867e5acfcf1ae6666b7ad84791f99da42729'][n]);
  const twin = (name, n, label = name) => `witness ${label}${n} ${name}+${hex(keyId(name, 4, key(n)))}+${Buffer.from(join(u8(4), key(n))).toString('base64')}`;
  policy(twin('other.example', 0), twin('other.example', 1), 'quorum none');
  policy(twin('collide.example', 0), twin('other.example', 1), 'quorum none');
  bad(() => policy(twin('collide.example', 0), twin('collide.example', 1), 'quorum none')); // one key ID
  policy(twin('a'.repeat(255), 0, 'W'), 'quorum none');
  bad(() => policy(twin('a'.repeat(256), 0, 'W'), 'quorum none'));
  const log = `x+${hex(keyId('x', 1, bin('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')))}+AdB1qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaj3B1Ea`;
  bad(() => policy(`witness W ${log}`, 'quorum W'));
  bad(() => base64('AB=='));
  bad(() => base64('AA'));
});

test('notes', () => {
  const line = '\u2014 w AAAAAAA=\n';
  const note = (lines) => text(`example.org/vote\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n${line.repeat(lines)}`);
  assert.equal(readCheckpoint(note(100)).signatures.length, 100);
  bad(() => readCheckpoint(note(101)));
});

test('grids', () => {
  const grid = (ballot_mode, r = {}, options = 3) => makeGrid({ ballot_mode, max_marks: 2, min_marks: 0, undervote: 'valid', allow_spoil: true, ...r }, options);
  const shape = (g) => [g.positions.map((p) => p.what[0] + (p.option ?? '')).join(' '), g.limits.map((l) => `${l.terms.map((t) => `${t.position}*${t.weight}`).join('+')} in ${l.low}-${l.high}`).join('; ')];
  assert.deepEqual(shape(grid('select_k')), ['m0 m1 m2 a s', '0*1+1*1+2*1+3*2+4*2 in 1-2']);
  assert.deepEqual(shape(grid('select_k', { min_marks: 1, allow_spoil: false, undervote: 'invalid' })), ['m0 m1 m2', '0*1+1*1+2*1 in 2-2']);
  assert.deepEqual(shape(grid('yna_each', {}, 2)), ['f0 a0 f1 a1 s', '0*1+1*1+4*1 in 0-1; 2*1+3*1+4*1 in 0-1']);
  assert.deepEqual(shape(grid('yna_capped', { allow_spoil: false }, 2)), ['f0 a0 f1 a1', '0*1+1*1 in 0-1; 2*1+3*1 in 0-1; 0*1+2*1 in 0-2']);
  assert.deepEqual(shape(grid('choose_1')), ['m0 m1 m2 a s', '0*1+1*1+2*1+3*1+4*1 in 1-1']);
  assert.deepEqual(shape(grid('satisfaction_3', {}, 2)), ['f0 s0 t0 a0 f1 s1 t1 a1 s', '0*1+1*1+2*1+3*1+8*1 in 1-1; 4*1+5*1+6*1+7*1+8*1 in 1-1']);
  // 5 positions of 7 scalars or elements, one limit of 2 branches, two issuers.
  assert.equal(ballotSize(grid('select_k'), 2), 32 + 64 + 768 + 5 * 64 + 6 * 224 + 64);
});
