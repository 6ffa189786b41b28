import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { threadsIn } from '../../../bench/server/usage.ts';
import { HoldfastClient } from '../../../client/sdk/index.ts';
import type { RunningServer } from '../../../server/start.ts';
import { png } from '../support/pictures.ts';
import { startTestServer, type TestFolder, testFolder } from '../support/start.ts';

const VERSIONS = ['test-1', 'test-2'] as const;
const [SWAPS, SEARCHERS, PAUSE_MILLISECONDS] = [2, 2, 20];

describe.runIf(process.platform === 'linux')('models that take over from each other while searches go on', () => {
  let folder: TestFolder;
  let server: RunningServer;
  let client: HoldfastClient;

  beforeAll(async () => {
    folder = testFolder(...VERSIONS);
    server = await startTestServer(folder.data, { compileAhead: true });
    client = new HoldfastClient(server.url);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  const swap = async (): Promise<void> => {
    const { serving } = await client.models();
    const next = VERSIONS.find((version) => version !== serving) ?? '';
    await client.promoteModel(next);
    await vi.waitFor(
      async () => {
        const { promotion, serving: now } = await client.models();
        expect([promotion?.error, promotion?.state, now]).toEqual([null, 'done', next]);
      },
      { timeout: 180_000, interval: 20 },
    );
  };
  const held = () => ({
    threads: threadsIn(readFileSync('/proc/self/status', 'utf8')),
    descriptors: readdirSync('/proc/self/fd').length,
  });

  it('fail none, and leave no thread and no descriptor behind', async () => {
    const query = await png(3);
    const answered = Array.from({ length: SEARCHERS }, () => 0);
    let going = true;
    const searches = answered.map(async (_, searcher) => {
      for (; going; answered[searcher] = (answered[searcher] ?? 0) + 1) {
        const { results } = await client.search(query, { k: 1 });
        expect(results).toMatchObject([{ id: 'demo:3' }]);
        await sleep(PAUSE_MILLISECONDS);
      }
    });
    // Whatever a server needs is there once its programs are compiled and it has answered.
    await server.model.warmUp();
    await vi.waitFor(() => expect(Math.min(...answered)).toBeGreaterThan(5), { timeout: 30_000 });
    const before = held();
    for (let i = 0; i < SWAPS; i++) await swap();
    const during = Math.min(...answered);
    going = false;
    await Promise.all(searches);
    expect(during).toBeGreaterThan(5 + SWAPS);
    // A version that was replaced ends a little later.
    await vi.waitFor(
      () => {
        const after = held();
        expect(after.threads).toBeLessThanOrEqual(before.threads);
        expect(after.descriptors).toBeLessThanOrEqual(before.descriptors);
      },
      { timeout: 90_000, interval: 100 },
    );
  }, 480_000);
});
