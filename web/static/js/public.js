// What the pages for everybody share: the vote, opened and verified on this
// device, words for errors, and the card that gives the answer.
import { Desk, pause, retryable } from "./desk.js";
import { el, lang, put, text } from "./page.js";

const retryAfter = 2000;

// persist goes on trying while there is no answer; onWait hears that.
export async function persist(act, onWait = () => {}) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!retryable(error)) throw error;
      onWait();
      await pause(retryAfter);
    }
  }
}

// Board is the verified log of one vote.
export class Board {
  constructor({ vote, manifest }) {
    this.desk = new Desk();
    this.id = vote;
    this.manifest = manifest;
    this.vote = null;
  }

  // open reads and verifies the log, or what is new in it.
  async open(onWait) {
    this.vote = await persist(() => (this.vote ? this.desk.call("refresh") : this.desk.call("open", this.id, this.manifest)), onWait);
    return this.vote;
  }

  call(method, ...args) {
    return this.desk.call(method, ...args);
  }
}

// why words an error.
export function why(error) {
  if (error.code === "refused" && error[lang]) return error[lang];
  const ids = { board: "public.error_board", promise_vote: "public.error_other", not_open: "public.error_not_open" };
  return text(ids[error.code] || "public.error_internal");
}

const signs = { good: "✓", bad: "✗", wait: "…", warn: "!" };

// answer shows a card: what it is in a word, a sentence, and whatever follows.
export function answer(node, light, title, sentence, ...more) {
  node.hidden = false;
  node.className = `answer ${light}`;
  node.replaceChildren(
    el("p", { class: "answer-title" }, el("span", { class: "answer-sign", "aria-hidden": "true" }, signs[light]), el("strong", {}, title)),
    el("p", { class: "answer-text" }, sentence), ...more);
}

// working shows that something takes a while.
export function working(node, words = "public.working") {
  const line = el("p", { class: "answer-text" }, text(words));
  node.hidden = false;
  node.className = "answer";
  node.replaceChildren(el("div", { class: "spinner little", "aria-hidden": "true" }), line);
  return () => put(line, text("public.retrying"));
}

export const hexOf = (bytes) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

// digits are the hexadecimal digits of what somebody typed, without what people
// put between them; null if there is anything else.
export function digits(typed) {
  const plain = typed.normalize("NFKC").toLowerCase().replace(/[\s:.,·—-]/g, "");
  return /^[0-9a-f]*$/.test(plain) ? plain : null;
}
