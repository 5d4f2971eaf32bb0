// Forms of the office: one submit at a time, and the refusal beside the button.
import { el, lang, $, $$ } from "./page.js";

// submits calls act when the form is sent, and shows what it threw in the
// form's own alert, or in the one given. What was taken leaves no password in the
// page.
export function submits(form, act, alert = $("[role=alert]", form)) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $("[type=submit]", form);
    button.disabled = true;
    alert.hidden = true;
    point(form, []);
    try {
      await act();
      for (const field of $$("input[type=password]", form)) field.value = "";
    } catch (error) {
      const { first, others } = point(form, error.problem?.fields ?? []);
      alert.textContent = [error.message, ...others].join(" ");
      alert.hidden = false;
      if (first) first.focus();
      else alert.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  });
}

// describe names what an input is described by, and no sentence of ours but the
// one with this id.
function describe(input, id = "") {
  const ids = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((x) => x && !x.startsWith("wrong-"));
  const all = [...ids, id].join(" ").trim();
  if (all) input.setAttribute("aria-describedby", all);
  else input.removeAttribute("aria-describedby");
}

// point says at each field what is wrong with it, and takes away what was said
// before. It returns the first of these fields, and the sentences about what is
// no field of the form.
export function point(form, fields) {
  for (const line of $$(".field > .error", form)) line.remove();
  for (const input of $$("[aria-invalid]", form)) {
    input.removeAttribute("aria-invalid");
    describe(input);
  }
  let first = null;
  const others = [];
  for (const field of fields) {
    const input = $(`[name="${CSS.escape(field.field)}"]`, form);
    const box = input?.closest(".field");
    if (!box) {
      others.push(field[lang]);
      continue;
    }
    const id = `wrong-${field.field.replace(/[^a-z0-9_]/g, "-")}`;
    box.append(el("p", { class: "error", id }, field[lang]));
    if (!input.matches("input, select, textarea")) continue;
    input.setAttribute("aria-invalid", "true");
    describe(input, id);
    first ??= input;
  }
  return { first, others };
}

// value reads a field of the page.
export const value = (id) => document.getElementById(id).value.trim();
// secret reads a password, whose spaces count. submits clears the field.
export const secret = (id) => document.getElementById(id).value;
