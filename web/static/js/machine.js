// One of our WebAssembly programs, as a page sees it: calls to its worker.

// fault is an error that the page words by its code.
export const fault = (code) => Object.assign(new Error(code), { code });

export class Machine {
  constructor(program) {
    this.program = program;
    this.start();
  }

  start() {
    this.waiting = new Map();
    this.next = 0;
    this.worker = new Worker(`/static/js/machine-worker.js?${this.program}`);
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
      this.worker.postMessage({ id, method, args, watched: onProgress !== null });
    });
  }

  giveUp(code) {
    for (const call of this.waiting.values()) call.reject(fault(code));
    this.waiting.clear();
  }

  // end ends the worker, and with it all that it held; another one starts.
  end() {
    this.worker.terminate();
    this.giveUp("closed");
    this.start();
  }
}
