// A new vote.
import { ask, $ } from "./page.js";
import { submits, value } from "./form.js";

const date = $("#date");
const today = new Date();
date.value = `${today.getFullYear()}-${String(today.getMonth() + 1).padStart(2, "0")}-${String(today.getDate()).padStart(2, "0")}`;
$("#id").value = `v${date.value.replaceAll("-", "")}`;

submits($("#new"), async () => {
  const id = value("id");
  await ask("POST", "/votes", {
    id, origin: `${location.host}/${id}`, congress: value("congress"), session: value("session"), title: value("title"), date: value("date"),
    kind: $("#kind").value, n: Number(value("n")), t: Number(value("t")), min_ballots: Number(value("min")),
  });
  location.assign(`/console/${id}`);
});
