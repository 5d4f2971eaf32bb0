// Every page with the masthead: signing out, and what happened to the account.
import { ask, $$ } from "./page.js";

for (const button of $$("[data-signout]")) {
  button.addEventListener("click", async () => {
    await ask("DELETE", "/session").catch(() => {});
    location.assign("/");
  });
}

for (const button of $$("[data-alerts]")) {
  button.addEventListener("click", async () => {
    await ask("DELETE", "/account/alerts", { until: Number(button.dataset.alerts) });
    button.closest(".account-alerts").remove();
  });
}
