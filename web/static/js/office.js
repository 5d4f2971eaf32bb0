// Every page with the masthead: signing out, and what happened to the account.
import { ask, $, $$ } from "./page.js";

for (const button of $$("[data-signout]")) {
  button.addEventListener("click", async () => {
    await ask("DELETE", "/session").catch(() => {});
    location.assign("/");
  });
}

for (const button of $$("[data-alerts]")) {
  button.addEventListener("click", async () => {
    const bar = button.closest(".account-alerts");
    try {
      await ask("PUT", "/account/alerts", { shown: button.dataset.alerts });
    } catch (error) {
      const alert = $("[role=alert]", bar);
      alert.textContent = error.message;
      alert.hidden = false;
      return;
    }
    bar.remove();
    $("#main").focus();
  });
}
