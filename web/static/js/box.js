// A ballot box between its opening and its sealing: the form, the comparison
// of what two tellers read, and the files that go from hand to hand.
import { el, put, save, text } from "./page.js";
import { alertLine, button, fault, field } from "./desk.js";
import { SheetForm, sayChoice } from "./sheet.js";

const actions = (...nodes) => el("div", { class: "actions" }, ...nodes.filter(Boolean));

export const toHex = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
export const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (d) => parseInt(d, 16));

// boxBody asks for the name of a box and how many sheets came out of it.
export function boxBody(onBox) {
  const name = field(text("paper.box_name"), { value: text("paper.box_first"), autocomplete: "off", "data-name": "box" });
  const count = field(text("paper.box_count"), { inputmode: "numeric", autocomplete: "off", "data-name": "count" }, text("paper.box_count_hint"));
  const form = el("form", { class: "box-form", novalidate: true }, name.node, count.node, alertLine(), actions(el("button", { class: "button primary large", type: "submit" }, text("paper.box_begin"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const n = Number(count.input.value);
    const bad = !name.input.value.trim() || !Number.isInteger(n) || n < 1 || n > 4000;
    const alert = form.querySelector("[role=alert]");
    alert.hidden = !bad;
    put(alert, bad ? text("paper.box_bad") : "");
    if (!bad) await onBox(name.input.value.trim(), n);
  });
  return [el("p", {}, text("paper.box_lead")), form];
}

// noteLine is a sheet in a list; without a place, its words alone.
export function noteLine(list, sheet, place) {
  const said = sayChoice(list, sheet);
  if (place === null) return said;
  return el("li", { class: sheet.spoil ? "invalid" : "" }, el("b", {}, text("paper.sheet", place + 1)), " ", said);
}

// compareBody lists the sheets that two tellers read differently. Nothing is
// sealed before each is decided by a look at the paper.
export async function compareBody({ desk }, list, kept, onDone) {
  const [a, b] = kept.readings;
  const places = await desk.call("compareSheets", a.sheets, b.sheets);
  const final = new Map();
  const rows = places.map((i) => difference({ desk, list, a, b, i }, (sheet) => { final.set(i, sheet); show(); }));
  const invalidList = el("ul", { class: "sheet-last" });
  const seen = el("input", { type: "checkbox", id: "invalid-seen" });
  const invalid = el("div", {}, el("h3", {}, text("paper.invalid_title")), invalidList, el("label", { class: "check", for: "invalid-seen" }, seen, text("paper.invalid_seen")));
  const next = button(text("common.next"), async () => {
    if (final.size < places.length) throw fault("undecided");
    const sheets = merged();
    if (sheets.some((s) => s.spoil) && !seen.checked) throw fault("invalid_unseen");
    kept.final = sheets;
    kept.notes = places.map((i) => text("paper.note", i + 1, words(list, a.sheets[i]), words(list, b.sheets[i]), words(list, final.get(i))));
    await onDone();
  });
  next.id = "decided";
  const merged = () => Array.from({ length: Math.max(a.sheets.length, b.sheets.length) }, (_, i) => (final.has(i) ? final.get(i) : a.sheets[i])).filter(Boolean);
  const left = el("p", { role: "status" });
  function show() {
    const bad = merged().map((s, i) => [s, i]).filter(([s]) => s.spoil);
    invalid.hidden = bad.length === 0;
    invalidList.replaceChildren(...bad.map(([s, i]) => noteLine(list, s, i)));
    put(left, places.length === 0 ? text("paper.same_all", a.sheets.length) : text("paper.differ", places.length, places.length - final.size));
  }
  show();
  return [left, places.length ? el("ol", { class: "differences" }, ...rows) : null, invalid, alertLine(), actions(next)];
}

const words = (list, sheet) => (sheet ? sayChoice(list, sheet) : text("paper.missing"));

// difference is one sheet: two readings, and what the paper says after all.
function difference({ desk, list, a, b, i }, decide) {
  const node = el("li", { class: "differs" });
  const pick = (sheet, name) => el("button", { class: "button choice", type: "button", "aria-pressed": "false", onclick: (event) => {
    for (const other of node.querySelectorAll(".choice")) other.setAttribute("aria-pressed", "false");
    event.currentTarget.setAttribute("aria-pressed", "true");
    decide(sheet);
  } }, el("small", {}, name), words(list, sheet));
  const again = el("button", { class: "button quiet", type: "button", onclick: () => {
    const form = new SheetForm(list, async (sheet) => {
      await desk.call("compareSheets", [sheet], [sheet]);
      form.node.replaceWith(again);
      for (const other of node.querySelectorAll(".choice")) other.setAttribute("aria-pressed", "false");
      const mine = pick(sheet, text("paper.read_again"));
      mine.setAttribute("aria-pressed", "true");
      again.before(mine);
      decide(sheet);
    }, () => null);
    again.replaceWith(form.node);
    form.focus();
  } }, text("paper.neither"));
  node.append(el("b", {}, text("paper.sheet", i + 1)), pick(a.sheets[i], a.name), pick(b.sheets[i], b.name), again);
  return node;
}

// sheetTable is what a scrutineer compares with the pile of paper.
export function sheetTable(list, sheets) {
  return el("div", { class: "table-wrap sheet-table" }, el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, text("paper.place")), el("th", { scope: "col" }, text("paper.says")))),
    el("tbody", {}, ...sheets.map((s, i) => el("tr", { class: s.spoil ? "invalid" : "" }, el("th", { scope: "row" }, String(i + 1)), el("td", {}, sayChoice(list, s)))))));
}

export function checkedBody(list, sealed) {
  const invalid = sealed.sheets.filter((s) => s.spoil).length;
  return [
    el("p", { class: "notice good" }, text("paper.seen_lead", sealed.box, sealed.sheets.length, invalid)),
    sealed.notes.length ? el("details", {}, el("summary", {}, text("paper.notes", sealed.notes.length)), el("ul", {}, ...sealed.notes.map((n) => el("li", {}, n)))) : null,
    sheetTable(list, sealed.sheets)];
}

// The files between two devices hold what is on the sheets, in the clear: they
// go from hand to hand, and are deleted when the box is logged.

const fileName = (vote, box, what) => `${[vote.title, box, what].join("-").replace(/[\\/:*?"<>|\s]/g, "")}.json`;

const write = (name, value) => save(name, new TextEncoder().encode(JSON.stringify(value)), "application/json");

export function saveReading(vote, { box }, { by, name, sheets }) {
  write(fileName(vote, box, text("paper.file_reading")), { vote: vote.manifest, box, by, name, sheets });
}

export function saveSealed(vote, sealed) {
  write(fileName(vote, sealed.box, text("paper.file_sealed")), { vote: vote.manifest, sealed });
}

const largest = 32 << 20;

export async function readFile(input, vote) {
  const file = input.files[0];
  if (!file) throw fault("no_file");
  if (file.size > largest) throw fault("argument");
  let value;
  try {
    value = JSON.parse(await file.text());
  } catch {
    throw fault("argument");
  }
  const sheets = (value?.sealed ?? value)?.sheets;
  if (!Array.isArray(sheets) || sheets.some((s) => typeof s !== "object" || !Array.isArray(s.marks))) throw fault("argument");
  if (value.vote !== vote.manifest) throw fault("other_box");
  return value;
}
