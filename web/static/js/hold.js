// A button that must be held: what cannot be taken back is no slip of a finger.
// With the keyboard it is held as well.
import { el, put, text } from "./page.js";
import { attempt } from "./desk.js";

const holdFor = 3000;

export function holdButton(label, act, armed = () => true) {
  const fill = el("span", { class: "hold-fill", "aria-hidden": "true" });
  const word = el("span", { class: "hold-word" }, label);
  const node = el("button", { class: "button large hold", type: "button", "aria-describedby": "hold-hint" }, fill, word);
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
