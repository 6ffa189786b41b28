import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HoldfastClient, type Job } from '../../../client/sdk/index.ts';
import type { Source } from '../../../server/gallery/ingest.ts';
import type { RunningServer } from '../../../server/start.ts';
import { type Command, run } from '../../e2e/command.ts';
import { png } from '../support/pictures.ts';
import { startTestServer, type TestFolder, testFolder } from '../support/start.ts';
import { hasRedis, startRedis, type TestRedis } from './support/redis.ts';

const WORKER = fileURLToPath(new URL('../../../server/jobs/worker-main.ts', import.meta.url));

/** Three of each of four classes. */
const pictures: Source[] = Array.from({ length: 12 }, (_, i) => ({
  id: `r${i}`,
  label: `class ${i % 4}`,
  metadata: null,
  image: async () => ({ type: 'image/png', bytes: await png(i) }),
}));

describe.runIf(hasRedis())('a server whose jobs are done by the command of a worker, from Redis', () => {
  let folder: TestFolder;
  let redis: TestRedis;
  let server: RunningServer;
  let client: HoldfastClient;
  let worker: Command;

  beforeAll(async () => {
    folder = testFolder('test-1', 'test-2');
    redis = await startRedis();
    const setting = {
      redisUrl: redis.url,
      worker: false,
      model: undefined,
      shippedModels: join(folder.data, 'models'),
    };
    server = await startTestServer(folder.data, { ...setting, firstSources: async () => pictures });
    client = new HoldfastClient(server.url);
    worker = run(WORKER, ['--server', server.url], { HOLDFAST_DATA: folder.data, REDIS_URL: redis.url });
  });
  afterAll(async () => {
    worker.process.kill('SIGTERM');
    await worker.ended;
    await server.stop();
    await redis.stop();
    folder.remove();
  });

  const done = async (id: string): Promise<Job> => {
    let last: Job | undefined;
    for await (const job of client.followJob(id)) last = job;
    if (last?.state !== 'done') throw new Error(`${JSON.stringify(last)}\n${worker.output()}`);
    return last;
  };

  it('reindexes', async () => {
    const { id } = await client.addJob({ kind: 'reindex', input: { version: 'test-1', force: true } });
    expect(await done(id)).toMatchObject({ starts: 1, result: { version: 'test-1', previous: 'test-2' } });
    expect(await client.models()).toMatchObject({ serving: 'test-1' });
    expect(worker.output()).toContain(`job ${id} is done`);
  });

  // Compiles the attacks.
  it.runIf(process.env.HOLDFAST_SLOW_TESTS === '1')(
    'judges the gallery',
    async () => {
      const { id } = await client.addAudit({ queries: 2, sample: 2, steps: 1, blackBox: 2, epsilon: 16 });
      await done(id);
      const audit = await client.audit(id);
      expect(audit).toMatchObject({ state: 'done', result: { model: 'test-1', images: 12, classes: 4, queries: 2 } });
      expect(audit.report?.queries).toHaveLength(2);
      expect(worker.output()).toContain(`job ${id} is done`);
    },
    240_000,
  );
});
