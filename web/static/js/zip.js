// Reads one file out of a zip archive, for names that go with a report. Whether
// the archive is a good record, the verifier says; here anything odd is null.

const u16 = (view, at) => view.getUint16(at, true);
const u32 = (view, at) => view.getUint32(at, true);

// readZip returns the bytes of the first file whose path fits, or null.
export async function readZip(bytes, fits) {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = directory(view); u32(view, at) === 0x02014b50;) {
      const [nameSize, extra, comment] = [u16(view, at + 28), u16(view, at + 30), u16(view, at + 32)];
      const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameSize));
      if (fits(name)) return await content(bytes, view, u32(view, at + 42), u32(view, at + 20), u16(view, at + 10));
      at += 46 + nameSize + extra + comment;
    }
  } catch {
    // not an archive, or cut off
  }
  return null;
}

// directory finds the list of files, which the end of the archive points to.
function directory(view) {
  for (let at = view.byteLength - 22; at >= 0; at--) {
    if (u32(view, at) === 0x06054b50) return u32(view, at + 16);
  }
  throw new Error("no archive");
}

async function content(bytes, view, at, size, method) {
  const from = at + 30 + u16(view, at + 26) + u16(view, at + 28);
  const packed = bytes.subarray(from, from + size);
  if (method === 0) return packed;
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
