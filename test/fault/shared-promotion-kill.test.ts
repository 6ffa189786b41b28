import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoldfastClient } from '../../client/sdk/index.ts';
import { type Database, openDatabase } from '../../index/shared/postgres/database.ts';
import { type Command, run } from '../e2e/command.ts';
import type { TestDatabase } from '../index/shared/support/pglite.ts';
import { hasPostgres, startPostgres } from '../index/shared/support/postgres.ts';
import { temporaryFolders } from '../index/support/galleries.ts';
import { writeTestModel } from '../server/support/model.ts';
import { png } from '../server/support/pictures.ts';

const COUNT = 20;
const PATIENCE = 240_000;
const SERVER = fileURLToPath(new URL('support/sharing-server.ts', import.meta.url));

describe.skipIf(!hasPostgres())('a server that promotes a version beside another one, and is killed', () => {
  const folder = temporaryFolders();
  const servers: Command[] = [];
  let postgres: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    postgres = await startPostgres();
    database = openDatabase(postgres.url);
  });
  afterEach(async () => {
    for (const { process } of servers) process.kill('SIGKILL');
    await Promise.all(servers.splice(0).map(({ ended }) => ended));
  });
  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  const start = async (root: string, name: string) => {
    const server = run(SERVER, [join(root, name), join(root, 'shipped'), postgres.url, String(COUNT)]);
    servers.push(server);
    const [, url = ''] = await server.said(/ready (\S+)/);
    return { server, client: new HoldfastClient(url) };
  };
  const reached = (client: HoldfastClient, state: string) =>
    vi.waitFor(
      async () => {
        const { promotion, serving } = await client.models();
        expect([promotion?.error ?? null, promotion?.state]).toEqual([null, state]);
        return serving;
      },
      { timeout: PATIENCE, interval: 50 },
    );
  const firstOf = async (client: HoldfastClient, picture: string) => {
    const { model, results } = await client.search(await png(picture), { k: 1 });
    return [model, results[0]?.id];
  };

  it('in its last step leaves the old version, to which writes go on, and a second promotion passes', async () => {
    const root = folder();
    writeTestModel(join(root, 'shipped'), 'first-1');
    const a = await start(root, 'a');
    const b = await start(root, 'b');
    for (const name of ['a', 'b', 'c']) writeTestModel(join(root, name, 'models'), 'second-1');
    // One that never opens the new version, so that the promotion stays where it is.
    await database.query(
      `INSERT INTO holdfast.servers (server, seen, serving) VALUES (gen_random_uuid(), 'infinity', 'first-1')`,
    );
    await a.client.addImage(await png('before'), { id: 'before' });
    await a.client.promoteModel('second-1');
    await reached(a.client, 'checking');
    await database.query(`UPDATE holdfast.galleries SET turn = NULL WHERE name = 'first-1'`);
    a.server.process.kill('SIGKILL');
    await a.server.ended;

    expect(await firstOf(b.client, 'before')).toEqual(['first-1', 'before']);
    const writing = b.client.addImage(await png('during'), { id: 'during' });
    // It has not been seen for long.
    await database.query(
      `UPDATE holdfast.servers SET seen = '-infinity' WHERE server IN (SELECT server FROM holdfast.promotion)`,
    );
    await writing;
    expect(await firstOf(b.client, 'during')).toEqual(['first-1', 'during']);

    await database.query(`DELETE FROM holdfast.servers WHERE seen = 'infinity'`);
    await b.client.promoteModel('second-1');
    expect(await reached(b.client, 'done')).toBe('second-1');
    const c = await start(root, 'c');
    for (const { client } of [b, c]) {
      expect(await client.countImages()).toBe(COUNT + 2);
      for (const id of ['before', 'during']) expect(await firstOf(client, id)).toEqual(['second-1', id]);
    }
  }, 900_000);
});
