import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job, JobQueue } from '../../../server/jobs/types.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { openQueueAt } from './support/queues.ts';
import { jobWith, testWorkers } from './support/workers.ts';

describe('a training that is a job', () => {
  const workers = testWorkers();
  let data: string;
  let place: string;
  let queue: JobQueue;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-harden-job-'));
    writeTestModel(join(data, 'models'), 'first-1');
    for (const label of ['a', 'b', 'c', 'd']) {
      const folder = join(data, 'pictures', label);
      mkdirSync(folder, { recursive: true });
      for (const name of ['1', '2']) writeFileSync(join(folder, `${name}.png`), await png(label + name));
    }
    place = join(data, 'jobs', 'queue.sqlite');
    queue = await openQueueAt(place);
  });
  afterAll(async () => {
    workers.end();
    await queue.close();
    rmSync(data, { recursive: true });
  });

  const startWorker = () => workers.start(place, data);
  const enqueue = (name: string, epochs: number): Promise<Job> => {
    const begin = { init: join(data, 'models', 'first-1'), data: 'folder', folder: join(data, 'pictures') };
    const length = { defense: 'vanilla', epochs, pairs: 2, queries: 2, threads: 1, backbone: 'compact' };
    const options = { name, ...begin, ...length, 'checkpoint-every': '1s', 'log-every': 1 };
    return queue.enqueue({ kind: 'harden', input: { options } });
  };
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
      await jobWith(queue, id, ({ progress }) => (progress?.share ?? 0) > 0.1);
      await workers.kill(first, 'with its own');

      const second = startWorker();
      const resumed = await jobWith(queue, id, ({ starts, progress }) => starts === 2 && (progress?.share ?? 0) > 0.3);
      expect(resumed.progress).toMatchObject({ note: expect.stringMatching(/^vanilla epoch \d+ of 60, batch \d of/) });
      await workers.kill(second, 'alone');

      startWorker();
      const done = await jobWith(queue, id, ({ state }) => state === 'done');
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
    await jobWith(queue, id, ({ progress }) => progress !== null);
    await queue.cancel(id);
    await jobWith(queue, id, ({ state }) => state === 'cancelled');
    const { length } = logOf('cancelled-1');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(logOf('cancelled-1')).toHaveLength(length);
  });

  it('fails with the error of the trainer', async () => {
    const options = { name: 'missing-1', data: 'folder', folder: join(data, 'nowhere') };
    const { id } = await queue.enqueue({ kind: 'harden', input: { options } });
    startWorker();
    const failed = await jobWith(queue, id, ({ state }) => state === 'failed');
    expect(failed).toMatchObject({ failures: 1, error: { code: 'DATA_MISSING' } });
  });
});
