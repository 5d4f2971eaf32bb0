// What the vote is called, how many open it, and who issues: changed as long as
// the vote is a draft.
import { ask, el, put, text, $, $$ } from "./page.js";
import { submits } from "./form.js";

const basics = $("#basics");
const issuers = $("#issuers");
const path = `/votes/${basics.dataset.vote}`;

// again loads the page anew, since its head shows what was saved, and says so.
function again(form) {
  location.hash = `${form.id}-saved`;
  location.reload();
}
for (const form of [basics, issuers]) {
  if (location.hash === `#${form.id}-saved`) put($(location.hash), text("console.rules_saved"));
}

submits(basics, async () => {
  const all = {};
  for (const input of $$("[name]", basics)) all[input.name] = input.type === "number" ? Number(input.value) : input.value.trim();
  await ask("PUT", `${path}/basics`, all);
  again(basics);
});

// part makes a field of an issuer.
function part(name, label, value) {
  const id = `issuer-${name}-new-${$$(".issuer").length}`;
  return el("div", { class: "field" }, el("label", { for: id }, label), el("input", { id, "data-part": name, value, autocomplete: "off", spellcheck: "false" }));
}

function show(card) {
  $("#issuer-list").append(el("fieldset", { class: "issuer", "data-modulus": card.modulus, "data-key": card.key },
    el("legend", {}, ""),
    el("div", { class: "columns" }, part("name", text("console.issuer_name"), card.name), part("url", text("console.issuer_url"), card.url)),
    el("div", { class: "field", "data-part": "modulus" }, el("span", { class: "label" }, text("console.issuer_key")), el("p", {}, text("console.issuer_new"))),
    el("p", { class: "actions" }, el("button", { class: "button", type: "button", "data-remove": true }, text("console.issuer_remove")))));
}

// number names the fields of the issuers as the server does.
function number() {
  $$(".issuer").forEach((box, i) => {
    put($("legend", box), text("console.issuer_number", i + 1));
    for (const node of $$("[data-part]", box)) node.setAttribute("name", `[${i}].${node.dataset.part}`);
  });
}

// cards reads what was pasted: cards one after the other, or a list of them.
function cards(pasted) {
  if (pasted === "") return [];
  try {
    const all = JSON.parse(`[${pasted.replace(/\}\s*\{/g, "},{")}]`).flat();
    if (all.every((c) => typeof c.name === "string" && typeof c.url === "string" && /^[0-9a-f]+$/.test(c.modulus) && /^[0-9a-f]{64}$/.test(c.key))) return all;
  } catch {
    // worded below
  }
  const wrong = text("console.issuer_wrong");
  throw Object.assign(new Error(wrong), { problem: { fields: [{ field: "cards", zh: wrong, en: wrong }] } });
}

// What was pasted becomes fields before it is sent, so that what is wrong with it
// can be said where it stands.
submits(issuers, async () => {
  const pasted = $("#cards");
  for (const card of cards(pasted.value.trim())) show(card);
  pasted.value = "";
  number();
  await ask("PUT", `${path}/issuers`, $$(".issuer").map((box) => ({
    name: $("[data-part=name]", box).value.trim(), url: $("[data-part=url]", box).value.trim(), modulus: box.dataset.modulus, key: box.dataset.key,
  })));
  again(issuers);
});

issuers.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  button.closest(".issuer").remove();
  number();
  put($("#issuers-saved"), text("console.issuer_removed"));
  $("#cards").focus();
});
