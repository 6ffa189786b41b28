import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

const PATIENCE = 180_000;
/** Both servers and their callers share an event loop, which must have time to wait for the threads. */
const PAUSE = 50;

describe.skipIf(!hasPostgres())('a version that is promoted while two servers work on a gallery', () => {
  let root: string;
  let database: TestDatabase;
  let stores: StoreOptions;
  let servers: RunningServer[];
  let clients: HoldfastClient[];
  let [a, b]: HoldfastClient[] = [];

  const start = (name: string, model?: string): Promise<RunningServer> =>
    startTestServer(join(root, name), { model, stores, shippedModels: join(root, 'shipped'), worker: false });
  const firstOf = async (client: HoldfastClient, picture: string) => {
    const { model, results } = await client.search(await png(picture), { k: 1 });
    return [model, results[0]?.id];
  };
  /** How the promotion that was begun on a server ends. */
  const ended = (client: HoldfastClient) =>
    vi.waitFor(
      async () => {
        const { promotion, serving } = await client.models();
        expect(promotion?.state).toMatch(/done|failed/);
        return { serving, error: promotion?.error ?? null };
      },
      { timeout: PATIENCE, interval: 50 },
    );
  const all = (version: string, previous: string) =>
    vi.waitFor(
      async () => {
        for (const client of clients) expect(await client.models()).toMatchObject({ serving: version, previous });
      },
      { timeout: PATIENCE, interval: 50 },
    );
  /** Searches and writes on every server, none of which may fail: they have begun when this resolves, and stop when they are told to. */
  const work = async (prefix: string) => {
    let going = true;
    const written: string[] = [];
    const writes = clients.map(() => 0);
    const answered = clients.map(() => new Set<string>());
    const searching = clients.map(async (client, i) => {
      for (; going; await sleep(PAUSE)) answered[i]?.add((await client.search(await png('x'), { k: 1 })).model);
    });
    const writing = clients.map(async (client, i) => {
      for (let n = 0; going; n++, await sleep(PAUSE)) {
        const id = `${prefix}-${i}-${n}`;
        await client.addImage(await png(id), { id });
        await client.putImage(id, await png(`${id} again`), { label: 'replaced' });
        if (n % 3 === 2) await client.removeImage(id);
        else written.push(id);
        writes[i] = n + 1;
      }
    });
    const begun = () =>
      vi.waitFor(() => expect([...writes, ...answered.map(({ size }) => size)]).not.toContain(0), {
        timeout: PATIENCE,
        interval: 20,
      });
    await Promise.race([begun(), ...searching, ...writing]);
    return async () => {
      going = false;
      await Promise.all([...searching, ...writing]);
      return { written, answered: answered.map((versions) => [...versions]) };
    };
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'holdfast-shared-'));
    for (const version of ['first-1', 'second-1']) writeTestModel(join(root, 'shipped'), version);
    database = await startPostgres();
    const vectors = memoryVectors();
    stores = {
      records: database.url,
      vectors: () => vectors.open,
      images: (records) => (owner) => openPostgresImages(records, owner),
    };
    servers = await Promise.all([start('a', 'first-1'), start('b', 'first-1')]);
    clients = servers.map(({ url }) => new HoldfastClient(url));
    [a, b] = clients;
  }, PATIENCE);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await database.stop();
    rmSync(root, { recursive: true });
  });

  it.each([
    ['is served by both', 0, 'second-1', 'first-1'],
    ['goes back on both, through the other one', 1, 'first-1', 'second-1'],
  ])(
    '%s, and no request fails and no write is lost',
    async (_what, through, version, previous) => {
      const client = clients[through] as HoldfastClient;
      const stop = await work(version);
      if (through === 0) await client.promoteModel(version);
      else await client.rollbackModel();
      expect(await ended(client)).toEqual({ serving: version, error: null });
      await all(version, previous);
      const { written, answered } = await stop();
      expect(answered.map((versions) => versions[0])).toEqual([previous, previous]);
      for (const one of clients) {
        for (const id of written) expect(await firstOf(one, `${id} again`)).toEqual([version, id]);
        expect(await one.countImages()).toBe(await client.countImages());
      }
    },
    2 * PATIENCE,
  );

  it(
    'stays out where a server does not have it, which says so',
    async () => {
      const folder = join(root, 'a', 'models');
      writeTestModel(folder, 'third-1');
      await a?.promoteModel('third-1');
      const { serving, error } = await ended(a as HoldfastClient);
      expect([serving, error?.code]).toEqual(['first-1', 'SERVERS_BESIDE']);
      expect(error?.message).toContain('MODEL_UNKNOWN');
      // Writes go on, and once it is there the next promotion passes.
      await b?.addImage(await png('since'), { id: 'since' });
      cpSync(folder, join(root, 'b', 'models'), { recursive: true });
      await b?.promoteModel('third-1');
      expect(await ended(b as HoldfastClient)).toEqual({ serving: 'third-1', error: null });
      await all('third-1', 'first-1');
      for (const client of clients) expect(await firstOf(client, 'since')).toEqual(['third-1', 'since']);
    },
    2 * PATIENCE,
  );
});
