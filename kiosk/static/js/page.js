// What all pages share: texts, requests, small ways to build a page. No page
// makes HTML of strings: text stays text (attack S5).

const texts = JSON.parse(document.getElementById("texts").textContent);
export const lang = document.documentElement.lang === "en" ? "en" : "zh";

// speak sets the word that a vote says for 票决. Pages of one vote come with it;
// terminals hear it when they hear of their vote.
let word = "";
export function speak(other) { word = (lang === "zh" && other) || ""; }

// text returns the text with that id; each verb takes one of args.
export function text(id, ...args) {
  let found = texts[id];
  if (found === undefined) return id;
  if (word) found = found.replaceAll(texts["terminal.word"], word);
  return found.replace(/%[dsv%]/g, (verb) => (verb === "%%" ? "%" : String(args.shift() ?? "")));
}

export const has = (id) => texts[id] !== undefined;

// A Refusal is the server's no, with a sentence for people.
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem[lang] || text("common.network"));
    this.status = status;
    this.code = problem.code || "network";
    this.problem = problem;
  }
}

// ask sends a request, and returns the answer's JSON, text or bytes. What is
// not a body of bytes or a form's file goes as JSON.
export async function ask(method, path, body, options = {}) {
  const init = { method, headers: {}, ...options };
  if (body instanceof Uint8Array || body instanceof Blob) {
    init.body = body;
    init.headers["Content-Type"] = options.media || "application/octet-stream";
  } else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers["Content-Type"] = "application/json";
  }
  let answer;
  try {
    answer = await fetch(path, init);
  } catch {
    throw new Refusal(0, {});
  }
  const media = answer.headers.get("Content-Type") || "";
  if (!answer.ok) {
    const problem = media.startsWith("application/json") ? (await answer.json()).error : {};
    throw new Refusal(answer.status, problem || {});
  }
  if (answer.status === 204) return null;
  if (media.startsWith("application/json")) return answer.json();
  if (media.startsWith("text/")) return answer.text();
  return new Uint8Array(await answer.arrayBuffer());
}

// el makes an element: el("p", {class: "lead"}, "text", child…). A property
// that begins with "on" is a listener.
export function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// put replaces the text of an element if it differs, so that screen readers
// and eyes are disturbed only by changes.
export function put(node, value) {
  const now = String(value);
  if (node && node.textContent !== now) node.textContent = now;
}

// save offers bytes as a file.
export function save(name, bytes, type = "application/octet-stream") {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

// qr draws modules (rows of booleans) as SVG.
export function qr(rows, label) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  let d = "";
  rows.forEach((row, y) => row.forEach((dark, x) => { if (dark) d += `M${x} ${y}h1v1h-1z`; }));
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

// reachTables gives the keyboard a way into a table that is larger than its
// place, for it scrolls.
function reachTables() {
  for (const wrap of $$(".table-wrap:not([role])")) {
    if (wrap.scrollWidth <= wrap.clientWidth && wrap.scrollHeight <= wrap.clientHeight) continue;
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", text("common.table"));
  }
}
new MutationObserver(reachTables).observe(document.body, { childList: true, subtree: true, attributeFilter: ["hidden", "open"] });
addEventListener("resize", reachTables);
reachTables();
