// Runs the kiosk's WebAssembly apart from the page: sealing then delays no
// heartbeat, and ending the worker wipes all that a deputy has left in memory.
// It answers {id, method, args} with {id, value} or {id, error}.
importScripts("/static/wasm/wasm_exec.js");

const ready = (async () => {
  const go = new self.Go();
  const { instance } = await WebAssembly.instantiateStreaming(self.fetch("/static/wasm/terminal.wasm"), go.importObject);
  go.run(instance);
})();

self.onmessage = async ({ data: { id, method, args } }) => {
  try {
    await ready;
    self.postMessage({ id, value: await self.piaojueTerminal[method](...args) });
  } catch (error) {
    const { code = "internal", refusal, status, zh, en, issuer, option, low, high, over } = error || {};
    self.postMessage({ id, error: { code, refusal, status, zh, en, issuer, option, low, high, over } });
  }
};
