import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { headOfLoads, rowOfLoad } from './capacity.ts';
import { fire } from './fire.ts';
import { type Load, summarise } from './load.ts';
import { eventLoopDelay } from './metric.ts';
import { addition, probe, type Shape, search } from './requests.ts';

/** Searches a second: far below what the server can, so that what is measured is the company and not the queue. */
const RATE = 10;
const STEPS = 32;
/** A training begins with data and programs; what is measured begins after the first batches. */
const HARDEN_SECONDS = 120;
const POLL_MILLISECONDS = 500;

/** How long searches take while the server does something else beside: the 99th percentile as a multiple of that of searches alone. */
export async function company(bench: Bench): Promise<Report> {
  const { server, pictures, seconds, onProgress } = bench;
  const measure = async (): Promise<{ load: Load; delay: number }> => {
    await eventLoopDelay(server.url);
    const answers = await fire(server.url, pictures.map(search), { seconds, connections: 1, rate: RATE });
    return { load: summarise(answers, seconds), delay: await eventLoopDelay(server.url) };
  };
  const beside = async (shapes: readonly Shape[], connections: number) => {
    const stop = new AbortController();
    const others = fire(server.url, shapes, { seconds: 10 * seconds, connections, signal: stop.signal });
    await sleep(1000);
    const measured = await measure();
    stop.abort();
    await others;
    return measured;
  };
  const rows: string[][] = [[...headOfLoads, 'p99 / alone']];
  const figures: Record<string, number> = {};
  let alone = Number.NaN;
  const kinds: readonly (readonly [string, () => ReturnType<typeof measure>])[] = [
    ['alone', measure],
    ['beside new pictures, 2 clients', () => beside(pictures.map(addition), 2)],
    [
      'beside probes, 2 clients',
      () =>
        beside(
          pictures.map((picture) => probe(picture, STEPS)),
          2,
        ),
    ],
    ['beside a training', () => whileHardening(server.url, measure)],
  ];
  for (const [name, run] of kinds) {
    onProgress(`searches ${name}`);
    const { load, delay } = await run();
    if (name === 'alone') alone = load.p99;
    const ratio = load.p99 / alone;
    rows.push([...rowOfLoad(name, load, delay), ratio.toFixed(2)]);
    Object.assign(figures, { [`${name}: p99`]: load.p99, [`${name}: ratio`]: ratio, [`${name}: loop p99`]: delay });
  }
  return { name: `searches in company, ${RATE} a second`, rows, figures };
}

/** Measures while a job trains, and cancels it. */
async function whileHardening<T>(url: string, measure: () => Promise<T>): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const input = { options: { budget: `${HARDEN_SECONDS}s`, name: 'bench-company' } };
  const body = JSON.stringify({ kind: 'harden', input });
  const job = (await (await fetch(`${url}/jobs`, { method: 'POST', headers, body })).json()) as { id: string };
  const path = `${url}/jobs/${job.id}`;
  try {
    for (;;) {
      const now = (await (await fetch(path)).json()) as {
        state: string;
        progress: { share: number } | null;
        error: unknown;
      };
      if (now.state === 'running' && (now.progress?.share ?? 0) > 0) break;
      if (now.state !== 'waiting' && now.state !== 'running') {
        throw new HoldfastError('INTERNAL', `the training is ${now.state}: ${JSON.stringify(now.error)}`);
      }
      await sleep(POLL_MILLISECONDS);
    }
    return await measure();
  } finally {
    await fetch(path, { method: 'DELETE' });
  }
}
