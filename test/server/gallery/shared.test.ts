import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoldfastClient } from '../../../client/sdk/index.ts';
import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import type { RunningServer } from '../../../server/start.ts';
import type { StoreOptions } from '../../../server/stores/options.ts';
import { memoryVectors } from '../../index/shared/support/memory-vectors.ts';
import type { TestDatabase } from '../../index/shared/support/pglite.ts';
import { hasPostgres, startPostgres } from '../../index/shared/support/postgres.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { startTestServer } from '../support/start.ts';

const PATIENCE = 120_000;

describe.skipIf(!hasPostgres())('two servers on one gallery', () => {
  let root: string;
  let database: TestDatabase;
  let stores: StoreOptions;
  let servers: RunningServer[];

  const start = (name: string, model?: string): Promise<RunningServer> =>
    startTestServer(join(root, name), { model, stores, shippedModels: join(root, 'shipped'), worker: false });
  const clientOf = (server: RunningServer | undefined): HoldfastClient => new HoldfastClient(String(server?.url));
  const firstOf = async (client: HoldfastClient, picture: string): Promise<string | undefined> =>
    (await client.search(await png(picture), { k: 1 })).results[0]?.id;
  /** How the promotion that was begun ends. */
  const ended = (client: HoldfastClient) =>
    vi.waitFor(
      async () => {
        const { promotion, serving } = await client.models();
        expect(promotion?.state).toMatch(/done|failed/);
        return { serving, code: promotion?.error?.code };
      },
      { timeout: PATIENCE, interval: 50 },
    );

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'holdfast-shared-'));
    for (const version of ['first-1', 'third-1']) writeTestModel(join(root, 'shipped'), version);
    database = await startPostgres();
    const vectors = memoryVectors();
    stores = {
      records: database.url,
      vectors: () => vectors.open,
      images: (records) => (owner) => openPostgresImages(records, owner),
    };
    // Both find an empty gallery and fill it.
    servers = await Promise.all([start('a', 'first-1'), start('b', 'first-1')]);
  }, PATIENCE);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.stop();
    rmSync(root, { recursive: true });
  });

  it('fill it once, and each finds and removes what the other wrote', async () => {
    const [a, b] = servers.map(clientOf) as [HoldfastClient, HoldfastClient];
    expect([await a.countImages(), await b.countImages()]).toEqual([20, 20]);
    await a.addImage(await png('mine'), { id: 'mine' });
    expect(await firstOf(b, 'mine')).toBe('mine');
    expect((await b.getImage('mine')).type).toBe('image/png');
    await b.removeImage('mine');
    expect(await firstOf(a, 'mine')).not.toBe('mine');
    await expect(a.getImage('mine')).rejects.toMatchObject({ status: 404, code: 'RECORD_UNKNOWN' });
  });

  it('have no snapshots, and say so', async () => {
    const response = await fetch(`${servers[0]?.url}/snapshots`, { method: 'POST' });
    expect(response.status).toBe(409);
    expect((await response.json()).error.code).toBe('SNAPSHOT_IMPOSSIBLE');
  });

  it(
    'let another server fill a version that is promoted later, with what was written since',
    async () => {
      const b = clientOf(servers[0]);
      await b.addImage(await png('since'), { id: 'since' });
      const filler = await start('c', 'third-1');
      expect(await clientOf(filler).countImages()).toBe(await b.countImages());
      expect(await firstOf(clientOf(filler), 'since')).toBe('since');
      expect((await b.models()).serving).toBe('first-1');
      // It would go on with a gallery that others write to.
      await b.promoteModel('third-1');
      expect(await ended(b)).toEqual({ serving: 'first-1', code: 'SERVERS_BESIDE' });
      await filler.stop();
      await b.addImage(await png('late'), { id: 'late' });
      await b.removeImage('since');
      await b.promoteModel('third-1');
      expect(await ended(b)).toEqual({ serving: 'third-1', code: undefined });
      expect(await firstOf(b, 'late')).toBe('late');
      await expect(b.getImage('since')).rejects.toMatchObject({ code: 'RECORD_UNKNOWN' });
    },
    2 * PATIENCE,
  );
});
