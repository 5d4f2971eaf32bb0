// The terminals of a vote: codes to register them, their state, removing them.
import { ask, el, put, text, $ } from "./page.js";
import { submits } from "./form.js";

const page = $("#terminals-page");
const path = `/votes/${page.dataset.vote}`;
const editor = page.dataset.editor === "true";
const every = 3000;
const states = ["ready", "in_use", "help", "unreachable"];
const kinds = { ready: "good", help: "warn", unreachable: "bad" };

async function refused(work) {
  const line = $("#refusal");
  line.hidden = true;
  try {
    return await work();
  } catch (error) {
    put(line, error.message);
    line.hidden = false;
    return null;
  }
}

// The code, large, with the time it has left.
let code = null;
let known = null; // terminals there before the code

function tick() {
  if (!code) return;
  const left = Math.max(code.ends - Date.now() / 1000, 0);
  const minutes = Math.floor(left / 60);
  const seconds = String(Math.floor(left % 60)).padStart(2, "0");
  put($("#countdown"), left > 0 ? text("console.code_left", `${minutes}:${seconds}`) : text("console.code_over"));
  $("#code-meter span").style.width = `${(100 * left) / (code.minutes * 60)}%`;
  if (left === 0) {
    $("#code").classList.add("over");
    code = null;
  }
}

if (editor) {
  setInterval(tick, 500);
  $("#make").addEventListener("click", async () => {
    code = await refused(() => ask("POST", `${path}/terminals/codes`));
    if (!code) return;
    known = null;
    put($("#code"), code.code);
    $("#code").classList.remove("over", "used");
    for (const id of ["code", "countdown", "code-meter"]) $(`#${id}`).hidden = false;
    put($("#make"), text("console.code_again"));
    tick();
    load();
  });
  if ($("#move")) submits($("#move"), async () => {
    const { moved } = await ask("POST", `${path}/terminals`, { from: $("#from").value });
    put($("#moved"), text("console.moved", moved));
    await load();
  });
  if ($("#rule")) submits($("#rule"), async () => {
    await ask("PUT", `${path}/terminals`, { terminals: $("[name=terminals]:checked").value });
    put($("#rule-saved"), text("console.rules_saved"));
  });
}

const place = (t) => [t.zone, t.label].filter(Boolean).join(" ");

function remove(t) {
  if (confirm(text("console.remove_ask", place(t)))) refused(() => ask("DELETE", `${path}/terminals/${t.id}`)).then(load);
}

function row(t) {
  return el("tr", {}, el("td", {}, t.zone || "—"), el("th", { scope: "row" }, t.label), el("td", {}, text(`console.terminal_${t.kind}`)),
    el("td", {}, el("span", { class: `chip ${kinds[t.state] ?? ""}` }, text(`console.terminal_${t.state}`))),
    editor ? el("td", {}, el("button", { class: "button", type: "button", "aria-label": text("console.remove_for", place(t)), onclick: () => remove(t) }, text("console.remove"))) : null);
}

// used tells which terminal took the code.
function used(all) {
  const fresh = known && all.filter((t) => !known.has(t.id));
  if (!code || !fresh) known = new Set(all.map((t) => t.id));
  else if (fresh.length > 0) {
    code = null;
    $("#code").classList.add("used");
    put($("#countdown"), text("console.code_used", fresh.map(place).join("、")));
  }
}

let shown = "";

async function load() {
  const answer = await ask("GET", `${path}/terminals`).catch(() => null);
  if (!answer) return;
  used(answer.terminals);
  const now = JSON.stringify(answer.terminals);
  if (now === shown) return;
  shown = now;
  $("#tallies").replaceChildren(...states.map((s) => el("li", { class: `chip ${answer.counts[s] > 0 ? kinds[s] ?? "" : ""}` }, `${text(`console.terminal_${s}`)} `, el("b", {}, String(answer.counts[s])))));
  $("#rows").replaceChildren(...answer.terminals.map(row));
  $("#table").hidden = answer.terminals.length === 0;
  $("#none").hidden = answer.terminals.length > 0;
}

load();
setInterval(load, every);
