import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { LabelledImages } from '../types.ts';

/**
 * SHA-256 in lower-case hex of all that a set is: form, classes, labels, and its pixels or, for files, the path (from the folder
 * that holds them all) and the length of each. It is the same wherever the set lies.
 * @throws HoldfastError DATA_MISSING naming a file that is not there
 */
export function fingerprint({ size, channels, classes, labels, pictures }: LabelledImages): string {
  const hash = createHash('sha256');
  const form = { size, channels, classes, kind: pictures.kind };
  if (pictures.kind === 'bytes') hash.update(JSON.stringify(form)).update(bytesOf(labels)).update(pictures.bytes);
  else {
    const root = commonFolder(pictures.paths);
    const files = pictures.paths.map((path) => [relative(root, path).replaceAll(sep, '/'), lengthOf(path)]);
    hash.update(JSON.stringify({ ...form, preprocessing: pictures.preprocessing, files })).update(bytesOf(labels));
  }
  return hash.digest('hex');
}

function bytesOf({ buffer, byteOffset, byteLength }: Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function lengthOf(path: string): number {
  const length = statSync(path, { throwIfNoEntry: false })?.size;
  if (length === undefined) throw new HoldfastError('DATA_MISSING', `the picture ${path} is missing`);
  return length;
}

/** The deepest folder that holds all the files. */
function commonFolder(paths: readonly string[]): string {
  const [first = '.', ...rest] = paths;
  let folder = dirname(first);
  for (const path of rest)
    while (!path.startsWith(folder + sep) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}
