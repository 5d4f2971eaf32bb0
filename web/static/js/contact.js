// How to reach a citizen: fetched sealed, opened with the officer's key file on
// this device. The plain text goes nowhere, and is gone when the officer leaves.
import { ask, el, text, $ } from "./page.js";
import { Desk, button, fault, keyForm } from "./desk.js";

const { number } = JSON.parse($("#given").textContent);
const shownFor = 5 * 60_000;
const desk = new Desk();
let timer = 0;

// pairsOf reads lines "name：value"; the first says for which wish it was sealed.
function pairsOf(opened) {
  const pairs = opened.trim().split("\n").map((line) => {
    const at = line.indexOf("：");
    return [line.slice(0, at), line.slice(at + 1)];
  });
  if (pairs.length !== 3 || pairs[0][1] !== String(number)) throw fault("other_contact");
  return pairs.slice(1).map(([, value]) => value);
}

async function open(file, passphrase) {
  const sealed = await ask("GET", `/projects/wishes/${number}/contact.age`);
  try {
    show(pairsOf(await desk.call("openContact", sealed, file, passphrase)));
  } finally {
    desk.close(); // with it, its memory
  }
}

function show([name, phone]) {
  const close = button(text("contact.close"), async () => closed(), "");
  $("#contact").replaceChildren(
    el("dl", { class: "pairs", id: "opened" }, el("dt", {}, text("contact.name")), el("dd", {}, name || text("contact.none")),
      el("dt", {}, text("contact.phone")), el("dd", {}, phone || text("contact.none"))),
    el("p", { class: "hint", role: "status" }, text("contact.gone")), el("div", { class: "actions" }, close));
  clearTimeout(timer);
  timer = setTimeout(closed, shownFor);
}

// closed asks for the key file, and so forgets what was shown.
function closed() {
  clearTimeout(timer);
  $("#contact").replaceChildren(keyForm("open-contact", text("contact.open"), open));
}

closed();
addEventListener("pagehide", closed); // the browser may keep the page for the way back
