// Runs one of our WebAssembly programs apart from the page, which it would
// freeze: machine-worker.js?terminal or ?desk. Ending the worker wipes all that
// was in its memory. It answers {id, method, args} with {id, value} or
// {id, error}, and before that, if asked to, with {id, progress}. A page that
// names its parts names the program's hash behind #: another one does not run.
importScripts("/static/wasm/wasm_exec.js");

const program = self.location.search === "?terminal" ? "terminal" : "desk";

async function load(path) {
  const integrity = self.location.hash.slice(1);
  try {
    return await self.fetch(path, { integrity });
  } catch (error) {
    if (integrity && (await self.fetch(path)).ok) throw Object.assign(new Error("bundle"), { code: "bundle" });
    throw error;
  }
}

const ready = (async () => {
  const go = new self.Go();
  const { instance } = await WebAssembly.instantiateStreaming(load(`/static/wasm/${program}.wasm`), go.importObject);
  go.run(instance);
  return program === "terminal" ? self.piaojueTerminal : self.piaojueDesk;
})();

self.onmessage = async ({ data: { id, method, args, watched } }) => {
  try {
    const machine = await ready;
    if (watched) args.push((progress) => self.postMessage({ id, progress }));
    self.postMessage({ id, value: await machine[method](...args) });
  } catch (error) {
    const { code = "internal", refusal, status, zh, en, issuer, wrong, option, low, high, over, report } = error || {};
    self.postMessage({ id, error: { code, refusal, status, zh, en, issuer, wrong, option, low, high, over, report } });
  }
};
