import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';

export const RECORDS_FILE = 'records.sqlite';
const MANIFEST_FILE = 'snapshot.json';

const schema = z
  .strictObject({
    format: z.literal(1),
    /** The folder's name: when it was made, and the sequence of the gallery. */
    name: z.string(),
    /** ISO 8601, UTC. */
    at: z.string(),
    model: z.string(),
    dimension: z.int().positive(),
    sequence: z.int().nonnegative(),
    count: z.int().nonnegative(),
    /** SHA-256 of each file. What came from elsewhere must not lead out of the folder. */
    files: z
      .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/), z.string())
      .refine((files) => RECORDS_FILE in files, 'the records are not among them'),
  })
  .readonly();

/** What a snapshot says of itself. */
export type Snapshot = z.infer<typeof schema>;

/** The manifest of a snapshot's folder. @throws SNAPSHOT_UNUSABLE */
export function readManifest(folder: string): Snapshot {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, MANIFEST_FILE), 'utf8')));
  } catch (cause) {
    throw unusable(folder, 'it has no manifest that can be read', cause);
  }
}

/** The name and the content of the manifest's file. */
export function manifestFile(folder: string, snapshot: Snapshot): [path: string, text: string] {
  return [join(folder, MANIFEST_FILE), `${JSON.stringify(snapshot, null, 2)}\n`];
}

export function unusable(folder: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError('SNAPSHOT_UNUSABLE', `${folder}: ${what}`, { cause });
}
