// What chair and chief scrutineer say at each step, with the numbers filled in.
// A line is {who, words}, a list of {names}, or a {note} that is not read out.
import { text } from "./page.js";
import { contest, enters, quorate, surplus } from "./screen.js";
import { ranked, graded, counted } from "./result.js";

export const steps = ["present", "seal", "start", "close", "collect", "open", "result"];

const chair = (id, ...args) => ({ who: "chair", words: text(`podium.${id}`, ...args) });
const chief = (id, ...args) => ({ who: "chief", words: text(`podium.${id}`, ...args) });
const note = (id, ...args) => ({ note: text(`podium.${id}`, ...args) });

const after = (state, phases) => phases.includes(state.phase);
const open = ["voting", "suspended"];
const before = ["draft", "frozen", "approved", "keyed"];

const write = {
  present: (s) => [
    !quorate(s) && note("note_quorum", contest.quorum, s.p),
    chair("say_begin", contest.title),
    ...earlier(s),
    chair(`say_present_${contest.quorum_rule}`, s.n, s.p, Math.max(s.n - s.p, 0)),
  ],
  seal: (s) => [
    !s.joint_key && note("note_seal", s.trustees.filter((t) => t.ready).length, s.trustees.length || contest.trustees),
    chair("say_seal"),
    chief("say_sealed", s.trustees.length || contest.trustees, contest.threshold),
    chair("say_compare"),
  ],
  start: (s) => [
    !quorate(s) && note("note_quorum", contest.quorum, s.p),
    chair("say_explain"),
    graded ? chief("say_rows", contest.options) : chief("say_options", contest.options, contest.winners),
    chief(`say_mode_${mode()}`, ...modeNumbers()),
    chief("say_secret"),
    chair(contest.together ? "say_start_together" : "say_start"),
  ],
  close: (s) => [
    after(s, before) && note("note_not_open"),
    after(s, open) && (s.r === null ? note("note_turnout_hidden", s.i) : note("note_turnout", s.i, s.r, Math.max(s.i - s.sheets - (s.r - s.paper), 0))),
    chair("say_close"),
  ],
  collect: (s) => [
    (after(s, before) || after(s, open) || s.phase === "closing") && note("note_not_closed"),
    ...(s.r === null ? [] : [enters(s) && note("note_paper", s.sheets, s.paper), chief("say_collected", s.n, s.p, s.i, s.r), ...both(s), s.r > 0 && !surplus(s) ? chair("say_valid") : chair("say_void")]),
  ],
  open: (s) => [
    chair("say_open"),
    note("note_shares", s.trustees.filter((t) => t.shared).length, contest.threshold),
  ],
  result: (s) => (s.result ? outcome(s) : [note(s.phase === "voided" ? "note_voided" : "note_no_result")]),
};

// earlier says what the rounds before have adopted.
function earlier({ story }) {
  const here = story.findIndex((r) => r.here);
  if (here < 1 || graded) return [];
  const adopted = story.slice(0, here).reduce((n, r) => n + r.adopted.length, 0);
  return [chair("say_round", story[here].round, adopted, story[here].seats, story[here].options)];
}

// decided says what the presidium has decided about a tie, and what all rounds
// come to.
function decided({ story }) {
  const adopted = story.find((r) => r.here)?.adopted.filter((o) => o.decided) ?? [];
  const total = story.reduce((n, r) => n + r.adopted.length, 0);
  return [
    ...(adopted.length > 0 ? [chair("say_decided", adopted.length), { names: adopted.map((o) => [o.name, ""]) }] : []),
    story.length > 0 && story.find((r) => r.here).next !== "" && chair("say_total", total),
  ];
}

// both tells ballots of terminals and of paper apart, where there is paper.
const both = (s) => (s.sheets > 0 ? [chief("say_channels", s.i - s.sheets, s.sheets, s.r - s.paper, s.paper)] : []);

// mode names the way of marking, with the bounds that this vote has.
function mode() {
  if (contest.mode === "select_k") return contest.exact ? "select_exact" : contest.min > 0 ? "select_range" : "select_k";
  return contest.mode;
}

function modeNumbers() {
  switch (mode()) {
    case "select_range": return [contest.min, contest.max];
    case "select_k": case "select_exact": case "yna_capped": return [contest.max];
    case "satisfaction_3": return contest.grades;
  }
  return [];
}

const named = (lines) => ({ names: lines.map((l) => [l.name, ""]) });

function outcome(s) {
  const r = s.result;
  const lines = ranked(r);
  const all = [s.phase === "counted" && note("note_unsigned"), chief("say_counted", s.i, s.r ?? s.i, r.v, r.x), ...both(s)];
  if (r.vote !== "valid") return [...all, chair("say_invalid", text(`vote.${r.vote}`), text(`next.${r.next}`))];
  if (counted(r)) all.push(chief("say_all"), { names: lines.map((l) => [l.name, votes(l)]) });
  if (graded) return [...all, chair("say_graded"), chair("say_end")];
  const adopted = lines.filter((l) => l.adopted);
  if (adopted.length > 0) all.push(chair("say_adopted", adopted.length), named(adopted));
  else all.push(chair("say_none"));
  const equal = lines.filter((l) => l.reason === "tied");
  if (equal.length > 0) all.push(chair("say_tied", equal.length), named(equal));
  const left = contest.winners - adopted.length;
  if (left > 0) all.push(chair("say_left", contest.winners, adopted.length, left));
  if (r.next !== "none" && !s.story.some((x) => x.here && x.decision)) all.push(chair("say_next", text(`next.${r.next}`)));
  return [...all, ...decided(s), chair("say_end")];
}

function votes(l) {
  if (l.grades) return `${l.grades.map((n, g) => `${contest.grades[g]} ${n}`).join(" · ")} → ${contest.grades[l.grade]}`;
  if (l.against !== undefined) return text("podium.votes_judged", l.for, l.against, l.abstain);
  return text("podium.votes", l.for);
}

// speech returns the lines of a step.
export const speech = (step, state) => (contest.draft ? [note("note_draft")] : write[step](state).filter(Boolean));
