// Runs the kiosk's WebAssembly apart from the page: sealing then delays no
// heartbeat, and ending the worker wipes all that a deputy has left in memory.
// It answers {id, method, args} with {id, value} or {id, error}.
importScripts("/static/wasm/wasm_exec.js");

const inner = self.fetch.bind(self);
let badge = {}; // headers for requests that name a deputy; the box gets none

// The box must not know who asks (attack V14): only seeds and issuances bear
// what stands for a person or a terminal.
self.fetch = (url, init = {}) => {
  let path = new URL(url, self.location.origin).pathname;
  // Pages speak to no other host: the server passes on to other issuers.
  const relay = path.match(/^\/relay\/(\d+)(\/votes\/[^/]+\/issuances)$/);
  if (relay) {
    path = relay[2];
    url = `${path}?issuer=${relay[1]}`;
  }
  if (/^\/votes\/[^/]+\/(seeds|issuances)(\/|$)/.test(path)) {
    const headers = new Headers(init.headers || {});
    for (const [name, value] of Object.entries(badge)) headers.set(name, value);
    init = { ...init, headers };
  }
  return inner(url, init);
};

const ready = (async () => {
  const go = new self.Go();
  const { instance } = await WebAssembly.instantiateStreaming(inner("/static/wasm/terminal.wasm"), go.importObject);
  go.run(instance);
})();

self.onmessage = async ({ data: { id, method, args } }) => {
  try {
    await ready;
    if (method === "badge") {
      badge = args[0];
      self.postMessage({ id, value: null });
      return;
    }
    self.postMessage({ id, value: await self.piaojueTerminal[method](...args) });
  } catch (error) {
    const { code = "internal", refusal, status, zh, en, issuer, option, low, high, over } = error || {};
    self.postMessage({ id, error: { code, refusal, status, zh, en, issuer, option, low, high, over } });
  }
};
