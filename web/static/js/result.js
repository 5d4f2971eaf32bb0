// A result as bars and as a table, for hall and podium. Who is in is said by a
// sign and a word, never by colour alone.
import { text, has, el } from "./page.js";
import { contest, percent } from "./screen.js";

const judged = contest.mode === "yna_each" || contest.mode === "yna_capped";
export const graded = contest.mode === "satisfaction_3";

// reason is why it came so, or what came of it where the rules keep that back.
function reason(line, at, result) {
  if (line.reason !== undefined) return line.reason;
  if (result.vote !== "valid") return "invalid";
  if (line.grade !== undefined) return "graded";
  if (result.tied.includes(at)) return "tied";
  return line.adopted ? "adopted" : "below";
}

// ranked are the lines by votes, equal ones and those without tallies in the order
// of the ballot.
export function ranked(result) {
  return result.lines.map((line, at) => ({ ...line, at, rank: line.rank ?? 0, reason: reason(line, at, result) })).sort((a, b) => a.rank - b.rank || a.at - b.at);
}

export const counted = (result) => result.lines.some((line) => line.for !== undefined || line.grades !== undefined);

export const needed = (result) => (contest.base === "none" ? 0 : result.lines[0]?.needed ?? 0);

// scale is what the whole width of a bar stands for.
const scale = (result) => Math.max(result.v, needed(result), ...result.lines.map((line) => line.for ?? 0));

const tied = ["tied", "tie_adopted", "tie_dropped", "fewer_against", "more_against"];

// verdict is the class and the short word of a line's outcome.
export function verdict(line) {
  if (graded && line.reason === "graded") return { kind: `grade grade-${line.grade}`, sign: "", word: contest.grades[line.grade] };
  if (line.decided !== undefined) return line.decided ? { kind: "in", sign: "✓", word: text("screen.reason_decided") } : { kind: "out", sign: "–", word: text("screen.reason_not_decided") };
  const kind = line.adopted ? "in" : line.reason === "tied" ? "tie" : "out";
  return { kind, sign: { in: "✓", tie: "＝", out: "–" }[kind], word: text(`screen.reason_${line.reason}`) };
}

export const isTied = (line) => tied.includes(line.reason);

// short is how many votes a line lacks.
export const short = (line) => (line.reason === "below" && line.for !== undefined ? Math.max(line.needed - line.for, 0) : 0);

export function badge(line) {
  const v = verdict(line);
  return el("span", { class: `verdict ${v.kind}` }, v.sign && el("span", { class: "sign", "aria-hidden": "true" }, v.sign), v.word);
}

function segment(kind, part, whole) {
  const node = el("span", { class: `fill ${kind}` });
  node.style.width = `${percent(part, whole)}%`;
  return node;
}

// track is the bar of a line, with the line of the majority.
export function track(line, result) {
  const whole = scale(result);
  const node = el("span", { class: "track", "aria-hidden": "true" });
  if (line.grades) node.append(...line.grades.map((n, g) => segment(`grade-${g}`, n, whole)));
  else if (line.for !== undefined) node.append(segment(verdict(line).kind, line.for, whole));
  if (needed(result) > 0) {
    const mark = el("span", { class: "majority" });
    mark.style.left = `${percent(needed(result), whole)}%`;
    node.append(mark);
  }
  return node;
}

export function lineLabel(result) {
  return needed(result) > 0 ? text(`screen.line_${contest.base}`, needed(result)) : "";
}

// head is the row above the bars, with the label of the line.
function head(result) {
  const label = el("span", { class: "majority-label" }, lineLabel(result));
  const at = percent(needed(result), scale(result));
  label.style.left = `${at}%`;
  label.classList.toggle("left", at > 60);
  const place = el("span", { class: "track-head" }, label);
  if (graded) place.append(...contest.grades.map((name, g) => el("span", { class: `key grade-${g}` }, name)));
  return el("div", { class: "bar-row bar-head", "aria-hidden": "true" }, el("span"), el("span"), place, el("span"), el("span"));
}

function figure(line) {
  if (line.grades) return line.grades.join(" / ");
  return line.for === undefined ? "" : String(line.for);
}

const name = (line) => el("span", { class: "name" }, el("span", { class: "fit" }, line.name));

function bar(line, result) {
  return el("li", { class: `bar-row ${verdict(line).kind}` },
    el("span", { class: "rank" }, line.rank > 0 ? String(line.rank) : line.id),
    name(line),
    track(line, result),
    el("span", { class: "votes" }, figure(line)),
    badge(line));
}

// bars makes one column of bars.
export function bars(lines, result) {
  return el("div", { class: "bars" }, head(result), el("ol", { class: "bar-list" }, ...lines.map((line) => bar(line, result))));
}

// columns are the numbers that the way of voting has.
function columns() {
  if (graded) return [...contest.grades.map((name, g) => [name, (l) => l.grades?.[g]]), [text("mark.abstain"), (l) => l.abstain]];
  if (judged) return [[text("mark.for"), (l) => l.for], [text("mark.against"), (l) => l.against], [text("mark.abstain"), (l) => l.abstain]];
  return [[text("mark.votes"), (l) => l.for]];
}

// share says hundredths of a percent, which are rounded down: what is not more
// than half must not read as if it were.
const share = (line) => (line.share === undefined ? "" : `${Math.floor(line.share / 100)}.${String(line.share % 100).padStart(2, "0")}%`);

// table makes a table of some lines; the podium's has what is missing and bars
// as well.
export function table(lines, result, wide = false) {
  const shown = counted(result) ? columns() : [];
  const placed = result.lines.some((l) => l.rank > 0); // not where the tallies are kept back
  const titles = [...(placed ? [["screen.rank", "num"]] : []), ["screen.id", "option-id"], ["screen.option", "grow"]];
  const row = (line) => el("tr", { class: verdict(line).kind },
    placed && el("td", { class: "num" }, line.rank > 0 ? String(line.rank) : "–"),
    el("td", {}, line.id),
    el("th", { scope: "row" }, name(line)),
    wide && el("td", { class: "bar-cell" }, track(line, result)),
    ...shown.map(([, value]) => el("td", { class: "num" }, value(line) === undefined ? "—" : String(value(line)))),
    shown.length > 0 && !graded && el("td", { class: "num share" }, share(line)),
    wide && !graded && el("td", { class: "num" }, short(line) > 0 ? text("screen.lacking", short(line)) : "—"),
    el("td", { class: "outcome" }, badge(line)));
  return el("table", { class: "numbers-table" },
    el("thead", {}, el("tr", {},
      ...titles.map(([id, kind]) => el("th", { scope: "col", class: kind }, text(id))),
      wide && el("th", { scope: "col", class: "bar-cell" }, lineLabel(result) || text("screen.bar")),
      ...shown.map(([name]) => el("th", { scope: "col", class: "num" }, name)),
      shown.length > 0 && !graded && el("th", { scope: "col", class: "num share" }, text(`screen.share_${contest.base}`)),
      wide && !graded && el("th", { scope: "col", class: "num" }, text("screen.short")),
      el("th", { scope: "col", class: "outcome" }, text("screen.outcome")))),
    el("tbody", {}, ...lines.map(row)));
}

// summary is the outcome in a sentence: how many are in, and what comes next.
export function summary(result) {
  const parts = [];
  if (result.vote === "valid" && !graded) parts.push(text("screen.adopted", result.adopted.length, contest.winners));
  const decided = result.lines.filter((l) => l.decided !== undefined);
  if (result.tied.length > 0) parts.push(text("screen.tied", result.tied.length));
  if (decided.length > 0) parts.push(text("screen.decided", decided.filter((l) => l.decided).length));
  else if (result.next !== "none" && has(`next.${result.next}`)) parts.push(text(`next.${result.next}`));
  return parts.length > 0 ? parts.reduce((a, b) => text("screen.both", a, b)) : "";
}

// fit makes names smaller until they fit into their rows: none is cut.
export function fit(root) {
  for (const node of root.querySelectorAll(".fit")) {
    node.style.fontSize = "";
    const room = node.parentElement;
    for (let size = 95; size >= 50 && node.offsetHeight > room.clientHeight + 1; size -= 5) node.style.fontSize = `${size}%`;
  }
}
