import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../../server/start.ts';
import { png } from './support/pictures.ts';
import { drawings, form, startTestServer, type TestFolder, testFolder } from './support/start.ts';

let folder: TestFolder;
let running: RunningServer[] = [];
beforeEach(() => {
  folder = testFolder('test-1');
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  running = [];
  folder.remove();
});

async function start(...args: Parameters<typeof startTestServer>): Promise<RunningServer> {
  const server = await startTestServer(...args);
  running.push(server);
  return server;
}

async function post(server: RunningServer, path: string, picture: Uint8Array, fields?: Record<string, string>) {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body: form(picture, fields) });
  return { status: response.status, body: await response.json() };
}

describe('a whole server', () => {
  it('finds what it stores at rank 1, scored by both estimates, and keeps it over a restart', async () => {
    const server = await start(folder.data);
    const added = await post(server, '/images', await png('mine', 90), { id: 'mine', label: 'my picture' });
    expect(added).toEqual({ status: 201, body: { id: 'mine' } });
    const stored = new Uint8Array(await (await fetch(`${server.url}/images/mine`)).arrayBuffer());
    for (const robustness of ['margin', 'gradient']) {
      const { body } = await post(server, '/search', stored, { k: '3', robustness });
      expect(body.results[0]).toMatchObject({ rank: 1, id: 'mine', label: 'my picture' });
      expect(body.results[0].distance).toBeLessThan(0.001);
      expect(body.results[0].robustness.epsilon).toBeGreaterThan(0);
      expect(body.results[0].robustness.method).toBe(robustness);
    }
    await server.stop();

    const again = await start(folder.data);
    const { body } = await post(again, '/search', stored, { k: '1', exact: 'true' });
    expect(body.results[0].id).toBe('mine');
    expect((await again.gallery.status()).graph).toBe('opened');
  });

  it('probes through the served model, and the attack does what it is for', async () => {
    const server = await start(folder.data);
    const query = await png('query');
    const probe = (fields: Record<string, string>) => post(server, '/probes', query, { steps: '8', k: '3', ...fields });
    const shift = await probe({ attack: 'es', epsilon: '16' });
    expect(shift.body.norms.linf).toBe(16);
    const minus = await probe({ attack: 'qa-', epsilon: '16' });
    expect(minus.body.candidate.after.distance).toBeGreaterThan(minus.body.candidate.before.distance);
    const plus = await probe({ attack: 'qa+', epsilon: '16' });
    expect(plus.body.candidate.after.distance).toBeLessThan(plus.body.candidate.before.distance);
    const picture = Buffer.from(plus.body.pictures.attacked.split(',')[1], 'base64');
    const { body } = await post(server, '/search', picture, { k: '3', robustness: 'none' });
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual(
      plus.body.after.map(({ id }: { id: string }) => id),
    );
  });

  it('is alive but not ready while its gallery is being filled', async () => {
    const statuses: [number, number][] = [];
    let url = '';
    const reserved = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => reserved.once('listening', resolve));
    const { port } = reserved.address() as AddressInfo;
    await new Promise((resolve) => reserved.close(resolve));
    const server = await start(folder.data, {
      port,
      firstSources: async () => {
        url = `http://127.0.0.1:${port}`;
        const [healthz, readyz] = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/readyz`)]);
        statuses.push([healthz.status, readyz.status]);
        return drawings(5);
      },
    });
    expect(statuses).toEqual([[200, 503]]);
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toEqual({ status: 'ready', model: 'test-1', records: 5 });
    expect(server.url).toBe(url);
  });

  it('stops under load: every search is answered or refused, and the server is gone afterwards', async () => {
    const server = await start(folder.data);
    const query = await png('query');
    const statuses: number[] = [];
    const searchOn = async (): Promise<void> => {
      for (;;) {
        const status = await post(server, '/search', query).then(
          (answer) => answer.status,
          () => 0,
        );
        statuses.push(status);
        if (status === 0) return;
      }
    };
    const load = Array.from({ length: 4 }, searchOn);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await server.stop();
    await Promise.all(load);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(4);
    expect(statuses.filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('does not start on a taken port, without a model, or with an unknown one, and leaves nothing behind', async () => {
    const server = await start(folder.data);
    const port = Number(new URL(server.url).port);
    await expect(startTestServer(folder.data, { port })).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
    await expect(startTestServer(folder.data)).rejects.toMatchObject({ code: 'INDEX_LOCKED' });
    await server.stop();
    const unknown = startTestServer(folder.data, { model: 'none-1' });
    await expect(unknown).rejects.toMatchObject({ code: 'MODEL_UNKNOWN', message: expect.stringContaining('test-1') });
    await expect(startTestServer(folder.data, { model: undefined })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await (await startTestServer(folder.data)).stop();
  });

  it('embeds the gallery anew for another model, with what was added', async () => {
    const first = await start(folder.data);
    await post(first, '/images', await png('mine'), { id: 'mine' });
    await first.stop();
    const other = testFolder('test-2');
    const notes: string[] = [];
    const second = await start(folder.data, {
      model: 'test-2',
      shippedModels: `${other.data}/models`,
      report: { progress: () => {}, note: (text) => notes.push(text) },
    });
    expect((await second.gallery.status()).count).toBe(21);
    expect(notes.join()).toContain('21 records');
    const { body } = await post(second, '/search', await png('mine'), { k: '1' });
    expect(body).toMatchObject({ model: 'test-2', results: [{ id: 'mine' }] });
    await second.stop();
    other.remove();
  });

  it('answers health checks while it embeds', async () => {
    const server = await start(folder.data);
    const query = await png('query');
    const load = Array.from({ length: 40 }, () => post(server, '/search', query));
    let longest = 0;
    for (let i = 0; i < 8; i++) {
      const before = performance.now();
      await fetch(`${server.url}/healthz`);
      longest = Math.max(longest, performance.now() - before);
    }
    expect((await Promise.all(load)).every(({ status }) => status === 200)).toBe(true);
    expect(longest).toBeLessThan(1000);
  });
});
