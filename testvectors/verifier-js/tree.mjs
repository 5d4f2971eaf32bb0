// Tree: SHA-256, and the Merkle trees of RFC 6962 (§3, §6, §11).
import { createHash } from 'node:crypto';
import { equal } from './bytes.mjs';

function hash(name, parts) {
  const h = createHash(name);
  for (const part of parts) h.update(part);
  return new Uint8Array(h.digest());
}
export const sha256 = (...parts) => hash('sha256', parts);
export const sha512 = (...parts) => hash('sha512', parts);

export const leafHash = (entry) => sha256(Uint8Array.of(0), entry);
export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/** treeRoot is MTH over leaf hashes[from, to). */
export function treeRoot(leaves, from = 0, to = leaves.length) {
  const n = to - from;
  if (n === 0) return sha256();
  if (n === 1) return leaves[from];
  let k = 1;
  while (k * 2 < n) k *= 2;
  return nodeHash(treeRoot(leaves, from, from + k), treeRoot(leaves, from + k, to));
}

/** included verifies an inclusion proof (RFC 9162, 2.1.3.2). */
export function included(leaf, index, size, path, root) {
  if (index >= size) return false;
  let fn = index;
  let sn = size - 1;
  let r = leaf;
  for (const p of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)];
    } else {
      r = nodeHash(r, p);
    }
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  return sn === 0 && equal(r, root);
}
