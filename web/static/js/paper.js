// Where tellers enter paper ballots. What is on the sheets stays in this tab
// (sessionStorage) until the box is logged: it outlives a reload, and not the
// tab. It goes to the other teller's device by hand; the server gets sealed
// entries only.
import { ask, el, put, save, text, $ } from "./page.js";
import { follow } from "./live.js";
import { Desk, alertLine, button, code, fault, keyForm, retryable, wordsOf } from "./desk.js";
import { fileField } from "./file.js";
import { cardFace, kindOf } from "./holder.js";
import { Signing } from "./signing.js";
import { SheetForm } from "./sheet.js";
import { boxBody, checkedBody, compareBody, noteLine, readFile, saveReading, saveSealed, toHex, fromHex } from "./box.js";

const given = JSON.parse($("#given").textContent);
const desk = new Desk();
const pinUnder = `piaojue-sign-${given.vote}-${given.who.id}`;
const keptUnder = `piaojue-paper-${given.vote}`;
const at = { vote: null, list: null, pin: sessionStorage.getItem(pinUnder), seen: null };
const empty = () => ({ box: "", count: 0, readings: [], final: null, notes: [], sealed: null, agreed: [] });
let kept = { ...empty(), ...JSON.parse(sessionStorage.getItem(keptUnder) || "{}") };
let shown = "";
let keyShown = "";

const keep = () => sessionStorage.setItem(keptUnder, JSON.stringify(kept));
const teller = given.who.role === "teller";
const me = () => desk.held?.public.role;
const mine = () => kept.readings.find((r) => r.by === me());

const ready = async () => {
  if (!at.pin) throw fault("not_open");
  at.list = await desk.verified(given.vote, at.pin);
  return at.list;
};

const context = { desk, who: given.who, vote: () => at.vote, ready, onSigned: () => look() };
const signing = new Signing(context, $("#motions"), ["batch"]);

const actions = (...nodes) => el("div", { class: "actions" }, ...nodes.filter(Boolean));

// --- stages

// stage names where this device stands.
function stage() {
  const { phase } = at.vote;
  if (phase !== "closed") return ["collected", "counted", "certified", "published", "archived", "voided"].includes(phase) ? "over" : "early";
  if (!teller) return at.seen ? "seen" : "review";
  if (!desk.held) return "locked";
  if (kept.sealed && kept.sealed.by !== me() && mine()?.done) return kept.checked === me() ? "checked" : "agree";
  if (kept.sealed) return "sealed";
  if (!kept.box) return "box";
  const own = mine();
  if (!own) return kept.readings.length < 2 ? "second" : "full";
  if (!own.done) return "enter";
  if (kept.readings.length < 2 || !kept.readings.every((r) => r.done)) return "handover";
  return kept.final ? "seal" : "compare";
}

const bodies = {
  early: () => [el("p", {}, text("paper.early"))],
  over: () => [el("p", {}, text("paper.over"))],
  locked: () => [el("p", {}, text("paper.locked")), kept.box ? el("p", { class: "note" }, text("paper.kept", kept.box)) : null],
  box: () => boxBody(async (box, count) => { kept = { ...empty(), box, count, readings: [{ by: me(), name: desk.held.name, sheets: [], done: false }] }; await go(); }),
  second: () => [
    el("p", {}, text("paper.second_lead", kept.box, kept.count)),
    alertLine(), actions(button(text("paper.second_begin"), async () => { kept.readings.push({ by: me(), name: desk.held.name, sheets: [], done: false }); await go(); }))],
  full: () => [el("p", {}, text("paper.full"))],
  enter: enterBody,
  handover: handoverBody,
  compare: () => compareBody(context, at.list, kept, async () => { keep(); await go(); }),
  seal: sealBody,
  sealed: sealedBody,
  agree: () => agreeBody(),
  checked: () => [el("p", { class: "notice good" }, text("paper.checked")), alertLine(), ...otherSealed()],
  review: () => reviewBody(),
  seen: () => [...checkedBody(at.list, at.seen), actions(nextBox())],
};

async function go() {
  keep();
  await look();
}

async function draw() {
  const name = stage();
  const mark = `${name} ${me() ?? ""}`;
  if (mark === shown) return;
  if (["enter", "compare", "seal", "agree", "seen"].includes(name)) await ready();
  shown = mark;
  const head = el("h2", { tabindex: "-1" }, text(`paper.stage_${name}`));
  const node = $("#stage");
  node.dataset.stage = name;
  node.replaceChildren(head, el("div", { class: "card-body" }, ...(await bodies[name]()).filter(Boolean)));
  if (name === "enter") $("#sheet-keys").focus();
}

function redraw() { shown = ""; }

function enterBody() {
  const own = mine();
  const count = el("p", { class: "sheet-count", role: "status" });
  const last = el("ol", { class: "sheet-last", "aria-label": text("paper.last") });
  const finish = button(text("paper.finish"), async () => {
    if (own.sheets.length !== kept.count) throw fault("sheet_count");
    own.done = true;
    await go();
  });
  const show = () => {
    put(count, text("paper.progress", own.sheets.length, kept.count));
    finish.hidden = own.sheets.length !== kept.count;
    last.replaceChildren(...own.sheets.slice(-3).map((s, i) => noteLine(at.list, s, Math.max(0, own.sheets.length - 3) + i)));
    keep();
  };
  const form = new SheetForm(at.list, async (sheet) => {
    if (own.sheets.length >= kept.count) throw fault("sheet_count");
    await desk.call("compareSheets", [sheet], [sheet]); // the rules allow it
    own.sheets.push(sheet);
    show();
  }, () => { const sheet = own.sheets.pop(); show(); return sheet; });
  const recount = el("button", { class: "button quiet", type: "button", id: "recount", onclick: () => { kept.count = own.sheets.length; show(); } }, text("paper.recount"));
  show();
  return [el("p", { class: "box-line" }, text("paper.box_line", kept.box, own.name)), count, form.node, last, alertLine(), actions(finish, recount)];
}

function handoverBody() {
  const other = fileField(text("paper.choose_reading"), "reading-file", text("paper.choose_reading_hint"));
  const take = button(text("paper.load"), async () => {
    const file = await readFile(other.input, at.vote);
    if (file.sealed) return takeSealed(file);
    if (file.by === me()) throw fault("same_teller");
    if (file.box !== kept.box) throw fault("other_box");
    kept.readings.push({ by: file.by, name: file.name, sheets: file.sheets, done: true });
    await go();
  }, "");
  take.id = "load-file";
  const here = button(text("paper.here"), async () => { desk.close(); redraw(); await go(); });
  here.id = "here";
  return [
    el("p", { class: "notice good" }, text("paper.read_all", kept.box, kept.count)),
    el("h3", {}, text("paper.way_here")), el("p", {}, text("paper.way_here_lead")), actions(here),
    el("h3", {}, text("paper.way_other")), el("p", {}, text("paper.way_other_lead")),
    actions(button(text("paper.save_reading"), async () => saveReading(at.vote, kept, mine()), "")), other.node, alertLine(), actions(take)];
}

async function takeSealed(file) {
  if (file.sealed.by === me()) throw fault("same_teller");
  if (file.sealed.box !== kept.box) throw fault("other_box");
  Object.assign(kept, { sealed: file.sealed, checked: "" });
  redraw();
  await go();
}

// otherSealed takes a file in place of the one that is there: who sealed it may
// have sealed again.
function otherSealed() {
  const file = fileField(text("paper.choose_sealed"), "sealed-file", text("paper.choose_sealed_hint"));
  const take = button(text("paper.load"), async () => {
    const other = await readFile(file.input, at.vote);
    if (!other.sealed) throw fault("not_sealed");
    await takeSealed(other);
  }, "");
  take.id = "load-sealed";
  return [el("details", {}, el("summary", {}, text("paper.other_sealed")), file.node, actions(take))];
}

function sealBody() {
  const invalid = kept.final.filter((s) => s.spoil).length;
  const wait = el("p", { class: "working", role: "status", hidden: true }, el("span", { class: "turning", "aria-hidden": "true" }), text("paper.sealing"));
  const seal = button(text("paper.seal"), async () => {
    wait.hidden = false;
    try {
      await sealIt();
    } finally {
      wait.hidden = true;
    }
  });
  seal.id = "seal";
  return [
    el("p", {}, text("paper.seal_lead", kept.box, kept.final.length, invalid)),
    kept.notes.length ? el("details", {}, el("summary", {}, text("paper.notes", kept.notes.length)), el("ul", {}, ...kept.notes.map((n) => el("li", {}, n)))) : null,
    alertLine(), actions(seal, wait)];
}

async function sealIt() {
  const { hash, batch, openings } = await desk.call("sealBatch", kept.box, kept.final);
  await ask("POST", `/votes/${given.vote}/batches`, batch);
  kept.sealed = { hash, by: me(), box: kept.box, openings: toHex(openings), sheets: kept.final, notes: kept.notes, size: at.vote.size };
  await go();
}

function sealedBody() {
  const give = button(text("paper.save_sealed"), async () => saveSealed(at.vote, kept.sealed));
  give.id = "save-sealed";
  const here = button(text("paper.here_sign"), async () => { desk.close(); redraw(); await go(); }, "");
  here.id = "here-sign";
  const anew = button(text("paper.seal_again"), async () => { kept.sealed = null; kept.checked = ""; await go(); }, "quiet");
  return [
    el("p", { class: "notice good" }, text("paper.sealed_lead", kept.sealed.box, kept.sealed.sheets.length)),
    el("p", {}, text("paper.sealed_next")), alertLine(), actions(give, here, anew)];
}

// agreeBody shows the teller where the sealed sheets differ from their own.
async function agreeBody() {
  const own = mine();
  const { sealed } = kept;
  const differ = await desk.call("compareSheets", own.sheets, sealed.sheets);
  const agreed = (i) => `${me()} ${sealed.hash} ${i}`;
  const open = differ.filter((i) => !kept.agreed.includes(agreed(i)));
  const rows = open.map((i) => el("li", { class: "differs" },
    el("b", {}, text("paper.sheet", i + 1)), el("span", {}, text("paper.you_read", noteText(own.sheets[i]))), el("span", {}, text("paper.sealed_as", noteText(sealed.sheets[i]))),
    button(text("paper.agree"), async () => { kept.agreed.push(agreed(i)); redraw(); await go(); }, "")));
  const check = button(text("paper.check"), async () => {
    await compareSealed(sealed);
    kept.checked = me();
    await go();
  });
  check.id = "check";
  check.hidden = open.length > 0;
  return [
    el("p", {}, text(open.length ? "paper.agree_lead" : "paper.agree_none", open.length)),
    open.length ? el("ol", { class: "differences" }, ...rows) : null, alertLine(), actions(check), ...otherSealed()];
}

const noteText = (sheet) => (sheet ? noteLine(at.list, sheet, null) : text("paper.missing"));

async function compareSealed(sealed) {
  await ready();
  const papers = await ask("GET", `/votes/${given.vote}/proposals/${sealed.hash}/papers`);
  await desk.call("checkBatch", papers, fromHex(sealed.openings), sealed.sheets);
}

// reviewBody lets a scrutineer look at what the tellers sealed.
function reviewBody() {
  const file = fileField(text("paper.choose_sealed"), "sealed-file", text("paper.choose_sealed_hint"));
  const look = button(text("paper.check"), async () => {
    const { sealed } = await readFile(file.input, at.vote);
    if (!sealed) throw fault("not_sealed");
    await compareSealed(sealed);
    at.seen = sealed;
    await go();
  });
  look.id = "check";
  return [el("p", {}, text("paper.review_lead")), file.node, alertLine(), actions(look)];
}

function nextBox() {
  const next = button(text("paper.next_box"), async () => { at.seen = null; await go(); }, "quiet");
  next.id = "next-box";
  return next;
}

// --- the key, and the code of the list

function key() {
  const name = desk.held ? `open ${me()}` : "none";
  if (name === keyShown) return;
  keyShown = name;
  $("#desk").dataset.key = desk.held ? "open" : "none";
  const form = () => keyForm("open-key", text("desk.open"), async (file, passphrase) => {
    const held = await desk.openKey(file, passphrase);
    if (held.kind !== kindOf[given.who.role]) {
      await desk.forget();
      throw fault("key_kind");
    }
    redraw();
    await look();
  });
  const close = () => button(text("paper.close_key"), async () => { desk.close(); redraw(); await look(); }, "");
  $("#key").replaceChildren(...(desk.held ? [cardFace(desk.held), actions(close())] : [form()]));
}

function compare() {
  const { manifest } = at.vote;
  const node = $("#compare");
  const needed = manifest !== "" && at.pin !== manifest;
  node.hidden = !needed;
  $("#work").hidden = needed;
  if (!needed || node.dataset.code === manifest) return needed;
  node.dataset.code = manifest;
  const same = button(text("paper.same"), async () => { at.pin = manifest; sessionStorage.setItem(pinUnder, manifest); desk.opened = false; redraw(); await look(); });
  same.id = "same";
  node.replaceChildren(el("h2", {}, text("paper.code")), el("p", {}, text("paper.code_lead")), code(manifest, text("paper.code")), el("div", { class: "card-body" }, alertLine(), actions(same)));
  return needed;
}

function numbers() {
  const n = at.vote.numbers;
  const facts = [["paper.handed", n.sheets], ["paper.entered", n.paper], ["paper.open", Math.max(0, n.sheets - n.paper)]];
  if ($("#numbers").dataset.mark === String(facts)) return;
  $("#numbers").dataset.mark = String(facts);
  $("#numbers").replaceChildren(...facts.flatMap(([id, value]) => [el("dt", {}, text(id)), el("dd", {}, text("paper.pieces", value))]));
}

// --- looking

let looking = null;

function look() {
  const now = (looking ?? Promise.resolve()).catch(() => {}).then(work);
  looking = now;
  return now.finally(() => { if (looking === now) looking = null; });
}

async function work() {
  at.vote = await ask("GET", `/votes/${given.vote}`);
  put($("#phase"), text(`phase.${at.vote.phase}`));
  key();
  numbers();
  if (!compare()) {
    await logged();
    await draw();
    $("#none").hidden = (await signing.poll()).length > 0;
  }
  link("");
}

// logged wipes what is on the sheets once their box stands on the board.
async function logged() {
  if (!kept.sealed || at.vote.size === kept.sealed.size || at.vote.size === kept.looked) return;
  await ready();
  const entries = await desk.call("entries", kept.sealed.size ?? 0, at.vote.size);
  kept.looked = at.vote.size;
  if (!entries.some((e) => e.kind === "batch" && e.fields.id === kept.sealed.hash)) return keep();
  kept = empty();
  keep();
  redraw();
}

function link(words) {
  put($("#link"), words);
  $("#link").hidden = !words;
}

const shrug = (error) => { if (error.code !== "closed") link(retryable(error) ? text("common.offline") : wordsOf(error)); };
const again = () => { if (!looking) look().catch(shrug); };

follow(given.vote, "hall", again, (ok) => link(ok ? "" : text("common.offline")));
setInterval(again, 2500);
again();
desk.closeWhenIdle(again, () => false);
