// Compresses files beside themselves for browsers that read Brotli: a quarter
// smaller than gzip, and the kiosk's program must load fast.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';

for (const name of process.argv.slice(2)) {
  const body = readFileSync(name);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9, // the best takes ten times as long
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  writeFileSync(`${name}.br`, brotliCompressSync(body, { params }));
}
