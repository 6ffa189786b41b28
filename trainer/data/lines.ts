import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import { missing, type PhotographSet } from './photographs.ts';

/** A line of a list in a set's folder, cut at spaces. */
export interface Line {
  readonly fields: readonly string[];
  /** File and line, for errors. */
  readonly place: string;
}

/**
 * The lines of a list; empty ones are passed over. @param columns how many fields each has.
 * @throws HoldfastError DATA_MISSING, or DATA_DAMAGED naming the line
 */
export function readLines(
  set: Pick<PhotographSet, 'name' | 'origin'>,
  folder: string,
  name: string,
  columns: number,
): Line[] {
  const path = join(folder, name);
  if (!existsSync(path)) throw missing(set, `${path} is missing`);
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .flatMap((text, i) => {
      if (text.trim() === '') return [];
      const [fields, place] = [text.trim().split(/\s+/), `${path}, line ${i + 1}`];
      if (fields.length !== columns) {
        throw new HoldfastError(
          'DATA_DAMAGED',
          `${place}: "${text}" has ${fields.length} fields instead of ${columns}`,
        );
      }
      return [{ fields, place }];
    });
}

/** A field as a whole number from 1. @throws HoldfastError DATA_DAMAGED */
export function numberIn({ fields, place }: Line, column: number): number {
  const value = Number(fields[column]);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new HoldfastError('DATA_DAMAGED', `${place}: "${fields[column]}" is not a number from 1`);
}
