// Draws a verifier's report: the verdict, the numbers, the result, 38 lights,
// and what all that does not prove.
import { el, has, lang, text } from "./page.js";
import { fours } from "./desk.js";

// The checks in the order of the protocol, grouped as people ask.
const groups = [["record", 3], ["log", 5], ["manifest", 7], ["entries", 11], ["key", 14], ["people", 17], ["ballots", 22], ["numbers", 27], ["result", 30], ["signed", 32], ["paper", 34], ["next", 37], ["issuers", 38]];
const lights = { passed: ["✓", "report.passed"], failed: ["✗", "report.failed"], "not reached": ["–", "report.not_reached"] };
const looks = { passed: "good", failed: "bad", "not reached": "none" };
const verdicts = { verified: ["✓", "good", "report.verified"], incomplete: ["–", "warn", "report.incomplete"], "not verified": ["✗", "bad", "report.not_verified"] };
const shownFailures = 10;

export function drawReport(place, report, acts) {
  place.replaceChildren(
    head(report), ...failed(report), ...(hashLine(report, acts)), ...numbers(report), ...issuers(report), ...result(report), ...decision(report), ...checks(report), ...notes(report),
    el("p", { class: "actions report-acts" },
      el("button", { class: "button primary", type: "button", onclick: () => print() }, text("verify.print")),
      acts.zip && el("button", { class: "button", type: "button", id: "save-zip", onclick: acts.zip }, text("verify.save_zip")),
      el("button", { class: "button", type: "button", id: "save-json", onclick: acts.json }, text("verify.save_json")),
      el("button", { class: "button quiet", type: "button", id: "again", onclick: acts.again }, text("verify.again"))),
    limits());
}

function head(report) {
  const unpinned = report.outcome === "verified" && report.checks[6].result === "not reached";
  const [sign, look, id] = unpinned ? ["!", "warn", "verify.unpinned"] : verdicts[report.outcome];
  const count = (result) => report.checks.filter((c) => c.result === result).length;
  return el("header", { class: `verdict-card ${look}`, id: "verdict" },
    el("span", { class: "verdict-sign", "aria-hidden": "true" }, sign),
    el("div", {},
      el("h2", { tabindex: "-1" }, text(id)),
      el("p", {}, text("verify.tally", count("passed"), count("failed"), count("not reached"))),
      report.title ? el("p", {}, `${report.congress} ${report.session} · ${report.title} · ${report.date}`, report.kind === "real" ? null : el("strong", {}, ` · ${text(`common.kind_${report.kind}`)}`)) : null,
      report.size ? el("p", {}, text("verify.board", report.size, text(`phase.${report.phase}`))) : null,
      el("p", {}, el("small", {}, text("verify.made", new Date().toLocaleString(lang === "en" ? "en-GB" : "zh-CN"))))));
}

// failed puts what is wrong where nobody can miss it.
function failed(report) {
  const bad = report.checks.filter((c) => c.result === "failed");
  if (bad.length === 0) return [];
  return [el("section", { class: "check-group failed-first", "aria-labelledby": "failed-title" }, el("h3", { id: "failed-title" }, text("verify.failed")),
    el("ul", { class: "lights" }, ...bad.map((c) => light(c, "bad-"))), el("p", {}, text("verify.failed_do")))];
}

// hashLine asks to compare the record's hash with paper, if nobody has yet:
// without it the report is about some vote, perhaps another one.
function hashLine(report, acts) {
  if (!report.manifest) return [];
  const code = el("p", { class: "code" }, el("span", { class: "hash" }, ...fours(report.manifest).map((g) => el("span", {}, g))));
  const done = report.checks[6].result !== "not reached";
  if (done || report.outcome === "not verified") return [el("section", { class: "hash-card" }, el("h3", {}, text("public.code")), code)];
  return [el("section", { class: "notice warn", id: "unconfirmed" }, el("h3", {}, text("verify.unconfirmed")), el("p", {}, text("verify.unconfirmed_text")), code,
    el("p", { class: "actions" }, el("button", { class: "button", type: "button", id: "confirm", onclick: acts.confirm }, text("verify.confirm"))))];
}

function numbers(report) {
  if (!report.numbers) return [];
  const names = ["n", "p", "i", "r", "v", "x"];
  const counted = Boolean(report.result);
  return [el("section", { "aria-labelledby": "numbers-title" }, el("h2", { id: "numbers-title" }, text("verify.numbers")),
    el("dl", { class: "stats" }, ...names.map((n) => el("div", { class: "stat" }, el("dt", {}, text(`number.${n}`)),
      el("dd", {}, !counted && (n === "v" || n === "x") ? "—" : String(report.numbers[n]))))))];
}

// issuers says whose own accounts were compared with the board.
function issuers(report) {
  const mine = (report.issuers ?? []).filter((x) => x.in_force);
  if (!report.numbers || mine.length === 0) return [];
  const issued = report.numbers.i - (report.numbers.sheets ?? 0);
  return [el("section", { "aria-labelledby": "issuers-title" }, el("h2", { id: "issuers-title" }, text("verify.issuers")),
    el("ul", { id: "issuers" }, ...mine.map((x) => el("li", {}, x.registered ? text("verify.issuer", x.name, x.signed, issued) : text("verify.issuer_absent", x.name)))))];
}

// certain is when the scrutineers have signed: before that the hall does not
// know the result, and nobody should read it here.
const certain = (report) => ["certified", "published", "archived"].includes(report.phase);

function result(report) {
  if (!report.result) return [];
  if (!certain(report)) return [el("p", { class: "notice" }, text("verify.unsigned"))];
  const { lines, mode, grades } = report.result;
  const graded = mode === "satisfaction_3";
  const judged = mode.startsWith("yna");
  const titles = graded ? [...grades, text("mark.abstain"), text("result.grade")]
    : [...(judged ? [text("mark.for"), text("mark.against"), text("mark.abstain")] : [text("mark.votes")]), text("result.passed"), text("result.rank"), text("verify.outcome")];
  const rows = [];
  const order = graded ? lines.map((_, i) => i) : lines.map((_, i) => i).sort((a, b) => (lines[a].rank || 999) - (lines[b].rank || 999));
  let above = true;
  for (const i of order) {
    if (!graded && above && !lines[i].passed && rows.length > 0 && lines[i].needed !== undefined) rows.push(needed(lines[i].needed, titles.length + 2));
    if (!graded) above = above && lines[i].passed;
    rows.push(row(lines[i], graded, judged));
  }
  return [el("section", { "aria-labelledby": "result-title" }, el("h2", { id: "result-title" }, text("verify.result")),
    el("p", {}, [text(`vote.${report.result.vote}`), text(`next.${report.result.next}`)].join(lang === "en" ? "; " : "；")),
    el("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-labelledby": "result-title" }, el("table", { class: "result-table" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, text("verify.id")), el("th", { scope: "col" }, text("verify.option")), ...titles.map((t) => el("th", { scope: "col", class: "num" }, t)))),
      el("tbody", {}, ...rows))))];
}

// decision names what the presidium adopted of a tie; it stands in no line.
function decision({ decision: d, result: r }) {
  if (!d || !r) return [];
  const names = d.adopted.map((id) => r.lines.find((l) => l.id === id)?.name ?? id);
  return [el("section", { class: "notice" }, el("h3", {}, text("verify.decision", names.length)), el("ul", {}, ...names.map((n) => el("li", {}, n))), el("p", {}, d.text), el("p", { class: "hint" }, d.basis))];
}

const needed = (votes, columns) => el("tr", { class: "needed" }, el("td", { colspan: columns }, text("verify.needed", votes)));

function row(line, graded, judged) {
  const cells = graded ? [...line.grades, line.abstain, line.grade || "—"]
    : [...(judged ? [line.for, line.against, line.abstain] : [line.for]), line.passed ? `✓ ${text("verify.yes")}` : text("verify.short", line.needed - line.for), line.rank || "—", text(`reason.${line.reason}`)];
  return el("tr", { class: line.adopted ? "adopted" : "" }, el("td", {}, line.id), el("th", { scope: "row" }, line.name), ...cells.map((c) => el("td", { class: "num" }, String(c))));
}

// --- the lights

function checks(report) {
  const sections = [];
  let from = 0;
  for (const [name, upTo] of groups) {
    const mine = report.checks.slice(from, upTo);
    from = upTo;
    sections.push(el("section", { class: "check-group" }, el("h3", {}, text(`verify.group_${name}`)), el("ul", { class: "lights" }, ...mine.map((c) => light(c)))));
  }
  return [el("h2", {}, text("verify.checks")), el("div", { class: "check-groups" }, ...sections)];
}

function light(check, prefix = "check-") {
  const [sign, word] = lights[check.result];
  const failures = (check.failures || []).slice(0, shownFailures).map((f) => el("li", {}, failure(f)));
  const more = (check.failures || []).length - failures.length + (check.unnamed || 0);
  if (more > 0) failures.push(el("li", {}, text("verify.more", more)));
  return el("li", { class: `light ${looks[check.result]}`, id: `${prefix}${check.number}` },
    el("span", { class: "light-sign", "aria-hidden": "true" }, sign), el("span", { class: "light-number" }, String(check.number)),
    el("span", { class: "light-text" }, text(`check.${check.id}`)), el("strong", { class: "light-word" }, text(word)),
    failures.length > 0 ? el("ul", { class: "failures" }, ...failures) : null);
}

// failure says why, in the words for the code or for the check as a whole.
function failure(f) {
  let id = `failure.${f.code}`;
  while (!has(id) && id.includes(".")) id = id.slice(0, id.lastIndexOf("."));
  const words = has(id) ? text(id) : f.code;
  const about = lang === "en" ? f.cause : f.about;
  const sentence = about ? text("verify.about", words, about) : words;
  return f.entry === undefined ? sentence : text("verify.at", f.entry, sentence);
}

// --- what remains

function notes(report) {
  const lines = report.warnings.filter((w) => w !== "unaccounted").map((w) => text(`warning.${w}`));
  if (report.warnings.includes("unaccounted") && report.numbers) lines.push(text("verify.missing", unaccounted(report.numbers)));
  if (report.kind && report.kind !== "real") lines.push(text("report.rehearsal"));
  for (const trustee of report.bad_shares || []) lines.push(text("verify.bad_share", trustee));
  if (report.parent) lines.push(text(has(`verify.parent_${report.parent.outcome}`) ? `verify.parent_${report.parent.outcome}` : "verify.parent_bad"));
  return lines.length > 0 ? [el("section", { class: "notice warn" }, el("h3", {}, text("verify.notes")), el("ul", {}, ...lines.map((l) => el("li", {}, l))))] : [];
}

// unaccounted counts credentials only: a sheet of paper hides no ballot.
const unaccounted = (n) => n.i - (n.sheets || 0) - (n.r - (n.paper || 0)) - n.u;

function limits() {
  const names = ["coercion", "terminal", "roll", "ghost", "paper", "trustees", "future"];
  return el("section", { class: "means" }, el("h2", {}, text("verify.limits")),
    el("ul", { class: "crosses" }, ...names.map((n) => el("li", {}, text(`verify.limit_${n}`)))));
}
