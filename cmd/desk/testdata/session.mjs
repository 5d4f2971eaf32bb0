// A whole vote, in which every person's device is one of our programs for pages:
// node session.mjs ADDRESS DIR, where DIR has the programs and people's API keys.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { load, fails } from './load.mjs';

const [base, dir, issuerPort] = process.argv.slice(2);
const vote = 'v1';
// a PIN and what checks it, as in package form
const pin = '012345';
const pinCheck = '$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$kR31IcRu0zQDe9W/F4xm22OpFi7iPsb8/cTFH2ywmo4';
const passphrase = 'correct horse battery';
const timings = {};

async function timed(name, work) {
  const start = performance.now();
  const result = await work();
  timings[name] = Math.round(performance.now() - start);
  return result;
}

// call sends what a page sends with a person's session.
async function call(who, method, path, body, type) {
  const headers = { Authorization: `Bearer ${readFileSync(`${dir}/d/people/${who}.key`, 'utf8').trim()}` };
  if (body !== undefined) headers['Content-Type'] = type ?? (body instanceof Uint8Array ? 'application/octet-stream' : 'application/json');
  if (body !== undefined && !type && !(body instanceof Uint8Array)) body = JSON.stringify(body);
  const answer = await fetch(base + path, { method, headers, body });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${Buffer.from(bytes)}`);
  return (answer.headers.get('Content-Type') ?? '').includes('json') ? JSON.parse(Buffer.from(bytes)) : bytes;
}

// What the programs send is looked at: the box learns nothing of who asks
// (V14), and nobody else learns a PIN.
const seen = { box: 0, badge: 0 };
const send = globalThis.fetch;
globalThis.fetch = (url, init = {}) => {
  if (init.referrerPolicy) {
    const path = new URL(url).pathname;
    const names = Object.keys(init.headers).sort().join();
    assert.deepEqual([init.referrerPolicy, init.cache, init.redirect], ['no-referrer', 'no-store', 'error']);
    if (path.startsWith('/box/')) {
      assert.deepEqual([init.credentials, names], ['omit', 'Content-Type']);
      seen.box++;
    } else if (names.includes('Authorization') || names.includes('Piaojue-Pin')) {
      assert.match(path, /^\/votes\/v1\/(seeds\/\d+|issuances)$/);
      seen.badge++;
    }
  }
  return send(url, init);
};

const at = `/votes/${vote}`;
const desk = () => load(dir, 'desk.wasm', 'piaojueDesk');

// badge makes a badge as `piaojue badges` does.
function badge() {
  const seed = randomBytes(32);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  const check = createHash('sha256').update('piaojue-v1 badge\n').update(seed).digest().subarray(0, 4);
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(-32);
  return { text: 'PJ1:' + base32(Buffer.concat([seed, check])), key: raw.toString('hex') };
}

function base32(bytes) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const b of bytes) bits += b.toString(2).padStart(8, '0');
  return bits.match(/.{1,5}/g).map((x) => letters[parseInt(x.padEnd(5, '0'), 2)]).join('');
}

// people, each at a device of their own
const staff = await desk();
const presidium = await desk();
const scrutineers = [await desk(), await desk(), await desk()];
const files = new Map();

async function makeKey(who, kind, name = {}) {
  const key = await who.newKey(kind, name, passphrase);
  assert.ok(key.fileText.startsWith('-----BEGIN AGE ENCRYPTED FILE-----'));
  files.set(who, key.file);
  assert.equal(await who.proveKey(key.file, passphrase, key.card), true);
  await fails(who.proveKey(key.file, 'another passphrase', key.card), 'passphrase');
  assert.equal(who.key().card, key.card);
  return key;
}

const staffKey = await makeKey(staff, 'staff');
const presidiumKey = await makeKey(presidium, 'presidium');
await fails(staff.newKey('staff', {}, 'short'), 'weak_passphrase');
await fails(staff.newKey('gate', {}, passphrase), 'argument');
const cards = [];
for (const [i, s] of scrutineers.entries()) {
  cards.push((await makeKey(s, 'scrutineer', { name: `监票人${i + 1}`, delegation: '城关代表团' })).card);
}
await fails(presidium.proveKey(files.get(presidium), passphrase, staffKey.card), 'argument', 'another card');

// a second issuer, on a machine of its own
function piaojued(...args) {
  const { stdout, stderr, status } = spawnSync(`${dir}/piaojued`, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

const second = 'http://127.0.0.1:' + issuerPort;
const card = JSON.parse(piaojued('issuer', 'init', '--dir', `${dir}/issuer`, '--name', '监票人发票机', '--url', second));

// the draft
const numbers = ['001', '002', '003', '004', '005', '006', '007', '008', '009'];
const badges = numbers.map(badge);
await call('staff_lead', 'POST', '/votes', {
  id: vote, origin: 'example.org/v1', congress: '兰州市人民代表大会', session: '第六次会议', title: '民生实事项目票决',
  date: '2026年1月12日', kind: 'demo', n: 3, t: 2, min_ballots: 3,
});
await call('staff_lead', 'PUT', `${at}/rules`, { candidates_n: 3, winners_k: 2, max_marks: 2 });
await call('staff_lead', 'PUT', `${at}/roll`, '姓名,代表证号,代表团\n' + numbers.map((n) => `代表${n},${n},城关代表团`).join('\n') + '\n', 'text/csv');
await call('staff_lead', 'PUT', `${at}/candidates`, '编号,名称,建设内容,总投资,财政资金,责任单位\n01,加装电梯,二百部,12000,4000,住建局\n02,社区助餐点,六十处,3600,2400,民政局\n03,路面修复,百条,9200,9200,城管委\n', 'text/csv');
await call('staff_lead', 'PUT', `${at}/badges`, '代表证号,公钥,PIN校验\n' + numbers.map((n, i) => `${n},${badges[i].key},"${pinCheck}"`).join('\n') + '\n', 'text/csv');
await call('staff_lead', 'PUT', `${at}/keys`, { staff: staffKey.public.role, presidium: presidiumKey.public.role });
await call('staff_lead', 'PUT', `${at}/issuers`, [card]);
await call('staff_lead', 'PUT', `${at}/terminals`, { terminals: 'required' });
await call('staff_lead', 'PUT', `${at}/policy`, 'quorum none\n', 'text/plain');

// pass has an entry proposed by one and signed by others.
async function pass(kind, args, role, proposer, ...others) {
  const shown = await proposer.preview(kind, args);
  assert.equal(shown.entry, null);
  await fails(proposer.propose('00'.repeat(32)), 'order', 'what was not shown');
  const motion = await proposer.propose(shown.hash);
  assert.equal(motion.hash, shown.hash);
  assert.ok(motion.signedByMe && motion.kind === kind);
  let answer = await call(role, 'POST', `${at}/proposals`, motion.entry);
  for (const [who, device] of others) {
    const list = (await call(who, 'GET', `${at}/proposals`)).proposals;
    const item = list.find((p) => p.hash === motion.hash);
    await fails(device.examine({ ...item, body: item.body.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }), 'proposal', 'another body');
    const seen = await device.examine(item);
    assert.ok(seen.canSign && !seen.signedByMe, `${kind} waits for ${who}`);
    answer = await call(who, 'POST', `${at}/proposals/${motion.hash}/signatures`, await device.countersign(motion.hash));
  }
  assert.notEqual(answer.index, null, `${kind} is logged`);
  return motion;
}

await fails(staff.countersign('00'.repeat(32)), 'order', 'a hash nobody examined');
const frozen = await pass('manifest', { draft: await call('staff_lead', 'GET', `${at}/draft`) }, 'staff_lead', staff, ['presidium', presidium]);
const manifest = frozen.fields.manifest;
assert.deepEqual(frozen.fields.marks, ['for']);
const issuing = spawn(`${dir}/piaojued`, ['issuer', 'serve', '--dir', `${dir}/issuer`, '--server', base, '--vote', vote, '--manifest', manifest,
  '--listen', `127.0.0.1:${issuerPort}`], { stdio: 'ignore' });
process.on('exit', () => issuing.kill());
for (const d of [staff, presidium, ...scrutineers]) assert.equal((await d.open(vote, manifest, { base })).pinned, true);
await fails(staff.open(vote, '00'.repeat(32), { base }), 'board', 'another manifest (B6)');
await fails(staff.refresh(), 'order');
await staff.open(vote, manifest, { base });
await fails(staff.preview('order', {}), 'early');
await pass('trustees', { cards }, 'presidium', presidium);

// the key ceremony
const chief = scrutineers[0];
await fails(staff.ceremony(), 'key_kind');
assert.equal((await chief.ceremony()).state, 'deal');
for (const kind of ['dealing', 'agreement', 'ready']) {
  for (const [i, s] of scrutineers.entries()) {
    if (kind === 'ready') {
      await fails(s.ceremonyStep(), 'reread_key');
      await s.openKey(files.get(s), passphrase);
    }
    const step = await s.ceremonyStep();
    assert.equal(step.kind, kind);
    await call('scrutineer', 'POST', `${at}/entries`, step.entry);
    const now = await s.ceremony();
    assert.equal(now.index, i + 1);
    if (kind === 'dealing' && i < 2) {
      assert.equal(now.state, 'wait');
      await fails(s.ceremonyStep(), 'wait');
    }
  }
}
const key = (await chief.ceremony()).jointKey;
assert.match(key, /^[0-9a-f]{64}$/);

// the kiosk, before and after the opening
const kiosk = await load(dir, 'terminal.wasm', 'piaojueTerminal');
await fails(kiosk.identify(badges[0].text), 'order', 'nothing opened');
await fails(kiosk.open(vote, '11'.repeat(32), { base }), 'board');
await fails(kiosk.open('v2', manifest, { base }), 'refused', 'no such vote');
await fails(kiosk.open(vote, manifest, { base: 'http://127.0.0.1:1' }), 'no_answer');
const early = await timed('kiosk open', () => kiosk.open(vote, manifest, { base }));
assert.equal(early.phase, 'keyed');
assert.equal((await kiosk.warm()).ms, 0);
assert.equal((await kiosk.identify(badges[0].text)).state, 'not_open');

for (const number of numbers.slice(0, 7)) {
  await call('gate', 'POST', `${at}/checkins`, { number, present: true, reason: '试运行' });
}
const register = await call('scrutineer', 'GET', `${at}/checkins`);
await pass('attendance', { body: register.attendance }, 'scrutineer', scrutineers[1], ['scrutineer', chief]);
await pass('opening', {}, 'staff_lead', staff, ['presidium', presidium]);

const now = await kiosk.refresh();
assert.equal(now.phase, 'voting');
assert.equal(now.jointKey, key);
assert.equal(now.options[1].name, '社区助餐点');
assert.equal(now.options[1].investment, 36000000);
assert.ok(now.allowAbstain && now.allowSpoil && now.max === 2 && now.issuers[0].inForce);
timings.warm = Math.round((await kiosk.warm()).ms);

// until asks again and again, until something is so.
async function until(what) {
  for (let i = 0; i < 200; i++) {
    if (await what()) return;
    await new Promise((f) => setTimeout(f, 50));
  }
  throw new Error(`waited in vain: ${what}`);
}

// a deputy challenges, then casts
await until(() => fetch(second).then(() => true, () => false));
await fails(kiosk.identify('PJ1:NONSENSE'), 'badge');
assert.equal((await kiosk.identify(badge().text)).state, 'unknown_badge');
assert.equal((await kiosk.identify(badges[8].text)).state, 'not_checked_in');
assert.equal((await fails(kiosk.identify(badges[0].text, pin), 'refused', 'a device that is no terminal')).refusal, 'no_terminal');
const { code } = await call('staff_lead', 'POST', `${at}/terminals/codes`);
const { key: terminalKey } = await call('gate', 'POST', '/terminals', { code, kind: 'seat', zone: '甲', label: '1' });
await kiosk.open(vote, manifest, { base, terminalKey });
assert.equal((await fails(kiosk.identify(badges[0].text), 'refused', 'no PIN')).refusal, 'pin_needed');
assert.equal((await fails(kiosk.identify(badges[0].text, '000000'), 'refused', 'another PIN')).refusal, 'wrong_pin');
assert.equal((await timed('identify', () => kiosk.identify(badges[0].text, pin))).state, 'ready');
const choice = { marks: ['for', '', 'for'] };
assert.equal(kiosk.check(choice), null);
assert.deepEqual({ ...kiosk.check({ marks: ['for', 'for', 'for'] }) }, { code: 'choice', option: -1, low: 1, high: 2, over: true });
const refused = await fails(kiosk.seal({ marks: ['for', 'for', 'for'] }), 'choice');
assert.equal(refused.high, 2);
for (const bad of [null, undefined, 7, { marks: ['for'] }, { marks: 7 }, { marks: ['grade0', '', ''] }]) await fails(kiosk.seal(bad), 'argument');
await fails(kiosk.identify(), 'argument');
assert.equal((await kiosk.identify(badges[0].text, pin)).state, 'ready');
await fails(kiosk.cast(), 'order', 'nothing is sealed');
const both = await Promise.allSettled([kiosk.refresh(), kiosk.seal(choice)]);
assert.deepEqual(both.map((x) => x.reason?.code), [undefined, 'busy']);
const former = await timed('first seal', () => kiosk.seal(choice));
const sealed = await timed('seal', () => kiosk.seal(choice));
assert.notEqual(sealed.hex, former.hex);
const opened = await timed('challenge', () => kiosk.challenge());
assert.deepEqual(opened.choice.marks, ['for', '', 'for']);
await fails(kiosk.cast(), 'order', 'a challenged ballot is not cast (B3)');

// a phone checks the challenge
const phone = await desk();
assert.equal((await phone.open(vote, null, { base })).pinned, false);
assert.deepEqual((await phone.checkChallenge(opened.opening, sealed.hex)).choice.marks, ['for', '', 'for']);
assert.deepEqual((await phone.checkChallenge(opened.qr, sealed.qr)).choice.marks, ['for', '', 'for']);
await fails(phone.checkChallenge(opened.opening, former.hex), 'revealed', 'another seal code');

const again = await timed('seal again', () => kiosk.seal(choice));
assert.notEqual(again.hex, sealed.hex);
const promise = await timed('cast', () => kiosk.cast());
assert.equal(promise.kind, 'ballot');
await fails(kiosk.seal(choice), 'decided');
assert.equal(kiosk.status().decided, true);
assert.equal(kiosk.wipe(), true);
assert.equal(kiosk.status().identified, false);
await fails(kiosk.seal(choice), 'order', 'nobody is here');

// another terminal, after a reload: the first ballot counts
const other = await load(dir, 'terminal.wasm', 'piaojueTerminal');
await other.open(vote, manifest, { base, terminalKey });
const back = await other.identify(badges[0].text.toLowerCase(), pin);
assert.equal(back.state, 'cast');
assert.equal(back.trackingCode, promise.trackingCode);

// the credential is resumed at another terminal; wiping while a call runs
assert.equal((await kiosk.identify(badges[1].text, pin)).state, 'ready');
assert.equal((await other.identify(badges[1].text, pin)).state, 'ready');
await other.seal({ spoil: true });
const pending = other.cast();
assert.equal(other.wipe(), false);
await pending;
assert.equal(other.status().identified, false);
await kiosk.seal(choice);
assert.equal((await fails(kiosk.cast(), 'refused', 'a second ballot')).refusal, 'second_ballot');
const promised = [promise.promise];
for (const i of [2, 3]) {
  await kiosk.identify(badges[i].text, pin);
  await kiosk.seal(i === 2 ? { abstain: true } : { marks: ['', 'for', 'for'] });
  promised.push((await kiosk.cast()).promise);
}
await kiosk.identify(badges[4].text, pin);
const unused = await kiosk.handInUnused();
assert.equal(unused.kind, 'unused');
promised.push(unused.promise);
assert.equal((await kiosk.identify(badges[4].text, pin)).state, 'unused');
await fails(kiosk.kept(promised), 'not_closed');
const finder = await desk();
await fails(finder.verifyReceipt(promise.receipt), 'order');
assert.equal((await finder.track(vote, manifest, { base })).closed, false);
assert.equal((await finder.verifyReceipt(promise.receipt)).status, 'waits');
assert.deepEqual((await finder.checkTrackingCode(promise.trackingCode)).places, []);
await fails(finder.makeReceipt(promise.trackingCode), 'not_closed');
await fails(chief.prepareShare(null), 'not_collected');

// the close
await pass('order', {}, 'staff_lead', staff, ['presidium', presidium]);
await until(async () => (await kiosk.refresh()).phase === 'closed');
assert.deepEqual(await kiosk.kept(promised), { promises: 4, found: 4, missing: [] });
assert.equal((await kiosk.identify(badges[5].text, pin)).state, 'not_open');
await pass('collection', {}, 'scrutineer', chief, ['scrutineer', scrutineers[1]]);

// the opening: nothing leaves without the root that was read aloud
const zeros = '00'.repeat(32);
const steps = [];
for (const s of scrutineers.slice(0, 2)) {
  const prepared = await timed('share', () => s.prepareShare(null, (p) => steps.push(p.stage)));
  assert.ok(prepared.firstTime && prepared.numbers.r === 4);
  await fails(s.releaseShare(null), 'root_needed');
  await fails(s.releaseShare(zeros), 'other_root');
  const note = prepared.opened;
  const second = await s.prepareShare(note);
  assert.equal(second.firstTime, false);
  const bad = Buffer.from(note).toString().replace(/root ./, 'root ' + (prepared.closing.root[0] === '0' ? '1' : '0'));
  await fails(s.prepareShare(bad), 'other_root', 'another sum (K5)');
  await s.prepareShare(note);
  await call('scrutineer', 'POST', `${at}/entries`, (await s.releaseShare(prepared.closing.spaced)).entry);
}
assert.ok(steps.includes('download') && steps.includes('verify'));
await until(async () => (await chief.refresh()).phase === 'counted');
await pass('certificate', {}, 'scrutineer', chief, ['scrutineer', scrutineers[2]]);
await pass('announcement', { text: '公告\n现予公告。' }, 'presidium', presidium);
await pass('archive', {}, 'presidium', presidium);
await call('scrutineer', 'POST', `${at}/entries`, (await chief.destroyed()).entry);
assert.equal(chief.closeKey(), true);
assert.equal(chief.key(), null);
await fails(chief.destroyed(), 'no_key');

// everybody reads and verifies
const record = (await phone.downloadRecord({ base, vote })).zip;
writeFileSync(`${dir}/record.zip`, record);
const checks = [];
const report = await timed('verify', () => phone.verify({ base, vote }, manifest, (p) => p.stage === 'check' && checks.push(p.result)));
assert.equal(report.outcome, 'verified');
assert.equal(checks.length, 38);
writeFileSync(`${dir}/report.json`, JSON.stringify(report));
assert.deepEqual(await phone.verify({ zip: record }, manifest), report);
assert.equal((await phone.verify({ zip: record }, zeros)).outcome, 'not verified');
assert.equal((await phone.verify({ zip: record.slice(0, -30) }, manifest)).outcome, 'not verified');
const entries = await phone.refresh().then(() => phone.entries());
assert.equal(new Set(entries.map((e) => e.kind)).size, 20);
assert.equal(entries.find((e) => e.kind === 'result').fields.lines.length, 3);
assert.equal(entries.find((e) => e.kind === 'dealing').fields.name, '监票人1');
assert.deepEqual(await phone.entry(0), entries[0]);
await fails(phone.entry(entries.length), 'argument');
await fails(phone.verify(null), 'argument');
await fails(phone.verify({ files: { x: 'y' } }), 'argument');

// receipts, online and from the record
const proof = await finder.makeReceipt(promise.trackingCode);
const reader = await desk();
const outline = await reader.track('any', manifest, { record });
assert.ok(outline.closed && outline.from <= proof.index && proof.index < outline.to && outline.to <= outline.close, 'the ballots stand before the close entry');
assert.ok(outline.closing.size === outline.close + 2 && outline.closing.size < outline.size && !outline.voided);
assert.equal((await reader.verifyReceipt(promise.receipt)).status, 'recorded');
assert.equal((await reader.verifyReceipt(promise.promise)).index, proof.index);
assert.equal((await reader.verifyReceipt(proof.file, promise.trackingCode)).status, 'recorded');
await fails(reader.verifyReceipt(proof.file, zeros), 'receipt');
await fails(reader.makeReceipt(zeros), 'not_logged');
for (const code of [promise.spaced, promise.trackingCode, promise.trackingCode.slice(0, 16)]) {
  const { places } = await reader.checkTrackingCode(code);
  assert.deepEqual(places, [{ trackingCode: promise.trackingCode, index: proof.index, kind: 'ballot' }]);
}
assert.equal((await reader.checkTrackingCode(unused.trackingCode)).places[0].kind, 'unused');
assert.equal((await reader.checkTrackingCode(entries[0].hash)).places[0].kind, '', 'the manifest is no ballot');
assert.deepEqual((await reader.checkTrackingCode(zeros)).places, []);
for (const bad of ['', 'x', '0123', zeros + '00', null]) await fails(reader.checkTrackingCode(bad), 'argument');
await fails(reader.track('any', zeros, { record }), 'board');
await fails(reader.checkTrackingCode(zeros), 'order');

assert.ok(seen.box > 10 && seen.badge > 10, 'the programs were watched');
console.log(JSON.stringify(timings));
process.exit(0); // the programs wait for their page for ever
