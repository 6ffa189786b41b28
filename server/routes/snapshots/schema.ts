import { z } from 'zod';
import type { VersionSnapshot } from '../../snapshots/places.ts';

/** A snapshot as it leaves the server. */
export const snapshotSchema = z.strictObject({
  name: z.string().describe('what "npm run snapshot -- restore" takes'),
  version: z.string().describe('the model version whose gallery it is of'),
  at: z.string().describe('ISO 8601, UTC'),
  records: z.int().nonnegative(),
  sequence: z.int().nonnegative().describe('how many writes the gallery had seen'),
});

export function describeSnapshot({
  name,
  version,
  at,
  count,
  sequence,
}: VersionSnapshot): z.infer<typeof snapshotSchema> {
  return { name, version, at, records: count, sequence };
}
