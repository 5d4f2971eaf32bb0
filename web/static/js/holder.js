// The way of a key from its making to the table of cards: make, keep safe and
// prove, hand in. Trustees and all others who sign go it.
import { ask, el, qr, save, text } from "./page.js";
import { alertLine, button, fault, keyForm, newKeyForm, passphraseField, readFile, short, attempt } from "./desk.js";
import { fileField } from "./file.js";

// kindOf says which key a role of the server holds.
export const kindOf = { staff_lead: "staff", presidium: "presidium", scrutineer: "scrutineer", teller: "teller" };

export const isMine = (card, made) => card && made && card.role === made.public.role;

// Letters that no file system takes are left out of the name.
export const fileName = (vote, made) => `${text("desk.file_name", vote.title, made.name || text(`role.${roleOf(made.kind)}`)).replace(/[\\/:*?"<>|\s]/g, "")}.age`;

export const roleOf = (kind) => (kind === "staff" ? "staff_lead" : kind);

// makeBody asks for name and passphrase and makes the key; who has a file
// already opens that.
export function makeBody(desk, who, onMade) {
  const kind = kindOf[who.role];
  const form = newKeyForm(who, kind === "scrutineer", async (person, passphrase) => {
    const made = await desk.call("newKey", kind, person, passphrase);
    desk.held = { ...made, kind, name: person.name, delegation: person.delegation };
    onMade(desk.held);
  });
  const old = keyForm("old-key", text("desk.open"), async (file, passphrase) => {
    const opened = await desk.openKey(file, passphrase);
    if (opened.kind !== kind) {
      await desk.forget();
      throw fault("key_kind");
    }
    onMade({ ...opened, file });
  });
  return [form, el("details", { class: "other-way" }, el("summary", {}, text("desk.have_key")), old)];
}

// paper is the copy to print: the sealed file as text and as a code for
// scanners, and where it belongs. What is on it opens nothing without the
// passphrase.
export function paper(desk, vote, made) {
  const sealed = made.fileText || new TextDecoder().decode(made.file);
  const picture = el("figure", { class: "paper-code" });
  desk.call("qr", sealed).then((rows) => { if (rows) picture.append(qr(rows.map((row) => [...row].map((m) => m === "1")), text("desk.paper_code"))); }, () => {});
  const blank = (label) => el("p", { class: "blank" }, el("span", {}, label), el("span", { class: "rule-line" }));
  return el("section", { class: "paper", "aria-hidden": "true" },
    el("h1", {}, text("desk.paper_title")),
    el("p", { class: "paper-vote" }, `${vote.congress} ${vote.session} ${vote.title}`),
    el("dl", {},
      el("dt", {}, text("desk.name")), el("dd", {}, [made.name, made.delegation].filter(Boolean).join("  ")),
      el("dt", {}, text("desk.duty")), el("dd", {}, text(`role.${roleOf(made.kind)}`)),
      el("dt", {}, text("desk.card_code")), el("dd", { class: "code" }, short(made.public.role))),
    el("pre", {}, sealed),
    el("div", { class: "paper-how" }, picture, el("ol", {}, ...[1, 2, 3, 4].map((n) => el("li", {}, text(`desk.paper_${n}`))))),
    el("div", { class: "blanks" }, blank(text("desk.paper_sealed")), blank(text("desk.paper_witness")), blank(text("desk.paper_date"))));
}

// backupBody has the file kept twice, and read back: a key file that does not
// open is found out now and not at the podium.
export function backupBody(desk, vote, made, onProved) {
  const name = fileName(vote, made);
  const file = fileField(text("desk.choose_saved"), "prove-file", text("desk.choose_saved_hint", name));
  const phrase = passphraseField(text("desk.passphrase"), "prove-passphrase");
  const submit = el("button", { class: "button primary large", type: "submit" }, text("desk.prove"));
  const working = el("p", { class: "working", role: "status", hidden: true }, el("span", { class: "turning", "aria-hidden": "true" }), text("desk.proving"));
  const form = el("form", { class: "key-form", id: "prove", novalidate: true }, el("div", { class: "beside" }, file.node, phrase.node), alertLine(), el("div", { class: "actions" }, submit, working));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(submit, async () => {
      const bytes = await readFile(file.input);
      working.hidden = false;
      try {
        await prove(desk, bytes, phrase.input.value, made);
        phrase.input.value = "";
      } finally {
        working.hidden = true;
      }
      onProved();
    });
  });
  return [
    el("ol", { class: "keep" },
      el("li", {}, el("strong", {}, text("desk.keep_stick")), el("span", {}, text("desk.keep_stick_how", name)),
        el("button", { class: "button", type: "button", id: "again", onclick: () => save(name, made.file) }, text("desk.download_again"))),
      el("li", {}, el("strong", {}, text("desk.keep_paper")), el("span", {}, text("desk.keep_paper_how")),
        el("button", { class: "button", type: "button", id: "print", onclick: () => window.print() }, text("desk.print_copy"))),
      el("li", {}, el("strong", {}, text("desk.keep_prove")), el("span", {}, text("desk.keep_prove_how")))),
    form, paper(desk, vote, made),
  ];
}

async function prove(desk, bytes, passphrase, made) {
  try {
    await desk.call("proveKey", bytes, passphrase, made.card);
  } catch (error) {
    if (error.code === "argument") error.code = "other_file";
    throw error;
  }
}

// cardFace shows a card as it is compared with the paper.
export function cardFace(card) {
  return el("div", { class: "face" },
    el("p", { class: "face-name" }, card.name || text(`role.${roleOf(card.kind)}`), card.delegation ? el("small", {}, card.delegation) : null),
    el("p", { class: "face-duty" }, text(`role.${roleOf(card.kind)}`)),
    el("p", { class: "face-label" }, text("desk.card_code")),
    el("p", { class: "face-code" }, short(card.role || card.public.role)));
}

// handBody hands the card in.
export function handBody(vote, made, onHanded) {
  const give = button(text("desk.hand_in"), async () => {
    await ask("PUT", `/votes/${vote.id}/cards`, JSON.parse(made.card));
    onHanded();
  });
  give.id = "hand-in";
  return [cardFace(made), el("p", { class: "note" }, text("desk.hand_note")), alertLine(), el("div", { class: "actions" }, give)];
}
