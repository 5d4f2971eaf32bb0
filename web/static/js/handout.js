// Paper ballots handed out: scrutineers choose the deputies. Who may have one
// follows from the log, whatever the server says.
import { ask, el, put, text } from "./page.js";
import { fault, field } from "./desk.js";

const most = 12;

const plain = (s) => s.normalize("NFKC").toLowerCase().replace(/[\s·]/g, "");

const fits = (d, typed) => plain(d.number).includes(typed) || plain(d.name).includes(typed) || d.initials.some((i) => i.startsWith(typed));

const line = (d) => [el("b", {}, d.name), el("span", { class: "code" }, d.number), el("span", {}, [d.delegation, d.seat].filter(Boolean).join(" · "))];

async function deputies({ vote }) {
  return (await ask("GET", `/votes/${vote().id}/deputies`)).deputies;
}

// handOutBody asks who gets paper; read returns their places in the roll.
export async function handOutBody(context) {
  const all = await deputies(context);
  await context.ready();
  const { free, handed, only } = await context.desk.call("onPaper", all.map((d) => d.index));
  const may = all.filter((d) => free.includes(d.index));
  const chosen = new Set();
  const who = field(text("desk.sheets_who"), { autocomplete: "off", spellcheck: "false", "data-name": "who" }, text("desk.sheets_who_hint"));
  const found = el("div", { class: "deputies", role: "group", "aria-label": text("desk.sheets_found") });
  const picked = el("ul", { class: "picked" });
  const note = el("p", { class: "hint", role: "status" });
  const count = el("p", { class: "picked-count", role: "status" });
  const draw = () => {
    const typed = plain(who.input.value);
    const list = typed === "" ? [] : all.filter((d) => fits(d, typed));
    found.replaceChildren(...list.slice(0, most).map((d) => row(d)));
    put(note, typed && list.length === 0 ? text("desk.sheets_none") : list.length > most ? text("desk.sheets_more", list.length - most) : "");
    picked.replaceChildren(...all.filter((d) => chosen.has(d.index)).map((d) => el("li", {}, ...line(d),
      el("button", { class: "button quiet", type: "button", "aria-label": text("desk.sheets_remove", d.name), onclick: () => { chosen.delete(d.index); draw(); } }, "×"))));
    put(count, text("desk.sheets_chosen", chosen.size));
  };
  const row = (d) => {
    const can = free.includes(d.index);
    const why = can ? null : el("small", {}, text(handed.includes(d.index) ? "desk.sheets_has" : "desk.sheets_cannot"));
    const box = el("input", { type: "checkbox", id: `paper-${d.index}`, checked: chosen.has(d.index), disabled: !can });
    box.addEventListener("change", () => { if (box.checked) chosen.add(d.index); else chosen.delete(d.index); who.input.value = ""; draw(); who.input.focus(); });
    return el("label", { class: "check", for: box.id }, box, ...line(d), why);
  };
  who.input.addEventListener("input", draw);
  const everybody = el("button", { class: "button", type: "button", id: "everybody", onclick: () => { for (const d of may) chosen.add(d.index); draw(); } }, text("desk.sheets_everybody", may.length));
  draw();
  return [
    [el("p", { class: "notice" }, text(only ? "desk.sheets_lead_only" : "desk.sheets_lead", handed.length)),
      only ? el("p", { class: "actions" }, everybody) : null, who.node, found, note, count, picked],
    () => { if (chosen.size === 0) throw fault("no_deputy"); return { leaves: [...chosen] }; },
  ];
}

// namesOf are the deputies at places of the roll. Only scrutineers are told.
export async function namesOf(context, leaves) {
  if (context.who?.role !== "scrutineer") return null;
  const all = await deputies(context);
  return leaves.map((i) => all.find((d) => d.index === i)).filter(Boolean);
}

// handedList words whom a paper is for.
export function handedList(fields, people) {
  return [
    el("p", { class: "say" }, text("desk.e_sheets", fields.leaves.length)),
    people ? el("ul", { class: "picked" }, ...people.map((d) => el("li", {}, ...line(d)))) : null,
    el("p", { class: "notice" }, text("desk.e_sheets_lead"))];
}
