// Keeps the form of a visit on the phone, so that it opens without a network. It
// keeps nothing else of the server, and hands nothing in: the page does.
const shelf = "piaojue-inspect-1";
const page = "/projects/inspect";
const parts = ["/static/style.css", "/static/icon.svg", "/static/js/inspect.js", "/static/js/office.js", "/static/js/page.js", "/static/js/photo.js"];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(shelf);
    await cache.addAll([page, ...parts]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("piaojue-inspect-") && name !== shelf) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

// The server first: what it says is newer. A page that leads to the sign-in is
// shown, and not kept.
async function answer(request, name) {
  const cache = await caches.open(shelf);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await cache.put(name, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const path = new URL(event.request.url).pathname;
  if (event.request.method === "GET" && (path === page || parts.includes(path))) event.respondWith(answer(event.request, path));
});
