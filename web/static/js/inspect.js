// The form of a visit on site. What is written stays on the phone until the server
// has it: each form bears an id of its own, so that one that is sent twice, after
// an answer was lost, is one.
import { text, ask, el, $, put } from "./page.js";

const form = $("#visit");
const person = form.dataset.person;
const scores = ["score_progress", "score_quality", "score_effect"];

// The shelf of the phone.
const opened = new Promise((done, fail) => {
  const asked = indexedDB.open("piaojue-inspect", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("forms", { keyPath: "id" });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

async function shelf(mode, act) {
  const db = await opened;
  return new Promise((done, fail) => {
    const work = db.transaction("forms", mode, { durability: "strict" });
    const asked = act(work.objectStore("forms"));
    work.oncomplete = () => done(asked.result);
    work.onerror = work.onabort = () => fail(work.error);
  });
}

const keep = (x) => shelf("readwrite", (s) => s.put(x));
const drop = (id) => shelf("readwrite", (s) => s.delete(id));
const all = async () => (await shelf("readonly", (s) => s.getAll())).filter((x) => x.person === person);

const newID = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const draftID = `draft ${person}`;

function filled(id) {
  const data = new FormData(form);
  const x = { id, person, photos: [...form.elements.photos.files], about: data.get("about") };
  for (const name of ["held", "opinion", "residents", ...scores]) x[name] = data.get(name) || "";
  x.title = form.elements.about.selectedOptions[0]?.textContent || "";
  return x;
}

function show(x) {
  for (const name of ["about", "held", "opinion", "residents", ...scores]) {
    if (x[name] && form.elements[name]) form.elements[name].value = x[name];
  }
  const files = new DataTransfer();
  for (const photo of x.photos) files.items.add(new File([photo], "photo.jpg", { type: photo.type || "image/jpeg" }));
  const photos = form.elements.photos;
  if (!photos) return;
  photos.files = files.files;
  if (x.photos.length > 0) put($(".file-name", photos.parentElement), `${photos.dataset.photos} ${x.photos.length}`);
}

// What is being written is kept as well: a phone closes pages when it needs room.
let last = Promise.resolve();
const keepDraft = () => { last = last.then(() => keep(filled(draftID))).catch(tellFull); };
form.addEventListener("input", keepDraft);
form.addEventListener("change", keepDraft);

const tell = (id, ...args) => put($("#state"), text(id, ...args));
const tellFull = () => tell("inspect.full");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (form.inert) return;
  const x = filled(newID());
  form.inert = true; // until it is empty: what is typed would be lost, and pressed twice is kept twice
  try {
    await last;
    await keep(x);
    await drop(draftID);
    form.reset();
  } catch {
    tellFull();
    return;
  } finally {
    form.inert = false;
    event.submitter?.focus({ preventScroll: true });
  }
  await list();
  tell("inspect.kept");
  send();
});

const row = (x) => el("li", { class: "card waiting-form" },
  el("p", {}, el("strong", {}, x.title), " ", x.held, " ", text("inspect.photos_n", x.photos.length)),
  x.refused && el("p", { class: "notice bad" }, text("inspect.refused")),
  !form.elements.about && el("p", {}, x.opinion, " ", x.residents),
  el("p", { class: "actions" },
    form.elements.about && el("button", { class: "button", type: "button", onclick: () => change(x) }, text("inspect.change")),
    el("button", { class: "button quiet", type: "button", onclick: () => remove(x) }, text("inspect.remove"))));

async function list() {
  const waiting = (await all()).filter((x) => x.id !== draftID);
  $("#waiting").replaceChildren(...waiting.map(row));
  put($("#count"), text("inspect.waiting_n", waiting.length));
  $("#send").disabled = waiting.length === 0;
}

async function change(x) {
  show(x);
  await keep({ ...x, id: draftID });
  await drop(x.id);
  await list();
  form.elements.about.focus();
}

async function remove(x) {
  if (!confirm(text("inspect.remove_ask", x.title))) return;
  await drop(x.id);
  await list();
}

function body(x) {
  const data = new FormData();
  data.append("id", x.id);
  data.append("unsigned", "refuse");
  for (const name of ["held", ...scores]) data.append(name, x[name]);
  data.append("opinion", x.residents ? `${x.opinion}\n\n${text("inspect.residents")}\n${x.residents}` : x.opinion);
  for (const photo of x.photos) data.append("photos", photo, "photo.jpg");
  return data;
}

// deliver hands one form in: taken, refused, "unsigned" if it must be signed, which
// no phone can, or "signin" or "network" if nobody can say. The answer to a form
// that was taken leads to another page.
async function deliver(x) {
  let answer;
  try {
    answer = await fetch(`/projects/do/inspection?about=${encodeURIComponent(x.about)}`, { method: "POST", body: body(x), redirect: "manual", headers: { Accept: "application/json" } });
  } catch {
    return "network";
  }
  if (answer.type === "opaqueredirect") return "taken";
  if (answer.status === 401) return "signin";
  if (answer.status === 409 && (await answer.json().catch(() => null))?.error?.code === "unsigned") return "unsigned";
  return answer.status >= 500 || answer.status === 429 ? "network" : "refused";
}

// mine: on a phone of several people, nobody's forms go in under another's name.
async function mine() {
  try {
    const session = await ask("GET", "/session");
    return session.person?.id === person ? "" : "signin";
  } catch {
    return "network";
  }
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  try {
    const waiting = (await all()).filter((x) => x.id !== draftID && !x.refused);
    let stopped = waiting.length > 0 ? await mine() : "";
    for (const x of waiting) {
      if (stopped) break;
      const how = await deliver(x);
      if (how === "taken") await drop(x.id);
      else if (how === "refused") await keep({ ...x, refused: true });
      else stopped = how;
    }
    await list();
    $("#signin").hidden = stopped !== "signin";
    if (stopped) tell(`inspect.stopped_${stopped}`);
    else if (waiting.length > 0) tell("inspect.sent");
  } finally {
    sending = false;
  }
}

$("#send").addEventListener("click", send);
addEventListener("online", send);

const draft = (await all()).find((x) => x.id === draftID);
if (draft) show(draft);
await list();
if (navigator.serviceWorker) {
  navigator.serviceWorker.register("/projects/inspect/worker.js", { scope: "/projects/inspect" })
    .then(() => navigator.serviceWorker.ready).then(() => { document.body.dataset.offline = "ready"; put($("#offline"), text("inspect.offline_ready")); })
    .catch(() => put($("#offline"), text("inspect.offline_not")));
  navigator.storage?.persist?.();
} else {
  put($("#offline"), text("inspect.offline_not"));
}
form.hidden = false;
send();
