import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../../index/shared/postgres/database.ts';
import { openPostgresImages } from '../../../index/shared/postgres/images.ts';
import type { Gallery } from '../../../index/types.ts';
import { sharedGalleries } from '../../../server/gallery/shared.ts';
import type { Galleries, Peer } from '../../../server/gallery/types.ts';
import { memoryVectors } from '../../index/shared/support/memory-vectors.ts';
import type { TestDatabase } from '../../index/shared/support/pglite.ts';
import { hasPostgres, startPostgres } from '../../index/shared/support/postgres.ts';
import { testManifest } from '../support/model.ts';

const never = new AbortController().signal;
const [OLD, NEW, THIRD] = ['old-1', 'new-1', 'third-1'].map((version) => testManifest(version)) as [
  ReturnType<typeof testManifest>,
  ReturnType<typeof testManifest>,
  ReturnType<typeof testManifest>,
];

describe.skipIf(!hasPostgres())('servers of one database', () => {
  let server: TestDatabase;
  let database: Database;
  let joined: Galleries[];
  let opened: Gallery[];

  const vectors = memoryVectors();
  const join = async (): Promise<Galleries> => {
    const galleries = await sharedGalleries({
      records: server.url,
      vectors: () => vectors.open,
      images: (records) => (owner) => openPostgresImages(records, owner),
    });
    joined.push(galleries);
    return galleries;
  };
  const open = async (galleries: Galleries, manifest: typeof OLD, turn?: number): Promise<Gallery> => {
    const gallery = await galleries.open(manifest, turn === undefined ? {} : { turn });
    opened.push(gallery);
    return gallery;
  };
  /** A server that serves a version. */
  const serve = async (manifest: typeof OLD) => {
    const galleries = await join();
    return { galleries, gallery: await open(galleries, manifest, await galleries.serve(manifest.version)) };
  };
  const add = (gallery: Gallery, id: string) =>
    gallery.add([
      { id, vector: Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0), image: { type: 'image/png', bytes: Uint8Array.of(1) } },
    ]);
  /** The server of the promotion that goes on is gone. */
  const die = () => database.query('UPDATE holdfast.promotion SET server = gen_random_uuid()');
  /** Opens what it is told to, and says what it did. */
  const recorder = (refusal?: Error) => {
    const done: string[] = [];
    const peer: Peer = {
      async prepare(version, turn) {
        if (refusal !== undefined) throw refusal;
        if (!done.includes(`prepare ${version} ${turn}`)) done.push(`prepare ${version} ${turn}`);
      },
      take: async ({ version, previous }, turn) => void done.push(`take ${version} after ${previous} ${turn}`),
      drop: async () => undefined,
    };
    return { done, peer };
  };

  beforeAll(async () => {
    server = await startPostgres();
    database = openDatabase(server.url);
  });
  afterAll(async () => {
    await database.close();
    await server.stop();
  });
  beforeEach(() => {
    [joined, opened] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(opened.map((gallery) => gallery.close()));
    await Promise.all(joined.map((galleries) => galleries.close()));
    const schemas = await database.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'holdfast%'`,
    );
    for (const { name } of schemas) await database.query(`DROP SCHEMA ${name} CASCADE`);
  });

  it('serve what the first of them does, until one promotes another version', async () => {
    const { galleries } = await serve(OLD);
    expect(galleries.promoted).toBeUndefined();
    expect((await join()).promoted).toEqual({ version: 'old-1', previous: null });
    const turn = await galleries.begin('old-1', NEW);
    await open(galleries, NEW, turn.number);
    await turn.close();
    await turn.swap();
    const later = await join();
    expect(later.promoted).toEqual({ version: 'new-1', previous: 'old-1' });
    expect(await later.filledFrom('new-1')).toBe('old-1');
  });

  it('take no write into the old gallery once it is closed, and all of them again when that is given up', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const turn = await a.galleries.begin('old-1', NEW);
    const next = await open(a.galleries, NEW, turn.number);
    await add(b.gallery, 'before');
    await turn.close();
    for (const { gallery } of [a, b]) {
      await expect(add(gallery, 'closed')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
      await expect(gallery.remove('before')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
      expect(await gallery.count()).toBe(1);
    }
    await add(next, 'copy');
    await turn.end();
    await add(b.gallery, 'after');
    await expect(add(next, 'late')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    await expect(turn.swap()).rejects.toMatchObject({ code: 'SERVERS_BESIDE' });
    expect((await join()).promoted?.version).toBe('old-1');
  });

  it('note what all of them write while one promotes, so that it need not look through the gallery for it', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    await add(b.gallery, 'old');
    expect(await (await a.gallery.watch()).ids()).toBeUndefined();
    const turn = await a.galleries.begin('old-1', NEW);
    const watch = await a.gallery.watch();
    await add(b.gallery, 'b');
    await add(a.gallery, 'a');
    await b.gallery.remove('old');
    await b.gallery.remove('none');
    expect(await watch.ids()).toEqual(new Set(['a', 'b', 'old']));
    expect(await (await a.gallery.watch()).ids()).toEqual(new Set());
    await turn.end();
    expect(await watch.ids()).toBeUndefined();
  });

  it('promote one version at a time', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const turn = await a.galleries.begin('old-1', NEW);
    await expect(b.galleries.begin('old-1', THIRD)).rejects.toMatchObject({ code: 'PROMOTION_RUNNING' });
    await turn.end();
    await (await b.galleries.begin('old-1', THIRD)).end();
    // One that does not know yet what is served.
    const last = await a.galleries.begin('old-1', NEW);
    await last.close();
    await last.swap();
    await expect(b.galleries.begin('old-1', THIRD)).rejects.toMatchObject({ code: 'PROMOTION_RUNNING' });
  });

  it('end the promotion of one that is gone, which can do no harm any more', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const turn = await a.galleries.begin('old-1', NEW);
    const next = await open(a.galleries, NEW, turn.number);
    await turn.close();
    await die();
    // By a server that starts, or by the next promotion.
    await join();
    await add(b.gallery, 'again');
    await expect(turn.close()).rejects.toMatchObject({ code: 'SERVERS_BESIDE' });
    await expect(turn.swap()).rejects.toMatchObject({ code: 'SERVERS_BESIDE' });
    await expect(add(next, 'late')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    const other = await b.galleries.begin('old-1', NEW);
    await add(await open(b.galleries, NEW, other.number), 'copy');
    await expect(add(next, 'late')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    await turn.end();
    await other.close();
    await other.swap();
  });

  it('end it too while they only look, and open the gallery', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const stop = b.galleries.follow(recorder().peer, () => {});
    await (await a.galleries.begin('old-1', NEW)).close();
    await die();
    await vi.waitFor(() => add(b.gallery, 'again'), { timeout: 30_000, interval: 50 });
    await stop();
  });

  it('open the new version before they swap, and then serve it', async () => {
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const { done, peer } = recorder();
    const turn = await a.galleries.begin('old-1', NEW);
    const { number } = turn;
    let ready = false;
    const waiting = turn.ready(never).then(() => {
      ready = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ready).toBe(false);
    const stop = b.galleries.follow(peer, () => {});
    await waiting;
    expect(done).toEqual([`prepare new-1 ${number}`]);
    await turn.close();
    await turn.swap();
    await vi.waitFor(() => expect(done.at(-1)).toBe(`take new-1 after old-1 ${number}`), { timeout: 30_000 });
    // A handle of before is of no use, the one of the new version is.
    await expect(add(b.gallery, 'late')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    await add(await open(b.galleries, NEW, number), 'new');
    await stop();
  });

  it('promote nothing that another one cannot serve, and it says why', async () => {
    const faults: unknown[] = [];
    const [a, b] = [await serve(OLD), await serve(OLD)];
    const stop = b.galleries.follow(recorder(new Error('no room')).peer, (error) => faults.push(error));
    const turn = await a.galleries.begin('old-1', NEW);
    await expect(turn.ready(never)).rejects.toMatchObject({
      code: 'SERVERS_BESIDE',
      message: expect.stringContaining('INTERNAL: no room'),
    });
    await turn.end();
    await stop();
    expect(faults).toEqual([new Error('no room')]);
  });

  it('follow what was promoted while they started, and write nothing before', async () => {
    const a = await serve(OLD);
    const b = await join();
    const turn = await a.galleries.begin('old-1', NEW);
    await turn.close();
    await turn.swap();
    const gallery = await open(b, OLD, await b.serve('old-1'));
    await expect(add(gallery, 'lost')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    const { done, peer } = recorder();
    const stop = b.follow(peer, () => {});
    await vi.waitFor(() => expect(done).toEqual([`take new-1 after old-1 ${turn.number}`]), { timeout: 30_000 });
    await stop();
  });

  it('bring the tables of an older Holdfast to the present layout', async () => {
    const { galleries } = await serve(OLD);
    await galleries.begin('old-1', NEW);
    for (const change of [
      'galleries DROP COLUMN turn',
      'servers DROP COLUMN serving, DROP COLUMN prepared, DROP COLUMN refusal',
      'serving DROP COLUMN turn',
    ]) {
      await database.query(`ALTER TABLE holdfast.${change}`);
    }
    await database.query('DROP TABLE holdfast.promotion');
    const later = await serve(OLD);
    await add(later.gallery, 'kept');
    expect(await later.gallery.count()).toBe(1);
  });

  it('keep a gallery apart for one that was told to serve another version, which stands in the way of promotions', async () => {
    const a = await serve(OLD);
    const turn = await a.galleries.begin('old-1', NEW);
    await turn.close();
    await turn.swap();
    const apart = await serve(OLD);
    await add(apart.gallery, 'mine');
    await expect(add(a.gallery, 'late')).rejects.toMatchObject({ code: 'GALLERY_CLOSED' });
    await expect(a.galleries.begin('new-1', THIRD)).rejects.toMatchObject({
      code: 'SERVERS_BESIDE',
      message: expect.stringContaining('old-1'),
    });
    const { done, peer } = recorder();
    const stop = apart.galleries.follow(peer, () => {});
    await apart.galleries.close();
    joined = joined.filter((galleries) => galleries !== apart.galleries);
    await stop().catch(() => undefined);
    expect(done).toEqual([]);
    await (await a.galleries.begin('new-1', THIRD)).end();
  });
});
