// Who considered the list of candidates, with date and paper.
import { ask, put, text, $ } from "./page.js";
import { submits, value } from "./form.js";

const form = $("#reviews");

if (location.hash === "#reviews-saved") put($("#reviews-saved"), text("console.rules_saved"));

const review = (who) => ({ date: value(`${who}-date`), document: value(`${who}-document`) });

submits(form, async () => {
  await ask("PUT", form.dataset.path, { committee: review("committee"), presidium: review("presidium"), demanded: $("#demanded").value });
  location.hash = "reviews-saved"; // the page says anew what is missing
  location.reload();
});
