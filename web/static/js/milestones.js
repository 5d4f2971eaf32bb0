// The form of a task book: the sum of the weights while they are written, and more
// lines at once. The form works without.
import { text, el, put, $$ } from "./page.js";

for (const table of $$("table.milestones")) {
  const sum = el("p", { class: "milestone-sum", role: "status" });
  table.after(sum);
  const weights = () => [...table.querySelectorAll('input[name$="_1"]')];
  const show = () => put(sum, text("deed.weights_sum", weights().reduce((n, w) => n + (Number(w.value) || 0), 0)));
  table.addEventListener("input", show);
  show();
  grow(table, table.closest("fieldset").querySelector("button[name=more]"));
}

// grow adds a line of the table for each click, up to as many as there can be.
function grow(table, button) {
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = table.tBodies[0].rows;
    const line = rows[rows.length - 1].cloneNode(true);
    for (const cell of line.querySelectorAll("input")) {
      cell.value = "";
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+$/, rows.length + 1));
    }
    table.tBodies[0].append(line);
    button.hidden = rows.length >= Number(button.dataset.most);
    line.querySelector("input").focus();
  });
}
