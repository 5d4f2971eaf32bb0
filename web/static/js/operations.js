// The screen of the session's staff: how many of the whole hall have not cast,
// never who nor where, and how the terminals are. Nothing here depends on who
// casts: the terminals are asked for at a steady pace.
import { lang, text, ask, el, put, $ } from "./page.js";
import { showStory } from "./story.js";
import { contest, begin, count, showNumbers, showQuorum, speak } from "./screen.js";

const askEvery = 3000;
const states = ["help", "unreachable", "in_use", "ready"];
const signs = { help: "!", unreachable: "×", in_use: "▸", ready: "✓" };

function show(state) {
  document.body.dataset.phase = state.phase;
  put($("#phase"), text(`phase.${state.phase}`));
  showStory(state);
  showNumbers(state);
  showQuorum(state);
  count($("#not-cast"), state.r === null ? null : Math.max(state.i - state.sheets - (state.r - state.paper), 0));
  const later = text(state.r === null ? "operations.not_cast_later" : "operations.not_cast_note");
  put($("#not-cast-note"), state.sheets > 0 ? `${later} ${text("operations.sheets_out", state.sheets - Math.min(state.paper, state.sheets))}` : later);
  speak(text(`phase.${state.phase}`));
}

const place = (t) => (t.zone ? text("operations.place", t.zone, t.label) : t.label);

const tiles = new Map(); // by terminal
const zones = new Map(); // by name

const collator = new Intl.Collator("zh", { numeric: true });
const numerals = "零一二三四五六七八九";

// digits writes the numerals up to 99 of a zone's name as digits, so that 三区
// comes after 二区.
function digits(name) {
  const value = (c) => numerals.indexOf(c);
  return name
    .replace(/([一二三四五六七八九]?)十([一二三四五六七八九]?)/g, (_, tens, ones) => String((tens ? value(tens) : 1) * 10 + (ones ? value(ones) : 0)))
    .replace(/[一二三四五六七八九]/g, (c) => String(value(c)));
}

function zone(name) {
  let z = zones.get(name);
  if (z) return z;
  const note = el("span", { class: "zone-note" });
  const list = el("ul", { class: "tiles" });
  const node = el("section", { class: "zone" }, el("h3", {}, name || text("operations.no_zone"), " ", note), list);
  z = { node, note, list };
  zones.set(name, z);
  const order = [...zones.keys()].sort((a, b) => collator.compare(digits(a), digits(b)));
  $("#zones").append(...order.map((key) => zones.get(key).node));
  return z;
}

function tile(t) {
  let node = tiles.get(t.id);
  if (!node) {
    node = el("li", { class: "tile" }, el("span", { class: "tile-sign", "aria-hidden": "true" }), el("span", { class: "tile-label" }), el("span", { class: "tile-state" }));
    tiles.set(t.id, node);
  }
  if (node.dataset.state === t.state && node.dataset.label === t.label) return node;
  Object.assign(node.dataset, { state: t.state, label: t.label, kind: t.kind });
  put($(".tile-sign", node), signs[t.state]);
  put($(".tile-label", node), t.label);
  put($(".tile-state", node), text(`operations.state_${t.state}`));
  return node;
}

// showTerminals keeps each terminal's tile, and moves none that is in place.
function showTerminals(all) {
  const alive = new Set(all.map((t) => t.id));
  for (const [id, node] of tiles) if (!alive.has(id)) { node.remove(); tiles.delete(id); }
  const byZone = Map.groupBy(all, (t) => t.zone);
  for (const [name, z] of zones) if (!byZone.has(name)) { z.node.remove(); zones.delete(name); }
  for (const [name, list] of byZone) {
    const z = zone(name);
    list.forEach((t, i) => {
      const node = tile(t);
      if (z.list.children[i] !== node) z.list.insertBefore(node, z.list.children[i] ?? null);
    });
    put(z.note, text("operations.zone_note", list.length, list.filter((t) => t.state === "ready").length));
  }
  $("#no-terminals").hidden = all.length > 0;
}

function showTallies(all) {
  const number = (state) => all.filter((t) => t.state === state).length;
  const spare = all.filter((t) => t.kind === "shared" && t.state === "ready").length;
  if ($("#tallies").children.length === 0) {
    $("#tallies").append(...[...states].reverse().map((s) => el("li", { "data-state": s }, el("span", { class: "tile-sign", "aria-hidden": "true" }, signs[s]), text(`operations.state_${s}`), " ", el("b"))),
      el("li", { "data-state": "spare" }, text("operations.spare"), " ", el("b")));
  }
  for (const item of $("#tallies").children) put($("b", item), item.dataset.state === "spare" ? spare : number(item.dataset.state));
}

// silent are the issuers that did not answer: somebody has to look at their
// machines, which are not the server.
const silent = (issuers) => issuers.filter((x) => x.state === "silent").map((x) => ["unreachable", text("operations.alert_issuer", x.name, x.failures)]);

function showIssuers(issuers) {
  const lines = issuers.map((x) => text(`operations.issuer_${x.state}`, x.name));
  const list = $("#issuers");
  if (list.dataset.shown === JSON.stringify(lines)) return;
  list.dataset.shown = JSON.stringify(lines);
  list.replaceChildren(...lines.map((words) => el("li", {}, words)));
}

const clock = (at) => (at ? new Date(at).toLocaleTimeString(lang === "en" ? "en-GB" : "zh-CN", { hour: "2-digit", minute: "2-digit" }) : "");

const able = (nodes) => nodes.filter((x) => x.state === "well").length;

// ails are the servers that could not take over, and databases that are missed.
const ails = (all) => (all ? all.nodes.filter((x) => x.state === "silent").map((x) => ["unreachable", text("operations.alert_node", x.name)])
  .concat(able(all.nodes) || all.nodes.length === 1 || all.nodes.some((x) => x.state === "awaited") ? [] : [["unreachable", text("operations.nodes_alone")]])
  .concat(["missing", "async"].includes(all.standby) ? [["unreachable", text(`operations.standby_${all.standby}`)]] : [])
  .concat((all.lacking ?? []).map((vote) => ["unreachable", text("operations.nodes_lacking", vote)])) : []);

function sumOf(nodes) {
  const bad = nodes.filter((x) => ["silent", "unable", "behind"].includes(x.state)).length;
  if (nodes.some((x) => x.state === "awaited")) return text("operations.nodes_awaited");
  if (!able(nodes)) return text("operations.nodes_alone");
  return bad ? text("operations.nodes_some", bad) : text("operations.nodes_well", nodes.length);
}

const known = (x) => (x.state === "silent" && !x.since ? "gone" : x.state);
const words = (x) => text(`operations.node_${known(x)}`, x.name, x.state === "unable" ? text(`operations.trouble_${x.trouble}`) : clock(x.since));

// showNodes says how the servers are, where there are several.
function showNodes(all) {
  $("#nodes").hidden = !all;
  if (!all) return;
  put($("#nodes-sum"), sumOf(all.nodes));
  $("#nodes-sum").classList.toggle("bad", ails(all).length > 0);
  put($("#standby"), text(`operations.standby_${all.standby}`));
  $("#standby").classList.toggle("plain", ["none", "unknown"].includes(all.standby));
  $("#standby").classList.toggle("bad", ["missing", "async"].includes(all.standby));
  const list = $("#node-list");
  const lines = all.nodes.map((x) => [x.state, words(x)]);
  if (list.dataset.shown === JSON.stringify(lines)) return;
  list.dataset.shown = JSON.stringify(lines);
  list.replaceChildren(...lines.map(([state, line]) => el("li", { "data-state": state }, line)));
}

function showAlerts(all, issuers, nodes) {
  const wanted = all.filter((t) => t.state === "help" || t.state === "unreachable").sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state));
  const list = $("#alert-list");
  const machines = ails(nodes).concat(silent(issuers));
  $("#alerts").classList.toggle("busy", wanted.length + machines.length > 0);
  const lines = machines.concat(wanted.map((t) => [t.state, text(`operations.alert_${t.state}`, place(t))]));
  const fresh = JSON.stringify(lines);
  if (list.dataset.shown === fresh) return;
  list.dataset.shown = fresh;
  list.replaceChildren(...(lines.length > 0
    ? lines.map(([state, words]) => el("li", { "data-state": state }, el("span", { class: "tile-sign", "aria-hidden": "true" }, signs[state]), words))
    : [el("li", { class: "calm" }, text("operations.calm"))]));
}

async function askTerminals() {
  try {
    const { terminals, issuers, nodes } = await ask("GET", `/votes/${contest.vote}/terminals`);
    showAlerts(terminals, issuers, nodes);
    showNodes(nodes);
    showIssuers(issuers);
    showTallies(terminals);
    showTerminals(terminals);
    put($("#server"), text("operations.server_well"));
    $("#server").classList.remove("bad");
  } catch (refusal) {
    put($("#server"), refusal.message);
    $("#server").classList.add("bad");
  } finally {
    setTimeout(askTerminals, askEvery);
  }
}

begin(show);
askTerminals();
