// The screen of the podium: what the chair says, step by step, with the numbers
// filled in; who has signed; and the result before the hall sees it.
import { text, ask, el, put, $, $$ } from "./page.js";
import { showStory } from "./story.js";
import { contest, begin, showNumbers, showQuorum, showTrustees, speak } from "./screen.js";
import { table, ranked, summary, isTied } from "./result.js";
import { speech, steps } from "./speech.js";

const askEvery = 3000;

const stepOf = {
  draft: "present", frozen: "present", approved: "seal", keyed: "start", voting: "close", suspended: "close", closing: "close",
  closed: "collect", collected: "open", counted: "result", certified: "result", published: "result", archived: "result", voided: "result",
};

let now = null; // the newest state
let chosen = ""; // a step that the chair looks at instead of the present one
let drawn = "";
let said = "";

function show(state) {
  now = state;
  document.body.dataset.phase = state.phase;
  put($("#phase"), text(`podium.phase_${state.phase}`));
  showStory(state);
  showNumbers(state);
  showQuorum(state);
  showTrustees(state);
  showResult(state);
  showSpeech();
  speak(text(`podium.phase_${state.phase}`));
}

function showSpeech() {
  const present = stepOf[now.phase];
  const step = chosen || present;
  for (const tab of $$("[role=tab]", $("#steps"))) {
    const on = tab.dataset.step === step;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    tab.classList.toggle("present", tab.dataset.step === present);
  }
  $("#lines").setAttribute("aria-labelledby", `tab-${step}`);
  $("#back-to-now").hidden = step === present;
  const lines = speech(step, now);
  const fresh = JSON.stringify([step, lines]);
  if (fresh === said) return;
  said = fresh;
  $("#lines").replaceChildren(...lines.map(line));
}

// figures sets the numbers of a sentence apart; they are what must be read right.
const figures = (words) => words.split(/(\d+)/).filter(Boolean).map((part) => (/^\d+$/.test(part) ? el("b", {}, part) : part));

function line({ who, words, names, note }) {
  if (note) return el("p", { class: "notice warn" }, note);
  if (names) return el("ol", { class: "names" }, ...names.map(([name, votes]) => el("li", {}, name, votes && el("b", {}, ` ${votes}`))));
  return el("p", { class: "say" }, el("span", { class: "speaker" }, text(`podium.by_${who}`)), el("span", {}, ...figures(words)));
}

function choose(step) {
  chosen = step === stepOf[now.phase] ? "" : step;
  showSpeech();
}

function buildSteps() {
  steps.forEach((step) => $("#steps").append(
    el("button", { type: "button", role: "tab", id: `tab-${step}`, "aria-controls": "lines", "data-step": step, onclick: () => choose(step) }, text(`podium.step_${step}`))));
  $("#steps").addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const at = steps.indexOf(chosen || stepOf[now.phase]);
    choose(steps[(at + move + steps.length) % steps.length]);
    $("[aria-selected=true]", $("#steps")).focus();
  });
  $("#back-to-now").addEventListener("click", () => choose(stepOf[now.phase]));
}

function showResult(state) {
  const result = state.result;
  $("#result").hidden = !result;
  document.body.classList.toggle("with-result", result !== null);
  if (!result) return;
  $("#early").hidden = state.phase !== "counted";
  const fresh = JSON.stringify([result, state.n]);
  if (fresh === drawn) return;
  drawn = fresh;
  put($("#result-title"), text(`vote.${result.vote}`));
  put($("#summary"), summary(result));
  put($("#valid"), result.v);
  put($("#invalid"), result.x);
  const lines = ranked(result);
  const made = table(lines, result, true);
  made.prepend(el("caption", { class: "visually-hidden" }, text("podium.table")));
  $$("tbody tr", made).forEach((row, i) => row.classList.toggle("tied", isTied(lines[i])));
  $("#table").replaceChildren(made);
}

// signer names a signer as people know him.
function signer(id) {
  const [role, index] = id.split(":");
  const trustee = role === "scrutineer" && now.trustees[Number(index) - 1];
  return trustee ? trustee.name : text(`role.${role}`);
}

const signers = (ids) => ids.map(signer).reduce((a, b) => text("podium.pair", a, b));

function proposal(p) {
  return el("div", { class: "proposal" },
    el("p", {}, el("strong", {}, text(`kind.${p.kind}`)), " ", el("span", { class: "chip warn" }, text("podium.needed", p.needed))),
    el("p", { class: "signed" }, "✓ ", text("podium.signed", p.signed.length > 0 ? signers(p.signed) : text("podium.nobody"))),
    el("p", { class: "missing" }, text("podium.missing", p.missing.length > 0 ? signers(p.missing) : text("podium.nobody"))));
}

let asked = "";

async function askSignatures() {
  try {
    const { proposals } = await ask("GET", `/votes/${contest.vote}/proposals`);
    const fresh = JSON.stringify([proposals, now?.trustees]);
    if (fresh === asked) return;
    asked = fresh;
    const none = el("p", { class: "none" }, text("podium.signing_none"));
    $("#signing").replaceChildren(...(proposals.length > 0 ? proposals.map(proposal) : [none]));
  } catch {
    // The line about the connection says it.
  } finally {
    setTimeout(askSignatures, askEvery);
  }
}

buildSteps();
begin(show);
askSignatures();
