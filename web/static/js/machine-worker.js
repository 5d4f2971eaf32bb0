// Runs one of our WebAssembly programs apart from the page, which it would
// freeze: machine-worker.js?terminal or ?desk. Ending the worker wipes all that
// was in its memory. It answers {id, method, args} with {id, value} or
// {id, error}, and before that, if asked to, with {id, progress}.
importScripts("/static/wasm/wasm_exec.js");

const program = self.location.search === "?terminal" ? "terminal" : "desk";

const ready = (async () => {
  const go = new self.Go();
  const { instance } = await WebAssembly.instantiateStreaming(self.fetch(`/static/wasm/${program}.wasm`), go.importObject);
  go.run(instance);
  return program === "terminal" ? self.piaojueTerminal : self.piaojueDesk;
})();

self.onmessage = async ({ data: { id, method, args, watched } }) => {
  try {
    const machine = await ready;
    if (watched) args.push((progress) => self.postMessage({ id, progress }));
    self.postMessage({ id, value: await machine[method](...args) });
  } catch (error) {
    const { code = "internal", refusal, status, zh, en, issuer, option, low, high, over, report } = error || {};
    self.postMessage({ id, error: { code, refusal, status, zh, en, issuer, option, low, high, over, report } });
  }
};
