// An entry that people sign, in plain words. Whatever stands here comes from
// the machine, which has checked it against the log; the server is not asked,
// but for who a deputy is: the log holds numbers of the roll only.
import { el, has, text } from "./page.js";
import { code, short } from "./desk.js";
import { handedList } from "./handout.js";

const yuan = (n) => (n === 0 ? "—" : text("desk.wan", (n / 10_000).toLocaleString(undefined, { maximumFractionDigits: 4 })));

const facts = (...pairs) => el("dl", { class: "facts" }, ...pairs.filter(Boolean).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));

const hexCode = (hex) => el("span", { class: "code" }, short(hex), " …");

function table(caption, heads, rows) {
  return el("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": caption }, el("table", {},
    el("caption", {}, caption),
    el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell, i) => (i === 1 ? el("th", { scope: "row" }, cell) : el("td", {}, cell))))))));
}

function rule(r) {
  const id = `value.${r.name}.${r.value}`;
  return [text(`rule.${r.name}`), has(id) ? text(id) : r.value];
}

function manifest(f) {
  return [
    facts(
      [text("desk.m_kind"), text(`vote_kind.${f.kind}`)], [text("desk.m_date"), f.date], [text("desk.m_round"), String(f.round)],
      [text("desk.m_deputies"), text("desk.m_deputies_value", f.deputies, f.quorum)],
      [text("desk.m_options"), text("desk.m_options_value", f.options.length, f.winners)],
      [text("desk.m_trustees"), text("desk.m_trustees_value", f.trustees, f.threshold)],
      [text("desk.m_least"), text("desk.m_least_value", f.minBallots)]),
    el("h4", {}, text("desk.m_code")), code(f.manifest, text("desk.m_code")),
    ...f.warnings.map((w) => el("p", { class: "notice warn" }, text(`warning.${w}`))),
    el("details", {}, el("summary", {}, text("desk.m_all_options", f.options.length)),
      table(text("desk.m_options"), [text("column.id"), text("column.title"), text("column.investment"), text("column.fiscal"), text("column.unit"), text("column.deadline")],
        f.options.map((o) => [o.id, o.name, yuan(o.investment), yuan(o.fiscal), o.unit, o.deadline]))),
    el("details", {}, el("summary", {}, text("desk.m_all_rules")), facts(...f.rules.filter((r) => r.value !== "").map(rule))),
    el("details", {}, el("summary", {}, text("desk.m_all_keys")), facts(
      [text("desk.m_staff_key"), hexCode(f.staffKey)], [text("desk.m_presidium_key"), hexCode(f.presidiumKey)],
      [text("desk.m_log_key"), hexCode(f.logKey)], [text("desk.m_promise_key"), hexCode(f.promiseKey)], [text("desk.m_roll"), hexCode(f.rollRoot)],
      ...f.issuers.map((x) => [text("desk.m_issuer", x.number), el("span", {}, x.name, " ", hexCode(x.fingerprint))]),
      ...f.pins.map((p) => [p.name, hexCode(p.hash)]))),
  ];
}

function trustees(f) {
  return [
    table(text("desk.t_list"), ["", text("column.name"), text("column.delegation"), text("desk.card_code")],
      f.scrutineers.map((s, i) => [text(i === 0 ? "role.chief_scrutineer" : "role.scrutineer"), s.name, s.delegation, hexCode(s.roleKey)])),
    f.tellers?.length ? table(text("desk.t_tellers"), ["", text("column.name"), text("desk.card_code")], f.tellers.map((s) => [text("role.teller"), s.name, hexCode(s.roleKey)])) : null,
    el("p", { class: "note" }, text("desk.t_compare")),
  ];
}

function result(r, vote) {
  const judged = vote.mode.startsWith("yna");
  const graded = vote.mode === "satisfaction_3";
  const marks = graded ? [...vote.grades, text("mark.abstain")] : judged ? [text("mark.for"), text("mark.against"), text("mark.abstain")] : [text("mark.votes")];
  const figures = (l) => (graded ? [...l.grades, l.abstain] : judged ? [l.for, l.against, l.abstain] : [l.for]).map(String);
  const outcome = (l) => (graded ? l.grade || text(`reason.${l.reason}`) : el("span", { class: `chip ${l.adopted ? "good" : ""}` }, text(`reason.${l.reason}`)));
  return [
    figuresRow(r.numbers, ["n", "p", "i", "r", "v", "x"]),
    el("p", { class: "verdict-line" }, text(`vote.${r.vote}`), r.next === "none" ? "" : `；${text(`next.${r.next}`)}`),
    table(text("desk.r_table"), [text("column.id"), text("column.title"), ...marks, text("desk.r_outcome")],
      (r.lines || []).map((l, i) => [l.id, vote.options[i].name, ...figures(l), outcome(l)])),
  ];
}

// surplus reports that more came back than was given out: of one kind is
// enough, however many of the other are missing.
const surplus = (f) => f.paper > f.handed || f.ballots - f.paper + f.unused > f.issued - f.handed;

// channels says how many of all were electronic, and how many on paper.
export const channels = (all, paper) => text("desk.channels", all - paper, paper);

// figuresRow shows counts as large numbers.
export function figuresRow(numbers, names) {
  return el("dl", { class: "counts" }, ...names.map((n) => el("div", {}, el("dt", {}, text(`number.${n}`)), el("dd", { "data-count": n }, String(numbers[n])))));
}

const later = {
  attendance: (f, { vote }) => [el("p", { class: "say" }, text("desk.e_attendance", f.count, f.present)), facts([text("number.n"), String(vote.deputies)], [text("number.quorum"), text("desk.people", vote.quorum)])],
  badge: (f, { deputy: d }) => [
    el("p", { class: "say" }, d ? text("desk.e_badge_of", d.name, d.number) : text("desk.e_badge", f.leaf)),
    facts(d && [text("column.delegation"), d.delegation || "—"], d && [text("desk.e_badge_old"), hexCode(d.badge)], [text("desk.e_badge_key"), hexCode(f.key)]),
    el("p", { class: "note" }, text("desk.e_badge_lead"))],
  sheets: (f, { people }) => handedList(f, people),
  batch: (f) => [
    el("p", { class: "say" }, text("desk.e_batch", f.box, f.sheets)),
    f.invalid ? el("p", {}, text("desk.e_batch_invalid", f.invalid)) : null,
    el("p", { class: "notice warn" }, text("desk.e_batch_lead"))],
  opening: (f, { vote }) => (f.issuers.length === 0 ? [
    el("p", { class: "say" }, text("desk.start_onpaper")),
    facts([text("number.p"), text("desk.people", vote.numbers.p)], [text("number.quorum"), text("desk.people", vote.quorum)]),
    el("p", { class: "notice warn" }, text(f.epoch > 1 ? "desk.e_onpaper_again" : "desk.e_onpaper"))] : [
    el("p", { class: "say" }, text(f.epoch > 1 ? "desk.start_reopening" : "desk.e_opening")), facts([text("number.p"), text("desk.people", vote.numbers.p)], [text("number.quorum"), text("desk.people", vote.quorum)],
      [text("desk.e_issuers"), f.issuers.map((i) => vote.issuers[i]?.name || i).join("、")]),
    f.epoch > 1 ? el("p", { class: "notice warn" }, text("desk.e_reopening", f.epoch)) : null]),
  order: (f) => [el("p", { class: "say" }, text("desk.e_order")), facts([text("desk.e_size"), String(f.size)], [text("desk.e_root"), hexCode(f.root)])],
  collection: (f) => [
    el("p", { class: "say" }, text("desk.e_collection")), figuresRow({ i: f.issued, r: f.ballots, u: f.unused, missing: f.unaccounted }, ["i", "r", "u", "missing"]),
    f.handed || f.paper ? facts([text("number.r"), channels(f.ballots, f.paper)], [text("number.i"), channels(f.issued, f.handed)]) : null,
    f.handed > f.paper ? el("p", { class: "notice warn" }, text("desk.e_sheets_missing", f.handed - f.paper)) : null,
    el("p", { class: surplus(f) ? "notice bad" : "notice good" }, text(surplus(f) ? "desk.e_surplus" : "desk.e_fits"))],
  certificate: (f, { vote, result: r }) => [el("p", { class: "say" }, text("desk.e_certificate")), ...(r ? result(r, vote) : [])],
  decision: (f, { vote }) => [
    el("p", { class: "say" }, text("desk.e_decision")),
    el("ol", {}, ...f.adopted.map((at) => el("li", {}, `${vote.options[at].id} ${vote.options[at].name}`))),
    el("blockquote", {}, f.text), facts([text("desk.decision_basis"), f.basis], f.members?.length && [text("desk.decision_members"), f.members.join("、")])],
  successor: (f) => [
    el("p", { class: "say" }, text("desk.e_successor", f.round, f.options.length, f.winners)), el("p", { class: "notice good" }, text("desk.e_derived")),
    el("details", {}, el("summary", {}, text("desk.m_all_options", f.options.length)), el("ol", {}, ...f.options.map((o) => el("li", {}, `${o.id} ${o.name}`)))),
    el("h4", {}, text("desk.m_code")), code(f.manifest, text("desk.m_code"))],
  archive: (f) => [el("p", { class: "say" }, text("desk.e_archive")), facts([text("desk.e_size"), String(f.size)], [text("desk.e_root"), hexCode(f.root)])],
};

// describe words a motion. about is {vote, result}: the verified vote, and the
// verified result once there is one.
export function describe(motion, about) {
  const f = motion.fields;
  if (motion.kind === "manifest") return manifest(f);
  if (motion.kind === "trustees") return trustees(f);
  if (later[motion.kind]) return later[motion.kind](f, about).filter(Boolean);
  return [el("p", { class: "say" }, text(`desk.e_${motion.kind}`)), el("blockquote", {}, f.text)];
}

// resultOf finds the result in the verified log.
export async function resultOf(desk, vote) {
  if (!["counted", "certified", "published", "archived"].includes(vote.phase)) return null;
  const size = vote.checkpoint.size;
  const entries = await desk.call("entries", Math.max(0, size - 64), size);
  const found = entries.findLast((e) => e.kind === "result")?.fields ?? null;
  const decided = entries.findLast((e) => e.kind === "decision")?.fields.adopted ?? [];
  return found && { ...found, decided };
}

// signerName names a signer as the server calls them: role, or role:number.
export function signerName(name, list) {
  const [role, index] = name.split(":");
  if (!index) return text(`role.${role}`);
  if (role === "teller") return text("desk.signer_teller", index);
  const found = list.find((x) => x.index === Number(index));
  return found ? text(index === "1" ? "desk.signer_chief" : "desk.signer", found.name) : text("desk.signer_number", index);
}
