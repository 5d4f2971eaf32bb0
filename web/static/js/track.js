// Find my ballot. The code, and the promise behind the # of the address, stay
// on this device: the page reads the hashes of all entries and looks here, since
// a question to the server would say whose ballot it is.
import { el, put, save, text, $ } from "./page.js";
import "./file.js";
import { Desk, fours } from "./desk.js";
import { answer, digits, hexOf, persist, why, working } from "./public.js";

const page = $("#track");
const { vote: id, manifest } = page.dataset;
const desk = new Desk();
const place = $("#answer");
const promiseSize = 132;
let opened = false;

// --- what somebody brings

function fromBase64(packed) {
  try {
    return Uint8Array.from(atob(packed.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

// promiseIn reads the promise out of an address that the terminal showed, or of
// the text that a program wrote.
function promiseIn(given) {
  const plain = given.startsWith("piaojue-promise-v1") ? given.split("\n")[1] || "" : given.slice(given.indexOf("#") + 1);
  const bytes = fromBase64(plain.trim());
  return bytes && bytes.length === promiseSize ? bytes : null;
}

const codeIn = (promise) => hexOf(promise.subarray(36, 68));

function refuse(id) {
  put($("#refusal"), id ? text(id) : "");
  $("#refusal").hidden = !id;
  if (id) place.hidden = true;
}

// --- looking

async function look(work) {
  refuse("");
  const slow = working(place, "track.working");
  try {
    await persist(async () => {
      if (!opened) await desk.call("track", id, manifest, {});
      opened = true;
      await work();
    }, slow);
  } catch (error) {
    answer(place, "bad", text("track.stopped"), why(error));
  }
}

// boxed are those places where a ballot or an unused paper stands.
const boxed = (places) => places.filter((p) => ["ballot", "unused"].includes(p.kind));

const byCode = (typed) => look(async () => {
  const { places, outline } = await desk.call("checkTrackingCode", typed);
  const found = boxed(places);
  if (found.length === 1) return recorded(found[0], outline);
  if (found.length > 1) return answer(place, "warn", text("track.several"), text("track.several_text"));
  if (outline.closed) return answer(place, "warn", text("track.missing"), text("track.missing_text"));
  if (outline.voided) return answer(place, "warn", text("track.voided"), text("track.voided_text"));
  answer(place, "wait", text("track.early"), text("track.early_text"));
});

const byPromise = (promise) => look(async () => {
  const code = codeIn(promise);
  if (hexOf(promise.subarray(0, 32)) !== manifest) return answer(place, "bad", text("track.other"), text("public.error_other"));
  let got;
  try {
    got = await desk.call("verifyReceipt", promise);
  } catch (error) {
    if (error.code !== "promise") throw error;
    return answer(place, "bad", text("track.false"), text("track.false_text"), codeLine(code));
  }
  if (got.status === "recorded") return found(code);
  const keep = el("button", { class: "button", type: "button", onclick: () => savePromise(promise, code) }, text("track.keep_promise"));
  if (got.status === "waits") return answer(place, "wait", text("track.waits"), text("track.waits_text"), codeLine(code), el("p", { class: "actions" }, keep, again(() => byPromise(promise))));
  if (got.status === "broken") return broken(got);
  answer(place, "warn", text(`track.${got.status}`), text(`track.${got.status}_text`), codeLine(code));
});

// found says where the entry stands that a promise or receipt is about.
async function found(code) {
  const { places, outline } = await desk.call("checkTrackingCode", code);
  const [one] = boxed(places);
  if (!one) return answer(place, "warn", text("track.missing"), text("track.missing_text"));
  recorded(one, outline);
}

// --- answers

function codeLine(code) {
  return el("p", { class: "code" }, el("span", { class: "hash" }, ...fours(code).map((g) => el("span", {}, g))));
}

const again = (act) => el("button", { class: "button quiet", type: "button", onclick: act }, text("track.again"));

// recorded says where the ballot is and links to nothing: who follows a link to
// the entry tells the server whose it is.
function recorded(one, outline) {
  const receipt = el("button", { class: "button", type: "button", id: "receipt", onclick: () => saveReceipt(one.trackingCode) }, text("track.receipt"));
  const ballot = one.kind === "ballot";
  answer(place, outline.voided ? "warn" : "good", text(ballot ? "track.recorded" : "track.recorded_unused"), text("track.recorded_text", one.index), codeLine(one.trackingCode),
    ...(outline.voided ? [el("p", { class: "notice warn" }, text("track.recorded_void"))] : []),
    el("ul", { class: "ticks" }, ...seen(outline, ballot).map((line) => el("li", {}, line))),
    el("ul", { class: "crosses" }, el("li", {}, text("track.unseen"))),
    el("p", { class: "actions" }, outline.closing && receipt));
}

// seen is what this device has checked.
function seen(outline, ballot) {
  return [
    outline.witnesses > 0 ? text("track.seen_cosigned", outline.size, outline.witnesses) : text("track.seen_signed", outline.size),
    ballot ? text("track.seen_ballot", outline.close, outline.from, outline.to - 1) : text("track.seen_unused", outline.close),
    outline.closing ? text("track.seen_closing", outline.closing.size) : text("track.seen_no_closing"),
  ];
}

// broken: the server signed a promise and did not keep it. Whoever has the file
// can prove that to anybody.
function broken({ trackingCode, name, file }) {
  answer(place, "bad", text("track.broken"), text("track.broken_text"), codeLine(trackingCode),
    el("ol", {}, el("li", {}, text("track.broken_1")), el("li", {}, text("track.broken_2")), el("li", {}, text("track.broken_3"))),
    el("p", { class: "actions" }, el("button", { class: "button primary", type: "button", id: "evidence", onclick: () => save(name, file, "text/plain") }, text("track.evidence"))),
    el("p", { class: "hint" }, text("track.evidence_hint")));
}

async function saveReceipt(code) {
  try {
    const made = await desk.call("makeReceipt", code);
    save(`${code.slice(0, 16)}.tlog-proof`, made.file, "text/plain");
  } catch (error) {
    place.append(el("p", { class: "notice bad" }, why(error)));
  }
}

function savePromise(promise, code) {
  const body = `piaojue-promise-v1\n${btoa(String.fromCharCode(...promise))}\n`;
  save(`${code.slice(0, 16)}.promise.txt`, body, "text/plain");
}

// --- ways in

function take(given) {
  const promise = promiseIn(given);
  if (promise) return byPromise(promise);
  const code = digits(given);
  if (code === null || (code.length !== 64 && code.length !== 16)) return refuse("track.bad_code");
  return byCode(code);
}

$("#track-form").addEventListener("submit", (event) => {
  event.preventDefault();
  take($("#code").value.trim());
});

$("#file").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  event.target.value = "";
  if (!file) return;
  const body = await file.slice(0, 1 << 20).text();
  if (promiseIn(body)) return void take(body);
  const code = digits($("#code").value);
  if (code === null || code.length !== 64) return refuse("track.file_needs_code");
  look(async () => {
    await desk.call("verifyReceipt", body, code);
    await found(code);
  });
});

function arrive() {
  if (location.hash.length > 1) take(location.hash);
}
addEventListener("hashchange", arrive);
arrive();
