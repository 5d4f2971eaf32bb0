// The steps of a vote and the cards of the exceptions. The server writes the
// page; this fetches it again at a steady pace and takes over the parts that
// have changed, so that who looks at it sees the vote move.
import { ask, put, $, $$ } from "./page.js";

const every = 3000;
const vote = $(".console").dataset.vote;

// address finds in a fresh part what was focused in the old one.
function address(node) {
  if (node.matches("summary")) return `#${node.parentElement.id} > summary`;
  if (node.matches("[data-copy]")) return `[data-copy="${node.dataset.copy}"]`;
  return `a[href="${node.getAttribute("href")}"]`;
}

async function renew() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" }, cache: "no-store" });
    if (answer.redirected) return location.reload();
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of $$("[data-live]")) {
      const next = fresh.getElementById(part.id);
      for (const unfolded of $$("details", part)) {
        const same = fresh.getElementById(unfolded.id);
        if (same) same.open = unfolded.open;
      }
      if (!next || part.isEqualNode(next)) continue;
      const focused = part.contains(document.activeElement) ? address(document.activeElement) : null;
      part.replaceWith(document.adoptNode(next));
      if (focused) $(focused, next)?.focus({ preventScroll: true });
    }
  } catch {
    // The next try comes soon; what is shown was true a moment ago.
  } finally {
    setTimeout(renew, every);
  }
}

// A copy of the vote: a rehearsal, a repetition, a second round.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const refusal = $("#refusal");
  button.disabled = true;
  refusal.hidden = true;
  try {
    const { id } = await ask("POST", `/votes/${vote}/copies`, { as: button.dataset.copy });
    location.assign(`/console/${id}`);
  } catch (error) {
    put(refusal, error.message);
    refusal.hidden = false;
    refusal.scrollIntoView({ block: "nearest" });
    button.disabled = false;
  }
});

setTimeout(renew, every);
