import { HoldfastError } from '../base/errors.ts';
import type { Metadata, NewRecord } from './types.ts';

/** How far the norm of a stored vector may be from one. */
export const UNIT_TOLERANCE = 1e-3;

/** SQLite reads no JSON that is much deeper. */
const DEEPEST = 100;

/** Instants of the same form are in the order of their texts. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const LOOK = /^[0-9a-f]{16}$/;

const ID = /^[A-Za-z0-9._:-]{1,128}$/;

/** @throws REQUEST_INVALID unless the id is 1 to 128 of letters, digits, dot, dash, underscore and colon. */
export function checkId(id: unknown): asserts id is string {
  if (typeof id === 'string' && ID.test(id)) return;
  const shown = typeof id === 'string' ? JSON.stringify(id.slice(0, 140)) : typeof id;
  throw new HoldfastError('REQUEST_INVALID', `id: ${shown} is not 1 to 128 of A-Z a-z 0-9 . _ : -`);
}

/** @throws REQUEST_INVALID unless the value is a whole number of at least one. */
export function checkCount(name: string, value: unknown): asserts value is number {
  if (Number.isSafeInteger(value) && Number(value) >= 1) return;
  throw new HoldfastError('REQUEST_INVALID', `${name}: ${String(value)} is not a whole number of at least 1`);
}

/** @throws REQUEST_INVALID unless the value is a number from -1 to 1. */
export function checkScore(name: string, value: unknown): asserts value is number {
  if (typeof value === 'number' && value >= -1 && value <= 1) return;
  throw new HoldfastError('REQUEST_INVALID', `${name}: ${String(value)} is not a number from -1 to 1`);
}

/**
 * Lets only `dimension` finite float32 numbers through: hnswlib ends the process on a hole or a text, and answers with
 * garbage on NaN.
 * @throws VECTOR_INVALID
 */
export function checkVector(vector: unknown, dimension: number): asserts vector is Float32Array {
  if (!(vector instanceof Float32Array)) throw new HoldfastError('VECTOR_INVALID', 'the vector is not a Float32Array');
  if (vector.length !== dimension) {
    throw new HoldfastError('VECTOR_INVALID', `the vector has ${vector.length} numbers, the gallery has ${dimension}`);
  }
  const bad = vector.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new HoldfastError('VECTOR_INVALID', `the vector has ${vector[bad]} at position ${bad}`);
}

/** Whether the Euclidean norm is one, within the tolerance. */
export function isUnit(vector: Float32Array): boolean {
  return Math.abs(norm(vector) - 1) <= UNIT_TOLERANCE;
}

/**
 * The text under which metadata is stored.
 * @throws REQUEST_INVALID for anything but a plain JSON object, of values at most `DEEPEST` inside one another.
 */
export function metadataText(metadata: Metadata | null | undefined): string | null {
  if (metadata === null || metadata === undefined) return null;
  const text = jsonOf(metadata);
  if (!text?.startsWith('{')) throw new HoldfastError('REQUEST_INVALID', 'metadata: not a JSON object');
  const depth = depthOf(text);
  if (depth <= DEEPEST) return text;
  throw new HoldfastError('REQUEST_INVALID', `metadata: ${depth} values inside one another where ${DEEPEST} may be`);
}

/** How many lists and objects of a JSON text stand inside one another at the most. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw new HoldfastError('REQUEST_INVALID', `metadata: not plain JSON (${String(cause)})`, { cause });
  }
}

/** @throws REQUEST_INVALID, VECTOR_INVALID */
export function checkRecord(record: NewRecord, dimension: number): void {
  if (record.id !== undefined) checkId(record.id);
  checkText('label', record.label ?? '');
  checkText('image.type', record.image?.type);
  if (!(record.image.bytes instanceof Uint8Array)) {
    throw new HoldfastError('REQUEST_INVALID', 'image.bytes: not a Uint8Array');
  }
  if (record.image.look !== undefined && !LOOK.test(record.image.look)) {
    throw new HoldfastError('REQUEST_INVALID', 'image.look: not 16 hexadecimal digits');
  }
  if (record.createdAt !== undefined && !isInstant(record.createdAt)) {
    throw new HoldfastError('REQUEST_INVALID', 'createdAt: not an ISO 8601 instant in UTC with milliseconds');
  }
  checkVector(record.vector, dimension);
  if (!isUnit(record.vector)) {
    throw new HoldfastError('VECTOR_INVALID', `the vector has length ${norm(record.vector)} where 1 is needed`);
  }
}

function isInstant(text: string): boolean {
  return INSTANT.test(text) && !Number.isNaN(Date.parse(text));
}

function checkText(name: string, value: unknown): void {
  if (typeof value === 'string' && !/\p{Surrogate}/u.test(value)) return;
  throw new HoldfastError('REQUEST_INVALID', `${name}: ${typeof value === 'string' ? 'not Unicode' : typeof value}`);
}

function norm(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
