import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { HoldfastError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import type { GraphSnapshot } from './graph.ts';
import { EF_CONSTRUCTION, M } from './hnsw-bytes.ts';

/*
 * The graph's file: 8 bytes of magic, the length of the header as uint32 (little endian), the SHA-256 of the header,
 * the header as JSON, and hnswlib's bytes, whose length and SHA-256 the header has. Every byte is under a checksum
 * or compared, and nothing may follow.
 */
const MAGIC = Buffer.from('HFGRAPH\n');
const LENGTH_AT = MAGIC.length;
const DIGEST_AT = LENGTH_AT + 4;
const HEADER_AT = DIGEST_AT + 32;
const FORMAT = 1;

/** Whose vectors a graph's file holds. */
export interface GraphOwner {
  /** The UUID of the gallery. */
  readonly identity: string;
  readonly model: string;
  readonly dimension: number;
  /** The gallery's sequence that the file covers; when reading, the newest that it can. */
  readonly sequence: number;
}

interface GraphHeader extends GraphOwner {
  readonly format: number;
  readonly metric: 'l2';
  readonly m: number;
  readonly efConstruction: number;
  readonly count: number;
  readonly tombstones: readonly number[];
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the file whole or not at all. @throws INDEX_WRITE_FAILED */
export function writeGraphFile(path: string, owner: GraphOwner, snapshot: GraphSnapshot): void {
  const { identity, model, dimension, sequence } = owner;
  const { bytes, count, tombstones } = snapshot;
  const fixed = { format: FORMAT, metric: 'l2', m: M, efConstruction: EF_CONSTRUCTION } as const;
  const sizes = { count, tombstones, bytes: bytes.length, sha256: sha256(bytes).toString('hex') };
  const header: GraphHeader = { ...fixed, identity, model, dimension, sequence, ...sizes };
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  try {
    writeFileAtomic(path, MAGIC, length, sha256(text), text, bytes);
  } catch (cause) {
    throw new HoldfastError('INDEX_WRITE_FAILED', `${path}: ${String(cause)}`, { cause });
  }
}

/**
 * Reads and checks the file.
 * @returns nothing when there is no file.
 * @throws INDEX_DAMAGED when any bit of it changed, or it is not the graph of this owner.
 */
export function readGraphFile(path: string, owner: GraphOwner): (GraphSnapshot & { sequence: number }) | undefined {
  if (!existsSync(path)) return undefined;
  const file = readWhole(path);
  const { header, end } = readHeader(file, path);
  checkOwner(header, owner, path);
  const bytes = file.subarray(end);
  if (bytes.length !== header.bytes) {
    throw damagedGraph(path, `${bytes.length} bytes of graph where there were ${header.bytes}`);
  }
  if (sha256(bytes).toString('hex') !== header.sha256) throw damagedGraph(path, 'the graph is not as it was written');
  return { bytes, count: header.count, tombstones: header.tombstones, sequence: header.sequence };
}

function readWhole(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw damagedGraph(path, `it cannot be read (${String(cause)})`, cause);
  }
}

function readHeader(file: Buffer, path: string): { header: GraphHeader; end: number } {
  if (file.length < HEADER_AT) throw damagedGraph(path, `${file.length} bytes are too few`);
  if (!file.subarray(0, MAGIC.length).equals(MAGIC)) throw damagedGraph(path, 'not a graph file');
  const end = HEADER_AT + file.readUInt32LE(LENGTH_AT);
  const text = file.subarray(HEADER_AT, end);
  if (!sha256(text).equals(file.subarray(DIGEST_AT, HEADER_AT))) {
    throw damagedGraph(path, 'the header is not as it was written');
  }
  return { header: JSON.parse(text.toString()), end };
}

function checkOwner(header: GraphHeader, owner: GraphOwner, path: string): void {
  const expected = {
    format: FORMAT,
    metric: 'l2',
    m: M,
    efConstruction: EF_CONSTRUCTION,
    model: owner.model,
    dimension: owner.dimension,
    identity: owner.identity,
  };
  for (const [name, wanted] of Object.entries(expected)) {
    const found = header[name as keyof typeof expected];
    if (found !== wanted) throw damagedGraph(path, `its ${name} is ${found} where ${wanted} is needed`);
  }
  if (header.sequence > owner.sequence) {
    throw damagedGraph(path, `it is newer (${header.sequence}) than the records (${owner.sequence})`);
  }
}

/** The error for a graph that cannot be trusted. Nothing is lost: the records have all it takes. */
export function damagedGraph(path: string, what: string, cause?: unknown): HoldfastError {
  const message = `${path}: ${what}; it can be rebuilt from the records by starting with --rebuild-index`;
  return new HoldfastError('INDEX_DAMAGED', message, { cause });
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
