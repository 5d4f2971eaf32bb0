// The key ceremony: three steps of each trustee. The machine takes them by
// itself as soon as the others let it; before the last one the key file is read
// once more, so that what seals the box is what is on the stick.
import { ask, el, put, text } from "./page.js";
import { pause, retryable } from "./desk.js";

// people is a list of the trustees, kept up to date: state names one of the
// texts trustee.state_….
export function people(list, me, stateOf) {
  const node = el("ul", { class: "people" }, ...list.map((s) => el("li", {},
    el("span", { class: "people-name" }, s.name, s.index === me ? el("small", {}, text("trustee.me")) : null),
    el("span", { class: "people-marks", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", { class: "people-state" }))));
  const update = () => [...node.children].forEach((li, i) => {
    const { state, marks } = stateOf(list[i]);
    li.dataset.state = state;
    put(li.querySelector(".people-state"), text(`trustee.state_${state}`));
    li.querySelectorAll("i").forEach((mark, k) => mark.classList.toggle("done", k < marks));
  });
  return { node, update };
}

export class Ceremony {
  constructor(context, keyCard) {
    this.context = context;
    this.keyCard = keyCard;
    this.running = false;
    this.begun = false;
    this.reread = false;
    this.since = Date.now();
  }

  own() {
    return this.context.at.vote.trustees.find((t) => t.index === this.context.at.me) || {};
  }

  draw() {
    const { at, desk, deal, complaint } = this.context;
    if (at.complaint) return deal("ceremony", "bad-complaint", complaint);
    const own = this.own();
    if (own.ready) return deal("ceremony", "ceremony-done", () => this.card("ceremony_done"));
    if (!desk.held || !this.begun) return deal("ceremony", "ceremony-open", () => this.beginCard());
    if (this.reread) return deal("ceremony", "ceremony-reread", () => this.keyCard("reread", async () => { this.reread = false; await this.context.step(); }));
    return deal("ceremony", "ceremony-run", () => this.card("ceremony_run"));
  }

  // beginCard opens the key, or begins with the one that is open already.
  beginCard() {
    const { desk, step } = this.context;
    if (!desk.held) return this.keyCard("ceremony", async () => { this.begun = true; await step(); });
    const begin = el("button", { class: "button primary large", type: "button", id: "begin" }, text("trustee.begin"));
    begin.addEventListener("click", () => { this.begun = true; step().catch(() => {}); });
    return { title: text("trustee.ceremony"), lead: text("trustee.ceremony_lead"), body: [this.others().node, el("div", { class: "actions" }, begin)] };
  }

  others() {
    const { at } = this.context;
    const state = (s) => {
      const t = at.vote.trustees.find((x) => x.index === s.index) || {};
      const marks = Number(Boolean(t.dealt)) + Number(Boolean(t.agreed)) + Number(Boolean(t.ready));
      return { state: ["waiting", "dealt", "agreed", "ready"][marks], marks };
    };
    const made = people(at.list, at.me, state);
    made.update();
    return made;
  }

  card(id) {
    const { at } = this.context;
    const { node, update } = this.others();
    const waits = el("p", { class: "waits", role: "status" });
    const since = Date.now();
    const refresh = () => {
      update();
      const missing = this.missing();
      const names = missing.map((t) => t.name).join("、");
      put(waits, names && text("trustee.waits_for", names));
      put(late, text("trustee.late_ceremony", names, at.vote.n));
      late.hidden = Date.now() - since < 120_000 || missing.length === 0;
    };
    const late = el("p", { class: "notice warn", hidden: true });
    const timer = setInterval(() => (node.isConnected ? refresh() : clearInterval(timer)), 500);
    refresh();
    return { title: text(`trustee.${id}`), lead: text(`trustee.${id}_lead`), body: [node, waits, late] };
  }

  // missing are those who must act before anything goes on.
  missing() {
    const all = this.context.at.vote.trustees;
    for (const deed of ["dealt", "agreed", "ready"]) {
      const list = all.filter((t) => !t[deed]);
      if (list.length) return list;
    }
    return [];
  }

  // run takes the steps that are this trustee's now.
  async run() {
    const { desk, at, stop } = this.context;
    if (this.running || !this.begun || !desk.held || this.reread || at.complaint || this.own().ready) return;
    this.running = true;
    try {
      while (await this.once()) await pause(150);
    } catch (error) {
      if (retryable(error)) throw error;
      if (error.code === "not_trustee") stop("not_listed");
      else if (error.code === "board") stop("board");
      else throw error;
    } finally {
      this.running = false;
    }
    this.draw();
  }

  // once takes one step; it returns whether there may be another right away.
  async once() {
    const { desk, given, at } = this.context;
    const where = await desk.call("ceremony");
    if (["wait", "done", "complaint"].includes(where.state)) return false;
    // Handed in, but no witness has signed the log since: the machine does not
    // know yet, and would take the same step again.
    if (this.own()[{ deal: "dealt", agree: "agreed", ready: "ready" }[where.state]]) return false;
    let made;
    try {
      made = await desk.call("ceremonyStep");
    } catch (error) {
      if (error.code === "wait") return false;
      if (error.code !== "reread_key") throw error;
      this.reread = true;
      return false;
    }
    await ask("POST", `/votes/${given.vote}/entries`, made.entry);
    at.vote = await ask("GET", `/votes/${given.vote}`);
    return made.kind !== "ready" && made.kind !== "complaint";
  }
}
