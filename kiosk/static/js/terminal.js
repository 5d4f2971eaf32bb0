// The kiosk. Five screens for a deputy: welcome, choose, review, done, help;
// beside them the registration, waiting, and the test of a ballot. Nothing a
// deputy does is written down in this browser: a reload forgets it, and the
// badge brings it back from the server.

import { ask, el, lang, put, qr, save, speak, text, $, $$ } from "./page.js";
import { submits, value } from "./form.js";
import { Choice } from "./choice.js";
import { Machine, fault } from "./machine.js";
import { startBeats } from "./beat.js";

const keptUnder = "piaojue-terminal"; // what this device is; nothing of deputies
const wipeAfter = 10; // seconds on the last screen
const retryAfter = 2000;
const shortestBadge = 40; // what no hand types into a ballot
const compareWithin = 60_000;
const doubleTap = 700; // ms; the second tap comes within 400, and nobody reads a ballot in less than this
const closed = ["closed", "collected", "counted", "certified", "published", "archived"];
const visits = ["pin", "issued", "choose", "review", "challenge", "trouble"]; // screens that a deputy may leave unfinished

// The page comes from a program on this machine, which knows the manifest from
// paper and keeps what the device is (piaojue terminal), or else from a server.
const fromAgent = location.hash === "#agent";

const kiosk = new Machine("terminal");
let agent = null; // what that program says
let device = null;
let vote = null; // as the machine verified it
let choice = null;
let seal = null; // of the ballot under review
let opening = null; // of the ballot just tested
let badge = ""; // between the scan and the ballot paper
let stage = "";
let since = 0; // when it came
let wiping = 0;
let typed = ""; // by a scanner, while a ballot is open
let promised = { by: "", kept: new Map() }; // to be found in the closed log, by code; sorted, so that it tells no order
let stopped = false; // for ever: the server is not to be trusted

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// --- screens

function show(name) {
  stage = name;
  since = performance.now();
  typed = "";
  for (const section of $$(".screen")) section.hidden = section.id !== `s-${name}`;
  const calm = name === "welcome" || name === "wait" || name === "setup";
  $(".language").hidden = !calm;
  const section = $(`#s-${name}`);
  section.scrollTop = 0;
  $("h1", section)?.focus({ preventScroll: true });
}

// The second tap of a double one must not cast unread, nor skip the opening's code:
// the buttons stand where the ones stood that led to them.
document.addEventListener("click", (event) => {
  if (event.timeStamp - since >= doubleTap || !event.target.closest("#cast, #challenge-next")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function working(id, lead = "terminal.starting_lead") {
  put($("#work-title"), text(id));
  put($("#work-lead"), text(lead));
  if (stage !== "work") show("work");
}

// waiting says what is waited for. Which issuer it is, the staff must know: its
// machine is another one than the server.
function waiting(error) {
  if (error.code !== "issuer" || !error.issuer) return working("terminal.retrying", "terminal.retrying_lead");
  working("terminal.retrying", "terminal.issuer_lead");
  put($("#work-title"), text(error.wrong ? "terminal.wrong_issuer" : "terminal.retrying_issuer", error.issuer));
}

function trouble(title, lead, again = true) {
  put($("#trouble-title"), title);
  put($("#trouble-lead"), lead);
  $("#trouble-go").hidden = !again;
  $("#trouble-files").hidden = true;
  show("trouble");
}

// halt stops this terminal for good: the staff must look at it, and find nothing
// of the deputy on it.
function halt(id) {
  stopped = true;
  kiosk.end();
  clear();
  trouble(text("terminal.trouble"), text(id), false);
}

// sentence words an error of the machine for a deputy.
function sentence(error) {
  if (error.code === "refused") return error[lang] || text("terminal.error_internal");
  const ids = {
    badge: "terminal.error_badge", roll: "terminal.error_unknown", other: "terminal.error_other", seed: "terminal.error_seed",
    not_open: "terminal.error_not_open", on_paper: "terminal.error_on_paper", issuer: "terminal.error_issuer",
  };
  return text(ids[error.code] || "terminal.error_internal");
}

const retryable = (error) => ["no_answer", "stale", "issuer"].includes(error.code)
  || (error.code === "refused" && (error.status >= 500 || ["rate_limited", "slow", ""].includes(error.refusal)));

// insist repeats a call until the server answers: the same call again is always
// harmless, and a deputy must never be left without an answer.
const insist = (id, lead, method, ...args) => persist(id, lead, () => kiosk.send(method, args));

async function persist(id, lead, act) {
  working(id, lead);
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error.code === "board") { halt("terminal.error_board"); throw error; }
      if (error.code === "promise") { halt("terminal.error_promise"); throw error; }
      if (error.code === "bundle") { halt("terminal.error_bundle"); throw error; }
      if (!retryable(error)) throw error;
      waiting(error);
      await pause(retryAfter);
    }
  }
}

async function picture(target, content, label) {
  target.replaceChildren();
  const rows = await kiosk.send("qr", [content]);
  const svg = qr(rows.map((row) => [...row].map((m) => m === "1")), label);
  svg.dataset.text = content; // for tests, which have no camera
  target.replaceChildren(svg);
}

// --- the device

// recall finds out what this device is.
async function recall() {
  if (!fromAgent) return JSON.parse(localStorage.getItem(keptUnder) || "null");
  $(".language").hash = location.hash;
  agent = await ask("GET", "/agent", undefined, { credentials: "omit" });
  return agent.device && { ...agent.device, manifest: agent.manifest };
}

// keep remembers what this device is; the program on this machine does so itself.
function keep(what) {
  device = agent ? { ...what, manifest: agent.manifest } : what;
  if (!agent) localStorage.setItem(keptUnder, JSON.stringify(device));
}

// site is where people find the pages of the vote with their own devices.
const site = () => (agent ? agent.server : location.origin);

// named reports whether this page is the one that the manifest names. A real
// vote takes no other: whoever changes the program of the terminals after the
// freeze is found out by them. What a rehearsal began with may have been made
// anew since. No answer is no wrong one.
async function named() {
  const pin = vote.pins.find((p) => p.name === "terminal");
  if (!pin || vote.kind !== "real") return true;
  const list = await fetch("/static/kiosk.sha256", { credentials: "omit", cache: "no-store" })
    .then((answer) => (answer.ok ? answer.arrayBuffer() : null)).catch(() => null);
  if (!list) throw fault("no_answer");
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", list));
  return pin.hash === [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
}

// prepare brings the machine to where the vote stands.
async function prepare() {
  working("terminal.starting");
  vote = await insist("terminal.starting", "terminal.starting_lead", "open", device.vote, device.manifest || null, { terminalKey: device.key });
  if (!await persist("terminal.starting", "terminal.starting_lead", named)) {
    halt("terminal.error_bundle");
    throw new Error("bundle");
  }
  if (!device.manifest) keep({ ...device, manifest: vote.manifest });
  put($("#vote-title"), `${vote.congress} ${vote.title}`);
  $("#kind").hidden = vote.kind === "real";
  put($("#kind"), text(`common.kind_${vote.kind}`));
  put($("#welcome-manifest"), text("terminal.wait_manifest", short(vote.manifest)));
  await kiosk.send("warm", []);
}

const short = (hex) => hex.slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");

// compare looks, once the vote is closed, for every ballot that this terminal
// was promised (attack S3). Terminals do so at moments of their own: they all
// read the whole board.
let comparing = false;
async function compare() {
  if (comparing || stopped || promised.kept.size === 0) return;
  comparing = true;
  await pause(Math.random() * compareWithin);
  try {
    vote = await kiosk.send("open", [device.vote, device.manifest, { terminalKey: device.key }]);
    if (promised.by !== ballotOf(vote)) {
      promised.kept.clear();
      kiosk.end();
      return;
    }
    const { found, missing } = await kiosk.send("kept", [[...promised.kept.values()]]);
    if (missing.length > 0) {
      stopped = true;
      accuse(missing);
      return;
    }
    promised.kept.clear();
    kiosk.end();
    put($("#wait-lead"), text("terminal.kept", found));
  } catch (error) {
    if (error.code === "board") halt("terminal.error_board");
  } finally {
    comparing = false;
  }
}

// accuse offers the evidence of every promise that was not kept.
function accuse(missing) {
  trouble(text("terminal.missing", missing.length), text("terminal.missing_lead"), false);
  $("#trouble-files").replaceChildren(...missing.map(({ trackingCode, name, file }) => el("li", {}, el("span", { class: "hash" }, short(trackingCode)),
    el("button", { class: "button", type: "button", onclick: () => save(name, file, "text/plain") }, text("terminal.evidence")))));
  $("#trouble-files").hidden = false;
}

// ballotOf names what promises are about: every vote begins with epoch 1, also the
// one after a vote that was voided and never looked for its own.
const ballotOf = ({ manifest, epoch }) => `${manifest} ${epoch}`;

// remember keeps a promise until its entry is found in the closed log.
function remember(code, promise) {
  const by = ballotOf(vote);
  if (promised.by !== by) promised = { by, kept: new Map() };
  promised.kept = new Map([...promised.kept, [code, promise]].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function wait(beat) {
  const over = [...closed, "closing", "voided"].includes(beat.phase);
  const id = over ? "terminal.wait_closed" : beat.phase === "suspended" ? "terminal.wait_suspended" : "terminal.wait_title";
  if (stage === "wait" && $("#wait-title").textContent === text(id)) return; // the line below may say more by now
  put($("#wait-title"), text(id));
  put($("#wait-lead"), text(over ? "terminal.wait_closed_lead" : beat.phase === "suspended" ? "terminal.wait_suspended_lead" : "terminal.wait_lead"));
  put($("#wait-manifest"), beat.manifest ? text("terminal.wait_manifest", short(beat.manifest)) : "");
  if (stage !== "wait") show("wait");
}

// leftOver reports whether the vote is over for who did not finish. What is being
// sent goes on, and what became of it can be read as long as a promise.
const leftOver = (beat) => [...closed, "voided"].includes(beat.phase) && visits.includes(stage)
  && !(stage === "trouble" && performance.now() - since < wipeAfter * 1000);

// heard takes a beat's answer. It changes only screens on which nobody votes, or
// can vote any more.
let preparing = false;
async function heard(beat) {
  if (stopped || preparing) return;
  speak(beat.word);
  if (!beat.registered) {
    if (["", "wait", "welcome", "work"].includes(stage)) show("setup");
    return;
  }
  if (beat.vote !== device.vote) {
    if (!["", "wait", "welcome", "setup"].includes(stage)) return;
    if (agent) { // which vote this is, people say, with paper in their hands
      halt("terminal.error_moved");
      return;
    }
    keep({ ...device, vote: beat.vote, manifest: beat.manifest });
    vote = null;
    kiosk.end();
  }
  if (device.manifest && beat.manifest && beat.manifest !== device.manifest) {
    halt("terminal.error_other_vote");
    return;
  }
  if (!beat.open) {
    if (leftOver(beat)) {
      clear();
      kiosk.end();
    } else if (!["", "wait", "welcome", "setup"].includes(stage)) return;
    wait(beat);
    if (closed.includes(beat.phase)) compare();
    return;
  }
  if (["", "wait", "setup"].includes(stage)) await begin();
}

// begin leads to the welcome.
async function begin() {
  preparing = true;
  try {
    await prepare();
    welcome();
  } catch (error) {
    if (!stopped) trouble(text("terminal.trouble"), sentence(error));
  } finally {
    preparing = false;
  }
}

// --- welcome: the badge

function welcome(refusal = "") {
  badge = "";
  choice = new Choice(vote);
  $("#badge").value = "";
  const note = $("#welcome-refusal");
  put(note, refusal);
  note.hidden = !refusal;
  show("welcome");
}

// A scanner types like a keyboard, fast, and ends with Enter. It types into
// whatever has the focus: on the welcome screen all keys go to the field, but
// for the one that presses a button, which no badge has in it.
document.addEventListener("keydown", (event) => {
  if (stage !== "welcome" || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = $("#badge");
  if (event.key.length === 1 && event.key !== " " && document.activeElement !== field) field.focus();
});

// A badge that is scanned while a PIN is asked for or a ballot is open is the next
// deputy's: who left without finishing leaves nothing to see, to answer or to cast.
document.addEventListener("keydown", async (event) => {
  if (![...visits, "done"].includes(stage) || stopped) return;
  if (event.key.length === 1) typed += event.key;
  if (event.key !== "Enter") return;
  const scanned = typed.trim();
  typed = "";
  if (scanned.length < shortestBadge) return;
  event.preventDefault();
  await again();
  if (stage !== "welcome") return;
  badge = scanned;
  identify();
}, true);

$("#badge-form").addEventListener("submit", (event) => {
  event.preventDefault();
  badge = $("#badge").value.trim();
  $("#badge").value = "";
  if (badge) identify();
});

async function identify(pin = "") {
  try {
    const found = await insist("terminal.identifying", "terminal.identifying_lead", "identify", badge, pin);
    badge = "";
    identified(found);
  } catch (error) {
    if (stopped) return;
    if (error.refusal === "pin_needed" || error.refusal === "wrong_pin") {
      askPin(error.refusal === "wrong_pin" ? sentence(error) : "");
      return;
    }
    await again(sentence(error));
  }
}

function identified(found) {
  switch (found.state) {
    case "ready":
      // At a seat, papers are handed out before the chair lets people vote.
      if (device.kind === "seat") show("issued");
      else choose();
      return;
    case "cast": done("terminal.done_before", "terminal.done_before_lead", found); return;
    case "unused": done("terminal.done_unused", "terminal.wait_closed_lead", found); return;
  }
  const ids = { not_checked_in: "terminal.error_not_checked_in", not_open: "terminal.error_not_open", unknown_badge: "terminal.error_unknown", other: "terminal.error_other" };
  again(text(ids[found.state] || "terminal.error_internal"));
}

$("#start").addEventListener("click", () => choose());

// again goes back to a machine that knows nobody, with a sentence.
async function again(refusal = "") {
  clear();
  kiosk.end();
  try {
    await prepare();
    welcome(refusal);
  } catch (error) {
    if (!stopped) trouble(text("terminal.trouble"), sentence(error));
  }
}

function askPin(refusal) {
  $("#pin").value = "";
  put($("#pin-refusal"), refusal);
  $("#pin-refusal").hidden = !refusal;
  show("pin");
}

function buildPad() {
  const press = (key) => () => {
    const field = $("#pin");
    if (key === "back") field.value = field.value.slice(0, -1);
    else if (key === "clear") field.value = "";
    else if (field.value.length < 12) field.value += key;
  };
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "clear", "0", "back"];
  $("#pad").replaceChildren(...keys.map((key) => el("button", { class: "button", type: "button", onclick: press(key) },
    key === "clear" ? text("terminal.pin_clear") : key === "back" ? text("terminal.pin_back") : key)));
}

$("#pin-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const pin = $("#pin").value;
  $("#pin").value = "";
  if (pin) identify(pin);
});
$("#pin-cancel").addEventListener("click", () => again());

// --- choose

const money = (yuan) => (lang === "en" ? yuan.toLocaleString("en-GB") : (yuan / 10_000).toLocaleString("zh-CN"));

function titleOf(mode) {
  return text({ select_k: "terminal.choose_select", choose_1: "terminal.choose_one", satisfaction_3: "terminal.choose_grades" }[mode] || "terminal.choose_each");
}

function ruleOf(v) {
  const n = v.options.length;
  switch (v.mode) {
    case "select_k":
      if (v.exact) return text("terminal.rule_exactly", n, v.max);
      return v.min > 0 ? text("terminal.rule_at_least", n, v.min, v.max) : text("terminal.rule_up_to", n, v.max);
    case "yna_capped": return text("terminal.rule_capped", v.max);
    case "choose_1": return text("terminal.rule_one");
    case "satisfaction_3": return text("terminal.rule_grades");
  }
  return text("terminal.rule_each");
}

function markName(mark) {
  if (mark.startsWith("grade")) return vote.grades[Number(mark.slice(5))];
  if (choice.single) return text("terminal.pick");
  return text(`terminal.mark_${mark}`);
}

function choose() {
  put($("#choose-title"), titleOf(vote.mode));
  put($("#choose-rule"), ruleOf(vote));
  $("#abstain").hidden = !vote.allowAbstain;
  $("#spoil").hidden = !vote.allowSpoil;
  $("#options").replaceChildren(...inOrder(vote).map((option, i) => row(option, i + 1)));
  refreshCount();
  show("choose");
  offerScroll();
}

// inOrder is the order of the ballot: drawn by lot, or, on a terminal that
// rotates, beginning at a place of its own.
function inOrder(v) {
  if (v.order === "by_lot_published_seed") return v.lot.map((i) => v.options[i]);
  if (v.order !== "per_terminal_rotation") return v.options;
  const sum = [...device.label].reduce((s, c) => s + c.codePointAt(0), 0);
  const from = sum % v.options.length;
  return [...v.options.slice(from), ...v.options.slice(0, from)];
}

function row(option, place) {
  const details = el("div", { class: "details", hidden: true }, el("dl", {}, ...facts(option)));
  const name = el("p", { class: "name", id: `name-${option.index}` }, option.name);
  const unfold = el("button", { class: "button quiet", type: "button", "aria-expanded": "false", id: `unfold-${option.index}`, "aria-labelledby": `unfold-${option.index} name-${option.index}` }, text("terminal.details"));
  unfold.addEventListener("click", () => {
    details.hidden = !details.hidden;
    unfold.setAttribute("aria-expanded", String(!details.hidden));
    put(unfold, text(details.hidden ? "terminal.details" : "terminal.fold"));
    offerScroll();
  });
  const marks = choice.offered.map((mark) => el("button", {
    class: "mark", type: "button", "data-index": option.index, "data-mark": mark, "aria-pressed": "false",
    "aria-describedby": `name-${option.index}`, onclick: () => touch(option.index, mark),
  }, markName(mark)));
  return el("article", { class: "option", id: `option-${option.index}` },
    el("span", { class: "place" }, String(place)),
    el("div", { class: "title" }, name, option.investment ? el("p", { class: "money" }, text("terminal.money", money(option.investment))) : null),
    unfold, el("div", { class: "marks" }, ...marks), details);
}

function facts(option) {
  const pairs = [["content", option.content], ["fiscal", option.fiscal ? text("terminal.wan", money(option.fiscal)) : ""],
    ["beneficiaries", option.beneficiaries], ["deadline", option.deadline], ["unit", option.unit]];
  return pairs.filter(([, v]) => v).flatMap(([name, v]) => [el("dt", {}, text(`terminal.${name}`)), el("dd", {}, v)]);
}

function touch(index, mark) {
  const allowed = choice.toggle(index, mark);
  refreshCount();
  if (!allowed) say(text("terminal.too_many", choice.limit));
}

function say(sentenceText) {
  const count = $("#count");
  put(count, sentenceText);
  count.classList.add("full");
}

function refreshCount() {
  for (const button of $$(".mark")) {
    const on = choice.marks[Number(button.dataset.index)] === button.dataset.mark;
    button.setAttribute("aria-pressed", String(on));
    if (choice.single) put(button, text(on ? "terminal.picked" : "terminal.pick"));
  }
  for (const option of vote.options) $(`#option-${option.index}`)?.classList.toggle("marked", choice.marks[option.index] !== "");
  const count = $("#count");
  count.classList.remove("full");
  if (vote.mode === "select_k") put(count, text("terminal.count_up_to", choice.count(), choice.limit));
  else if (vote.mode === "yna_capped") put(count, text("terminal.count_for", choice.count(), choice.limit));
  else put(count, text("terminal.count_marked", choice.marked, vote.mode === "choose_1" ? 1 : vote.options.length));
}

// offerScroll shows the two buttons only where there is something to scroll.
function offerScroll() {
  const screen = $("#s-choose");
  $(".scroll-ways").classList.toggle("idle", screen.scrollHeight <= screen.clientHeight + 4);
  $("#up").disabled = screen.scrollTop < 4;
  $("#down").disabled = screen.scrollTop + screen.clientHeight > screen.scrollHeight - 4;
}
$("#s-choose").addEventListener("scroll", offerScroll);
addEventListener("resize", offerScroll);
for (const [id, sign] of [["#up", -1], ["#down", 1]]) {
  $(id).addEventListener("click", () => $("#s-choose").scrollBy({ top: sign * $("#s-choose").clientHeight * 0.7 }));
}

$("#abstain").addEventListener("click", () => { choice.whole = "abstain"; review(); });
$("#spoil").addEventListener("click", () => { choice.whole = "spoil"; review(); });
$("#to-review").addEventListener("click", async () => {
  choice.whole = "";
  const wrong = await kiosk.send("check", [choice.value]);
  if (!wrong) { review(); return; }
  if (choice.marked === 0) say(text(vote.allowAbstain ? "terminal.none_chosen" : "terminal.none_chosen_strict"));
  else if (wrong.over) say(text("terminal.too_many", wrong.high));
  else if (wrong.option >= 0) {
    say(text("terminal.row_missing"));
    $(`#option-${wrong.option}`).scrollIntoView({ block: "center" });
  } else say(text("terminal.too_few", vote.min, choice.count()));
});

// --- review, test, cast

// review seals at once: the seal code stands on the screen before the deputy
// decides between casting and testing (PROTOCOL.md, "Challenge").
async function review() {
  try {
    seal = await insist("terminal.sealing", "terminal.starting_lead", "seal", choice.value);
    await picture($("#seal-qr"), `${site()}/check/${device.vote}#${seal.qr}`, text("terminal.seal_label"));
  } catch (error) {
    if (!stopped) trouble(text("terminal.trouble"), sentence(error));
    return;
  }
  put($("#seal-code"), seal.spaced);
  put($("#review-lead"), choice.whole || !choice.single ? text("terminal.review_whole") : text("terminal.review_lead", choice.count()));
  $("#chosen").replaceChildren(...summary());
  show("review");
}

function summary() {
  if (choice.whole) return [el("li", { class: "whole" }, text(`terminal.whole_${choice.whole}`))];
  const places = new Map(inOrder(vote).map((o, i) => [o.index, i + 1]));
  return choice.groups.flatMap(([mark, options]) => options.map((o) =>
    el("li", {}, `${places.get(o.index)}. ${o.name}`, choice.single ? null : el("small", {}, markName(mark)))));
}

$("#to-choose").addEventListener("click", () => { choice.whole = ""; show("choose"); refreshCount(); offerScroll(); });
$("#cast").addEventListener("click", async () => {
  try {
    const promise = await insist("terminal.casting", "terminal.casting_lead", "cast");
    done("terminal.done", "terminal.done_lead", promise);
  } catch (error) {
    if (stopped) return;
    trouble(text("terminal.trouble"), sentence(error));
  }
});

$("#to-challenge").addEventListener("click", async () => {
  opening = null;
  put($("#challenge-lead"), text("terminal.challenge_first"));
  put($("#challenge-next"), text("terminal.challenge_open"));
  $("#challenge-cancel").hidden = false;
  $("#challenge-text").replaceChildren(el("p", { class: "code" }, seal.spaced));
  await picture($("#challenge-qr"), `${site()}/check/${device.vote}#${seal.qr}`, text("terminal.seal_label"));
  show("challenge");
});
$("#challenge-cancel").addEventListener("click", () => show("review"));
$("#challenge-next").addEventListener("click", async () => {
  if (opening) { opening = null; await review(); return; }
  try {
    opening = await insist("terminal.starting", "terminal.starting_lead", "challenge");
    await picture($("#challenge-qr"), `${site()}/check/${device.vote}#${opening.qr}`, text("terminal.opening_label"));
  } catch (error) {
    if (!stopped) trouble(text("terminal.trouble"), sentence(error));
    return;
  }
  put($("#challenge-lead"), text("terminal.challenge_after"));
  put($("#challenge-next"), text("terminal.challenge_again"));
  $("#challenge-cancel").hidden = true;
  $("#challenge-text").replaceChildren(el("p", {}, text("terminal.challenge_spent")), el("h2", {}, text("terminal.challenge_content")),
    el("ol", { class: "chosen" }, ...summary()));
  show("challenge");
});

// --- done

async function done(title, lead, promise) {
  put($("#done-title"), text(title));
  put($("#done-lead"), text(lead));
  remember(promise.trackingCode, promise.promise);
  put($("#tracking"), short(promise.trackingCode));
  const bytes = String.fromCharCode(...promise.promise);
  const packed = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  await picture($("#receipt-qr"), `${site()}/track/${device.vote}#${packed}`, text("terminal.tracking_label")).catch(() => {});
  $("#chosen").replaceChildren();
  $("#options").replaceChildren();
  show("done");
  countDown(wipeAfter);
}

function countDown(left) {
  clearTimeout(wiping);
  put($("#wipe-note"), text("terminal.wipe_in", left));
  wiping = left === 0 ? setTimeout(finish, 0) : setTimeout(() => countDown(left - 1), 1000);
}

// clear leaves nothing of the deputy on the page.
function clear() {
  clearTimeout(wiping);
  choice = seal = opening = null;
  badge = "";
  for (const id of ["options", "chosen", "seal-qr", "challenge-qr", "challenge-text", "receipt-qr"]) $(`#${id}`).replaceChildren();
  for (const id of ["seal-code", "tracking", "review-lead", "count", "wipe-note", "done-title", "done-lead"]) put($(`#${id}`), "");
  for (const field of $$("input")) if (field.type === "password") field.value = "";
  document.documentElement.classList.remove("large");
  $("#size").setAttribute("aria-pressed", "false");
  put($("#size"), text("terminal.large"));
}

const finish = () => again();
$("#finish").addEventListener("click", finish);
$("#trouble-go").addEventListener("click", () => again());

// --- tools of every screen

$("#size").addEventListener("click", () => {
  const on = document.documentElement.classList.toggle("large");
  $("#size").setAttribute("aria-pressed", String(on));
  put($("#size"), text(on ? "terminal.standard" : "terminal.large"));
  if (stage === "choose") offerScroll();
});

let beats = null;
function helping(on) {
  beats?.help(on);
  $("#help").setAttribute("aria-pressed", String(on));
  if (on) $("#helping").showModal();
  else $("#helping").close();
}
$("#help").addEventListener("click", () => helping(true));
$("#help-end").addEventListener("click", () => helping(false));
$("#helping").addEventListener("close", () => helping(false));

// --- registration

submits($("#setup"), async () => {
  const kind = $("input[name=kind]:checked").value;
  keep(await ask("POST", "/terminals", { code: value("code"), kind, zone: value("zone"), label: value("label") }, { credentials: "omit" }));
  vote = null;
  $("#setup").reset();
  restartBeats();
  show("wait");
});

function restartBeats() {
  beats?.stop();
  beats = startBeats(device.key, heard, (linked) => { $("#line").hidden = linked; });
}

buildPad();
document.addEventListener("contextmenu", (event) => event.preventDefault());
try {
  device = await recall();
  if (device) restartBeats();
  else show("setup");
} catch (error) {
  trouble(text("terminal.trouble"), error.message, false);
}
