import { serializeError } from '../base/errors.ts';
import type { NewRecord, UpsertOutcome } from './types.ts';
import { checkId, checkRecord, metadataText } from './validation.ts';

/** The records of an upsert that can be stored, and what is to be said of the others, by their places. */
export interface SortedOut {
  readonly valid: readonly NewRecord[];
  readonly refused: ReadonlyMap<number, UpsertOutcome>;
}

/** Sets records aside that are not valid. */
export function sortOut(records: readonly NewRecord[], dimension: number): SortedOut {
  const valid: NewRecord[] = [];
  const refused = new Map<number, UpsertOutcome>();
  records.forEach((record, place) => {
    try {
      checkRecord(record, dimension);
      metadataText(record.metadata);
      valid.push(record);
    } catch (error) {
      refused.set(place, { id: validId(record.id), status: 'refused', error: serializeError(error) });
    }
  });
  return { valid, refused };
}

/** An id as it may be shown; null for one that was not given or is none. */
function validId(id: unknown): string | null {
  try {
    checkId(id);
    return id;
  } catch {
    return null;
  }
}
