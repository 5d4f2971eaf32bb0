// Every page with the masthead: signing out.
import { ask, $$ } from "./page.js";

for (const button of $$("[data-signout]")) {
  button.addEventListener("click", async () => {
    await ask("DELETE", "/session").catch(() => {});
    location.assign("/");
  });
}
