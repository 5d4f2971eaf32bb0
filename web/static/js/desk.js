// The desk's machine as the pages see it. It holds the open key; pages only
// ask it. Calls wait for each other: the machine does one thing at a time.
import { Machine, fault } from "./machine.js";
import { Refusal, el, has, lang, put, text, $ } from "./page.js";
import { fileField } from "./file.js";

const idleFor = 10 * 60_000;

export class Desk extends Machine {
  constructor() {
    super("desk");
    this.tail = Promise.resolve();
  }

  start() {
    this.life = (this.life ?? 0) + 1;
    this.held = null; // what is public of the open key
    this.opened = false;
    super.start();
  }

  call(method, ...args) {
    return this.queue(method, args, null);
  }

  // watch is call for what takes long: onProgress hears {stage, done, total}.
  watch(method, args, onProgress) {
    return this.queue(method, args, onProgress);
  }

  queue(method, args, onProgress) {
    const { life } = this;
    const sent = this.tail.then(() => {
      if (life !== this.life) throw fault("closed");
      return this.send(method, args, onProgress);
    });
    this.tail = sent.catch(() => {});
    return sent;
  }

  async openKey(file, passphrase) {
    this.held = null;
    this.held = await this.call("openKey", file, passphrase);
    return this.held;
  }

  // verified brings the machine to the newest entry of the log, which follows
  // from the code that the person has compared.
  async verified(vote, manifest) {
    const found = this.opened ? await this.call("refresh") : await this.call("open", vote, manifest, {});
    this.opened = true;
    return found;
  }

  // forget closes the key; the machine goes on.
  async forget() {
    this.held = null;
    await this.call("closeKey");
  }

  // closeWhenIdle closes the key of who has left the seat, but not while the
  // machine works for it, or before it is on a stick.
  closeWhenIdle(onClosed, busy) {
    let timer = 0;
    const again = () => {
      clearTimeout(timer);
      timer = setTimeout(() => { if (this.held && !busy()) { this.close(); onClosed(); } else again(); }, idleFor);
    };
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, again, { passive: true });
    again();
  }

  // close ends the machine: no key outlives its memory.
  close() {
    this.end();
  }
}

export { fault };

export const retryable = (error) => ["no_answer", "stale"].includes(error.code) || (error instanceof Refusal && error.status === 0);

// wordsOf are the words for an error: what happened, and what to do now.
export function wordsOf(error) {
  if (error instanceof Refusal) return [error.message, ...(error.problem.fields || []).map((f) => f[lang])].join(" ");
  if (error.code === "refused" && error[lang]) return error[lang];
  const id = `desk.error_${error.code}`;
  return text(has(id) ? id : "desk.error_internal");
}

// pause waits some milliseconds.
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export const fours = (hex) => hex.match(/.{1,4}/g) || [];
export const short = (hex) => fours(hex).slice(0, 4).join(" ");

// code draws a code as people compare it: groups of four, four to a row.
export function code(hex, label) {
  return el("p", { class: "groups", role: "group", "aria-label": label }, ...fours(hex).map((g) => el("span", {}, g)));
}

// button makes one that cannot be pressed twice, and shows in the alert what
// went wrong.
export function button(label, act, kind = "primary large") {
  const node = el("button", { class: `button ${kind}`, type: "button" }, label);
  node.addEventListener("click", () => attempt(node, act));
  return node;
}

// attempt runs act while the button rests. The alert is that of the card.
export async function attempt(node, act) {
  const alert = $("[role=alert]", node.closest(".card-body, dialog, .motion, .start, form") || document);
  node.disabled = true;
  if (alert) alert.hidden = true;
  try {
    await act();
  } catch (error) {
    if (!alert) throw error;
    put(alert, wordsOf(error));
    alert.hidden = false;
    alert.scrollIntoView({ block: "nearest" });
  } finally {
    node.disabled = false;
  }
}

export const alertLine = () => el("p", { class: "notice bad", role: "alert", hidden: true });

let fields = 0;

// field makes a labelled input.
export function field(label, properties, hint) {
  const id = `field-${++fields}`;
  const input = el("input", { id, ...properties, ...(hint ? { "aria-describedby": `${id}-hint` } : {}) });
  return { input, node: el("div", { class: "field" }, el("label", { for: id }, label), input, hint ? el("p", { class: "hint", id: `${id}-hint` }, hint) : null) };
}

// passphraseField can show what is typed: old hands and long phrases.
export function passphraseField(label, id, hint) {
  const f = field(label, { type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "none", "data-name": id }, hint);
  const show = el("button", { class: "button quiet reveal", type: "button", "aria-pressed": "false" }, text("desk.reveal"));
  show.addEventListener("click", () => {
    const open = f.input.type === "password";
    f.input.type = open ? "text" : "password";
    show.setAttribute("aria-pressed", String(open));
    put(show, text(open ? "desk.conceal" : "desk.reveal"));
  });
  const line = el("span", { class: "with-reveal" });
  f.input.replaceWith(line);
  line.append(f.input, show);
  return f;
}

// A key file is some hundred bytes.
const largest = 64 << 10;

// readFile returns the bytes of the chosen file.
export async function readFile(input) {
  const file = input.files[0];
  if (!file) throw fault("no_file");
  if (file.size > largest) throw fault("argument");
  return new Uint8Array(await file.arrayBuffer());
}

// keyForm asks for a key file and its passphrase, and calls act with both.
export function keyForm(id, label, act, extra = []) {
  const file = fileField(text("desk.choose_key"), `${id}-file`, text("desk.choose_key_hint"));
  const phrase = passphraseField(text("desk.passphrase"), `${id}-passphrase`);
  const submit = el("button", { class: "button primary large", type: "submit" }, label);
  const working = el("p", { class: "working", role: "status", hidden: true }, el("span", { class: "turning", "aria-hidden": "true" }), text("desk.opening_key"));
  const form = el("form", { class: "key-form", id, novalidate: true }, file.node, phrase.node, ...extra, alertLine(), el("div", { class: "actions" }, submit, working));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(submit, async () => {
      const bytes = await readFile(file.input);
      working.hidden = false;
      try {
        await act(bytes, phrase.input.value);
        phrase.input.value = "";
      } finally {
        working.hidden = true;
      }
    });
  });
  return form;
}

// strength words how hard a passphrase is to guess: its length, mostly.
export function strength(phrase) {
  const kinds = new Set([...phrase]).size;
  if (phrase.length < 8) return "short";
  if (phrase.length < 12 || kinds < 6) return "weak";
  return "good";
}

// newKeyForm asks for what a new key file needs, and calls act with it.
export function newKeyForm(who, withDelegation, act) {
  const name = field(text("desk.name"), { value: who.name, autocomplete: "name", "data-name": "name" });
  const delegation = field(text("desk.delegation"), { autocomplete: "off", "data-name": "delegation" });
  const first = passphraseField(text("desk.new_passphrase"), "first", text("desk.new_passphrase_hint"));
  const again = passphraseField(text("desk.passphrase_again"), "again");
  const meter = el("p", { class: "strength", role: "status" });
  first.input.addEventListener("input", () => {
    const level = first.input.value ? strength(first.input.value) : "";
    meter.dataset.level = level;
    put(meter, level ? text(`desk.strength_${level}`) : "");
  });
  first.node.append(meter);
  const submit = el("button", { class: "button primary large", type: "submit" }, text("desk.make"));
  const working = el("p", { class: "working", role: "status", hidden: true }, el("span", { class: "turning", "aria-hidden": "true" }), text("desk.making"));
  const form = el("form", { class: "key-form", id: "new-key", novalidate: true },
    el("div", { class: "two" }, name.node, withDelegation ? delegation.node : null),
    el("div", { class: "two" }, first.node, again.node),
    alertLine(), el("div", { class: "actions" }, submit, working));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(submit, async () => {
      if (!name.input.value.trim()) throw fault("no_name");
      if (strength(first.input.value) === "short") throw fault("weak_passphrase");
      if (first.input.value !== again.input.value) throw fault("differs");
      working.hidden = false;
      try {
        await act({ name: name.input.value.trim(), delegation: delegation.input.value.trim() }, first.input.value);
        first.input.value = again.input.value = "";
      } finally {
        working.hidden = true;
      }
    });
  });
  return form;
}
