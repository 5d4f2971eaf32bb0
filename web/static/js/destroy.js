// The last card: the log says that the key is destroyed, and then the files and
// the paper are. The entry comes first: a key that is gone cannot sign that it is.
import { ask, el, text } from "./page.js";
import { alertLine } from "./desk.js";
import { holdButton } from "./hold.js";

export function destroyBody(context, keyCard, voided) {
  const { desk, at, given, step } = context;
  const id = voided ? "destroy_void" : "destroy";
  const note = ["archived", "voided"].includes(at.vote.phase) ? null : el("p", { class: "notice warn" }, text("trustee.destroy_early"));
  const act = async () => {
    const { entry } = await desk.call("destroyed");
    await ask("POST", `/votes/${given.vote}/entries`, entry);
    desk.close();
    await step();
  };
  const place = el("div", {});
  const hold = () => place.replaceChildren(el("p", { class: "hint", id: "hold-hint" }, text("desk.hold_hint")), alertLine(), el("div", { class: "actions" }, holdButton(text("trustee.destroy_now"), act)));
  if (desk.held) hold();
  else place.append(...keyCard("destroy", async () => hold()).body);
  return { title: text(`trustee.${id}`), lead: text(`trustee.${id}_lead`), body: [note, place] };
}
