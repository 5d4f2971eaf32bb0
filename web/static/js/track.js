// Find my ballot. The code, and the promise behind the # of the address, stay
// on this device: the page reads the whole board and looks here, since a
// question to the server would say whose ballot it is.
import { el, put, save, text, $ } from "./page.js";
import { fours } from "./desk.js";
import { Board, answer, digits, hexOf, why, working } from "./public.js";

const page = $("#track");
const { vote: id, manifest } = page.dataset;
const board = new Board({ vote: id, manifest });
const place = $("#answer");
const promiseSize = 132;
const beforeClose = ["draft", "frozen", "approved", "keyed", "voting", "suspended", "closing"];

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

// find goes through the board's own list of codes; what it finds, the verified
// board confirms.
async function find(start, size) {
  for (let at = 0; at < size; at += 256) {
    const tile = at / 256;
    const path = String(tile % 1000).padStart(3, "0");
    const upper = tile >= 1000 ? `x${String(Math.floor(tile / 1000)).padStart(3, "0")}/` : "";
    const part = size - at < 256 ? `.p/${size - at}` : "";
    const reply = await fetch(`/board/${id}/tile/0/${upper}${path}${part}`, { credentials: "omit" });
    const bytes = new Uint8Array(await reply.arrayBuffer());
    for (let i = 0; i + 32 <= bytes.length; i += 32) {
      const code = hexOf(bytes.subarray(i, i + 32));
      if (code.startsWith(start)) return code;
    }
  }
  return null;
}

async function look(work) {
  refuse("");
  const slow = working(place);
  try {
    await board.open(slow);
    await work();
  } catch (error) {
    answer(place, "bad", text("track.stopped"), why(error));
  }
}

const byCode = (typed) => look(async () => {
  const code = typed.length === 64 ? typed : await find(typed, board.vote.checkpoint.size);
  const found = code ? await board.call("checkTrackingCode", code) : { found: false };
  if (found.found && ["ballot", "unused"].includes(found.kind)) return recorded(code, found);
  if (beforeClose.includes(board.vote.phase)) return answer(place, "wait", text("track.early"), text("track.early_text"));
  answer(place, "warn", text("track.missing"), text("track.missing_text"));
});

const byPromise = (promise) => look(async () => {
  const code = codeIn(promise);
  if (hexOf(promise.subarray(0, 32)) !== manifest) return answer(place, "bad", text("track.other"), text("public.error_other"));
  let got;
  try {
    got = await board.call("verifyReceipt", promise);
  } catch (error) {
    if (error.code !== "promise") throw error;
    return answer(place, "bad", text("track.false"), text("track.false_text"), codeLine(code));
  }
  if (got.status === "recorded") return recorded(code, await board.call("checkTrackingCode", code));
  const keep = el("button", { class: "button", type: "button", onclick: () => savePromise(promise, code) }, text("track.keep_promise"));
  if (got.status === "waits") return answer(place, "wait", text("track.waits"), text("track.waits_text"), codeLine(code), el("p", { class: "actions" }, keep, again(() => byPromise(promise))));
  if (got.status === "broken") return broken(promise, code);
  answer(place, "warn", text(`track.${got.status}`), text(`track.${got.status}_text`), codeLine(code));
});

// --- answers

function codeLine(code) {
  return el("p", { class: "code" }, el("span", { class: "hash" }, ...fours(code).map((g) => el("span", {}, g))));
}

const again = (act) => el("button", { class: "button quiet", type: "button", onclick: act }, text("track.again"));

// recorded says where the ballot is and links to nothing: who follows a link to
// the entry tells the server whose it is.
function recorded(code, found) {
  const receipt = el("button", { class: "button", type: "button", id: "receipt", onclick: () => saveReceipt(code) }, text("track.receipt"));
  const closed = !beforeClose.includes(board.vote.phase);
  answer(place, "good", text(found.kind === "ballot" ? "track.recorded" : "track.recorded_unused"), text("track.recorded_text", found.index), codeLine(code),
    el("p", { class: "actions" }, closed && receipt));
}

// broken: the server signed a promise and did not keep it. Whoever has the file
// can prove that to anybody.
function broken(promise, code) {
  answer(place, "bad", text("track.broken"), text("track.broken_text"), codeLine(code),
    el("ol", {}, el("li", {}, text("track.broken_1")), el("li", {}, text("track.broken_2")), el("li", {}, text("track.broken_3"))),
    el("p", { class: "actions" }, el("button", { class: "button primary", type: "button", id: "evidence", onclick: () => savePromise(promise, code) }, text("track.evidence")),
      el("a", { class: "button", href: `/board/${id}/checkpoint`, download: `${id}-checkpoint.txt` }, text("track.evidence_board"))));
}

async function saveReceipt(code) {
  try {
    const made = await board.call("makeReceipt", code);
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
    const got = await board.call("verifyReceipt", body, code);
    recorded(code, { kind: (await board.call("checkTrackingCode", code)).kind, index: got.index });
  });
});

function arrive() {
  if (location.hash.length > 1) take(location.hash);
}
addEventListener("hashchange", arrive);
arrive();
