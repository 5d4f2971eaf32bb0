// One sheet of paper as a teller reads it, and how it is typed: numbers and
// Enter are enough, on the number pad + is abstaining, * invalid, - the sheet
// before. A row of buttons does the same.
import { el, put, text } from "./page.js";
import { Choice } from "./choice.js";
import { wordsOf } from "./desk.js";

// One mark to give, and no other: typing numbers of options is faster.
export const byNumber = (vote) => !vote.mode.startsWith("yna") && vote.mode !== "satisfaction_3";

export const markName = (vote, mark) => (mark.startsWith("grade") ? vote.grades[Number(mark.slice(-1))] : text(`mark.${mark}`));

// sayChoice words what a sheet says: options by number.
export function sayChoice(vote, sheet) {
  if (sheet.spoil) return text("paper.invalid");
  if (sheet.abstain) return text("paper.abstain_all");
  const choice = new Choice(vote);
  choice.marks = vote.options.map((o, i) => sheet.marks[i] || "");
  const said = choice.groups.map(([mark, options]) => `${markName(vote, mark)} ${options.map((o) => o.index + 1).join("、")}`);
  return said.length > 0 ? said.join("；") : text("paper.blank");
}

// SheetForm enters sheets one after the other. onSheet takes a sheet, or throws
// why it is none; onBack takes the one before back.
export class SheetForm {
  constructor(vote, onSheet, onBack) {
    Object.assign(this, { vote, onSheet, onBack, choice: new Choice(vote), row: 0, typed: "" });
    this.alert = el("p", { class: "notice bad", role: "alert", hidden: true });
    this.input = el("input", { id: "sheet-keys", class: "sheet-keys", inputmode: "numeric", autocomplete: "off", "aria-describedby": "sheet-help" });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.rows = vote.options.map((o) => this.optionRow(o));
    this.said = el("p", { class: "sheet-said", role: "status" });
    const act = (id, label, run, kind = "") => el("button", { class: `button large ${kind}`, type: "button", id, onclick: () => { run(); this.focus(); } }, label);
    this.abstain = act("sheet-abstain", text("paper.do_abstain"), () => this.whole("abstain"));
    this.spoil = act("sheet-spoil", text("paper.do_invalid"), () => this.whole("spoil"), "warn");
    this.node = el("div", { class: "sheet-form" },
      el("ol", { class: `sheet-rows ${byNumber(vote) ? "by-number" : ""}` }, ...this.rows.map((r) => r.node)),
      el("div", { class: "sheet-side" },
        el("label", { for: "sheet-keys" }, text(byNumber(vote) ? "paper.type_number" : "paper.type_mark")), this.input,
        el("p", { class: "hint", id: "sheet-help" }, text(byNumber(vote) ? "paper.help_number" : "paper.help_mark", this.marksHelp())),
        this.said, this.alert,
        el("div", { class: "sheet-buttons" }, act("sheet-done", text("paper.do_done"), () => this.done(), "primary"),
          vote.allowAbstain ? this.abstain : null, this.spoil, act("sheet-back", text("paper.do_back"), () => this.back()))));
    this.draw();
  }

  marksHelp() {
    return this.choice.offered.map((m, i) => `${i + 1} ${markName(this.vote, m)}`).join("　");
  }

  optionRow(o) {
    const marks = this.choice.offered.map((mark) => {
      const node = el("button", { class: "sheet-mark", type: "button", "data-mark": mark, "aria-pressed": "false", "aria-label": `${o.index + 1} ${markName(this.vote, mark)}`,
        onclick: () => { this.row = o.index; this.mark(o.index, mark); this.focus(); } }, byNumber(this.vote) && mark === "for" ? "○" : markName(this.vote, mark));
      return { mark, node };
    });
    return { marks, node: el("li", { class: "sheet-row" }, el("b", {}, String(o.index + 1)), el("span", {}, o.name), el("span", { class: "sheet-marks" }, ...marks.map((m) => m.node))) };
  }

  focus() { this.input.focus({ preventScroll: true }); }

  key(event) {
    const { key } = event;
    const keys = { Enter: () => this.enter(), "+": () => this.vote.allowAbstain && this.whole("abstain"), "*": () => this.whole("spoil"), "-": () => this.back(), ArrowUp: () => this.move(-1), ArrowDown: () => this.move(1) };
    if (keys[key]) { event.preventDefault(); return void keys[key](); }
    if (byNumber(this.vote)) return;
    if (key === "Backspace") { event.preventDefault(); return this.move(-1); }
    if (!/^[0-9]$/.test(key)) return;
    event.preventDefault();
    const mark = this.choice.offered[Number(key) - 1];
    if (!mark || this.row >= this.vote.options.length) return this.say(text("paper.no_such_key"));
    this.choice.whole = "";
    this.choice.marks[this.row] = mark;
    this.move(1);
  }

  enter() {
    const typed = this.input.value.trim();
    this.input.value = "";
    if (typed === "") return this.done();
    const index = Number(typed) - 1;
    if (!this.vote.options[index]) return this.say(text("paper.no_such_number", typed));
    this.mark(index, "for");
  }

  move(by) {
    this.row = Math.max(0, Math.min(this.row + by, this.vote.options.length));
    this.draw();
  }

  mark(index, mark) {
    this.choice.whole = "";
    this.choice.marks[index] = this.choice.marks[index] === mark ? "" : mark;
    this.draw();
  }

  whole(what) {
    this.choice.marks.fill("");
    this.choice.whole = this.choice.whole === what ? "" : what;
    this.draw();
  }

  say(words) {
    put(this.alert, words);
    this.alert.hidden = words === "";
  }

  async done() {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.onSheet(this.choice.value);
      this.clear();
    } catch (error) {
      this.say(wordsOf(error));
    } finally {
      this.busy = false;
    }
  }

  // back takes the marks back, or else the sheet before.
  back() {
    if (this.choice.marked === 0 && this.choice.whole === "") {
      const sheet = this.onBack();
      if (!sheet) return;
      this.choice.marks = this.vote.options.map((o, i) => sheet.marks[i] || "");
      this.choice.whole = sheet.spoil ? "spoil" : sheet.abstain ? "abstain" : "";
      return this.draw();
    }
    this.clear();
  }

  clear() {
    this.choice.clear();
    this.row = 0;
    this.draw();
  }

  draw() {
    this.say("");
    this.rows.forEach(({ node, marks }, i) => {
      node.classList.toggle("here", !byNumber(this.vote) && i === this.row);
      for (const m of marks) m.node.setAttribute("aria-pressed", String(this.choice.marks[i] === m.mark));
    });
    this.abstain.setAttribute("aria-pressed", String(this.choice.whole === "abstain"));
    this.spoil.setAttribute("aria-pressed", String(this.choice.whole === "spoil"));
    put(this.said, sayChoice(this.vote, this.choice.value));
  }
}
