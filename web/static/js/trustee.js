// The cards of a trustee, one after the other. Where the vote stands decides
// which is shown; what is being filled in is never redrawn under the hands.
import { ask, el, lang, put, save, text, $, $$ } from "./page.js";
import { follow } from "./live.js";
import { Desk, alertLine, button, code, fault, keyForm, retryable, wordsOf } from "./desk.js";
import { backupBody, cardFace, fileName, handBody, isMine, makeBody } from "./holder.js";
import { Signing } from "./signing.js";
import { Starters } from "./start.js";
import { Ceremony } from "./ceremony.js";
import { Opening } from "./opening.js";
import { destroyBody } from "./destroy.js";

const steps = ["identity", "make", "backup", "hand", "approval", "ceremony", "compare", "sign", "opening", "certify", "destroy"];
const given = JSON.parse($("#given").textContent);
const card = $("#card");
const desk = new Desk();
const keptUnder = `piaojue-trustee-${given.vote}-${given.who.id}`;

// What this page knows. pin is the code of the list that the person compared.
const at = {
  vote: null, cards: [], made: null, proved: false, list: null, me: null, complaint: null, destroyed: false, verified: null,
  ...JSON.parse(sessionStorage.getItem(keptUnder) || '{"pin": null, "joint": null}'),
};
let shown = "";
let live = () => {};
let trouble = null;

const remember = () => sessionStorage.setItem(keptUnder, JSON.stringify({ pin: at.pin, joint: at.joint }));
const after = (phase) => phases.indexOf(at.vote.phase) > phases.indexOf(phase);
const phases = ["draft", "frozen", "approved", "keyed", "voting", "suspended", "closing", "closed", "collected", "counted", "certified", "published", "archived", "voided"];

// --- cards

// deal puts a card on the table unless it lies there already.
function deal(step, name, build) {
  rail(step);
  if (shown === name) return;
  const first = shown === "";
  shown = name;
  live = () => {};
  const { title, lead, body, kind } = build();
  const head = el("h2", { tabindex: "-1" }, title);
  card.className = `task-card ${kind || ""}`;
  card.dataset.card = name;
  card.replaceChildren(
    el("p", { class: "task-number" }, step ? text("trustee.step_number", steps.indexOf(step) + 1, steps.length) : text("trustee.stopped")),
    head, lead ? el("p", { class: "task-lead" }, lead) : "", el("div", { class: "card-body" }, ...body.filter(Boolean)));
  if (!first) head.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

function rail(step) {
  const now = steps.indexOf(step);
  $$("#rail li").forEach((li, i) => {
    if (now < 0) return;
    li.className = i < now ? "done" : i === now ? "now" : "";
    if (i === now) li.setAttribute("aria-current", "step");
    else li.removeAttribute("aria-current");
  });
}

const actions = (...nodes) => el("div", { class: "actions" }, ...nodes);

// stop puts a card about something that went wrong. Nothing goes on under it.
export function stop(id, args = [], again = null) {
  trouble = { id, args, again };
  draw();
}

function troubleCard({ id, args = [], again, more }) {
  const retry = again && button(text("common.retry"), async () => { trouble = null; await again(); draw(); });
  return {
    title: text(`trustee.bad_${id}`), lead: text(`trustee.bad_${id}_lead`, ...args), kind: "bad",
    body: [todo(`trustee.bad_${id}_do`), alertLine(), actions(retry, more)],
  };
}

// unlisted tells who is not on the list, or has opened the wrong file.
function unlisted() {
  return troubleCard({ id: "not_listed", more: button(text("trustee.other_key"), async () => { await desk.forget(); await step(); }) });
}

// complaint is a card, not a stop: the next list of trustees ends it. No key
// serves two attempts, so everybody makes another one.
function complaint() {
  const { name, index, accused, accusedName } = at.complaint;
  const anew = button(text("trustee.make_again"), async () => { desk.close(); Object.assign(at, { remake: true, made: null, proved: false }); await step(); });
  return troubleCard({ id: "complaint", args: [name || index, accusedName || accused], more: anew });
}

// tooFew is a card as well, for the only way on is that the vote is voided.
function tooFew() {
  const { numbers, minBallots } = at.verified;
  return troubleCard(numbers.r < minBallots ? { id: "too_few", args: [numbers.r, minBallots] } : { id: "few_apart", args: [minBallots] });
}

function identity() {
  const { vote } = at;
  const changed = at.pin !== null && at.pin !== "";
  const same = button(text(vote.manifest ? "trustee.same" : "trustee.go_on"), async () => {
    at.pin = vote.manifest;
    remember();
    desk.opened = false;
    await step();
  });
  same.id = "same";
  const differs = vote.manifest ? button(text("trustee.differs"), async () => stop("code", [], async () => {}), "large") : null;
  return {
    title: text(changed ? "trustee.identity_again" : "trustee.identity"), lead: text(vote.manifest ? "trustee.identity_lead" : "trustee.identity_draft"),
    body: [
      el("dl", { class: "facts wide" }, el("dt", {}, text("trustee.you")), el("dd", {}, given.who.name, " · ", text(`role.${given.who.role}`)),
        el("dt", {}, text("trustee.vote")), el("dd", {}, `${vote.congress} ${vote.session}`, el("br"), el("strong", {}, vote.title)),
        el("dt", {}, text("trustee.trustees")), el("dd", {}, text("trustee.t_of_n", vote.n, vote.t))),
      vote.manifest ? el("div", { class: "compare" }, el("p", { class: "compare-label" }, text("trustee.code")), code(vote.manifest, text("trustee.code"))) : null,
      alertLine(), actions(same, differs)],
  };
}

function make() {
  return {
    title: text("trustee.make"), lead: text("trustee.make_lead"),
    body: makeBody(desk, given.who, async (made) => {
      at.made = made;
      at.proved = !made.fileText;
      if (made.fileText) save(fileName(at.vote, made), made.file);
      await step();
    }),
  };
}

const backup = () => ({ title: text("trustee.backup"), lead: text("trustee.backup_lead"), body: backupBody(desk, at.vote, at.made, async () => { at.proved = true; await step(); }) });

const hand = () => ({ title: text("trustee.hand"), lead: text("trustee.hand_lead"), body: handBody(at.vote, at.made, step) });

function approval() {
  const note = el("p", { class: "note", role: "status" });
  live = () => put(note, text("trustee.handed", at.cards.filter((c) => c.kind === "scrutineer").length, at.vote.n));
  live();
  return { title: text("trustee.approval"), lead: text("trustee.approval_lead"), body: [cardFace(mine()), note, el("p", { class: "note" }, text("trustee.approval_note"))] };
}

// keyCard asks for the key file, for one purpose.
const keyCard = (purpose, then = step) => ({
  title: text(`trustee.open_${purpose}`), lead: text(`trustee.open_${purpose}_lead`),
  body: [keyForm("open-key", text("desk.open"), async (file, passphrase) => {
    const held = await desk.openKey(file, passphrase);
    const own = at.me ? at.list[at.me - 1].roleKey : purpose === "who" ? null : mine()?.role;
    if (held.kind !== "scrutineer" || own && held.public.role !== own) {
      await desk.forget();
      throw fault("key_other");
    }
    await then();
  })],
});

function compare() {
  const joint = at.verified.jointKey;
  const same = button(text("trustee.same_screen"), async () => { at.joint = joint; remember(); desk.close(); await step(); });
  same.id = "same-key";
  const spoken = el("p", { class: "words" });
  desk.call("words", joint).then((words) => { if (words) spoken.append(words[lang].join(" · "), el("small", {}, text("trustee.words"))); }).catch(shrug);
  return {
    title: text("trustee.compare"), lead: text("trustee.compare_lead"),
    body: [el("div", { class: "compare" }, el("p", { class: "compare-label" }, text("trustee.joint")), code(joint, text("trustee.joint")), spoken), alertLine(),
      actions(same, button(text("trustee.differs"), async () => stop("joint", [], async () => {}), "large"))],
  };
}

// ready follows the log from the code that the person has compared, and from no
// other, whatever the server says.
const ready = async () => {
  if (!at.pin) throw fault("not_open");
  return desk.verified(given.vote, at.pin);
};

const context = {
  desk, vote: () => at.vote, ready, onSigned: () => step(),
  who: given.who, stop, step: () => step(), deal, complaint, tooFew, at, given,
};

// sign has the list of what waits, and what a trustee may begin. The key is
// asked for when there is something to sign.
function sign(kinds, name) {
  const list = el("div", { class: "motions" });
  const signing = new Signing(context, list, kinds);
  const starters = new Starters(context, kinds || ["attendance", "collection"], signing);
  const none = el("p", { class: "empty" }, text("trustee.nothing"));
  const key = el("details", { class: "other-way" }, el("summary", {}, text("trustee.open_to_sign")), ...keyCard("sign").body);
  let asked = false; // the form opens by itself once, when there is something to sign
  const refresh = async () => {
    const waiting = (await signing.poll()).length > 0;
    none.hidden = waiting;
    key.hidden = desk.held !== null;
    if (waiting && !asked) key.open = asked = true;
    await starters.update();
  };
  live = refresh;
  return { title: text(`trustee.${name}`), lead: text(`trustee.${name}_lead`), body: [key, none, list, starters.node] };
}

// --- where we are

const mine = () => at.cards.find((c) => c.person === given.who.id);

// decide names the card for where things stand.
function draw() {
  const v = at.vote;
  if (trouble) return deal(null, `bad-${trouble.id}`, () => troubleCard(trouble));
  if ((at.pin ?? null) !== v.manifest) return deal("identity", `identity-${v.manifest}`, identity);
  if (v.phase === "voided") return at.me && !at.destroyed ? deal("destroy", "voided", () => destroyBody(context, keyCard, true)) : deal(null, "void", () => simple("void"));
  if (!after("frozen") || at.remake && v.phase === "approved") return drawEarly();
  if (!at.list) return deal("approval", "reading", () => simple("reading"));
  if (v.phase === "approved" && at.complaint && mine() && !at.list.some((s) => s.roleKey === mine().role)) return deal("approval", "approval", approval);
  if (!at.me && !desk.held) return deal("ceremony", "open-who", () => keyCard("who"));
  if (!at.me) return deal("approval", "unlisted", unlisted);
  return drawLate();
}

function drawEarly() {
  if (at.made && !isMine(mine(), at.made)) return at.proved ? deal("hand", "hand", hand) : deal("backup", "backup", backup);
  if (mine() && (!at.remake || at.made)) return deal("approval", "approval", approval);
  return deal("make", "make", make);
}

function drawLate() {
  const v = at.vote;
  if (v.phase === "approved") return ceremony.draw();
  if (at.joint !== v.joint_key && !after("counted")) return at.verified?.jointKey ? deal("compare", "compare", compare) : deal("compare", "reading", () => simple("reading"));
  if (!after("closed")) return deal("sign", "sign", () => sign(null, "sign"));
  if (v.phase === "collected") return opening.draw();
  if (v.phase === "counted") return deal("certify", "certify", () => sign(["certificate"], "certify"));
  if (at.destroyed) return deal("destroy", "destroyed", destroyed);
  return deal("destroy", "destroy", () => destroyBody(context, keyCard, false));
}

const simple = (id) => ({ title: text(`trustee.${id}`), lead: text(`trustee.${id}_lead`), body: [] });

const todo = (id) => el("ol", { class: "todo" }, ...text(id).split("|").map((line) => el("li", {}, line.trim())));

const destroyed = () => ({ title: text("trustee.destroyed"), lead: text("trustee.destroyed_lead"), body: [todo("trustee.destroyed_do")], kind: "good" });

const ceremony = new Ceremony(context, keyCard);
const opening = new Opening(context, keyCard);

// --- the log and the server

const shrug = (error) => {
  if (error.code === "board") stop("board");
  else if (error.code !== "closed") link(retryable(error) ? text("common.offline") : wordsOf(error));
};

function link(words) {
  const line = $("#link");
  put(line, words);
  line.hidden = !words;
}

// learn finds out from the verified log who the trustees are, and what became
// of the ceremony.
async function learn() {
  const v = await desk.verified(given.vote, at.pin || null);
  at.verified = v;
  const known = `${v.checkpoint.size} ${desk.held?.public.role} ${mine()?.role}`;
  if (at.known === known) return;
  const early = await desk.call("entries", 0, Math.min(v.checkpoint.size, 400));
  const named = early.findLastIndex((e) => e.kind === "trustees");
  at.list = named < 0 ? null : early[named].fields.scrutineers;
  at.complaint = early.slice(named + 1).find((e) => e.kind === "complaint")?.fields ?? null;
  const role = desk.held?.public.role ?? mine()?.role;
  if (at.remake && !at.complaint) at.remake = false; // the new list is there
  at.me = (at.list || []).find((s) => s.roleKey === role)?.index ?? null;
  if (after("counted")) at.destroyed = await isDestroyed(v.checkpoint.size);
  at.known = known;
}

async function isDestroyed(size) {
  const late = await desk.call("entries", Math.max(0, size - 64), size);
  return late.some((e) => e.kind === "destruction" && e.fields.index === at.me);
}

let looking = null;

// step looks where things stand, and shows it, one look after the other.
function step() {
  const mine = (looking ?? Promise.resolve()).catch(() => {}).then(look);
  looking = mine;
  return mine.finally(() => { if (looking === mine) looking = null; });
}

async function look() {
  at.vote = await ask("GET", `/votes/${given.vote}`);
  at.cards = (await ask("GET", `/votes/${given.vote}/cards`)).cards;
  if (at.vote.manifest && at.pin === at.vote.manifest) await learn();
  link("");
  draw();
  await live();
  if (!trouble && at.vote.phase === "approved" && at.me) await ceremony.run();
}

const again = () => { if (!trouble && !looking) step().catch(shrug); };
follow(given.vote, "hall", again, (ok) => link(ok ? "" : text("common.offline")));
setInterval(again, 2500);
again();

// While the box is being sealed nobody needs to touch anything for long.
desk.closeWhenIdle(again, () => (at.made && !at.proved) || at.vote?.phase === "approved");

// A key that is open is gone with the page; who made one and has not proved
// the file would have nothing.
addEventListener("beforeunload", (event) => { if (at.made && !at.proved) event.preventDefault(); });
