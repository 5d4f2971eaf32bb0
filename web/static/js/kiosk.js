// The kiosk's machine as the page sees it: calls to the worker, one at a time.

export class Kiosk {
  constructor() {
    this.start();
  }

  start() {
    this.waiting = new Map();
    this.next = 0;
    this.worker = new Worker("/static/js/kiosk-worker.js");
    this.worker.onmessage = ({ data: { id, value, error } }) => {
      const call = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) call?.reject(Object.assign(new Error(error.code), error));
      else call?.resolve(value);
    };
    this.worker.onerror = () => {
      for (const call of this.waiting.values()) call.reject(Object.assign(new Error("internal"), { code: "internal" }));
      this.waiting.clear();
    };
  }

  call(method, ...args) {
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, args });
    });
  }

  // wipe ends the worker: nothing of a deputy outlives its memory.
  wipe() {
    this.worker.terminate();
    this.start();
  }
}
