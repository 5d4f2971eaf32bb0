// All rounds of a vote as one story: what each has adopted and what is left,
// the round of now among them.
import { text, el, $ } from "./page.js";
import { fit } from "./result.js";

let drawn = "[]";

export const roundName = (r) => text(r.repeat ? "screen.round_repeat" : "screen.round", r.round);

function outcome(r) {
  if (!r.next) return [text(`phase.${r.phase}`)];
  const left = r.decision ? text("screen.story_decided") : r.next === "none" ? "" : text(`next.${r.next}`);
  return [text("screen.story_adopted", r.adopted.length), r.tied.length > 0 && text("screen.story_tied", r.tied.length), left];
}

function round(r) {
  const words = [text("screen.story_of", r.options, r.seats), ...outcome(r)].filter(Boolean).join(" · ");
  return el("li", { class: `story-round${r.here ? " here" : ""}`, "aria-current": r.here ? "true" : null },
    el("strong", {}, roundName(r)), r.here && el("span", { class: "story-here" }, text("screen.story_here")), el("span", {}, words));
}

// adopted names what other rounds and the presidium have adopted; what this round
// has stands in its own result.
function adopted(story) {
  return story.flatMap((r) => [
    [text("screen.story_by", roundName(r)), r.here ? [] : r.adopted.filter((o) => !o.decided)],
    [text("screen.story_by", text("screen.story_decided")), r.adopted.filter((o) => o.decided)],
  ]).filter(([, list]) => list.length > 0);
}

export function showStory({ story }) {
  const fresh = JSON.stringify(story);
  if (fresh === drawn) return;
  drawn = fresh;
  const place = $("#story");
  place.hidden = story.length === 0;
  document.body.classList.toggle("with-story", story.length > 0);
  const total = story.reduce((n, r) => n + r.adopted.length, 0);
  const groups = adopted(story);
  place.replaceChildren(
    el("ol", { class: "story-rounds" }, ...story.map(round), total > 0 && el("li", { class: "story-total" }, text("screen.story_all", total))),
    groups.length > 0 ? el("p", { class: "story-names" }, el("span", { class: "fit" }, ...groups.flatMap(([name, list]) => [el("b", {}, name), ` ${list.map((o) => o.name).join(" / ")} `]))) : "");
  document.fonts.ready.then(() => fit(place));
}
