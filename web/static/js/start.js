// What people may begin: each only in its phase, with the reason why not now.
// The entry is shown in full before it is signed.
import { ask, el, put, text } from "./page.js";
import { alertLine, button, fault, short } from "./desk.js";
import { graveConfirm, graveOf } from "./hold.js";
import { badgeBody, deputyOf } from "./badge.js";
import { handOutBody, namesOf } from "./handout.js";
import { describe, resultOf, signerName } from "./motion.js";
import { propose } from "./signing.js";
import { adoptedBefore, decisionBody, nextManifest, whyNot } from "./next.js";

// by: who begins; in: when; words: with a text of theirs; name: of what is the
// same kind as another.
const motions = [
  { kind: "manifest", by: ["staff_lead", "presidium"], in: ["draft"] },
  { kind: "trustees", by: ["presidium"], in: ["frozen", "approved"] },
  { kind: "attendance", by: ["scrutineer"], in: ["approved", "keyed", "voting", "suspended"] },
  { kind: "badge", by: ["scrutineer"], in: ["approved", "keyed", "voting", "suspended"] },
  { kind: "opening", by: ["staff_lead", "presidium"], in: ["keyed"] },
  { kind: "suspend", by: ["staff_lead", "presidium"], in: ["voting"], words: true },
  { kind: "resume", by: ["staff_lead", "presidium"], in: ["suspended"], words: true },
  { kind: "opening", name: "reopening", by: ["staff_lead", "presidium"], in: ["voting"] },
  { kind: "opening", name: "onpaper", by: ["staff_lead", "presidium"], in: ["keyed", "voting"] },
  { kind: "sheets", by: ["scrutineer"], in: ["voting"] },
  { kind: "order", by: ["staff_lead", "presidium"], in: ["voting"] },
  { kind: "collection", by: ["scrutineer"], in: ["closed"] },
  { kind: "certificate", by: ["scrutineer"], in: ["counted"] },
  { kind: "decision", by: ["presidium"], in: ["certified"] },
  { kind: "successor", by: ["staff_lead", "presidium"], in: ["certified", "published", "voided"] },
  { kind: "announcement", by: ["presidium"], in: ["certified"], words: true },
  { kind: "archive", by: ["presidium"], in: ["published"] },
  { kind: "void", by: ["staff_lead", "presidium"], in: ["frozen", "approved", "keyed", "voting", "suspended", "closing", "closed", "collected", "counted"], words: true },
];

const order = ["draft", "frozen", "approved", "keyed", "voting", "suspended", "closing", "closed", "collected", "counted", "certified", "published", "archived", "voided"];

const nameOf = ({ kind, name }) => name ?? kind;
const titleOf = (motion) => text(`desk.start_${nameOf(motion)}`);

export class Starters {
  constructor(context, kinds, signing) {
    this.context = context;
    this.signing = signing;
    this.tiles = motions.filter((m) => !kinds || kinds.includes(m.kind)).map((m) => this.tile(m));
    this.dialog = el("dialog", { class: "start-dialog" });
    this.dialog.addEventListener("close", () => this.dialog.replaceChildren()); // a badge that was typed does not stay
    this.node = el("div", { class: "starters" }, el("ul", { class: "start-grid" }, ...this.tiles.map((t) => t.node)), this.dialog);
  }

  tile(motion) {
    const why = el("small", { class: "why" });
    const act = button(titleOf(motion), () => this.open(motion), "");
    act.dataset.start = nameOf(motion);
    return { motion, act, why, node: el("li", { class: "start" }, act, why, alertLine()) };
  }

  // update says of each motion whether it can begin now.
  async update() {
    for (const { motion, act, why, node } of this.tiles) {
      const reason = await this.reason(motion);
      act.disabled = reason !== "";
      put(why, reason || text(`desk.hint_${nameOf(motion)}`));
      node.classList.toggle("ready", reason === "");
    }
  }

  async reason({ kind, name, by, in: phases }) {
    const { vote, who, desk } = this.context;
    const v = vote();
    const now = order.indexOf(v.phase);
    if (["reopening", "onpaper"].includes(name) && v.phase === "suspended") return text("desk.resume_first");
    if (!phases.includes(v.phase)) return now < order.indexOf(phases[0]) ? text("desk.not_yet", text(`phase.${phases[0]}`)) : text("desk.past", text(`phase.${v.phase}`));
    if (!by.includes(who.role)) return text("desk.by_others", by.map((r) => text(`role.${r}`)).join("、"));
    if (this.signing.has(kind)) return text("desk.waits_already");
    const not = kind === "decision" || kind === "successor" ? whyNot(kind, v) : "";
    if (not) return not;
    if (kind === "announcement" && v.next === "presidium") return text("desk.decide_first");
    if (kind === "opening" && v.numbers.p < v.quorum) return text("desk.no_quorum", v.numbers.p, v.quorum);
    if (!desk.held) return text("desk.needs_key");
    return "";
  }

  // begin opens what the console led to, with its reason, once it can begin.
  async begin(name) {
    const tile = this.tiles.find(({ motion }) => nameOf(motion) === name);
    if (!tile) return true;
    if (tile.act.disabled) return false;
    if (tile.motion.words) await this.show(tile.motion, { text: text(`desk.power_${name}`) });
    else await this.open(tile.motion);
    return true;
  }

  // open shows what would be signed.
  async open(motion) {
    const args = await this.args(motion);
    if (args === null) return;
    const pick = { trustees: "pick", badge: "pickBadge", decision: "pickTied", reopening: "pickIssuers", sheets: "pickSheets" }[nameOf(motion)];
    if (pick) return this[pick](motion);
    if (motion.words) return this.ask(motion);
    await this.show(motion, args);
  }

  async args({ kind, name }) {
    const { vote } = this.context;
    if (name === "onpaper") return { paper: true };
    const path = `/votes/${vote().id}`;
    if (kind === "manifest") return { draft: await ask("GET", `${path}/draft`) };
    if (kind === "successor") return { next: await nextManifest(vote()) };
    if (kind !== "attendance") return {};
    const a = await ask("GET", `${path}/checkins`);
    if (!a.attendance) throw fault(a.waiting ? "wait" : "nobody_new");
    return { body: a.attendance };
  }

  // ask asks for the words of a notice.
  async ask(motion) {
    const words = el("textarea", { id: "words", rows: "4" }, motion.kind === "announcement" ? await this.draftAnnouncement() : "");
    const next = button(text("common.next"), async () => {
      if (!words.value.trim()) throw fault("no_words");
      await this.show(motion, { text: words.value.trim() });
    });
    this.put(titleOf(motion), [el("div", { class: "field wide" }, el("label", { for: "words" }, text(`desk.words_${motion.kind}`)), words), alertLine(), this.buttons(next)]);
  }

  async draftAnnouncement() {
    const { desk, ready } = this.context;
    const vote = await ready();
    const result = await resultOf(desk, vote);
    const { story } = this.context.vote();
    const lines = [...adoptedBefore({ story }), ...(result?.adopted ?? []).map((at) => (story.length > 1 ? text("desk.adopted_round", vote.options[at].name, vote.round) : vote.options[at].name)),
      ...(result?.decided ?? []).map((at) => text("desk.adopted_decided", vote.options[at].name, vote.round))];
    const adopted = lines.map((line, i) => `${i + 1}. ${line}`);
    return text("desk.announcement_draft", vote.congress, vote.session, vote.title, adopted.length, adopted.join("\n"), vote.congress, vote.session).replaceAll("\\n", "\n");
  }

  // pick has the presidium choose the cards of the trustees, in their order.
  async pick(motion) {
    const { vote } = this.context;
    const { cards } = await ask("GET", `/votes/${vote().id}/cards`);
    const all = cards.filter((c) => c.kind === "scrutineer" || c.kind === "teller").map((c) => {
      const use = el("input", { type: "checkbox", id: `use-${c.person}`, "data-kind": c.kind });
      const chief = el("input", { type: "radio", name: "chief", id: `chief-${c.person}` });
      const row = el("tr", {},
        el("td", {}, el("label", { for: `use-${c.person}`, class: "check" }, use, text("desk.compared"))), el("th", { scope: "row" }, c.name, el("small", { class: "account" }, text("desk.account", c.person_name))),
        el("td", {}, c.delegation || "—"), el("td", { class: "code" }, short(c.role)), el("td", {}, text(`role.${c.kind}`)),
        el("td", {}, c.kind === "scrutineer" ? el("label", { for: `chief-${c.person}`, class: "check" }, chief, text("role.chief_scrutineer")) : ""));
      return { c, use, chief, row };
    });
    const next = button(text("common.next"), async () => {
      const used = all.filter((x) => x.use.checked);
      const scrutineers = used.filter((x) => x.c.kind === "scrutineer");
      if (scrutineers.length !== vote().n) throw fault("trustee_number");
      if (!scrutineers.some((x) => x.chief.checked)) throw fault("no_chief");
      const sorted = [...used].sort((a, b) => Number(b.chief.checked) - Number(a.chief.checked));
      await this.show(motion, { cards: sorted.map((x) => cardLine(x.c)) });
    });
    const heads = ["desk.compare_column", "column.name", "column.delegation", "desk.card_code", "desk.duty", "desk.chief_column"];
    this.put(titleOf(motion), [
      el("p", {}, text("desk.pick_lead", vote().n)),
      el("div", { class: "table-wrap" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads.map((h) => el("th", { scope: "col" }, text(h))))), el("tbody", {}, ...all.map((x) => x.row)))),
      alertLine(), this.buttons(next)]);
  }

  // pickBadge has a scrutineer choose whose badge is lost, and scan the new one.
  async pickBadge(motion) {
    const [body, read] = await badgeBody(this.context);
    const next = button(text("common.next"), async () => this.show(motion, await read()));
    const form = el("form", { class: "badge-form", novalidate: true }, ...body, alertLine(), this.buttons(next));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.dataset.name === "badge") next.click(); }); // scanners end with it
    this.put(titleOf(motion), [form]);
  }

  // pickSheets has a scrutineer choose who votes on paper.
  async pickSheets(motion) {
    const [body, read] = await handOutBody(this.context);
    const next = button(text("common.next"), async () => this.show(motion, read()));
    this.put(titleOf(motion), [...body, alertLine(), this.buttons(next)]);
  }

  // pickTied has the presidium decide about a tie.
  async pickTied(motion) {
    const [body, read] = await decisionBody(this.context);
    const next = button(text("common.next"), async () => this.show(motion, read()));
    this.put(titleOf(motion), [el("p", { class: "notice" }, text("desk.decision_lead")), ...body, alertLine(), this.buttons(next)]);
  }

  // pickIssuers has the organizers choose who issues in the new epoch.
  async pickIssuers(motion) {
    const { issuers } = await this.context.ready();
    const all = issuers.map((x) => ({ x, use: el("input", { type: "checkbox", id: `issuer-${x.number}`, checked: x.inForce ? true : null }) }));
    const next = button(text("common.next"), async () => {
      const used = all.filter(({ use }) => use.checked).map(({ x }) => x.number);
      if (used.length === 0) throw fault("no_issuer");
      await this.show(motion, { issuers: used });
    });
    this.put(titleOf(motion), [
      el("p", { class: "notice warn" }, text("desk.reopening_lead")),
      el("fieldset", {}, el("legend", {}, text("desk.pick_issuers")),
        ...all.map(({ x, use }) => el("label", { class: "check", for: use.id }, use, x.name, x.inForce ? el("small", {}, text("desk.in_force")) : ""))),
      alertLine(), this.buttons(next)]);
  }

  // show shows the entry, and has it signed.
  async show(motion, args) {
    const { desk, ready } = this.context;
    const about = motion.kind === "manifest" ? {} : { vote: await ready() };
    const preview = await desk.call("preview", motion.kind, args);
    if (motion.kind === "badge") about.deputy = await deputyOf(this.context, args.leaf);
    if (motion.kind === "sheets") about.people = await namesOf(this.context, preview.fields.leaves);
    if (motion.kind === "certificate") about.result = await resultOf(desk, about.vote);
    const sign = async () => {
      const answer = await propose(desk, this.context.vote(), preview.hash);
      this.say(motion, answer);
      await this.context.onSigned(answer, motion.kind);
    };
    this.put(titleOf(motion), [...describe(preview, about), ...this.confirm(preview, sign)].filter(Boolean));
  }

  // confirm ends the dialog: by a button, or by typing and holding where the
  // step cannot be taken back.
  confirm(preview, sign) {
    const grave = graveOf(preview);
    if (grave) return graveConfirm(grave, sign, this.cancel());
    return [alertLine(), this.buttons(button(text("desk.sign_begin"), sign))];
  }

  // say says what became of the signature, and who is missing.
  say(motion, answer) {
    const list = this.context.vote().trustees;
    const missing = answer.missing.map((n) => signerName(n, list)).join("、");
    const done = answer.index !== null;
    this.put(titleOf(motion), [
      el("p", { class: `notice ${done ? "good" : "warn"}`, role: "status" }, done ? text("desk.logged") : text("desk.waits", answer.needed, missing)),
      el("div", { class: "actions" }, button(text("common.close"), async () => this.dialog.close()))]);
  }

  buttons(...nodes) {
    return el("div", { class: "actions" }, ...nodes, this.cancel());
  }

  cancel() {
    return button(text("common.cancel"), async () => this.dialog.close(), "quiet");
  }

  put(title, body) {
    this.dialog.setAttribute("aria-label", title);
    this.dialog.replaceChildren(el("h2", { tabindex: "-1", autofocus: true }, title), ...body.filter(Boolean));
    if (!this.dialog.open) this.dialog.showModal();
  }
}

// cardLine is a card as key files print it.
export function cardLine({ kind, name, delegation, role, static: fixed }) {
  return JSON.stringify({ kind, ...(name ? { name } : {}), ...(delegation ? { delegation } : {}), role, ...(fixed ? { static: fixed } : {}) });
}
