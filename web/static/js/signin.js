import { ask, $ } from "./page.js";
import { secret, submits, value } from "./form.js";

const form = $("#signin");

// within keeps the way onward on this server (an open redirect otherwise). The
// whole address goes on: a path alone may begin with //, which is another host.
function within(next) {
  try {
    const url = new URL(next || "/", location.origin);
    return url.origin === location.origin ? url.href : "/";
  } catch {
    return "/";
  }
}

submits(form, async () => {
  let home = "";
  try {
    const session = await ask("POST", "/session", { name: value("name"), password: secret("password"), code: value("code") });
    if (session.person.role === "member") home = "/projects/desk"; // who takes part in nothing but the projects
  } catch (error) {
    $("#code").value = "";
    throw error;
  }
  location.assign(within(form.dataset.next || home));
});

$("#name").focus();
