import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HoldfastError } from '../../../../base/errors.ts';
import { MOST_FAILURES } from '../../../../server/jobs/outcome.ts';
import type { JobHandler, JobQueue, Lease } from '../../../../server/jobs/types.ts';
import { forkScript } from '../../../support/bundles/bundled.ts';

/** Where a queue is, and how it is opened: a path, or a URL. */
export interface QueuePlace {
  readonly place: string;
  open(): Promise<JobQueue>;
}

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));
const input = { a: 1 };

/** What every queue must do. @param makePlace an empty one for each test. */
export function itIsAQueue(makePlace: () => Promise<QueuePlace>): void {
  let place: QueuePlace;
  let queue: JobQueue;
  let workers: { readonly end: AbortController; readonly done: Promise<void> }[] = [];

  beforeEach(async () => {
    place = await makePlace();
    queue = await place.open();
  });
  afterEach(async () => {
    await endWorkers();
    await queue.close();
  });

  function work(handler: JobHandler): { end(): Promise<void> } {
    const end = new AbortController();
    const worker = { end, done: queue.work(handler, end.signal) };
    workers.push(worker);
    return {
      end: () => {
        end.abort();
        return worker.done;
      },
    };
  }
  async function endWorkers(): Promise<void> {
    const all = workers;
    workers = [];
    for (const { end } of all) end.abort();
    await Promise.all(all.map(({ done }) => done));
  }
  const enqueue = async (kind = 'test'): Promise<string> => (await queue.enqueue({ kind, input })).id;
  const becomes = (id: string, state: string) =>
    vi.waitFor(
      async () => {
        const job = await queue.get(id);
        expect(job?.state).toBe(state);
        return job;
      },
      { timeout: 60_000, interval: 20 },
    );
  /** A handler that runs until it is let go. */
  const untilLetGo = ({ signal }: Lease): Promise<never> =>
    new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });

  it('keeps a job as it was given', async () => {
    const made = await queue.enqueue({ kind: 'test', input: { text: 'ä', nested: { list: [1, null] } } });
    expect(made).toMatchObject({ kind: 'test', state: 'waiting', starts: 0, failures: 0, cancelRequested: false });
    expect(made).toMatchObject({ progress: null, result: null, error: null, startedAt: null, finishedAt: null });
    expect(await queue.get(made.id)).toEqual(made);
    expect(made.input).toEqual({ text: 'ä', nested: { list: [1, null] } });
    expect(await queue.get('unknown')).toBeUndefined();
  });

  it('keeps jobs when it is closed and opened again', async () => {
    const id = await enqueue();
    await queue.close();
    queue = await place.open();
    expect(await queue.get(id)).toMatchObject({ id, state: 'waiting', input });
  });

  it('lists the newest first, by state and kind, and no more than asked for', async () => {
    const ids = [await enqueue('a'), await enqueue('b'), await enqueue('a')];
    const list = async (filter: object) => (await queue.list({ limit: 10, ...filter })).map(({ id }) => id);
    expect(await list({})).toEqual([...ids].reverse());
    expect(await list({ limit: 2 })).toEqual([ids[2], ids[1]]);
    expect(await list({ kind: 'a' })).toEqual([ids[2], ids[0]]);
    await queue.cancel(ids[0] as string);
    expect(await list({ state: 'waiting' })).toEqual([ids[2], ids[1]]);
    expect(await list({ state: 'cancelled', kind: 'a' })).toEqual([ids[0]]);
    expect(await list({ state: 'done' })).toEqual([]);
  });

  it('does jobs in the order of their arrival, with progress and result', async () => {
    const ids = [await enqueue('a'), await enqueue('b')];
    const order: string[] = [];
    let seen: unknown;
    work(async ({ job, report }) => {
      order.push(job.id);
      await report({ share: 0.5, note: 'half', figures: { loss: 1.5 } });
      seen = await queue.get(job.id);
      return { kind: job.kind };
    });
    const last = await becomes(ids[1] as string, 'done');
    expect(order).toEqual(ids);
    expect(seen).toMatchObject({ state: 'running', starts: 1, progress: { share: 0.5, figures: { loss: 1.5 } } });
    expect(last).toMatchObject({ result: { kind: 'b' }, starts: 1, failures: 0, error: null });
    expect(Date.parse(last?.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(last?.startedAt ?? ''));
  });

  it('gives a job to one worker only', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => enqueue()));
    const done: string[] = [];
    for (let worker = 0; worker < 2; worker++) work(async ({ job }) => void done.push(job.id));
    await vi.waitFor(() => expect(done.length).toBe(ids.length), { timeout: 60_000 });
    await Promise.all(ids.map((id) => becomes(id, 'done')));
    expect(done.sort()).toEqual(ids.sort());
  });

  it('tries a job that fails again, and then gives it up with the error', async () => {
    const id = await enqueue();
    let tries = 0;
    work(async () => {
      tries += 1;
      throw new Error(`try ${tries}`);
    });
    const job = await becomes(id, 'failed');
    expect(tries).toBe(MOST_FAILURES);
    expect(job).toMatchObject({ failures: MOST_FAILURES, starts: MOST_FAILURES, error: { code: 'INTERNAL' } });
    expect(job?.error?.message).toContain(`try ${MOST_FAILURES}`);
  });

  it('remembers why a job failed when a later try succeeds', async () => {
    const id = await enqueue();
    work(async ({ job }) => {
      if (job.failures === 0) throw new HoldfastError('OVERLOADED', 'too much');
      return 'well';
    });
    expect(await becomes(id, 'done')).toMatchObject({
      ...{ result: 'well', failures: 1, starts: 2, error: { code: 'OVERLOADED', message: 'too much' } },
    });
  });

  it('does not try again what cannot succeed', async () => {
    const id = await enqueue();
    let tries = 0;
    work(async () => {
      tries += 1;
      throw new HoldfastError('OPTION_INVALID', '--seed is "x"');
    });
    const job = await becomes(id, 'failed');
    expect(job).toMatchObject({ failures: 1, error: { code: 'OPTION_INVALID', message: '--seed is "x"' } });
    expect(tries).toBe(1);
  });

  it('cancels a job that waits, and no worker sees it', async () => {
    const [cancelled, other] = [await enqueue(), await enqueue()];
    expect(await queue.cancel(cancelled)).toMatchObject({ state: 'cancelled', cancelRequested: true });
    const seen: string[] = [];
    work(async ({ job }) => void seen.push(job.id));
    await becomes(other, 'done');
    expect(seen).toEqual([other]);
    expect(await queue.get(cancelled)).toMatchObject({ state: 'cancelled', starts: 0 });
    expect(await queue.cancel('unknown')).toBeUndefined();
  });

  it('cancels a job that runs, by its signal', async () => {
    const id = await enqueue();
    work(untilLetGo);
    await becomes(id, 'running');
    expect(await queue.cancel(id)).toMatchObject({ cancelRequested: true });
    expect(await becomes(id, 'cancelled')).toMatchObject({ failures: 0, starts: 1 });
    expect(await queue.cancel(id)).toMatchObject({ state: 'cancelled' });
  });

  it('leaves a finished job as it is', async () => {
    const id = await enqueue();
    work(async () => 'well');
    await becomes(id, 'done');
    expect(await queue.cancel(id)).toMatchObject({ state: 'done', result: 'well', cancelRequested: false });
  });

  it('takes back the job of a worker that ends, and gives it to the next one at once', async () => {
    const id = await enqueue();
    const first = work(untilLetGo);
    await becomes(id, 'running');
    await first.end();
    expect(await queue.get(id)).toMatchObject({ state: 'waiting', failures: 0 });
    work(async () => 'well');
    expect(await becomes(id, 'done')).toMatchObject({ starts: 2, failures: 0, result: 'well' });
  });

  it('lets another worker begin the job of one that was killed, once', async () => {
    const id = await enqueue();
    const child = forkScript(WORKER, [place.place], { stdio: 'inherit' });
    expect((await once(child, 'message'))[0]).toBe(id);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await queue.get(id)).toMatchObject({ state: 'running', starts: 1, progress: { share: 0.5 } });
    const seen: number[] = [];
    for (let worker = 0; worker < 2; worker++) work(async ({ job }) => void seen.push(job.starts));
    expect(await becomes(id, 'done')).toMatchObject({ starts: 2, failures: 0 });
    expect(seen).toEqual([2]);
  });

  it('gives a job again and again while it is scheduled', async () => {
    const { id, nextAt } = await queue.schedule({ kind: 'again', input, cron: '* * * * * *' });
    expect(Date.parse(nextAt)).toBeGreaterThan(Date.now() - 5_000);
    expect(await queue.schedules()).toMatchObject([{ id, kind: 'again', input, cron: '* * * * * *' }]);
    expect(await queue.list({ limit: 10 })).toEqual([]);
    const seen = new Set<string>();
    work(async ({ job }) => void seen.add(job.id));
    await vi.waitFor(() => expect(seen.size).toBeGreaterThan(1), { timeout: 60_000 });
    expect(await queue.unschedule(id)).toBe(true);
    expect(await queue.unschedule(id)).toBe(false);
    expect(await queue.schedules()).toEqual([]);
    const done = await queue.list({ limit: 10, kind: 'again' });
    expect(done.length).toBeGreaterThan(1);
    expect(done[0]).toMatchObject({ input, failures: 0 });
  });

  it.each(['', 'daily', '* * * *', '61 * * * *', '0 0 31 2 *', '@daily', '0 3 * * MON'])(
    'refuses the cron expression "%s"',
    async (cron) => {
      await expect(queue.schedule({ kind: 'test', input, cron })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
      expect(await queue.schedules()).toEqual([]);
    },
  );
}
