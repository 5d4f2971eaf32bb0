// The check-in desk. A scanner types like a keyboard, into the one field that
// also finds people by name. Of a badge only its public key leaves this page.
import { ask, el, lang, put, text, $, $$ } from "./page.js";

const gate = $("#gate");
const path = `/votes/${gate.dataset.vote}`;
const field = $("#scan");
const most = 8; // people in the list of those found
const unlocks = gate.dataset.unlocks === "true";
const every = 3000;
const patience = 300; // ms without a key before one asks who is meant

let deputies = []; // by roll number
let found = [];
let active = -1;
let shown = null; // whom the card confirms

// The program that reads badges is loaded once, before the first badge comes.
const desk = (async () => {
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiateStreaming(fetch("/static/wasm/desk.wasm"), go.importObject);
  go.run(instance);
  return globalThis.piaojueDesk;
})();
desk.catch(() => {}); // said when a badge is read

const moment = (unix) => new Date(unix * 1000).toLocaleTimeString(lang === "en" ? "en-GB" : "zh-CN", { hour: "2-digit", minute: "2-digit" });

function complain(words) {
  put($("#lost"), words);
  $("#lost").hidden = words === "";
}

// showCounts keeps figures and bar at what the server says; another gate may
// have let somebody in.
function showCounts(c) {
  for (const node of $$("[data-count]")) put(node, c[node.dataset.count]);
  const met = c.ever >= c.quorum;
  const whole = Math.max(c.n, 1);
  $("#quorum-meter > span").style.width = `${(100 * c.ever) / whole}%`;
  $(".quorum-line").style.left = `${(100 * c.quorum) / whole}%`;
  put($("#quorum-note"), met ? text("checkin.quorum_met", c.quorum) : text("checkin.quorum_short", c.quorum, c.quorum - c.ever));
  $("#quorum-note").classList.toggle("met", met);
  counted = `${c.ever} ${c.present}`;
}

let counted = "";

async function load() {
  const answer = await ask("GET", `${path}/register`);
  deputies = answer.deputies;
  showCounts(answer.counts);
  if (shown) {
    const now = deputies.find((d) => d.index === shown.index);
    if (now && (now.present !== shown.present || now.ever !== shown.ever)) confirmCard(now, state(now));
  }
}

async function watch() {
  try {
    const c = await ask("GET", `${path}/checkins`);
    if (`${c.ever} ${c.present}` !== counted) await load();
    else showCounts(c);
    complain("");
  } catch (error) {
    complain(error.code === "network" ? text("checkin.lost") : error.message);
  } finally {
    setTimeout(watch, every);
  }
}

const plain = (s) => s.normalize("NFKC").toLowerCase().replace(/[\s·]/g, "");

// rank says how well somebody fits what was typed; 0: not at all.
function rank(d, typed) {
  const name = plain(d.name);
  if (plain(d.number) === typed) return 9;
  if (name === typed) return 8;
  if (d.initials.includes(typed)) return 7;
  if (plain(d.number).endsWith(typed) && /\d/.test(typed)) return 6;
  if (plain(d.seat) === typed) return 5;
  if (name.startsWith(typed)) return 4;
  if (d.initials.some((i) => i.startsWith(typed))) return 3;
  if (name.includes(typed) || plain(d.seat).includes(typed)) return 2;
  return 0;
}

const state = (d) => (d.present ? "inside" : d.ever ? "left" : "never");

const stateChip = (d) => el("span", { class: `chip ${{ inside: "good", left: "warn", never: "" }[state(d)]}` }, text(`checkin.state_${state(d)}`));

function search() {
  const typed = plain(field.value);
  found = [];
  active = -1;
  if (typed !== "" && typed.length < 30) {
    found = deputies.map((d) => [rank(d, typed), d]).filter(([r]) => r > 0).sort((a, b) => b[0] - a[0]).map(([, d]) => d);
  }
  showFound(typed);
}

function showFound(typed) {
  const list = found.slice(0, most);
  if (list.length > 0) active = Math.max(Math.min(active, list.length - 1), 0);
  $("#found").replaceChildren(...list.map((d, i) => el("li", {},
    el("button", { type: "button", class: "person-row", "aria-current": i === active ? "true" : undefined, onclick: () => choose(d) },
      el("b", {}, d.name), el("span", { class: "code" }, d.number), el("span", {}, [d.delegation, d.seat].filter(Boolean).join(" · ")), stateChip(d)))));
  const none = typed !== "" && typed.length < 30 && list.length === 0;
  put($("#found-note"), none ? text("checkin.found_none") : found.length > most ? text("checkin.found_many", found.length, most) : "");
}

function clear() {
  field.value = "";
  search();
  field.focus();
}

function choose(d) {
  confirmCard(d, state(d));
  clear();
}

// isBadge tells what a scanner types from what people type: badges are long.
const isBadge = (typed) => typed.replace(/[\s-]/g, "").length >= 30;

async function readBadge(typed) {
  clear();
  say("reading");
  let key;
  try {
    key = await (await desk).badgeKey(typed);
  } catch {
    return say("bad_badge", "bad");
  }
  await send({ key, present: true });
}

function say(id, kind = "") {
  shown = null;
  $("#confirm").className = `card confirm ${kind}`;
  $("#confirm").replaceChildren(el("p", { class: "idle" }, text(`checkin.${id}`)));
}

function sayRefusal(error) {
  shown = null;
  $("#confirm").className = "card confirm bad";
  $("#confirm").replaceChildren(el("p", { class: "idle", role: "alert" }, error.code === "network" ? text("checkin.lost") : error.code === "not_in_roll" ? text("checkin.not_in_roll") : error.message));
}

// send tells the register. Its answer is what the card says, whatever this page
// knew before.
async function send(body) {
  const before = body.index === undefined ? null : deputies.find((d) => d.index === body.index);
  try {
    const d = await ask("POST", `${path}/checkins`, body);
    const had = before ?? deputies.find((x) => x.index === d.index);
    const left = had && had.ever && !had.present;
    deputies = deputies.map((x) => (x.index === d.index ? d : x));
    showCounts(d.counts);
    confirmCard(d, d.present ? (d.again ? "again" : left ? "returned" : "welcome") : "left_now");
  } catch (error) {
    sayRefusal(error);
    throw error;
  } finally {
    field.focus();
  }
}

// unlock gives the badge five more tries of its PIN.
async function unlock(d) {
  try {
    const now = await ask("POST", `${path}/unlocks`, { index: d.index });
    deputies = deputies.map((x) => (x.index === now.index ? now : x));
    confirmCard(now, state(now));
  } catch (error) {
    sayRefusal(error);
  }
  field.focus();
}

const quietly = (promise) => promise.catch(() => {});

const headings = { welcome: "welcome", again: "again", returned: "returned", left_now: "left", inside: "state_inside", left: "state_left", never: "state_never" };
const colours = { welcome: "good", returned: "good", again: "warn", left_now: "warn" };

function confirmCard(d, what) {
  shown = d;
  const card = $("#confirm");
  card.className = `card confirm ${colours[what] ?? ""}`;
  const by = (index, present) => () => quietly(send({ index, present }));
  card.replaceChildren(...[
    el("p", { class: "confirm-state" }, text(`checkin.${headings[what]}`)),
    el("p", { class: `confirm-name ${d.name.length > 4 ? "long" : ""}` }, d.name),
    el("p", { class: "confirm-seat" }, d.seat || text("checkin.seat_none")),
    el("dl", {}, el("div", {}, el("dt", {}, text("checkin.delegation")), el("dd", {}, d.delegation || "—")), el("div", {}, el("dt", {}, text("checkin.number")), el("dd", { class: "code" }, d.number))),
    d.standing === "on_leave" && !d.ever ? el("p", {}, el("span", { class: "chip warn" }, text("checkin.on_leave"))) : null,
    d.locked ? el("p", {}, el("span", { class: "chip bad" }, text(unlocks ? "checkin.locked" : "checkin.locked_ask"))) : null,
    d.reason ? el("p", { class: "hint" }, text("checkin.by_hand", d.reason)) : null,
    el("p", { class: "actions" },
      d.ever ? null : el("button", { class: "button primary", type: "button", id: "by-hand", onclick: () => askHand(d) }, text("checkin.do_by_hand")),
      d.present ? el("button", { class: "button", type: "button", id: "leave", onclick: by(d.index, false) }, text("checkin.do_leave")) : null,
      d.ever && !d.present ? el("button", { class: "button primary", type: "button", id: "return", onclick: by(d.index, true) }, text("checkin.do_return")) : null,
      d.locked && unlocks ? el("button", { class: "button", type: "button", id: "unlock", onclick: () => quietly(unlock(d)) }, text("checkin.do_unlock")) : null,
      d.present ? el("button", { class: "button", type: "button", id: "assist", onclick: () => askAssistant(d) }, text("checkin.do_assist")) : null),
  ].filter(Boolean));
}

// The dialog asks for one text: a reason, or a name.
let onYes = null;

function askFor({ title, lead, label, yes, hints = [] }, act) {
  put($("#ask-title"), title);
  put($("#ask-lead"), lead);
  put($("#ask-label"), label);
  put($("#ask-yes"), yes);
  $("#reasons").replaceChildren(...hints.map((h) => el("option", { value: h })));
  $("#ask-text").value = "";
  $("#ask [role=alert]").hidden = true;
  onYes = act;
  $("#ask").showModal();
  $("#ask-text").focus();
}

const askHand = (d) => askFor({
  title: `${text("checkin.do_by_hand")} · ${d.name}`, lead: text("checkin.hand_lead"), label: text("checkin.hand_label"), yes: text("checkin.hand_yes"),
  hints: [1, 2, 3].map((i) => text(`checkin.reason_${i}`)),
}, (reason) => send({ index: d.index, present: true, reason }));

const askAssistant = (d) => askFor({
  title: `${text("checkin.do_assist")} · ${d.name}`, lead: text("checkin.assist_ask"), label: text("checkin.assist_label"), yes: text("checkin.assist_yes"),
}, async (assistant) => {
  await ask("POST", `${path}/assistants`, { index: d.index, assistant });
  await loadAssistants();
});

$("#ask-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const words = $("#ask-text").value.trim();
  const alert = $("#ask [role=alert]");
  if (words === "") return void $("#ask-text").focus();
  const send = $("#ask-form [type=submit]");
  if (send.disabled) return; // pressed twice
  send.disabled = true;
  try {
    await onYes(words);
    $("#ask").close();
    field.focus();
  } catch (error) {
    put(alert, error.message);
    alert.hidden = false;
  } finally {
    send.disabled = false;
  }
});
$("#ask-no").addEventListener("click", () => { $("#ask").close(); field.focus(); });

async function loadAssistants() {
  const { assistants } = await ask("GET", `${path}/assistants`);
  $("#assistants").replaceChildren(...assistants.map((a) => el("tr", {},
    el("td", { class: "code" }, a.number), el("th", { scope: "row" }, a.name), el("td", {}, a.assistant), el("td", {}, moment(a.time)))));
  $("#assist-table").hidden = assistants.length === 0;
  $("#assist-none").hidden = assistants.length > 0;
}

$("#find").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = field.value;
  if (isBadge(typed)) return void quietly(readBadge(typed));
  search();
  if (found.length > 0) choose(found[Math.max(active, 0)]);
});

let waiting = 0;
field.addEventListener("input", () => {
  clearTimeout(waiting);
  // What a scanner types must not stand in the page.
  field.type = isBadge(field.value) ? "password" : "text";
  waiting = setTimeout(() => { if (!isBadge(field.value)) search(); }, field.value === "" ? 0 : patience / 3);
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  active += event.key === "ArrowDown" ? 1 : -1;
  if (active < 0) active = 0;
  showFound(plain(field.value));
});

put($("#found-note"), text("checkin.loading"));
try {
  await load();
  await loadAssistants();
  put($("#found-note"), "");
} catch (error) {
  complain(error.message);
}
if (field.value !== "" && !isBadge(field.value)) search(); // typed before the roll was here
field.focus();
setTimeout(watch, every);
