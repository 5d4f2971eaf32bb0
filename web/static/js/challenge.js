// The second device of a test. It must know the seal code before the terminal
// knows that it will have to open the ballot: so it keeps the first code here,
// and takes no opening without one.
import { el, put, text, $ } from "./page.js";
import { fours } from "./desk.js";
import { Board, answer, hexOf, why, working } from "./public.js";

const page = $("#challenge");
const { vote: id, manifest } = page.dataset;
const board = new Board({ vote: id, manifest });
const place = $("#answer");

// --- the seal code, on this device

// A phone opens each code it scans in a tab of its own: they share this.
const keptUnder = `piaojue-seal-${id}`;
let memory = null; // where the browser keeps nothing

function kept() {
  try {
    return JSON.parse(localStorage.getItem(keptUnder) || "null") || memory;
  } catch {
    return memory;
  }
}

function keep(seal) {
  memory = seal;
  try {
    if (seal) localStorage.setItem(keptUnder, JSON.stringify(seal));
    else localStorage.removeItem(keptUnder);
  } catch {
    // the page remembers for as long as it is open
  }
}

// --- what was scanned

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

// sealHex is the seal code in digits, for eyes; null if it is none.
function sealHex(code) {
  let bits = 0;
  let value = 0;
  const bytes = [];
  for (const c of code.slice(5)) {
    const digit = alphabet.indexOf(c);
    if (digit < 0) return null;
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return bytes.length === 32 ? bytes.map((b) => b.toString(16).padStart(2, "0")).join("") : null;
}

// codeIn finds a code in what a scanner types: the address that the terminal
// shows, or the code alone.
function codeIn(given) {
  const plain = given.slice(given.indexOf("#") + 1).replace(/\s/g, "").toUpperCase();
  return plain.startsWith("PJS1:") || plain.startsWith("PJO1:") ? plain : "";
}

function take(given) {
  const code = codeIn(given);
  put($("#refusal"), code ? "" : text("challenge.bad_code"));
  $("#refusal").hidden = Boolean(code);
  if (code.startsWith("PJS1:")) takeSeal(code);
  else if (code) takeOpening(code);
}

// --- the three steps

function step(now) {
  $(".test-steps").hidden = now > 3; // room for what the ballot held
  for (const n of [1, 2, 3]) {
    const line = $(`#step-${n}`);
    line.className = n < now ? "past" : n === now ? "now" : "";
    if (n === now) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
    put($(".step-sign", line), n < now ? "✓" : String(n));
  }
}

function start() {
  step(1);
  answer(place, "wait", text("challenge.begin"), text("challenge.begin_text"));
}

function takeSeal(code) {
  const hex = sealHex(code);
  if (!hex) {
    answer(place, "bad", text("challenge.misread"), text("challenge.misread_text"));
    return;
  }
  if (kept()?.code !== code) keep({ code, opening: null });
  step(2);
  answer(place, "wait", text("challenge.noted"), text("challenge.noted_text"),
    el("p", { class: "code" }, el("span", { class: "hash" }, ...fours(hex).slice(0, 16).map((g) => el("span", {}, g)))),
    el("p", { class: "answer-next" }, text("challenge.noted_next")));
  board.open().catch(() => {}); // ready when the second code comes
}

// mark stands for an opening where the browser keeps it: who has this device next
// must not find what the ballot held.
async function mark(opening) {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(opening));
  return hexOf(new Uint8Array(sum));
}

// takeOpening checks what the terminal opened against the code noted before. A
// code that has been used for another opening is as good as none.
async function takeOpening(opening) {
  const seal = kept();
  const marked = await mark(opening);
  if (!seal || (seal.opening && seal.opening !== marked)) {
    step(1);
    answer(place, "warn", text("challenge.no_seal"), text("challenge.no_seal_text"), el("p", { class: "answer-next" }, text("challenge.no_seal_next")));
    return;
  }
  step(3);
  const slow = working(place);
  try {
    const vote = await board.open(slow);
    const { choice } = await board.call("checkChallenge", opening, seal.code);
    keep({ ...seal, opening: marked });
    step(4);
    answer(place, "good", text("challenge.opened"), text("challenge.opened_text"), ...content(vote, choice), el("p", { class: "answer-next" }, text("challenge.compare")));
  } catch (error) {
    if (error.code === "argument") answer(place, "bad", text("challenge.misread"), text("challenge.misread_text"));
    else if (error.code === "revealed") answer(place, "bad", text("challenge.differs"), text("challenge.differs_text"), el("p", { class: "answer-next" }, text("challenge.differs_next")));
    else answer(place, "bad", text("challenge.stopped"), why(error));
  }
}

// content lists what the ballot really held.
function content(vote, choice) {
  if (choice.spoil) return [el("p", { class: "held whole" }, text("challenge.spoil"))];
  if (choice.abstain || choice.marks.every((m) => !m || m === "abstain")) return [el("p", { class: "held whole" }, text("challenge.abstain"))];
  const single = vote.marks.filter((m) => m !== "abstain").length === 1;
  const lines = vote.options.map((option, i) => ({ option, mark: choice.marks[i] })).filter(({ mark }) => !single || mark === "for");
  return [el("p", { class: "held-count" }, single ? text("challenge.count", lines.length) : text("challenge.each")),
    el("ol", { class: "held" }, ...lines.map(({ option, mark }) => el("li", {},
      el("span", { class: "held-place" }, option.id), el("span", { class: "held-name" }, option.name), single ? null : el("strong", {}, markName(vote, mark)))))];
}

function markName(vote, mark) {
  if (mark.startsWith("grade")) return vote.grades[Number(mark.slice(5))];
  return text(`mark.${mark || "abstain"}`);
}

// --- ways in

$("#typed").addEventListener("submit", (event) => {
  event.preventDefault();
  take($("#code").value);
  $("#code").value = "";
});

// A scanner types like a keyboard and ends with Enter.
$("#code").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  $("#typed").requestSubmit();
});
document.addEventListener("keydown", (event) => {
  const field = $("#code");
  if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || document.activeElement === field || event.target.closest("a, button, summary")) return;
  $(".by-hand").open = true;
  field.focus();
});
$("#restart").addEventListener("click", () => {
  keep(null);
  start();
});

// arrive takes the code out of the address at once: no history keeps what a
// ballot held.
function arrive() {
  const { hash } = location;
  if (hash.length > 1) {
    history.replaceState(null, "", location.pathname + location.search);
    return take(hash);
  }
  const seal = kept();
  if (seal && !seal.opening) takeSeal(seal.code);
  else start();
}
addEventListener("hashchange", arrive);
arrive();
