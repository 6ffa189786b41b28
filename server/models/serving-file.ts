import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import { writeFileAtomic } from '../../base/files.ts';

const shape = z.strictObject({ version: z.string(), previous: z.string().nullable() });

/** Which version was promoted last, and which it took over from. */
export type Promoted = z.output<typeof shape>;

const pathOf = (data: string): string => join(data, 'models', 'serving.json');

/** Undefined where nothing was ever promoted. @throws HoldfastError MODEL_DAMAGED */
export function readPromoted(data: string): Promoted | undefined {
  const path = pathOf(data);
  if (!existsSync(path)) return undefined;
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new HoldfastError('MODEL_DAMAGED', `${path} does not say which version is served; mend or delete it`, {
      cause,
    });
  }
}

export function writePromoted(data: string, promoted: Promoted): void {
  writeFileAtomic(pathOf(data), `${JSON.stringify(promoted)}\n`);
}

/** The version that a rollback goes to. @param named the version that this start was told to serve, whatever was promoted. */
export function previousOf(promoted: Promoted | undefined, named: string | undefined): string | null {
  if (promoted === undefined) return null;
  return named === undefined || named === promoted.version ? promoted.previous : promoted.version;
}
