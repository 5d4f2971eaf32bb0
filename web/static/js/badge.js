// A new badge for a deputy who lost theirs. What stands on it is a secret: the
// machine makes its public key, and nothing else leaves this page.
import { ask, el, put, text } from "./page.js";
import { fault, field } from "./desk.js";

const most = 6;

const plain = (s) => s.normalize("NFKC").toLowerCase().replace(/[\s·]/g, "");

async function deputies({ vote }) {
  return (await ask("GET", `/votes/${vote().id}/deputies`)).deputies;
}

// deputyOf finds who stands at a place of the roll. Only scrutineers are told.
export async function deputyOf(context, leaf) {
  if (context.who?.role !== "scrutineer") return null;
  return (await deputies(context)).find((d) => d.index === leaf) ?? null;
}

// fits finds deputies by their number, else by what number and name contain.
function fits(all, typed) {
  if (typed === "") return [];
  const exact = all.filter((d) => plain(d.number) === typed);
  return exact.length > 0 ? exact : all.filter((d) => plain(d.number).includes(typed) || plain(d.name).includes(typed));
}

function row(d, name, checked) {
  return el("label", { class: "check", for: `deputy-${d.index}` },
    el("input", { type: "radio", name, id: `deputy-${d.index}`, value: String(d.index), checked: checked ? true : null }),
    el("b", {}, d.name), el("span", { class: "code" }, d.number), el("span", {}, [d.delegation, d.seat].filter(Boolean).join(" · ")));
}

// badgeBody asks who, and for the new badge; read returns place and key.
export async function badgeBody(context) {
  const all = await deputies(context);
  const who = field(text("desk.badge_who"), { autocomplete: "off", spellcheck: "false", "data-name": "who" });
  const found = el("div", { class: "deputies", role: "radiogroup", "aria-label": text("desk.badge_who") });
  const note = el("p", { class: "hint", role: "status" });
  const badge = field(text("desk.badge_new"), { type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "none", "data-name": "badge" }, text("desk.badge_new_hint"));
  who.input.addEventListener("input", () => {
    const typed = plain(who.input.value);
    const list = fits(all, typed);
    found.replaceChildren(...list.slice(0, most).map((d) => row(d, "deputy", list.length === 1)));
    put(note, typed && list.length === 0 ? text("desk.badge_none") : list.length > most ? text("desk.badge_more", list.length - most) : "");
  });
  return [[who.node, found, note, badge.node], () => chosen(context.desk, all, found, badge.input)];
}

async function chosen(desk, all, found, input) {
  const at = found.querySelector("input:checked")?.value;
  if (at === undefined) throw fault("no_deputy");
  const typed = input.value.trim();
  input.value = "";
  const leaf = Number(at);
  const key = await desk.call("badgeKey", typed);
  const owner = all.find((d) => d.badge === key);
  if (owner) throw fault(owner.index === leaf ? "same_badge" : "taken_badge");
  return { leaf, key };
}
