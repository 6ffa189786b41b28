import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobQueue } from '../../../server/jobs/types.ts';
import type { PromotionStatus } from '../../../server/models/promoter.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { type Listening, listen } from '../support/listen.ts';
import { testManifest } from '../support/model.ts';
import { noModels } from '../support/models.ts';
import { openQueueAt, queueKinds } from './support/queues.ts';
import { jobWith, testWorkers } from './support/workers.ts';

describe.each(queueKinds())('a reindexing of the queue on %s whose worker is killed', (_, makePlace) => {
  const workers = testWorkers();
  const asked: string[] = [];
  let status: PromotionStatus | undefined;
  let data: string;
  let place: string;
  let remove: () => Promise<void>;
  let queue: JobQueue;
  let app: TestApp;
  let server: Listening;

  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-reindex-killed-'));
    app = testApp({
      models: {
        ...noModels(),
        promote(version) {
          asked.push(version);
          status = { version, state: 'embedding', share: 0.2, error: null };
          return status;
        },
        status: () => status,
      },
    });
    server = await listen(app.app);
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

  it('is followed by the next one, and the version promoted once', async () => {
    const { id } = await queue.enqueue({ kind: 'reindex', input: { version: 'new-1' } });
    const first = workers.start(place, data, server.url);
    await jobWith(queue, id, ({ progress }) => progress !== null);
    await workers.kill(first, 'with its own');

    workers.start(place, data, server.url);
    await jobWith(queue, id, ({ starts }) => starts === 2);
    status = { version: 'new-1', state: 'done', share: 1, error: null };
    app.lifecycle.open({ ...app.lifecycle.services(), manifest: testManifest('new-1') });
    const done = await jobWith(queue, id, ({ state }) => state === 'done');
    expect(done).toMatchObject({ starts: 2, failures: 0, result: { version: 'new-1' } });
    expect(asked).toEqual(['new-1']);
  }, 240_000);
});
