// One of our WebAssembly programs, as a page sees it: calls to its worker.

// fault is an error that the page words by its code.
export const fault = (code) => Object.assign(new Error(code), { code });

// parts are the hashes of what a worker is made of, by address, on a page that
// names them; the worker itself compares its program.
const parts = JSON.parse(document.getElementById("parts")?.textContent ?? "{}");
const integrityOf = (path) => parts[path] ?? "";

// intact reports whether a part is what the page names. No answer is no wrong one.
async function intact(path) {
  const get = (integrity) => fetch(path, { credentials: "omit", integrity }).then((answer) => answer.ok, () => false);
  return (await get(integrityOf(path))) || !(await get(""));
}

const worker = "/static/js/machine-worker.js";
const whole = Promise.all([worker, "/static/wasm/wasm_exec.js"].filter(integrityOf).map(intact)).then((all) => all.every(Boolean));

export class Machine {
  constructor(program) {
    this.program = program;
    this.start();
  }

  start() {
    this.waiting = new Map();
    this.next = 0;
    this.worker = null;
    const begun = whole.then((ok) => {
      if (this.begun !== begun) return; // it was ended before it began
      if (ok) this.begin();
      else this.giveUp("bundle");
    });
    this.begun = begun;
  }

  begin() {
    this.worker = new Worker(`${worker}?${this.program}#${integrityOf(`/static/wasm/${this.program}.wasm`)}`);
    this.worker.onmessage = ({ data: { id, value, error, progress } }) => {
      const call = this.waiting.get(id);
      if (progress) return void call?.onProgress(progress);
      this.waiting.delete(id);
      if (error) call?.reject(Object.assign(new Error(error.code), error));
      else call?.resolve(value);
    };
    this.worker.onerror = () => this.giveUp("internal");
  }

  // send calls a method; onProgress, if there is one, hears how far it is.
  send(method, args, onProgress = null) {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { resolve, reject, onProgress });
      const { begun } = this;
      begun.then(() => {
        if (this.begun !== begun) return;
        if (this.worker) this.worker.postMessage({ id, method, args, watched: onProgress !== null });
        else this.giveUp("bundle");
      });
    });
  }

  giveUp(code) {
    for (const call of this.waiting.values()) call.reject(fault(code));
    this.waiting.clear();
  }

  // end ends the worker, and with it all that it held; another one starts.
  end() {
    this.worker?.terminate();
    this.giveUp("closed");
    this.start();
  }
}
