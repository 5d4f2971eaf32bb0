// Public cards of the organizers, and the policy of witnesses.
import { ask, text, $ } from "./page.js";
import { submits, value } from "./form.js";

const path = `/votes/${$("#keys-page").dataset.vote}`;

// card reads a public card, which is one line of JSON.
function card(id, kind, role) {
  try {
    const c = JSON.parse(value(id));
    if (c.kind === kind && /^[0-9a-f]{64}$/.test(c.role)) return c.role;
  } catch {
    // worded below
  }
  throw new Error(text("console.card_wrong", text(`role.${role}`)));
}

if ($("#keys")) {
  submits($("#keys"), async () => {
    await ask("PUT", `${path}/keys`, { staff: card("staff-card", "staff", "staff_lead"), presidium: card("presidium-card", "presidium", "presidium") });
    location.reload();
  });
  submits($("#policy"), async () => {
    await ask("PUT", `${path}/policy`, new TextEncoder().encode(`${value("policy-text")}\n`), { media: "text/plain" });
    location.reload();
  });
}
