// What an organ signs of the projects: read from the very bytes, shown in words,
// signed with a key file and handed in. The server names only the numbers.
import { ask, el, has, lang, put, text, $ } from "./page.js";
import { Desk, alertLine, fault, fours, keyForm, wordsOf } from "./desk.js";

const given = JSON.parse($("#given").textContent);
const hash = location.pathname.split("/").pop();
const desk = new Desk();

const bytes = (hex) => new Uint8Array((hex.match(/../g) || []).map((pair) => parseInt(pair, 16)));

// --- words

// choices are the texts of numbers that stand for something, by their type.
const choices = {
  Gate: "deed.gate_", UnitKind: "unit.kind_", Role: "actor.role_", Channel: "wish.channel_", Field: "wish.field_", Reason: "wish.reason_",
  Shown: "wish.shown_", Duty: "duty.kind_", Ruled: "work.ruled_", Outlook: "work.outlook_", Work: "plan.work_", Consent: "inspect.consent_",
  Class: "inspect.class_", Mark: "list.mark_", Scheme: "light.scheme_", Ground: "entry.ground_",
};
const marks = ["need", "feasible", "means", "nature", "land", "safety", "lawful"];
const money = ["Investment", "Fiscal", "Spent"];
const parts = ["Percents", "Weight"];

// Numbers of things: 0 is none.
const things = ["Assisting", "Behind", "Candidate", "Candidates", "Committee", "Deputies", "Deputy", "District", "From", "Inquiry", "Inspection", "Into", "Lead",
  "List", "Members", "Number", "Owner", "Parent", "Plan", "Problem", "Project", "Projects", "Source", "Suggestion", "Unit"];

const comma = (before, next) => (before ? text("draft.comma", before, next) : next);
const snake = (name) => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

// named finds the id of a field: that of its kind of entry, or the common one.
function named(kind, name, end = "") {
  const own = `entry.${kind}_${snake(name)}${end}`;
  return has(own) ? own : `entry.${snake(name)}${end}`;
}

// label words a path: "Options[2].Candidate".
function label(kind, path) {
  const steps = path.split(".").map((step) => /^(\w+?)(?:\[(\d+)\])?$/.exec(step));
  const mark = steps.at(-1);
  if (mark[1] === "Marks") return text(`deed.mark_${marks[mark[2] - 1]}`);
  return steps.map(([, name, nth]) => {
    const id = named(kind, name);
    return [has(id) ? text(id) : name, nth ? text("draft.nth", nth) : ""].filter(Boolean).join(" ");
  }).join(" · ");
}

function day(number) {
  if (number === 0) return text("draft.none");
  const at = new Date(Date.UTC(Math.floor(number / 10000), Math.floor(number / 100) % 100 - 1, number % 100));
  return at.toLocaleDateString(lang === "en" ? "en-GB" : "zh-CN", { timeZone: "UTC", year: "numeric", month: "long", day: "numeric" });
}

function numberWords(name, path, n) {
  if (things.includes(name)) {
    if (n === 0) return text("draft.none");
    const known = given.names[path];
    const number = text("draft.number_of", n);
    return known ? text("draft.named", number, known) : number;
  }
  if (money.includes(name)) return text("desk.wan", (n / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 4 }));
  if (name === "Period") return text("draft.month", Math.floor(n / 100), n % 100);
  return parts.includes(name) ? `${n} %` : String(n);
}

function picture(line) {
  const media = { 2: "image/jpeg", 3: "image/png" }[line.media];
  if (!media) return text("draft.document_of", line.value.length);
  const url = URL.createObjectURL(new Blob([line.value], { type: media }));
  return el("img", { src: url, class: "draft-photo", alt: text("draft.photo") });
}

const truth = (id, value) => text(has(id) ? id : value ? "draft.yes" : "draft.no");

// value words one thing that the entry says.
function value(kind, name, line) {
  const { type, value } = line;
  if (type === "Blob" && line.media === 1) return el("span", { class: "draft-text" }, new TextDecoder().decode(value));
  if (type === "Blob" && line.media) return picture(line);
  if (typeof value === "boolean") return truth(named(kind, name, value ? "_yes" : "_no"), value);
  if (type === "string") return value ? el("span", { class: "draft-text" }, value) : text("draft.none");
  if (typeof value === "string") return /^0+$/.test(value) ? text("draft.none") : el("span", { class: "code" }, fours(value).join(" "));
  if (type === "Date") return day(value);
  if (type === "GateSet") return [1, 2, 3, 4].filter((gate) => value & (1 << (gate - 1))).map((gate) => text(`deed.gate_${gate}`)).reduce(comma, "") || text("draft.none");
  if (choices[type]) return text(`${choices[type]}${value}`);
  return numberWords(name, line.path, value);
}

// rowsOf are the lines, those of one list of numbers or pictures in one row.
function rowsOf(said) {
  const rows = [];
  for (const line of said.lines) {
    const name = line.path.split(".").at(-1).replace(/\[\d+\]$/, "");
    const key = name === "Marks" ? line.path : line.path.replace(/\[\d+\]$/, "");
    if (rows.at(-1)?.key !== key) rows.push({ key, values: [] });
    rows.at(-1).values.push(value(said.kind, name, line));
  }
  return rows;
}

// joined puts words of one row together; pictures and texts stay apart.
const joined = (values) => (values.every((v) => typeof v === "string") ? [values.reduce(comma, "")] : values);

// --- the page

function show(said) {
  put($("#what"), text(`deed.do_${said.kind}`));
  const pairs = [[text("draft.day"), [day(said.day)]], [text("draft.actor"), [numberWords("Number", "Actor", said.actor)]],
    ...rowsOf(said).map((row) => [label(said.kind, row.key), joined(row.values)])];
  $("#said").replaceChildren(
    el("dl", { class: "pairs" }, ...pairs.flatMap(([name, values]) => [el("dt", {}, name), el("dd", {}, ...values)])),
    el("p", { class: "hint" }, text("draft.from_bytes")));
}

// read fetches the draft, and has the machine read it: it must be the one that
// this page is about.
async function read() {
  const file = await ask("GET", `/projects/drafts/${hash}/file`);
  const said = await desk.call("draft", file.log, bytes(file.entry), file.contents.map(bytes));
  if (said.hash !== hash) throw fault("draft");
  return said;
}

async function sign(file, passphrase) {
  try {
    const held = await desk.openKey(file, passphrase);
    if (held.public.role !== given.key) throw fault("organ_key");
    const { path } = await ask("POST", "/projects/entries", await desk.call("signDraft"));
    location.assign(path);
  } finally {
    await desk.forget();
  }
}

try {
  show(await read());
  $("#key").append(keyForm("sign-draft", text("draft.sign"), sign));
  $("#sign").hidden = false;
} catch (error) {
  const alert = alertLine();
  put(alert, wordsOf(error));
  alert.hidden = false;
  $("#said").replaceChildren(alert);
}
