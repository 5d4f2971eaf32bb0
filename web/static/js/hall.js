// The screen of the hall: counts until the scrutineers have signed, then the
// result, as bars and as tables in turn.
import { text, el, put, $, $$ } from "./page.js";
import { showStory } from "./story.js";
import { begin, showNumbers, showQuorum, showTrustees, showKey, gauge, speak, quorate } from "./screen.js";
import { bars, table, ranked, counted, summary, fit, graded } from "./result.js";

const perColumn = 15;
const turnEvery = 20_000;

const steps = ["checkin", "seal", "vote", "count", "open", "sign", "result"];
const stepOf = {
  draft: 0, frozen: 0, approved: 1, keyed: 1, voting: 2, suspended: 2, closing: 2,
  closed: 3, collected: 4, counted: 5, certified: 6, published: 6, archived: 6,
};

let pages = [];
let at = 0;
let held = false;
let drawn = "";

function show(state) {
  document.body.dataset.phase = state.phase;
  put($("#phase"), text(`hall.phase_${state.phase}`));
  put($("#sentence"), text(`hall.say_${state.phase}`));
  showRail(state);
  showStory(state);
  showNumbers(state);
  showQuorum(state);
  gauge($("#turnout"), state.r, state.i);
  put($("#turnout-note"), state.r === null ? text("hall.turnout_hidden") : state.i > 0 ? text("hall.turnout", state.r, state.i) : "");
  showTrustees(state);
  showKey(state);
  showResult(state);
  speak([text(`hall.phase_${state.phase}`), state.result ? summary(state.result) : quorate(state) ? $("#quorum-note").textContent : ""].join(" "));
}

function showRail(state) {
  const now = stepOf[state.phase] ?? -1;
  $$("#rail li").forEach((node, i) => {
    node.classList.toggle("done", i < now || now === steps.length - 1);
    if (i === now) node.setAttribute("aria-current", "step");
    else node.removeAttribute("aria-current");
  });
}

function showResult(state) {
  const result = state.result;
  $("#live").hidden = result !== null;
  $("#result").hidden = result === null;
  document.body.classList.toggle("with-result", result !== null);
  const fresh = JSON.stringify([result, state.n]);
  if (!result || fresh === drawn) return;
  drawn = fresh;
  const valid = result.vote === "valid";
  put($("#verdict"), text(`vote.${result.vote}`));
  $("#verdict").classList.toggle("bad", !valid);
  put($("#summary"), summary(result));
  put($("#valid"), result.v);
  put($("#invalid"), result.x);
  draw(result);
}

// chunks cuts the lines into columns and these into pages that fit the screen.
function chunks(lines) {
  const all = [];
  const most = 2 * perColumn;
  for (let from = 0; from < lines.length; from += most) {
    const part = lines.slice(from, from + most);
    const half = part.length > perColumn ? Math.ceil(part.length / 2) : part.length;
    all.push([part.slice(0, half), part.slice(half)].filter((column) => column.length > 0));
  }
  return all;
}

function draw(result) {
  const sheets = chunks(ranked(result));
  const make = (one, name) => (columns) => {
    const rows = Math.max(...columns.map((c) => c.length));
    const node = el("div", { class: `sheet-page ${name} columns-${columns.length}${graded ? " graded" : ""}` }, ...columns.map(one));
    node.style.setProperty("--rows", String(rows));
    return node;
  };
  pages = counted(result) ? sheets.map(make((c) => bars(c, result), "with-bars")) : [];
  pages.push(...sheets.map(make((c) => table(c, result), "with-table")));
  $("#board").replaceChildren(...pages);
  $("#turns").hidden = pages.length < 2;
  document.fonts.ready.then(() => fit($("#board")));
  turn(0);
}

// turn shows a page. All lie on top of each other, so nothing moves.
function turn(to) {
  at = (to + pages.length) % pages.length;
  pages.forEach((page, i) => {
    page.classList.toggle("shown", i === at);
    page.setAttribute("aria-hidden", String(i !== at));
  });
  put($("#turn-at"), `${at + 1} / ${pages.length}`);
}

function hold(on) {
  held = on;
  $("#turn-hold").setAttribute("aria-pressed", String(on));
  put($("#turn-hold"), text(on ? "hall.go_on" : "hall.hold"));
}

$("#turn-hold").addEventListener("click", () => hold(!held));
$("#turn-back").addEventListener("click", () => { hold(true); turn(at - 1); });
$("#turn-next").addEventListener("click", () => { hold(true); turn(at + 1); });
setInterval(() => { if (!held && pages.length > 1) turn(at + 1); }, turnEvery);
addEventListener("resize", () => fit(document.body));
addEventListener("keydown", (event) => {
  if (pages.length < 2) return;
  if (event.key === "ArrowRight" || event.key === "PageDown") { hold(true); turn(at + 1); }
  if (event.key === "ArrowLeft" || event.key === "PageUp") { hold(true); turn(at - 1); }
});

document.fonts.ready.then(() => fit(document.body));
begin(show);
