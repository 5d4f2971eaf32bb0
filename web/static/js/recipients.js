// An officer makes a key here: its secret half goes into a file under a
// passphrase, its public half into the form.
import { el, put, save, text, $ } from "./page.js";
import { Desk, newKeyForm } from "./desk.js";

const desk = new Desk();

const form = newKeyForm({ name: "" }, false, async ({ name }, passphrase) => {
  const { file, recipient } = await desk.call("newIdentity", passphrase);
  desk.close();
  save(`${text("intake.key_file", name).replace(/[\\/:*?"<>|\s]/g, "")}.age`, file);
  $("#name").value = name;
  $("#key").value = recipient;
  $("#made").hidden = false;
  put($("#made"), text("intake.key_made"));
  $("#made").scrollIntoView({ block: "nearest" });
});
$("#make").append(el("p", { class: "note" }, text("intake.make_lead")), form);
