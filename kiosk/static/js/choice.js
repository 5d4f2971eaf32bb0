// What a deputy has marked so far, and what the rules say about it. Nothing
// here touches the page.

export class Choice {
  constructor(vote) {
    this.vote = vote;
    this.clear();
  }

  clear() {
    this.marks = this.vote.options.map(() => "");
    this.whole = ""; // "abstain" or "spoil": about the whole ballot
  }

  // offered are the marks a row has, in their order. Abstaining costs the same
  // touch as any other mark.
  get offered() {
    const marks = [...this.vote.marks];
    if (this.vote.mode.startsWith("yna") && !marks.includes("abstain")) marks.push("abstain");
    return marks;
  }

  get single() { return this.vote.mode === "select_k" || this.vote.mode === "choose_1"; }

  count(mark = "for") { return this.marks.filter((m) => m === mark).length; }

  get marked() { return this.marks.filter((m) => m !== "").length; }

  // limit is how many rows may bear 赞成, or 0 where nothing limits them.
  get limit() {
    if (this.vote.mode === "select_k" || this.vote.mode === "yna_capped") return this.vote.max;
    return 0;
  }

  // toggle marks a row, or takes its mark back. It reports whether that is
  // allowed: one too many is refused, never swapped silently.
  toggle(index, mark) {
    this.whole = "";
    if (this.marks[index] === mark) {
      this.marks[index] = "";
      return true;
    }
    if (this.vote.mode === "choose_1") this.marks.fill("");
    if (mark === "for" && this.limit && this.count() >= this.limit) return false;
    this.marks[index] = mark;
    return true;
  }

  // value is the choice as the machine takes it.
  get value() {
    if (this.whole) return { marks: [], abstain: this.whole === "abstain", spoil: this.whole === "spoil" };
    return { marks: [...this.marks], abstain: false, spoil: false };
  }

  // groups are the marked rows by mark, for the page that is checked.
  get groups() {
    return this.offered.map((mark) => [mark, this.vote.options.filter((o) => {
      const m = this.marks[o.index];
      return m === mark || (mark === "abstain" && m === "" && this.vote.mode.startsWith("yna"));
    })]).filter(([, options]) => options.length > 0);
  }
}
