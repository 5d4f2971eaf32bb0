// Runs the desk's WebAssembly apart from the page: making a key and verifying
// a record take long, and ending the worker wipes every key that was open.
// It answers {id, method, args} with {id, value} or {id, error}, and before
// that, if asked to, with {id, progress}.
importScripts("/static/wasm/wasm_exec.js");

const ready = (async () => {
  const go = new self.Go();
  const { instance } = await WebAssembly.instantiateStreaming(self.fetch("/static/wasm/desk.wasm"), go.importObject);
  go.run(instance);
})();

self.onmessage = async ({ data: { id, method, args, watched } }) => {
  try {
    await ready;
    if (watched) args.push((progress) => self.postMessage({ id, progress }));
    self.postMessage({ id, value: await self.piaojueDesk[method](...args) });
  } catch (error) {
    const { code = "internal", refusal, status, zh, en, report } = error || {};
    self.postMessage({ id, error: { code, refusal, status, zh, en, report } });
  }
};
