import type { SearchResult } from '../sdk/index.ts';

/** How a result fared under an attack: places moved (positive: up), or over the edge of the list. */
export type Movement =
  | { readonly kind: 'moved'; readonly by: number }
  | { readonly kind: 'entered' }
  | { readonly kind: 'left' };

/** The movement of each result of `after`, against `before`. */
export function arrivals(before: readonly SearchResult[], after: readonly SearchResult[]): Movement[] {
  const ranks = rankById(before);
  return after.map(({ id, rank }) => {
    const earlier = ranks.get(id);
    return earlier === undefined ? { kind: 'entered' } : { kind: 'moved', by: earlier - rank };
  });
}

/** The movement of each result of `before`, towards `after`. */
export function departures(before: readonly SearchResult[], after: readonly SearchResult[]): Movement[] {
  const ranks = rankById(after);
  return before.map(({ id, rank }) => {
    const later = ranks.get(id);
    return later === undefined ? { kind: 'left' } : { kind: 'moved', by: rank - later };
  });
}

/** A sign to see and words to hear. */
export function describeMovement(movement: Movement): { readonly sign: string; readonly words: string } {
  if (movement.kind === 'entered') return { sign: 'new', words: 'new in the list' };
  if (movement.kind === 'left') return { sign: 'out', words: 'left the list' };
  const places = Math.abs(movement.by);
  if (places === 0) return { sign: '=', words: 'stayed' };
  const up = movement.by > 0;
  return { sign: `${up ? '▲' : '▼'} ${places}`, words: `${up ? 'up' : 'down'} ${places}` };
}

function rankById(results: readonly SearchResult[]): Map<string, number> {
  return new Map(results.map(({ id, rank }) => [id, rank]));
}
