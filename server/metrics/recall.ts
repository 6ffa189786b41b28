import { Gauge, type Registry } from 'prom-client';
import { mean } from '../../base/statistics.ts';
import { combineQueries } from '../../index/index.ts';
import type { Gallery } from '../../index/types.ts';
import type { Lifecycle } from '../lifecycle.ts';

const QUERIES = 20;
const K = 10;
/** Each measurement scans the gallery twenty times. */
const EVERY_MILLISECONDS = 300_000;
/** Of distances of unit vectors, computed in two ways. */
const SAME = 1e-5;

/**
 * Recall at 10 of searches through the graph: the share of what a scan of all vectors finds, over queries half-way between records.
 * Undefined for fewer records than a query returns.
 */
export async function measureRecall(gallery: Pick<Gallery, 'sample' | 'search'>): Promise<number | undefined> {
  const records = await gallery.sample(QUERIES + 1);
  if (records.length <= K) return undefined;
  const found: number[] = [];
  for (const [i, { vector }] of records.slice(1).entries()) {
    const before = records[i]?.vector ?? vector;
    const query = combineQueries(
      [vector, before].map((one) => ({ vector: one, weight: 1 })),
      vector.length,
    );
    const exact = await gallery.search(query, { k: K, exact: true });
    const walked = await gallery.search(query, { k: K });
    const farthest = exact.at(-1)?.distance ?? 0;
    found.push(walked.filter(({ distance }) => distance <= farthest + SAME).length / exact.length);
  }
  return mean(found);
}

/** The canary of the index: measured when it is asked for, at most every five minutes and once for the same records. */
export function addRecallGauge(lifecycle: Lifecycle, registers: Registry[], now: () => number = Date.now): void {
  let known: { readonly of: string; readonly at: number; readonly recall: Promise<number | undefined> } | undefined;
  new Gauge({
    name: 'holdfast_index_recall',
    help: 'Recall at 10 of searches through the graph against scans, on 20 queries; at most five minutes old',
    labelNames: ['model'] as const,
    registers,
    async collect() {
      this.reset();
      const gallery = lifecycle.current()?.gallery;
      if (gallery === undefined) return;
      const { model, sequence, generation } = await gallery.status();
      const of = `${model} ${sequence} ${generation}`;
      if (known === undefined || (known.of !== of && now() - known.at >= EVERY_MILLISECONDS)) {
        // A gallery that is being closed must not take the other figures with it.
        known = { of, at: now(), recall: measureRecall(gallery).catch(() => undefined) };
      }
      const recall = await known.recall;
      if (recall !== undefined) this.set({ model }, recall);
    },
  });
}
