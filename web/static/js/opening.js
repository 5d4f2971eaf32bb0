// Opening the box: see the counts, verify the whole record on this device,
// compare what is about to be opened with what is read aloud, keep a note of it,
// and only then let the share go (attack K5: a trustee who opens two different
// sums of one vote shows single ballots).
import { ask, el, put, save, text } from "./page.js";
import { alertLine, button, fault, fours, readFile, retryable } from "./desk.js";
import { fileField } from "./file.js";
import { figuresRow } from "./motion.js";
import { people } from "./ceremony.js";

const noteKey = (manifest, index) => `piaojue-opened-${manifest}-${index}`;

// What stops an opening for good until people have spoken about it.
const stops = { record: "record", other_root: "other_root", not_trustee: "not_listed", board: "board" };

export class Opening {
  constructor(context, keyCard) {
    this.context = context;
    this.keyCard = keyCard;
    this.numbersSeen = false;
    this.ready = null; // what prepareShare answered
    this.preparing = false;
    this.compared = false;
    this.aloud = null;
    this.given = null; // a note that the person brought on a stick
  }

  draw() {
    const { at, desk, deal, tooFew } = this.context;
    if (at.verified.tooFew) return deal("opening", "bad-too_few", tooFew);
    if (!desk.held) Object.assign(this, { ready: null, compared: false }); // the share has gone with the key
    const own = at.vote.trustees.find((t) => t.index === at.me);
    if (own?.shared) return deal("opening", "shared", () => this.sharedCard());
    if (!desk.held) return deal("opening", "opening-key", () => this.openCard());
    if (!this.numbersSeen) return deal("opening", "opening-numbers", () => this.numbersCard());
    if (!this.ready) return deal("opening", "opening-verify", () => this.verifyCard());
    if (!this.compared) return deal("opening", "opening-root", () => this.rootCard());
    return deal("opening", "opening-note", () => this.noteCard());
  }

  openCard() {
    const card = this.keyCard("opening");
    const note = fileField(text("trustee.choose_note"), "note-file", text("trustee.choose_note_hint"));
    note.input.addEventListener("change", async () => { this.given = note.input.files.length ? await readFile(note.input) : null; });
    card.body.push(el("details", { class: "other-way" }, el("summary", {}, text("trustee.have_note")), note.node));
    return card;
  }

  numbersCard() {
    const { at, stop, step } = this.context;
    const n = at.verified.numbers;
    const fits = n.r + n.u <= n.i;
    const go = button(text("trustee.numbers_fit"), async () => { this.numbersSeen = true; await step(); });
    go.id = "numbers-fit";
    return {
      title: text("trustee.numbers"), lead: text("trustee.numbers_lead"),
      body: [figuresRow(n, ["n", "p", "i", "r", "u"]), el("p", { class: `notice ${fits ? "good" : "bad"}` }, text(fits ? "trustee.numbers_good" : "trustee.numbers_bad")), alertLine(),
        el("div", { class: "actions" }, fits ? go : null, button(text("trustee.numbers_differ"), async () => stop("numbers", [], async () => {}), "large"))],
    };
  }

  verifyCard() {
    const bar = el("progress", { max: "100", value: "0", "aria-label": text("trustee.verify") });
    const line = el("p", { class: "note", role: "status" }, text("trustee.verify_begin"));
    const stage = ({ stage, done, total }) => {
      bar.value = total ? (stage === "download" ? 0 : 40) + (stage === "download" ? 40 : 60) * (done / total) : 0;
      put(line, text(`trustee.verify_${stage}`, done, total));
    };
    queueMicrotask(() => this.prepare(stage));
    return { title: text("trustee.verify"), lead: text("trustee.verify_lead"), body: [bar, line] };
  }

  // prepare verifies everything and makes the share, which stays here.
  async prepare(onProgress) {
    const { desk, at, step, stop } = this.context;
    if (this.preparing) return;
    this.preparing = true;
    try {
      const kept = localStorage.getItem(noteKey(at.pin, at.me));
      const note = this.given ?? (kept ? new TextEncoder().encode(kept) : null);
      this.ready = await desk.watch("prepareShare", [note], onProgress);
      await step();
    } catch (error) {
      const again = async () => { this.ready = null; this.compared = false; };
      const failed = (error.report?.checks || []).filter((c) => c.result === "failed").map((c) => text(`check.${c.id}`));
      if (error.code in stops) stop(stops[error.code], [failed.join("；")], again);
      else stop(retryable(error) ? "network" : "share", [], again);
    } finally {
      this.preparing = false;
    }
  }

  rootCard() {
    const { closing, firstTime } = this.ready;
    const rows = Array.from({ length: 4 }, (_, i) => fours(closing.root).slice(4 * i, 4 * i + 4));
    const ticks = rows.map((groups, i) => {
      const box = el("input", { type: "checkbox", id: `row-${i}` });
      return { box, node: el("label", { class: "row-tick", for: `row-${i}` }, box, el("span", { class: "row-number" }, text("trustee.row", i + 1)), ...groups.map((g) => el("span", { class: "group" }, g))) };
    });
    const typed = el("textarea", { id: "typed-root", rows: "2", spellcheck: "false", autocapitalize: "none" });
    const same = button(text("trustee.root_same"), async () => {
      const aloud = typed.value.toLowerCase().replace(/\s/g, "") || (ticks.every((t) => t.box.checked) ? closing.root : "");
      if (firstTime && !aloud) throw fault("root_needed");
      if (aloud && aloud !== closing.root) throw fault("other_root");
      this.aloud = aloud || null;
      this.compared = true;
      await this.context.step();
    });
    same.id = "root-same";
    return {
      title: text("trustee.root"), lead: text(firstTime ? "trustee.root_lead" : "trustee.root_again"),
      body: [
        el("p", { class: "compare-label" }, text("trustee.root_compare", closing.size)), el("div", { class: "rows" }, ...ticks.map((t) => t.node)),
        el("details", { class: "other-way" }, el("summary", {}, text("trustee.root_type")), el("label", { for: "typed-root" }, text("trustee.root_typed")), typed),
        alertLine(), el("div", { class: "actions" }, same, button(text("trustee.root_differs"), async () => this.context.stop("root", [], async () => {}), "large"))],
    };
  }

  // noteCard has the note kept before the share goes.
  noteCard() {
    const { opened, openedName } = this.ready;
    const kept = fileField(text("trustee.note_kept"), "kept-note", text("trustee.note_kept_hint", openedName));
    const release = button(text("trustee.release"), () => this.release(kept.input));
    release.id = "release";
    save(openedName, opened, "text/plain");
    return {
      title: text("trustee.note"), lead: text("trustee.note_lead"),
      body: [kept.node, el("p", { class: "note" }, text("trustee.note_then")), alertLine(),
        el("div", { class: "actions" }, release, button(text("desk.download_again"), async () => save(openedName, opened, "text/plain"), "quiet"))],
    };
  }

  // release lets the share go, after all that has to come before.
  async release(keptInput) {
    const { desk, at, given, step, stop } = this.context;
    const { opened } = this.ready;
    const kept = await readFile(keptInput);
    if (kept.length !== opened.length || kept.some((byte, i) => byte !== opened[i])) throw fault("other_note");
    localStorage.setItem(noteKey(at.pin, at.me), new TextDecoder().decode(opened));
    const { entry } = await desk.call("releaseShare", this.aloud);
    try {
      await ask("POST", `/votes/${given.vote}/entries`, entry);
    } catch (error) {
      if (error.code !== "bad_share") throw error;
      this.ready = null;
      this.compared = false;
      return stop("own_share", [], async () => desk.close());
    }
    await step(); // the key stays open for the certificate, which comes next
  }

  sharedCard() {
    const { at } = this.context;
    const others = people(at.list, at.me, (s) => {
      const t = at.vote.trustees.find((x) => x.index === s.index);
      return { state: t?.shared ? "shared" : "locked", marks: t?.shared ? 3 : 0 };
    });
    const note = el("p", { class: "task-count", role: "status" });
    const late = el("p", { class: "notice warn", hidden: true });
    const since = Date.now();
    const refresh = () => {
      others.update();
      const done = at.vote.trustees.filter((t) => t.shared).length;
      put(late, text("trustee.late_opening", at.vote.trustees.filter((t) => !t.shared).map((t) => t.name).join("、")));
      put(note, done >= at.vote.t ? text("trustee.enough") : text("trustee.still", at.vote.t - done));
      late.hidden = Date.now() - since < 90_000 || done >= at.vote.t;
    };
    const timer = setInterval(() => (note.isConnected ? refresh() : clearInterval(timer)), 500);
    refresh();
    return { title: text("trustee.shared"), lead: text("trustee.shared_lead", at.vote.t), body: [note, others.node, late, el("p", { class: "note" }, text("trustee.share_rule"))] };
  }
}
