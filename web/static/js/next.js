// What follows a result, at the signing desk: what the presidium decides about a
// tie, and the vote that comes next.
import { ask, el, put, text } from "./page.js";
import { fault, field } from "./desk.js";
import { resultOf } from "./motion.js";

// leftOpen says what the verified result leaves to the presidium.
export async function leftOpen({ desk, ready }) {
  const vote = await ready();
  const { tied, adopted } = await resultOf(desk, vote);
  return { vote, seats: vote.winners - adopted.length, tied: tied.map((at) => vote.options[at]) };
}

const names = (options) => options.map((o) => text("desk.quoted", o.name)).reduce((a, b) => text("desk.both", a, b));

// decisionBody has the presidium choose among the tied, at most the seats left;
// the text follows the choice until somebody writes in it.
export async function decisionBody(context) {
  const { vote, seats, tied } = await leftOpen(context);
  const all = tied.map((o) => ({ o, use: el("input", { type: "checkbox", id: `tied-${o.index}` }) }));
  const chosen = () => all.filter(({ use }) => use.checked).map(({ o }) => o);
  const basis = field(text("desk.decision_basis"), { value: text("desk.decision_basis_usual"), "data-name": "basis" }, text("desk.decision_basis_hint"));
  const words = el("textarea", { id: "words", rows: "4" });
  const members = el("textarea", { id: "members", rows: "3", "aria-describedby": "members-hint" });
  let own = false;
  const draft = () => { if (!own) words.value = chosen().length > 0 ? text("desk.decision_draft", vote.congress, vote.session, vote.title, names(tied), seats, names(chosen())) : ""; };
  words.addEventListener("input", () => { own = words.value !== ""; });
  const count = el("p", { class: "hint", role: "status" });
  const look = () => {
    put(count, text("desk.decision_chosen", chosen().length, seats));
    for (const { use } of all) use.disabled = !use.checked && chosen().length >= seats;
    draft();
  };
  for (const { use } of all) use.addEventListener("change", look);
  look();
  const read = () => {
    if (chosen().length === 0) throw fault("no_choice");
    if (!basis.input.value.trim() || !words.value.trim()) throw fault("no_words");
    return {
      adopted: chosen().map((o) => o.index), basis: basis.input.value.trim(), text: words.value.trim(),
      members: members.value.split("\n").map((m) => m.trim()).filter(Boolean),
    };
  };
  return [[
    el("fieldset", {}, el("legend", {}, text("desk.decision_pick", tied.length, seats)),
      ...all.map(({ o, use }) => el("label", { class: "check", for: use.id }, use, `${o.id} ${o.name}`)), count),
    basis.node,
    el("div", { class: "field wide" }, el("label", { for: "words" }, text("desk.decision_text")), words),
    el("div", { class: "field wide" }, el("label", { for: "members" }, text("desk.decision_members")), members, el("p", { class: "hint", id: "members-hint" }, text("desk.decision_members_hint"))),
  ], read];
}

// nextManifest fetches the manifest of the vote that follows. The machine
// derives what it must be, and shows no other.
export async function nextManifest(vote) {
  if (!vote.following) throw fault("next_unfrozen");
  return ask("GET", `/votes/${vote.following.vote}/draft`);
}

// whyNot says why nothing of this kind can be begun; empty: it can.
export function whyNot(kind, vote) {
  if (kind === "decision") return vote.next === "presidium" ? "" : text("desk.no_tie");
  if (!["second_round", "repeat"].includes(vote.next)) return text("desk.nothing_follows");
  if (!vote.following) return text("desk.next_unfrozen");
  return vote.following.named ? text("desk.next_named") : "";
}

// adoptedBefore are the lines of what earlier rounds adopted, for the
// announcement.
export function adoptedBefore({ story }) {
  const here = story.findIndex((r) => r.here);
  return story.slice(0, Math.max(here, 0)).flatMap((r) => r.adopted.map((o) => text(o.decided ? "desk.adopted_decided" : "desk.adopted_round", o.name, r.round)));
}
