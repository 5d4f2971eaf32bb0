// The form of a task book: the sum of the weights, while they are written. The
// form works without.
import { text, el, put, $$ } from "./page.js";

for (const table of $$("table.milestones")) {
  const weights = [...table.querySelectorAll('input[name$="_1"]')];
  const sum = el("p", { class: "milestone-sum", role: "status" });
  table.after(sum);
  const show = () => put(sum, text("deed.weights_sum", weights.reduce((n, w) => n + (Number(w.value) || 0), 0)));
  table.addEventListener("input", show);
  show();
}
