// Loads a program as a page does. Each has a memory of its own, as on a machine
// of its own.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';

let ready = false;

export async function load(dir, file, name) {
  if (!ready) {
    runInThisContext(readFileSync(`${dir}/wasm_exec.js`, 'utf8'));
    ready = true;
  }
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiate(readFileSync(`${dir}/${file}`), go.importObject);
  go.run(instance);
  return globalThis[name];
}

// fails demands that a promise is rejected with a code.
export async function fails(promise, code, what = '') {
  let error;
  try {
    await promise;
  } catch (e) {
    error = e;
  }
  if (!error) throw new Error(`${what}: want code ${code}, but it succeeded`);
  if (error.code !== code) throw new Error(`${what}: want code ${code}, got ${error.code}: ${error.message}`);
  return error;
}
