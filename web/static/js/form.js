// Forms of the office: one submit at a time, and the refusal beside the button.
import { $, $$ } from "./page.js";

// submits calls act when the form is sent, and shows what it threw in the
// form's own alert, or in the one given. What was taken leaves no password in the
// page.
export function submits(form, act, alert = $("[role=alert]", form)) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = $("[type=submit]", form);
    button.disabled = true;
    alert.hidden = true;
    try {
      await act();
      for (const field of $$("input[type=password]", form)) field.value = "";
    } catch (error) {
      alert.textContent = error.message;
      alert.hidden = false;
      alert.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
    }
  });
}

// value reads a field of the page.
export const value = (id) => document.getElementById(id).value.trim();
// secret reads a password, whose spaces count. submits clears the field.
export const secret = (id) => document.getElementById(id).value;
