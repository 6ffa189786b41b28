import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSqliteQueue } from '../../../server/jobs/sqlite/queue.ts';
import type { Job, JobQueue } from '../../../server/jobs/types.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { TIMES } from './support/times.ts';

const WORKER = fileURLToPath(new URL('./support/job-worker.ts', import.meta.url));

describe('a training that is a job', () => {
  let data: string;
  let queue: JobQueue;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-harden-job-'));
    writeTestModel(join(data, 'models'), 'first-1');
    for (const label of ['a', 'b', 'c', 'd']) {
      const folder = join(data, 'pictures', label);
      mkdirSync(folder, { recursive: true });
      for (const name of ['1', '2']) writeFileSync(join(folder, `${name}.png`), await png(label + name));
    }
    queue = openSqliteQueue(join(data, 'jobs', 'queue.sqlite'), TIMES);
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await queue.close();
    rmSync(data, { recursive: true });
  });

  /** A worker in a group of its own, so that it can be killed together with its trainer, as by a power cut. */
  function startWorker(): ChildProcess {
    const worker = fork(WORKER, [data], { execArgv: ['--import', 'tsx'], detached: true, stdio: 'inherit' });
    workers.push(worker);
    return worker;
  }
  const enqueue = (name: string, epochs: number): Promise<Job> => {
    const begin = { init: join(data, 'models', 'first-1'), data: 'folder', folder: join(data, 'pictures') };
    const length = { defense: 'vanilla', epochs, pairs: 2, queries: 2, threads: 1, backbone: 'compact' };
    const options = { name, ...begin, ...length, 'checkpoint-every': '1s', 'log-every': 1 };
    return queue.enqueue({ kind: 'harden', input: { options } });
  };
  const jobWith = (id: string, check: (job: Job) => boolean): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job = await queue.get(id);
        if (job === undefined || !check(job)) throw new Error(JSON.stringify(job));
        return job;
      },
      { timeout: 120_000, interval: 50 },
    );
  const logOf = (name: string): Record<string, unknown>[] =>
    readFileSync(join(data, 'runs', name, 'log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  // Loads the trainer three times.
  it.runIf(process.env.HOLDFAST_SLOW_TESTS === '1')(
    'goes on from its checkpoint after kill -9 of everything, and of its worker alone',
    async () => {
      const { id } = await enqueue('killed-1', 60);
      const first = startWorker();
      await jobWith(id, ({ progress }) => (progress?.share ?? 0) > 0.1);
      process.kill(-(first.pid as number), 'SIGKILL');
      await once(first, 'exit');

      const second = startWorker();
      const resumed = await jobWith(id, ({ starts, progress }) => starts === 2 && (progress?.share ?? 0) > 0.3);
      expect(resumed.progress).toMatchObject({ note: expect.stringMatching(/^vanilla epoch \d+ of 60, batch \d of/) });
      second.kill('SIGKILL');
      await once(second, 'exit');

      startWorker();
      const done = await jobWith(id, ({ state }) => state === 'done');
      expect(done).toMatchObject({ starts: 3, failures: 0, result: { version: 'killed-1' } });
      const lines = logOf('killed-1');
      const sittings = lines.filter(({ kind }) => kind === 'run');
      expect(sittings).toHaveLength(3);
      const begun = sittings.map(({ epoch }) => Number(epoch));
      expect(begun[0]).toBe(0);
      expect(begun[1]).toBeGreaterThan(0);
      expect(begun[2]).toBeGreaterThan(begun[1] as number);
      // No batch was done twice, and none was left out.
      const steps = lines.filter(({ kind }) => kind === 'batch').map(({ step }) => step);
      expect(steps).toEqual(Array.from({ length: steps.length }, (_, i) => i + 1));
    },
    400_000,
  );

  it('stops after its batch when it is cancelled, and keeps its checkpoint', async () => {
    const { id } = await enqueue('cancelled-1', 5000);
    startWorker();
    await jobWith(id, ({ progress }) => progress !== null);
    await queue.cancel(id);
    await jobWith(id, ({ state }) => state === 'cancelled');
    const { length } = logOf('cancelled-1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(logOf('cancelled-1')).toHaveLength(length);
  }, 150_000);

  it('fails with the error of the trainer', async () => {
    const options = { name: 'missing-1', data: 'folder', folder: join(data, 'nowhere') };
    const { id } = await queue.enqueue({ kind: 'harden', input: { options } });
    startWorker();
    const failed = await jobWith(id, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ failures: 1, error: { code: 'DATA_MISSING' } });
  }, 150_000);
});
