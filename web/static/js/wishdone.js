// The number and the code of a wish, to keep.
import { put, text, $ } from "./page.js";

const copy = $("#copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText($("#code").textContent);
      put($("#copied"), text("common.copied"));
    } catch {
      put($("#copied"), text("wish.not_copied"));
    }
  });
}

const print = $("#print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
