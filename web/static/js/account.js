import { ask, put, qr, text, $ } from "./page.js";
import { secret, submits, value } from "./form.js";

function done(id) {
  const note = $("#done");
  put(note, text(id));
  note.hidden = false;
}

submits($("#change"), async () => {
  if (secret("password") !== secret("again")) throw new Error(text("account.differ"));
  await ask("POST", "/account/password", { password: secret("old"), code: value("code"), new_password: secret("password") });
  $("#change").reset();
  done("account.password_changed");
});

// The first submit draws a new device, the second puts it in force.
let drawn = false;
submits($("#renew"), async () => {
  if (drawn) {
    await ask("PUT", "/account/code", { code: value("new-code") });
    $("#renew").reset();
    $("#device").hidden = true;
    // Who opens the page's source later must not make the person's codes.
    $("#qr").replaceChildren();
    put($("#secret"), "");
    drawn = false;
    done("account.code_changed");
    return;
  }
  const code = await ask("POST", "/account/code", { password: secret("device-password"), code: value("device-code") });
  $("#qr").replaceChildren(qr(code.qr.map((row) => [...row].map((m) => m === "1")), text("account.qr")));
  put($("#secret"), code.secret);
  $("#device").hidden = false;
  $("#new-code").focus();
  drawn = true;
});

submits($("#sessions"), async () => {
  await ask("DELETE", "/account/sessions", { password: secret("sessions-password"), code: value("sessions-code") });
  $("#sessions").reset();
  for (const line of [...$("#sessions ul").children].slice(1)) line.remove();
  done("account.sessions_ended");
});
