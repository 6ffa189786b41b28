import { matchesFilter } from '../filter/index.ts';
import { NearestList } from '../nearest.ts';
import { scoresAtLeast } from '../score.ts';
import type { FindOptions, Found, Hit, SearchOptions } from '../types.ts';
import { isUnit } from '../validation.ts';
import type { FoundRecord, RecordsState, SharedRecords, Stores } from './types.ts';

/** Up to this many vectors that pass, all are looked at, where the gallery is not told otherwise. */
export const SCAN_UP_TO = 2_000;
/** More labels than hits are asked for, as some may be of records that are gone. */
const SPARE = 8;
/** Within this distance a store may take one vector for another: in 8 bits, or where copies are put aside. */
const CLOSE = 0.1;
/** So many more are asked for where all that are proposed are so close. */
const CROWD = 120;

/**
 * The nearest records. The store of vectors proposes, what is not in it yet is looked at, and the distances are those of
 * the vectors in the records. Where few pass the filter, or the store does not have all vectors, those of the records are scanned.
 */
export async function findHits(
  stores: Stores,
  query: Float32Array,
  { behind, ...options }: FindOptions,
  scanUpTo: number,
): Promise<Found> {
  const { k, minScore = -1 } = options;
  const { ranked, state } = await nearest(stores, query, { ...options, k: k + behind }, scanUpTo);
  return {
    hits: ranked.slice(0, k).filter(({ distance }) => scoresAtLeast(distance, minScore)),
    behind: ranked.slice(k).map(({ vector }) => vector),
    generation: generationOf(state),
  };
}

/** What a store that does not have all vectors covers is nothing. */
export function generationOf({ whole, sequence }: Pick<RecordsState, 'whole' | 'sequence'>): number {
  return whole ? sequence : -1;
}

interface Nearest {
  readonly ranked: readonly Hit[];
  readonly state: RecordsState;
}

async function nearest(
  { records, vectors }: Stores,
  query: Float32Array,
  options: SearchOptions,
  scanUpTo: number,
): Promise<Nearest> {
  const { k, exact = false, ef, filter } = options;
  const few = Math.max(scanUpTo, 4 * k);
  const [state, passing] = await Promise.all([records.state(), filter && records.countPassing(filter, few)]);
  const proposes = state.whole && state.vectors === vectors.kind;
  if (exact || !proposes || (passing ?? state.count) < few || !isUnit(query))
    return { ranked: await scan(records, state, query, options), state };
  const propose = async (spare: number): Promise<FoundRecord[]> => {
    const labels = await vectors.search(query, { k: k + spare, ef, filter });
    // What the store may not have had when it was asked: writes whose tasks were not done, and those that came since.
    return records.candidates([...labels, ...state.pending], state.sequence);
  };
  const first = await propose(SPARE);
  const crowded = first.every(({ vector }) => distanceOf(query, vector) < CLOSE);
  const hits = rank(crowded ? await propose(CROWD) : first, query, options);
  return { ranked: hits.length < k ? await scan(records, state, query, options) : hits, state };
}

/** Looks at every vector that passes. */
async function scan(
  records: SharedRecords,
  { count, sequence }: RecordsState,
  query: Float32Array,
  options: SearchOptions,
): Promise<Hit[]> {
  const list = new NearestList(Math.min(options.k, count) + SPARE);
  await records.scan(options.filter, (label, vector) => {
    const distance = distanceOf(query, vector);
    if (distance <= list.limit) list.offer(label, distance);
  });
  const labels = list.ranked().map(({ label }) => label);
  return rank(await records.candidates(labels, sequence), query, options);
}

/** Nearest first; equal distances by age. */
function rank(found: readonly FoundRecord[], query: Float32Array, { k, filter }: SearchOptions): Hit[] {
  return found
    .filter(({ info }) => filter === undefined || matchesFilter(filter, info.metadata))
    .map(({ label, info, vector }) => ({ label, hit: { ...info, vector, distance: distanceOf(query, vector) } }))
    .sort((a, b) => a.hit.distance - b.hit.distance || a.label - b.label)
    .slice(0, k)
    .map(({ hit }) => hit);
}

/** Euclidean. */
function distanceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (Number(a[i]) - Number(b[i])) ** 2;
  return Math.sqrt(sum);
}
