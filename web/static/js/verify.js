// The verifier in the browser: the record of this server, or one from a disk.
// It computes what piaojue-verify computes, and says first what it is not: a
// page cannot vouch for its own script.
import { Desk } from "./desk.js";
import { ask, put, save, text, $, $$ } from "./page.js";
import "./file.js";
import { digits, why } from "./public.js";
import { drawReport } from "./report.js";

const page = $("#verify");
const { vote: id, manifest } = page.dataset;
const desk = new Desk();
let record = null; // the zip
let parent = null; // that of the vote before, if there is one
let given = null; // manifest hash, as confirmed

// --- what is asked

const chosen = (name) => $(`input[name=${name}]:checked`)?.value || "";

function arrange() {
  const file = chosen("source") === "file";
  $("#file-line").hidden = !file;
  const shown = $("#paper-shown");
  if (shown) shown.hidden = file;
  if (file && chosen("paper") === "same") $("input[name=paper][value=typed]").checked = true;
  $("#hash-line").hidden = chosen("paper") !== "typed";
}
for (const input of $$("#ask input[type=radio]")) input.addEventListener("change", arrange);
arrange();


// ready returns what is wrong with what was entered, or "".
function ready() {
  if (chosen("source") === "file" && !$("#file").files[0]) return "verify.no_file";
  if (!chosen("paper")) return "verify.no_paper";
  given = null;
  if (chosen("paper") === "same") given = manifest;
  if (chosen("paper") === "typed") {
    const hash = digits($("#hash").value);
    if (hash === null || hash.length !== 64) return "verify.hash_wrong";
    given = hash;
  }
  return "";
}

$("#ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  const wrong = ready();
  put($("#refusal"), wrong ? text(wrong) : "");
  $("#refusal").hidden = !wrong;
  if (wrong) return;
  record = parent = null;
  await run();
});

// --- the run

async function run() {
  $("#ask").hidden = true;
  $("#report").hidden = true;
  $("#working").hidden = false;
  try {
    record ||= await fetchRecord();
    doing("verify.checking", 0);
    const report = await desk.watch("verify", [parent ? { zip: record, parent } : { zip: record }, given], ({ stage, done, total }) => stage === "verify" && doing("verify.checking", done, total));
    showReport(report);
  } catch (error) {
    put($("#refusal"), why(error));
    $("#refusal").hidden = false;
    $("#ask").hidden = false;
  } finally {
    $("#working").hidden = true;
  }
}

async function fetchRecord() {
  if (chosen("source") === "file") return new Uint8Array(await $("#file").files[0].arrayBuffer());
  doing("verify.fetching", 0);
  const before = await voteBefore();
  if (before) {
    doing("verify.fetching_before", 0);
    parent = await download(before, "verify.fetching_before");
  }
  return download(id, "verify.fetching");
}

// voteBefore is the vote that this one follows. Whether it is the one that the
// manifest names, the machine finds out.
async function voteBefore() {
  const { story } = await ask("GET", `/votes/${id}`);
  return story[story.findIndex((r) => r.here) - 1]?.vote;
}

async function download(vote, words) {
  const { zip } = await desk.watch("downloadRecord", [{ base: "", vote }], ({ done, total }) => doing(words, done, total));
  return zip;
}

function doing(words, done, total = 0) {
  put($("#doing"), total > 0 ? text("verify.so_far", text(words), done, total) : text(words));
  if (total > 0) $("#progress").value = (100 * done) / total;
  else $("#progress").removeAttribute("value");
}

function showReport(report) {
  const name = `${id || "record"}-${new Date().toISOString().slice(0, 10)}`;
  drawReport($("#report"), report, {
    confirm: () => { given = report.manifest; return run(); },
    again: () => {
      $("#ask").hidden = false;
      $("#report").hidden = true;
      $("#ask").scrollIntoView();
    },
    json: () => save(`${name}.json`, `${JSON.stringify(report, null, 2)}\n`, "application/json"),
    zip: chosen("source") === "server" ? () => save(`${name}.zip`, record, "application/zip") : null,
  });
  $("#report").hidden = false;
  $("#report h2").focus({ preventScroll: true });
  $("#verdict").scrollIntoView({ block: "center" });
}
