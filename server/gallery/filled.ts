import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/files.ts';

/** The file in a gallery's folder that says that its first fill is complete. */
export const MARKER = 'filled.json';

const marker = z.object({
  /** The model version of the gallery, and what it takes to open it. */
  model: z.string(),
  dimension: z.number().int().positive(),
  /** Where the records came from, for who reads the file. */
  source: z.string(),
  /** ISO 8601. */
  at: z.string(),
});
export type Filled = z.infer<typeof marker>;

/** What the marker of a gallery says; undefined when there is none, or none that can be read. */
export function readFilled(directory: string): Filled | undefined {
  const path = join(directory, MARKER);
  if (!existsSync(path)) return undefined;
  try {
    return marker.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export function writeFilled(directory: string, filled: Omit<Filled, 'at'>, at = new Date()): void {
  writeFileAtomic(join(directory, MARKER), `${JSON.stringify({ ...filled, at: at.toISOString() })}\n`);
}

/** The gallery of a version is the last one from now on: later than those of other versions, also when the clock was set back. */
export function markLast(galleries: string, version: string, filled: Omit<Filled, 'at'>): void {
  const before = Date.parse(latestOther(galleries, version)?.at ?? '') || 0;
  writeFilled(join(galleries, version), filled, new Date(Math.max(Date.now(), before + 1)));
}

/** The gallery that was filled or served last, among those of other versions. */
export function latestOther(galleries: string, version: string): (Filled & { readonly directory: string }) | undefined {
  if (!existsSync(galleries)) return undefined;
  return readdirSync(galleries)
    .filter((name) => name !== version)
    .flatMap((name) => {
      const directory = join(galleries, name);
      const filled = readFilled(directory);
      return filled === undefined ? [] : [{ ...filled, directory }];
    })
    .sort((a, b) => b.at.localeCompare(a.at))[0];
}

/** The same, where the version's own was filled and served before it, so that it lacks what was written since. */
export function servedSince(galleries: string, version: string): ReturnType<typeof latestOther> {
  const own = readFilled(join(galleries, version));
  const other = latestOther(galleries, version);
  return own !== undefined && other !== undefined && other.at > own.at ? other : undefined;
}
