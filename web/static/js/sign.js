// The signing desk: one's key, what waits, and what one may begin.
import { ask, el, put, save, text, $ } from "./page.js";
import { follow } from "./live.js";
import { Desk, alertLine, button, code, fault, keyForm, retryable, short, wordsOf } from "./desk.js";
import { backupBody, cardFace, fileName, handBody, isMine, kindOf, makeBody } from "./holder.js";
import { Signing } from "./signing.js";
import { Starters } from "./start.js";

const given = JSON.parse($("#given").textContent);
const desk = new Desk();
const keptUnder = `piaojue-sign-${given.vote}-${given.who.id}`;
const signs = given.who.role !== "teller"; // a teller's key is for the list only
const at = { vote: null, cards: [], made: null, proved: false, pin: sessionStorage.getItem(keptUnder) };
let keyShown = "";
let wanted = ["suspend", "resume", "onpaper", "void"].find((name) => location.hash === `#${name}`) ?? "";

// ready follows the log from the code that the person has compared, and from no
// other: a server that says there is none yet must not choose one.
const ready = async () => {
  if (!at.pin) throw fault("not_open");
  return desk.verified(given.vote, at.pin);
};

const context = { desk, who: given.who, vote: () => at.vote, ready, onSigned: () => look() };
const signing = new Signing(context, $("#motions"));
const starters = new Starters(context, null, signing);
if (signs) $("#start").append(starters.node);

// --- the key

const mine = () => at.cards.find((c) => c.person === given.who.id);

function key() {
  const name = desk.held && !(at.made && !at.proved) ? (at.made && !isMine(mine(), at.made) ? "hand" : "open") : at.made ? "backup" : "none";
  if (name === keyShown) return;
  keyShown = name;
  const made = { open: openedBody, hand: () => handBody(at.vote, at.made, look), backup: () => backupBody(desk, at.vote, at.made, () => { at.proved = true; return look(); }), none: closedBody };
  put($("#key-title"), text(`sign.key_${name}`));
  $("#key").replaceChildren(...made[name]());
  $("#desk").dataset.key = name;
}

function closedBody() {
  const form = keyForm("open-key", text("desk.open"), async (file, passphrase) => {
    const held = await desk.openKey(file, passphrase);
    if (held.kind !== kindOf[given.who.role]) {
      await desk.forget();
      throw fault("key_kind");
    }
    await look();
  });
  const [making] = makeBody(desk, given.who, async (made) => {
    at.made = made;
    at.proved = false;
    save(fileName(at.vote, made), made.file);
    await look();
  });
  return [form, el("details", { class: "other-way", open: mine() ? null : true }, el("summary", {}, text("sign.make")), el("p", { class: "note" }, text("sign.make_lead")), making)];
}

function openedBody() {
  const close = button(text("sign.close_key"), async () => { desk.close(); at.made = null; await look(); }, "");
  return [cardFace(desk.held), el("p", { class: "note" }, text("sign.key_open_note")), el("div", { class: "actions" }, close)];
}

// --- the code of the list, and the keys that go into it

function compare() {
  const { manifest } = at.vote;
  const node = $("#compare");
  const needed = manifest !== "" && at.pin !== manifest;
  node.hidden = !needed;
  $("#work").hidden = needed;
  if (!needed || node.dataset.code === manifest) return needed;
  node.dataset.code = manifest;
  const same = button(text("sign.same"), async () => {
    at.pin = manifest;
    sessionStorage.setItem(keptUnder, manifest);
    desk.opened = false;
    await look();
  });
  same.id = "same";
  node.replaceChildren(el("h2", {}, text("sign.compare")), el("p", {}, text(at.pin ? "sign.compare_changed" : "sign.compare_lead")),
    el("div", { class: "compare" }, code(manifest, text("sign.compare"))), el("div", { class: "card-body" }, alertLine(), el("div", { class: "actions" }, same)));
  return needed;
}

// adopt lets the staff lead put the two keys into the draft.
function adopt() {
  const node = $("#adopt");
  const wanted = given.who.role === "staff_lead" && at.vote.phase === "draft";
  node.hidden = !wanted;
  const pair = ["staff", "presidium"].map((kind) => at.cards.filter((c) => c.kind === kind));
  const mark = pair.flat().map((c) => c.role).join();
  if (!wanted || node.dataset.mark === mark) return;
  node.dataset.mark = mark;
  const choices = pair.map((list, i) => el("fieldset", {}, el("legend", {}, text(`role.${i ? "presidium" : "staff_lead"}`)),
    list.length ? "" : el("p", { class: "note" }, text("sign.no_card")),
    ...list.map((c, k) => el("label", { class: "check" }, el("input", { type: "radio", name: `key-${i}`, value: c.role, checked: k === 0 }), `${c.name || c.person_name}  `, el("span", { class: "code" }, short(c.role))))));
  const done = el("p", { class: "notice good", role: "status", hidden: true }, text("sign.adopted"));
  const take = button(text("sign.adopt"), async () => {
    const [staff, presidium] = [0, 1].map((i) => $(`input[name=key-${i}]:checked`, node)?.value ?? "");
    if (!staff || !presidium) throw fault("two_cards");
    await ask("PUT", `/votes/${given.vote}/keys`, { staff, presidium });
    done.hidden = false;
  });
  take.id = "adopt-keys";
  node.replaceChildren(el("h2", {}, text("sign.keys")), el("p", {}, text("sign.keys_lead")), el("div", { class: "two" }, ...choices), done,
    el("div", { class: "card-body" }, alertLine(), el("div", { class: "actions" }, take)));
}

// --- looking

let looking = null;

function look() {
  const mine = (looking ?? Promise.resolve()).catch(() => {}).then(work);
  looking = mine;
  return mine.finally(() => { if (looking === mine) looking = null; });
}

async function work() {
  at.vote = await ask("GET", `/votes/${given.vote}`);
  at.cards = (await ask("GET", `/votes/${given.vote}/cards`)).cards;
  put($("#phase"), text(`phase.${at.vote.phase}`));
  key();
  adopt();
  if (!compare() && signs) {
    $("#none").hidden = (await signing.poll()).length > 0;
    await starters.update();
    if (wanted && desk.held && await starters.begin(wanted)) wanted = "";
  }
  link("");
}

function link(words) {
  const line = $("#link");
  put(line, words);
  line.hidden = !words;
}

const shrug = (error) => { if (error.code !== "closed") link(retryable(error) ? text("common.offline") : wordsOf(error)); };
const again = () => { if (!looking) look().catch(shrug); };

follow(given.vote, "hall", again, (ok) => link(ok ? "" : text("common.offline")));
setInterval(again, 2500);
again();
desk.closeWhenIdle(again, () => at.made && !at.proved);
addEventListener("beforeunload", (event) => { if (at.made && !at.proved) event.preventDefault(); });
