// A button that must be held: what cannot be taken back is no slip of a finger.
// With the keyboard it is held as well.
import { el, put, text } from "./page.js";
import { alertLine, attempt } from "./desk.js";

const holdFor = 3000;

export function holdButton(label, act, armed = () => true) {
  const fill = el("span", { class: "hold-fill", "aria-hidden": "true" });
  const word = el("span", { class: "hold-word" }, label);
  const node = el("button", { class: "button large hold", type: "button" }, fill, word);
  let began = 0;
  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    began = 0;
    fill.style.width = "0";
    put(word, label);
  };
  const grow = () => {
    const part = Math.min((performance.now() - began) / holdFor, 1);
    fill.style.width = `${100 * part}%`;
    put(word, text("desk.holding", Math.max(1, Math.ceil((holdFor * (1 - part)) / 1000))));
    if (part < 1) frame = requestAnimationFrame(grow);
    else { stop(); attempt(node, act); }
  };
  const start = () => {
    if (began || node.disabled || !armed()) return;
    began = performance.now();
    frame = requestAnimationFrame(grow);
  };
  node.addEventListener("pointerdown", start);
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) node.addEventListener(name, stop);
  node.addEventListener("keydown", (event) => { if (event.key === " " || event.key === "Enter") { event.preventDefault(); start(); } });
  node.addEventListener("keyup", stop);
  return node;
}

// graveOf names what is typed and held, because nothing undoes it: closing,
// voiding, and an opening after the first. For all others it is empty.
export function graveOf({ kind, fields }) {
  if (kind === "order" || kind === "void") return kind;
  if (kind !== "opening") return "";
  if (fields.issuers.length === 0) return fields.epoch > 1 ? "onpaper" : "";
  return fields.epoch > 1 ? "reopening" : "";
}

let words = 0;

// graveConfirm asks for the word, and then for the hold; beside it stand the
// other buttons.
export function graveConfirm(kind, act, ...others) {
  const word = text(`desk.typed_${kind}`);
  const id = `typed-${++words}`;
  const typed = el("input", { id, class: "typed", autocomplete: "off" });
  const hold = holdButton(text(`desk.hold_${kind}`), act, () => typed.value.trim() === word);
  const arm = () => hold.setAttribute("aria-disabled", String(typed.value.trim() !== word));
  typed.addEventListener("input", arm);
  arm();
  return [
    el("p", { class: "notice bad" }, text(`desk.grave_${kind}`)),
    el("div", { class: "field" }, el("label", { for: id }, text("desk.type_word", word)), typed),
    el("p", { class: "hint" }, text("desk.hold_hint")), alertLine(), el("div", { class: "actions" }, hold, ...others)];
}
