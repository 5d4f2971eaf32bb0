// Places to choose or drop a file. The browser's own button would speak the
// browser's language, not the page's.
import { el, put, text, $, $$ } from "./page.js";

// watch says which file was chosen, and takes one that is dropped.
function watch(field) {
  const input = $("input", field);
  const place = $(".file", field);
  input.addEventListener("change", () => {
    put($(".file-name", place), input.files[0]?.name ?? text("common.file_none"));
    place.classList.toggle("chosen", input.files.length > 0);
  });
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// fileField makes what templates/file.html is for pages of the server.
export function fileField(label, id, hint) {
  const input = el("input", { type: "file", id, class: "visually-hidden" });
  const place = el("label", { class: "file", for: id }, el("span", { class: "file-button" }, label),
    el("strong", { class: "file-name", role: "status" }, text("common.file_none")), hint ? el("small", {}, hint) : null);
  const node = el("div", { class: "file-field" }, input, place);
  watch(node);
  return { input, node };
}

for (const field of $$(".file-field")) watch(field);
