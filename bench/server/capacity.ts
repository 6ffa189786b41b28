import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { fire } from './fire.ts';
import { type Load, summarise } from './load.ts';
import { eventLoopDelay } from './metric.ts';
import { addition, idQuery, probe, type Shape, search } from './requests.ts';

const CONNECTIONS = 16;
const PROBE_CONNECTIONS = 2;
const STEPS = 8;

export const headOfLoads = ['', 'a second', 'p50', 'p95', 'p99 ms', 'failed', 'loop p99 ms'];

export function rowOfLoad(name: string, load: Load, delay: number): string[] {
  const times = [load.p50, load.p95, load.p99].map((value) => value.toFixed(1));
  return [name, load.perSecond.toFixed(1), ...times, String(load.failed + load.refused), delay.toFixed(1)];
}

/** How many requests of each kind are answered in a second, and how fast, when several clients ask as often as they can. */
export async function capacity({ server, pictures, ids, seconds, onProgress }: Bench): Promise<Report> {
  const kinds: readonly (readonly [string, readonly Shape[], number])[] = [
    ['searches for a record', ids.map(idQuery), CONNECTIONS],
    ['searches with a picture', pictures.map(search), CONNECTIONS],
    ['new pictures', pictures.map(addition), CONNECTIONS],
    [`probes of ${STEPS} steps`, pictures.map((picture) => probe(picture, STEPS)), PROBE_CONNECTIONS],
  ];
  const rows: string[][] = [headOfLoads];
  const figures: Record<string, number> = {};
  for (const [name, shapes, connections] of kinds) {
    onProgress(name);
    await eventLoopDelay(server.url);
    const load = summarise(await fire(server.url, shapes, { seconds, connections }), seconds);
    const delay = await eventLoopDelay(server.url);
    rows.push(rowOfLoad(`${name}, ${connections} clients`, load, delay));
    Object.assign(figures, {
      [`${name}: a second`]: load.perSecond,
      [`${name}: p99`]: load.p99,
      [`${name}: loop p99`]: delay,
    });
  }
  return { name: 'capacity', rows, figures };
}
