// Importing a table: preview, errors in a table, confirmation.
import { ask, el, lang, text, $ } from "./page.js";
import "./file.js";
import { submits } from "./form.js";

const section = $("#import");
const path = section.dataset.path;
const outcome = $("#outcome");
const form = $("form", section);
let chosen = null; // the bytes that were looked at are those that are saved

const media = (name) => (name.toLowerCase().endsWith(".xlsx") ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv");

const table = (head, rows) => el("div", { class: "table-wrap tall" }, el("table", {},
  el("thead", {}, el("tr", {}, ...head.map((h) => el("th", { scope: "col" }, h)))), el("tbody", {}, ...rows)));

const cells = (...list) => el("tr", {}, ...list.map((c) => el("td", {}, c)));

function showErrors(problem) {
  const rows = problem.rows ?? [];
  const fields = problem.fields ?? [];
  outcome.replaceChildren(
    el("h3", {}, text("console.errors_title", rows.length + fields.length)),
    el("p", {}, text("console.errors_lead")),
    table([text("console.row"), text("console.column"), text("console.problem")], [
      ...rows.map((r) => cells(r.row > 0 ? String(r.row) : text("console.whole_table"), r.column || (r.row > 0 ? text("console.whole_row") : "—"), r[lang])),
      ...fields.map((f) => cells("—", f.field, f[lang])),
    ]));
  outcome.className = "outcome bad";
}

const chip = (kind, id, n) => el("li", { class: `chip ${n > 0 ? kind : ""}` }, text(`console.diff_${id}`, n));

function diffRows(p) {
  const named = (kind, word, list) => list.map((r) => el("tr", { class: kind },
    el("td", {}, text(`console.diff_word_${word}`)), el("td", { class: "code" }, r.key || "—"), el("th", { scope: "row" }, r.name), el("td", {}, r.seat || "—"), el("td", {}, "")));
  const changed = p.changed.flatMap((r) => r.fields.map((f) => el("tr", { class: "changed" },
    el("td", {}, f.column), el("td", { class: "code" }, r.key || "—"), el("th", { scope: "row" }, r.name),
    el("td", {}, el("del", {}, f.old || text("console.diff_empty"))), el("td", {}, el("ins", {}, f.new || text("console.diff_empty"))))));
  return [...changed, ...named("removed", "removed", p.removed), ...named("added", "added", p.added)];
}

// counted says what the roll does to N: quorum and majority hang on it.
const counted = (p) => (section.dataset.path.endsWith("/roll")
  ? [el("p", { class: p.places === p.before ? "" : "notice" }, text("console.diff_places", p.before, p.places)),
    el("p", {}, text("console.diff_standing", p.sitting, p.on_leave, p.vacant))] : []);

function showTable(p) {
  const same = p.added.length + p.removed.length + p.changed.length === 0 && !p.reordered;
  outcome.className = "outcome";
  outcome.replaceChildren(
    el("h3", {}, text("console.diff_title", p.rows)),
    el("ul", { class: "chips" }, chip("good", "added", p.added.length), chip("bad", "removed", p.removed.length), chip("warn", "changed", p.changed.length),
      chip("", "unchanged", p.unchanged), p.reordered && el("li", { class: "chip warn" }, text("console.diff_reordered"))));
  outcome.append(...counted(p), ...p.notes.map((n) => el("p", { class: "notice warn" }, n[lang])));
  if (same) return outcome.append(el("p", { class: "notice" }, text("console.diff_same")));
  const rows = diffRows(p);
  if (rows.length > 0) outcome.append(table([text("console.diff_what"), text("console.diff_key"), text("console.diff_name"), text("console.diff_before"), text("console.diff_after")], rows));
  offer();
}

function showBadges(p) {
  const list = (title, rows) => (rows.length === 0 ? [] : [el("h4", {}, text(title)), el("p", { class: "names" }, rows.map((r) => `${r.key} ${r.name}`).join("，"))]);
  outcome.className = "outcome";
  outcome.replaceChildren(
    el("h3", {}, text("console.diff_title", p.rows)),
    el("p", {}, text("console.badges_lead_count", p.rows, p.new, p.replaced.length, p.unchanged, p.pins)),
    ...list("console.badges_replaced", p.replaced), ...list("console.badges_without", p.without));
  offer();
}

// offer shows the button that saves what was looked at.
function offer() {
  const alert = el("p", { class: "notice bad", role: "alert", hidden: true });
  const save = el("button", { class: "button primary", type: "button", id: "save" }, text("console.confirm_import"));
  save.addEventListener("click", async () => {
    save.disabled = true;
    try {
      await ask("PUT", path, chosen.body, { media: chosen.media });
      location.reload();
    } catch (error) {
      alert.textContent = error.message;
      alert.hidden = false;
      save.disabled = false;
    }
  });
  outcome.append(alert, el("p", { class: "actions" }, save));
}

function reveal() {
  outcome.hidden = false;
  outcome.focus();
  outcome.scrollIntoView({ block: "nearest" });
}

$("#file").addEventListener("change", () => { outcome.hidden = true; });

submits(form, async () => {
  const [file] = $("#file").files;
  if (!file) throw new Error(text("console.no_file"));
  chosen = { body: new Uint8Array(await file.arrayBuffer()), media: media(file.name) };
  try {
    const preview = await ask("POST", `${path}/preview`, chosen.body, { media: chosen.media });
    if (section.dataset.badges === undefined) showTable(preview);
    else showBadges(preview);
  } catch (error) {
    if (!error.problem?.rows && !error.problem?.fields) throw error;
    showErrors(error.problem);
  }
  reveal();
});
