import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lenet } from '../../../embedding/backbones/lenet.ts';
import { auditFolder } from '../../../server/jobs/kinds/audit/folder.ts';
import { openSqliteQueue } from '../../../server/jobs/sqlite/queue.ts';
import type { Job, JobQueue } from '../../../server/jobs/types.ts';
import { testApp } from '../support/app.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { TIMES } from './support/times.ts';

const WORKER = fileURLToPath(new URL('./support/job-worker.ts', import.meta.url));
const INPUT = { images: 12, queries: 8, sample: 4, steps: 4, blackBox: 4, epsilon: 16 };

// Loads the audit three times.
describe.runIf(process.env.HOLDFAST_SLOW_TESTS === '1')('an audit whose worker is killed', () => {
  let data: string;
  let queue: JobQueue;
  let server: Server;
  let url: string;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-audit-killed-'));
    writeTestModel(join(data, 'models'), 'test-1', lenet, { size: 28, fit: 'contain', kernel: 'linear', channels: 1 });
    const { app, gallery } = testApp();
    const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
    for (let i = 0; i < 12; i++) {
      const image = { type: 'image/png', bytes: await png(i) };
      await gallery.add([{ id: `r${i}`, label: `class ${i % 4}`, vector, image }]);
    }
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    queue = openSqliteQueue(join(data, 'jobs', 'queue.sqlite'), TIMES);
  });
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await queue.close();
    server.closeAllConnections();
    server.close();
    rmSync(data, { recursive: true });
  });

  /** A worker in a group of its own, so that it can be killed together with its audit, as by a power cut. */
  function startWorker(): ChildProcess {
    const worker = fork(WORKER, [data, url], { execArgv: ['--import', 'tsx'], detached: true, stdio: 'inherit' });
    workers.push(worker);
    return worker;
  }
  const jobWith = (id: string, check: (job: Job) => boolean): Promise<Job> =>
    vi.waitFor(
      async () => {
        const job = await queue.get(id);
        if (job === undefined || !check(job)) throw new Error(JSON.stringify(job));
        return job;
      },
      { timeout: 120_000, interval: 50 },
    );
  const stateOf = (id: string): string[] => {
    const path = join(auditFolder(data, id) ?? '', 'state.jsonl');
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  };

  it('goes on with what there is after kill -9 of everything, and of its worker alone, to the same report', async () => {
    const { id } = await queue.enqueue({ kind: 'audit', input: INPUT });
    const first = startWorker();
    await vi.waitFor(() => expect(stateOf(id).length).toBeGreaterThan(4), { timeout: 120_000, interval: 20 });
    process.kill(-(first.pid as number), 'SIGKILL');
    await once(first, 'exit');
    const kept = stateOf(id);

    const second = startWorker();
    await vi.waitFor(() => expect(stateOf(id).length).toBeGreaterThan(kept.length + 1), {
      timeout: 120_000,
      interval: 20,
    });
    expect(stateOf(id).slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
    second.kill('SIGKILL');
    await once(second, 'exit');

    startWorker();
    const done = await jobWith(id, ({ state }) => state === 'done');
    expect(done).toMatchObject({ starts: 3, failures: 0, result: { queries: 8 } });
    // Each piece once: none was computed twice, none is missing.
    const keys = stateOf(id)
      .slice(1)
      .map((line) => String(JSON.parse(line).key));
    expect(new Set(keys).size).toBe(keys.length);

    const { id: again } = await queue.enqueue({ kind: 'audit', input: INPUT });
    const whole = await jobWith(again, ({ state }) => state === 'done');
    expect(whole.result).toEqual(done.result);
  }, 500_000);
});
