// The one-time link. Its secret stands in the fragment, which no server and no
// log sees; it leaves the address bar at once.
import { ask, qr, text, $, put } from "./page.js";
import { secret, submits, value } from "./form.js";

const token = location.hash.slice(1);
history.replaceState(null, "", location.pathname);
const form = $("#welcome");
const refusal = $("#refusal");

async function begin() {
  const person = await ask("POST", "/welcome", { token });
  put($("#greeting"), text("account.greeting", person.name || text("account.first_admin"), text(`role.${person.role}`)));
  $("#naming").hidden = !person.naming;
  $("#code-optional").hidden = person.code_needed;
  $("#qr").replaceChildren(qr(person.code.qr.map((row) => [...row].map((m) => m === "1")), text("account.qr")));
  put($("#secret"), person.code.secret);
  form.hidden = false;
  submits(form, () => finish(person), refusal);
}

async function finish(person) {
  if (secret("password") !== secret("again")) throw new Error(text("account.differ"));
  const body = { token, password: secret("password"), code: value("code") };
  if (person.naming) Object.assign(body, { name: value("person"), staff_number: value("staff-number") });
  await ask("PUT", "/welcome", body);
  location.assign("/");
}

begin().catch((error) => {
  $("#greeting").hidden = true;
  refusal.textContent = error.message;
  refusal.hidden = false;
});
