// What the three live screens share: numbers that count up, bars with a line,
// tiles of the scrutineers, the line about the connection.
import { lang, text, el, put, $, $$ } from "./page.js";
import { follow } from "./live.js";

const read = (id) => JSON.parse($(`#${id}`).textContent);

export const contest = read("contest");
export const first = read("state");

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const counting = new WeakMap();

// count brings a number to its new value in a short run; what is no number is
// shown as a dash. The first value stands there already. Whether or not the
// screen draws meanwhile, the value stands there at the end.
export function count(node, value) {
  const shown = value === null || value === undefined ? "—" : value;
  const from = Number(node.textContent);
  stop(counting.get(node));
  if (shown === "—" || Number.isNaN(from) || calm.matches || document.hidden || from === shown) return put(node, shown);
  const start = performance.now();
  const run = {};
  const step = (now) => {
    const part = Math.min((now - start) / 400, 1);
    put(node, Math.round(from + (shown - from) * (1 - (1 - part) ** 3)));
    if (part < 1) run.frame = requestAnimationFrame(step);
    else stop(run);
  };
  run.frame = requestAnimationFrame(step);
  run.end = setTimeout(() => { stop(run); put(node, shown); }, 600);
  counting.set(node, run);
}

function stop(run) {
  cancelAnimationFrame(run?.frame);
  clearTimeout(run?.end);
}

export function showNumbers(state) {
  for (const node of $$("[data-number]")) count(node, state[node.dataset.number]);
  showChannels(state);
}

// channels are ballots of both kinds, where there is paper.
const channels = (all, paper) => text("screen.channels", Math.max(all - paper, 0), paper);

// Sheets come out of ballot boxes after the close only.
const open = ["draft", "frozen", "approved", "keyed", "voting", "suspended", "closing", "voided"];

export const enters = (state) => state.phase === "closed" && state.sheets > state.paper;

// surplus reports that more of one kind came back than was given out: the other
// kind cannot hide it.
export const surplus = (state) => state.paper > state.sheets || state.r - state.paper > state.i - state.sheets;

// showChannels says of both kinds of ballots what was issued and what came back.
export function showChannels(state) {
  const paper = state.sheets > 0 || state.paper > 0;
  const said = [paper ? text("screen.channels_issued", channels(state.i, state.sheets)) : "",
    paper && state.r !== null && !open.includes(state.phase) ? text("screen.channels_back", channels(state.r, state.paper)) : "",
    enters(state) ? text("screen.paper_left", state.sheets - state.paper) : ""].filter(Boolean);
  put($("#channels"), said.join("　"));
  $("#channels").hidden = said.length === 0;
}

export const percent = (part, whole) => (whole > 0 ? Math.min((100 * part) / whole, 100) : 0);

// gauge fills a bar and draws its line.
export function gauge(node, value, whole, mark) {
  $(".gauge-fill", node).style.width = `${percent(value ?? 0, whole)}%`;
  const line = $(".gauge-line", node);
  if (!line) return;
  line.hidden = !(mark > 0 && whole > 0);
  line.style.left = `${percent(mark, whole)}%`;
}

export const quorate = (state) => contest.quorum > 0 && state.p >= contest.quorum;

// showQuorum says in words what the line in the bar says to eyes.
export function showQuorum(state) {
  gauge($("#quorum"), state.p, state.n, contest.quorum);
  const met = quorate(state);
  const note = $("#quorum-note");
  put(note, contest.draft ? "" : met ? text("screen.quorum_met", contest.quorum) : text("screen.quorum_short", contest.quorum, contest.quorum - state.p));
  note.classList.toggle("met", met);
}

export const isOpening = (state) => ["collected", "counted", "certified", "published", "archived"].includes(state.phase);

function trusteeStep(trustee, state) {
  if (isOpening(state)) return trustee.shared ? "shared" : "locked";
  if (trustee.ready) return "ready";
  if (trustee.agreed) return "agreed";
  return trustee.dealt ? "dealt" : "waiting";
}

const stepsDone = { waiting: 0, dealt: 1, agreed: 2, ready: 3, locked: 3, shared: 3 };

function tile() {
  return el("li", { class: "trustee" },
    el("span", { class: "trustee-name" }),
    el("span", { class: "trustee-steps", "aria-hidden": "true" }, el("i"), el("i"), el("i")),
    el("span", { class: "trustee-state" }));
}

// showTrustees keeps a tile for each scrutineer, and before their approval an
// empty one for each place, so that nothing moves when they come.
export function showTrustees(state) {
  const list = $("#trustees");
  const places = Math.max(state.trustees.length, contest.trustees);
  while (list.children.length > places) list.lastElementChild.remove();
  while (list.children.length < places) list.append(tile());
  list.style.setProperty("--places", String(places > 8 ? Math.ceil(places / 2) : places));
  [...list.children].forEach((node, i) => {
    const trustee = state.trustees[i];
    const step = trustee ? trusteeStep(trustee, state) : "none";
    node.dataset.step = step;
    put($(".trustee-name", node), trustee ? trustee.name : "·");
    put($(".trustee-state", node), text(`screen.trustee_${step}`));
    $$("i", node).forEach((mark, k) => mark.classList.toggle("done", k < (stepsDone[step] ?? 0)));
  });
  put($("#trustees-note"), trusteesNote(state));
}

function trusteesNote(state) {
  const all = state.trustees;
  const number = (what) => all.filter((x) => x[what]).length;
  if (all.length === 0) return text("screen.box_none");
  if (state.phase === "voided") return "";
  if (isOpening(state)) return text("screen.box_opening", number("shared"), contest.threshold);
  if (state.joint_key) return text("screen.box_sealed", all.length, contest.threshold);
  return text("screen.box_sealing", number("ready"), all.length);
}

// showKey shows the key's code in groups of four, as the paper has it.
export function showKey(state) {
  const node = $("#key-code");
  const groups = state.joint_key ? state.joint_key.match(/.{4}/g) : [];
  if (node.dataset.shown === state.joint_key) return;
  node.dataset.shown = state.joint_key;
  put($("#key-words"), state.joint_words ? state.joint_words[lang].join(" · ") : "");
  node.replaceChildren(...(groups.length ? groups.map((g) => el("span", {}, g)) : [el("em", {}, text("screen.key_none"))]));
}

let spoken = "";

// speak tells screen readers what matters: phases, not numbers.
export function speak(words) {
  if (words === spoken) return;
  spoken = words;
  put($("#spoken"), words);
}

function showLink(ok, status) {
  const line = $("#link");
  const lost = status === 401 || status === 403;
  put($("span", line), ok ? text("common.online") : lost ? text("screen.signed_out") : text("common.offline"));
  line.classList.toggle("lost", !ok);
}

// begin shows the state that came with the page and follows those that come.
// What the freeze fixes is in the page itself, which is fetched again then.
export function begin(show) {
  show(first);
  follow(contest.vote, contest.view, (state) => {
    if (contest.draft && state.phase !== "draft") return location.reload();
    show(state);
  }, showLink);
}
