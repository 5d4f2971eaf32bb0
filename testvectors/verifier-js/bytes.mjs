// Bytes: strict reading and exact writing of the encodings of §2.

const utf8 = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** FormError says that an object is not in its one valid encoding; entry is the one to blame, if known. */
export class FormError extends Error {
  constructor(cause, entry) {
    super(cause);
    this.entry = entry;
  }
}

export const form = (ok, cause, entry) => {
  if (!ok) throw new FormError(cause, entry);
};

export const text = (s) => utf8.encode(s);
export const hex = (b) => Buffer.from(b).toString('hex');
export const join = (...parts) => new Uint8Array(Buffer.concat(parts));
export const compare = (a, b) => Buffer.compare(a, b);
export const equal = (a, b) => Buffer.compare(a, b) === 0;
export const allZero = (b) => b.every((x) => x === 0);

/** uint writes n as an unsigned big-endian integer of so many bytes. */
export function uint(width, n) {
  let rest = BigInt(n);
  const out = new Uint8Array(width);
  for (let i = width - 1; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 255n);
  if (rest !== 0n) throw new RangeError(`${n} does not fit in ${width} bytes`);
  return out;
}
export const u8 = (n) => uint(1, n);
export const u16 = (n) => uint(2, n);
export const u32 = (n) => uint(4, n);
export const u64 = (n) => uint(8, n);

/** decodeText refuses invalid UTF-8 and control characters (§2); U+000A only where the text says so. */
export function decodeText(bytes, newline = false) {
  for (const b of bytes) form((b >= 0x20 && b !== 0x7f) || (newline && b === 0x0a), 'control character in a text');
  try {
    return strict.decode(bytes);
  } catch {
    throw new FormError('invalid UTF-8');
  }
}

/** Reader takes an object apart; end() demands that nothing is left. */
export class Reader {
  #bytes;
  #at = 0;
  constructor(bytes) {
    this.#bytes = bytes;
  }
  get left() {
    return this.#bytes.length - this.#at;
  }
  take(n) {
    form(n <= this.left, `${n} bytes expected, ${this.left} left`);
    return this.#bytes.subarray(this.#at, (this.#at += n));
  }
  uint(width) {
    return this.take(width).reduce((n, b) => (n << 8n) | BigInt(b), 0n);
  }
  u8() {
    return Number(this.uint(1));
  }
  u16() {
    return Number(this.uint(2));
  }
  u32() {
    return Number(this.uint(4));
  }
  u64() {
    return this.uint(8);
  }
  hash() {
    return this.take(32);
  }
  str8() {
    return decodeText(this.take(this.u8()));
  }
  str16(newline = false) {
    return decodeText(this.take(this.u16()), newline);
  }
  list(count, member) {
    return Array.from({ length: count }, () => member(this));
  }
  list8(member) {
    return this.list(this.u8(), member);
  }
  list16(member) {
    return this.list(this.u16(), member);
  }
  end() {
    form(this.left === 0, `${this.left} bytes too many`);
  }
}

/** parse reads a whole object with read(reader). */
export function parse(bytes, read) {
  const reader = new Reader(bytes);
  const value = read(reader);
  reader.end();
  return value;
}

export const ascending = (list, order) => list.every((x, i) => i === 0 || order(list[i - 1], x) < 0);
export const distinct = (list) => new Set(list).size === list.length;
