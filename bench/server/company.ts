import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../base/errors.ts';
import type { Report } from '../harness.ts';
import type { Bench } from './bench.ts';
import { beside } from './beside.ts';
import { headOfLoads, rowOfLoad } from './capacity.ts';
import { fire } from './fire.ts';
import { type Answer, type Load, summarise } from './load.ts';
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
  const measureBeside = async (shapes: readonly Shape[], connections: number) => {
    const others = (signal: AbortSignal): Promise<Answer[]> =>
      fire(server.url, shapes, { seconds: 10 * seconds, connections, signal });
    const { result } = await beside(others, async () => {
      await sleep(1000);
      return measure();
    });
    return result;
  };
  const rows: string[][] = [[...headOfLoads, 'p99 / alone']];
  const figures: Record<string, number> = {};
  let alone = Number.NaN;
  const kinds: readonly (readonly [string, () => ReturnType<typeof measure>])[] = [
    ['alone', measure],
    ['beside new pictures, 2 clients', () => measureBeside(pictures.map(addition), 2)],
    [
      'beside probes, 2 clients',
      () =>
        measureBeside(
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

interface Job {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly share: number } | null;
  readonly error: unknown;
}

/** Measures while a job trains, cancels it, and waits until it has ended. */
async function whileHardening<T>(url: string, measure: () => Promise<T>): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const input = { options: { budget: `${HARDEN_SECONDS}s`, name: 'bench-company' } };
  const body = JSON.stringify({ kind: 'harden', input });
  const { id } = (await (await fetch(`${url}/jobs`, { method: 'POST', headers, body })).json()) as Job;
  const path = `${url}/jobs/${id}`;
  const until = async (holds: (job: Job) => boolean): Promise<Job> => {
    for (;;) {
      const job = (await (await fetch(path)).json()) as Job;
      if (holds(job) || !['waiting', 'running'].includes(job.state)) return job;
      await sleep(POLL_MILLISECONDS);
    }
  };
  const trains = (job: Job): boolean => (job.progress?.share ?? 0) > 0;
  const began = await until(trains);
  if (!trains(began)) {
    throw new HoldfastError('INTERNAL', `the training is ${began.state}: ${JSON.stringify(began.error)}`);
  }
  try {
    return await measure();
  } finally {
    await fetch(path, { method: 'DELETE' });
    await until(() => false);
  }
}
