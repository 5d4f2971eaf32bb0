import { ask, el, has, lang, put, text, $ } from "./page.js";
import { secret, submits, value } from "./form.js";

const body = $("#persons");
const admin = body.dataset.admin === "true";
let roles = [];

const moment = (unix) => new Date(unix * 1000).toLocaleString(lang === "en" ? "en-GB" : "zh-CN", { dateStyle: "medium", timeStyle: "short" });
const roleName = (role) => text(`role.${role}`);

function show(link, ends) {
  if (!link) return;
  put($("#link-text"), location.origin + link);
  put($("#link-ends"), text("person.link_ends", moment(ends)));
  $("#link").hidden = false;
  $("#link h2").focus();
}

// What is done to accounts demands a sign-in of the last minutes: where it is
// older, the dialog asks for another one first.
async function surely(work) {
  try {
    return await work();
  } catch (error) {
    if (error.code !== "sign_in_again") throw error;
    await new Promise((resolve, reject) => {
      $("#again").addEventListener("close", () => ($("#again").returnValue === "done" ? resolve() : reject(error)), { once: true });
      $("#again").returnValue = "";
      $("#again").showModal();
      $("#again-password").focus();
    });
  }
  return work();
}

async function act(work) {
  const refusal = $("#refusal");
  refusal.hidden = true;
  try {
    const answer = await surely(work);
    show(answer?.link, answer?.ends);
  } catch (error) {
    refusal.textContent = error.message;
    refusal.hidden = false;
    refusal.scrollIntoView({ block: "nearest" });
  }
  await load();
}

function state(p) {
  const kind = { active: "good", locked: "bad", invited: "warn", expired: "warn", key: "" }[p.state];
  return el("span", { class: `chip ${kind}` }, text(`person.state_${p.state}`));
}

function actions(p) {
  const path = `/persons/${encodeURIComponent(p.id)}`;
  const reset = () => {
    if (confirm(text(p.key ? "person.confirm_link_key" : "person.confirm_link", p.name))) act(() => ask("POST", `${path}/links`, {}));
  };
  const remove = () => {
    if (confirm(text("person.confirm_remove", p.name))) act(() => ask("DELETE", path));
  };
  return el("div", { class: "actions" },
    el("button", { class: "button", type: "button", onclick: reset, "aria-label": text("person.link_for", p.name) }, text("person.new_link")),
    p.id === body.dataset.self ? null :
      el("button", { class: "button", type: "button", onclick: remove, "aria-label": text("person.remove_for", p.name) }, text("person.remove")));
}

function row(p) {
  return el("tr", {},
    el("th", { scope: "row" }, p.name), el("td", { class: "code" }, p.id), el("td", {}, p.staff_number || "—"),
    el("td", {}, roleName(p.role)), el("td", {}, state(p)), admin ? el("td", {}, actions(p)) : null);
}

function logRow(e) {
  const id = `act.${e.act}`;
  return el("tr", {},
    el("td", { class: "num" }, String(e.index)), el("td", {}, moment(e.time)),
    el("td", {}, has(id) ? text(id) : e.act, e.role ? ` (${roleName(e.role)})` : ""),
    el("td", {}, e.by || "—"), el("td", {}, e.person || "—"));
}

// wholeLog fetches all parts of the log: the newest acts stand in the last one.
async function wholeLog() {
  const log = await ask("GET", "/admin/log?from=0");
  for (;;) {
    const more = log.entries.length < log.size ? await ask("GET", `/admin/log?from=${log.entries.length}`) : null;
    if (!more?.entries.length) return log;
    log.entries.push(...more.entries);
    log.size = more.size;
    log.checkpoint = more.checkpoint;
  }
}

async function load() {
  const answer = await ask("GET", "/persons");
  roles = answer.roles;
  body.replaceChildren(...answer.persons.map(row));
  const select = $("#role");
  if (select && !select.options.length) {
    select.append(...roles.map((r) => el("option", { value: r.role }, text("person.role_in_group", roleName(r.role), text(`person.group_${r.group}`)))));
  }
  const log = await wholeLog();
  $("#log").replaceChildren(...log.entries.reverse().map(logRow));
  put($("#checkpoint"), log.checkpoint);
}

if (admin) {
  submits($("#add"), async () => {
    const answer = await surely(() => ask("POST", "/persons", { id: "", name: value("name"), role: $("#role").value, staff_number: value("staff-number") }));
    $("#add").reset();
    show(answer.link, answer.ends);
    await load();
  });
  submits($("#again form"), async () => {
    await ask("POST", "/session", { name: body.dataset.self, password: secret("again-password"), code: value("again-code") });
    $("#again").close("done");
  });
  $("#again-no").addEventListener("click", () => $("#again").close());
  $("#again").addEventListener("close", () => {
    $("#again form").reset();
    $("#again [role=alert]").hidden = true;
  });
}
$("#copy").addEventListener("click", async () => {
  await navigator.clipboard?.writeText($("#link-text").textContent);
  put($("#copy"), text("common.copied"));
});
$("#hide").addEventListener("click", () => {
  put($("#link-text"), "");
  $("#link").hidden = true;
});
act(async () => null);
