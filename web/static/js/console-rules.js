// The form of the rules: presets, and what does not fit together, while one
// edits.
import { ask, el, lang, put, text, $, $$ } from "./page.js";
import { point, submits, value } from "./form.js";

const form = $("#rules");
const path = `/votes/${form.dataset.vote}`;
const presets = JSON.parse($("#presets").textContent);
const inputs = $$(".rule [name]", form);

const numeric = (input) => input.type === "number";
const truth = (v) => (v === "true" ? true : v === "false" ? false : v);

// read makes the nested object that the server takes.
function read() {
  const rules = {};
  for (const input of inputs) {
    const [name, inner] = input.name.split(".");
    let v = numeric(input) ? Number(input.value) : truth(input.value.trim());
    if (name === "grades") v = input.value.split(/[,，、]/).map((g) => g.trim()).filter(Boolean);
    if (inner === undefined) rules[name] = v;
    else (rules[name] ??= {})[inner] = v;
  }
  return rules;
}

function showWarnings(found) {
  const box = $("#warnings");
  box.hidden = found.length === 0 || form.dataset.fixed !== undefined; // advice that nobody can take
  box.replaceChildren(el("b", {}, text("console.warnings")), el("ul", {}, ...found.map((f) => el("li", {}, f[lang]))));
}

let latest = 0;

async function check() {
  const mine = ++latest;
  try {
    const { warnings } = await ask("POST", `${path}/rules/preview`, read());
    if (mine !== latest) return;
    point(form, []);
    showWarnings(warnings);
  } catch (error) {
    if (mine !== latest) return;
    point(form, error.problem?.fields ?? []);
    showWarnings([]);
  }
}

// only shows what the way of marking needs.
function fit() {
  const mode = $("[name=ballot_mode]", form).value;
  $("#rule-grades").hidden = mode !== "satisfaction_3";
  $("#rule-undervote").hidden = mode !== "select_k";
}

for (const radio of $$("[name=preset]", form)) {
  radio.addEventListener("change", () => {
    const values = presets[radio.value];
    for (const input of inputs) input.value = values[input.name];
    fit();
    check();
  });
}

form.addEventListener("change", (event) => {
  if (event.target.name === "preset") return;
  for (const radio of $$("[name=preset]", form)) radio.checked = false;
  put($("#saved"), "");
  fit();
  check();
});

submits(form, async () => {
  await ask("PUT", `${path}/rules`, read());
  put($("#saved"), text("console.rules_saved"));
}, $(":scope > [role=alert]", form));

submits($("#customs"), async () => {
  await ask("PUT", `${path}/customs`, { order: $("[name=order]:checked").value, word: value("word") });
  put($("#customs-saved"), text("console.rules_saved"));
});

fit();
check();
