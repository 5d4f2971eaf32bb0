// What waits for signatures: fetched from the server, checked by the machine,
// read by the person, signed or left. A list that is being read does not move.
import { ask, el, text } from "./page.js";
import { alertLine, button, retryable, short, wordsOf } from "./desk.js";
import { graveConfirm, graveOf } from "./hold.js";
import { deputyOf } from "./badge.js";
import { namesOf } from "./handout.js";
import { describe, resultOf, signerName } from "./motion.js";
import { nextManifest } from "./next.js";

export class Signing {
  // context has desk, vote() as the server says, ready() that resolves with
  // the verified vote or null before there is one, and onSigned().
  constructor(context, node, kinds = null) {
    this.context = context;
    this.node = node;
    this.kinds = kinds;
    this.shown = new Map(); // by hash: {mark, node}
    this.waiting = [];
  }

  // poll looks what waits now, and draws what has changed.
  async poll() {
    const { desk, vote } = this.context;
    const { proposals } = await ask("GET", `/votes/${vote().id}/proposals`);
    this.waiting = proposals.filter((p) => !this.kinds || this.kinds.includes(p.kind));
    for (const hash of this.shown.keys()) {
      if (!this.waiting.some((p) => p.hash === hash)) this.drop(hash);
    }
    for (const p of this.waiting) {
      const mark = `${desk.held?.public.role ?? ""} ${p.signed} ${p.missing}`;
      if (this.shown.get(p.hash)?.mark === mark) continue;
      await this.draw(p, mark);
    }
    return this.waiting;
  }

  drop(hash) {
    this.shown.get(hash).node.remove();
    this.shown.delete(hash);
  }

  async draw(p, mark) {
    const node = await this.item(p);
    const before = this.shown.get(p.hash);
    if (before) before.node.replaceWith(node);
    else this.node.append(node);
    this.shown.set(p.hash, { mark, node });
  }

  async item(p) {
    const head = el("div", { class: "motion-head" }, el("h3", {}, text(`kind.${p.kind}`)), el("span", { class: "code", title: p.hash }, text("desk.number", short(p.hash))));
    let body;
    try {
      body = await this.body(p);
    } catch (error) {
      if (retryable(error)) throw error;
      body = [el("p", { class: "notice bad" }, text(error.code === "proposal" ? "desk.proposal_false" : "desk.proposal_unread"), " ", wordsOf(error))];
    }
    return el("article", { class: "motion", "data-kind": p.kind, "data-hash": p.hash }, head, ...body.filter(Boolean));
  }

  async body(p) {
    const { desk, ready } = this.context;
    const { held } = desk; // of now, as in the mark: drawn twice, a paper loses what was typed
    const verified = p.kind === "manifest" ? null : await ready();
    const motion = await desk.call("examine", p.kind === "successor" ? { ...p, next: await nextManifest(this.context.vote()) } : p);
    const about = { vote: verified, result: p.kind === "certificate" ? await resultOf(desk, verified) : null };
    if (p.kind === "badge") about.deputy = await deputyOf(this.context, motion.fields.leaf);
    if (p.kind === "sheets") about.people = await namesOf(this.context, motion.fields.leaves);
    const may = motion.canSign && held;
    const why = motion.signedByMe ? el("p", { class: "chip good" }, text("desk.signed_by_me"))
      : !held ? el("p", { class: "note" }, text("desk.needs_key"))
      : !motion.canSign ? el("p", { class: "note" }, text("desk.not_for_me")) : null;
    const shown = [...describe(motion, about), this.signatures(p)];
    if (!may) return [...shown, el("div", { class: "actions" }, why)];
    const grave = graveOf(motion);
    if (grave) return [...shown, ...graveConfirm(grave, () => this.sign(p))];
    return [...shown, alertLine(), el("div", { class: "actions" }, button(text("desk.sign"), () => this.sign(p)))];
  }

  // signatures says who has signed and who is missing.
  signatures(p) {
    const list = this.context.vote().trustees;
    const chip = (name, signed) => el("li", { class: signed ? "signed" : "missing" },
      el("span", { "aria-hidden": "true" }, signed ? "✓" : "○"), ` ${signerName(name, list)} `, el("small", {}, text(signed ? "desk.has_signed" : "desk.has_not_signed")));
    return el("div", { class: "signers" },
      el("p", {}, p.needed > 0 ? text("desk.needed", p.needed) : text("desk.enough")),
      el("ul", {}, ...p.signed.map((n) => chip(n, true)), ...p.missing.map((n) => chip(n, false))));
  }

  async sign(p) {
    const { desk, vote, onSigned } = this.context;
    const signature = await desk.call("countersign", p.hash);
    const answer = await ask("POST", `/votes/${vote().id}/proposals/${p.hash}/signatures`, signature);
    await this.poll();
    await onSigned(answer, p.kind);
  }

  // has reports whether one of a kind waits.
  has(kind) {
    return this.waiting.some((p) => p.kind === kind);
  }
}

// propose signs the entry that was shown last, and hands it in.
export async function propose(desk, vote, hash) {
  const motion = await desk.call("propose", hash);
  return ask("POST", `/votes/${vote.id}/proposals`, motion.entry);
}
