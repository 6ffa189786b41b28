import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lenet } from '../../../embedding/backbones/lenet.ts';
import { auditFolder } from '../../../server/jobs/kinds/audit/folder.ts';
import type { JobQueue } from '../../../server/jobs/types.ts';
import { testApp } from '../support/app.ts';
import { type Listening, listen } from '../support/listen.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { openQueueAt, queueKinds } from './support/queues.ts';
import { jobWith, testWorkers } from './support/workers.ts';

const INPUT = { images: 12, queries: 8, sample: 4, steps: 4, blackBox: 4, epsilon: 16 };
const SLOW = process.env.HOLDFAST_SLOW_TESTS === '1';

// Loads the audit three times. That either queue lets another worker go on is the business of its own tests.
describe.runIf(SLOW).each(queueKinds().slice(-1))(
  'an audit of the queue on %s whose worker is killed',
  (_, makePlace) => {
    const workers = testWorkers();
    let data: string;
    let place: string;
    let remove: () => Promise<void>;
    let queue: JobQueue;
    let server: Listening;

    beforeAll(async () => {
      data = mkdtempSync(join(tmpdir(), 'holdfast-audit-killed-'));
      writeTestModel(join(data, 'models'), 'test-1', lenet, {
        size: 28,
        fit: 'contain',
        kernel: 'linear',
        channels: 1,
      });
      const { app, gallery } = testApp();
      const vector = Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0);
      for (let i = 0; i < 12; i++) {
        const image = { type: 'image/png', bytes: await png(i) };
        await gallery.add([{ id: `r${i}`, label: `class ${i % 4}`, vector, image }]);
      }
      server = await listen(app);
      ({ place, remove } = await makePlace());
      queue = await openQueueAt(place);
    });
    afterAll(async () => {
      workers.end();
      await queue.close();
      await remove();
      server.close();
      rmSync(data, { recursive: true });
    });

    const startWorker = () => workers.start(place, data, server.url);
    const stateOf = (id: string): string[] => {
      const path = join(auditFolder(data, id) ?? '', 'state.jsonl');
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    };
    const moreThan = (id: string, pieces: number) =>
      vi.waitFor(() => expect(stateOf(id).length).toBeGreaterThan(pieces), { timeout: 120_000, interval: 20 });

    it('goes on with what there is after kill -9 of everything, and of its worker alone, to the same report', async () => {
      const { id } = await queue.enqueue({ kind: 'audit', input: INPUT });
      const first = startWorker();
      await moreThan(id, 4);
      await workers.kill(first, 'with its own');
      const kept = stateOf(id);

      const second = startWorker();
      await moreThan(id, kept.length + 1);
      expect(stateOf(id).slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
      await workers.kill(second, 'alone');

      startWorker();
      const done = await jobWith(queue, id, ({ state }) => state === 'done');
      expect(done).toMatchObject({ starts: 3, failures: 0, result: { queries: 8 } });
      // Each piece once: none was computed twice, none is missing.
      const keys = stateOf(id)
        .slice(1)
        .map((line) => String(JSON.parse(line).key));
      expect(new Set(keys).size).toBe(keys.length);

      const { id: again } = await queue.enqueue({ kind: 'audit', input: INPUT });
      const whole = await jobWith(queue, again, ({ state }) => state === 'done');
      expect(whole.result).toEqual(done.result);
      expect(await queue.get(id)).toEqual(done);
    }, 500_000);
  },
);
