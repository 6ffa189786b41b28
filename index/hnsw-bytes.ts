import { HoldfastError } from '../base/errors.ts';

/** Connections per node of the upper layers; the lowest has twice as many. */
export const M = 16;
/** Candidates kept while a node is connected. */
export const EF_CONSTRUCTION = 200;

/** Bytes of the fields before the nodes. */
const HEAD = 96;
const LINK = 4;

/**
 * Walks over what hnswlib 0.8 wrote and compares every length with what it must be. hnswlib itself does not say when
 * the disk was full, and reads a file of another dimension out of bounds.
 * @throws INDEX_DAMAGED saying what does not fit.
 */
export function checkHnswBytes(bytes: Uint8Array, dimension: number, count: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD) throw misfit(`${bytes.length} bytes`);
  const nodeSize = 2 * M * LINK + LINK + dimension * 4 + 8;
  expect('nodes', view.getBigUint64(16, true), count);
  expect('bytes per node', view.getBigUint64(24, true), nodeSize);
  expect('connections', view.getBigUint64(72, true), M);
  const linksSize = M * LINK + LINK;
  let offset = HEAD + count * nodeSize;
  for (let node = 0; node < count; node++) {
    if (offset + 4 > bytes.length) throw misfit(`it ends at node ${node} of ${count}`);
    const size = view.getUint32(offset, true);
    if (size % linksSize !== 0) throw misfit(`${size} bytes of links at node ${node}`);
    offset += 4 + size;
  }
  if (offset !== bytes.length) throw misfit(`${bytes.length} bytes where ${offset} are needed`);
}

function expect(what: string, found: bigint, wanted: number): void {
  if (found !== BigInt(wanted)) throw misfit(`${found} ${what} where ${wanted} are needed`);
}

function misfit(what: string): HoldfastError {
  return new HoldfastError('INDEX_DAMAGED', `not a whole HNSW graph: ${what}`);
}
