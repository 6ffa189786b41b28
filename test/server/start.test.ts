import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { median } from '../../base/statistics.ts';
import type { ProbedAttack } from '../../client/sdk/index.ts';
import type { RunningServer } from '../../server/start.ts';
import { freePort } from '../support/free-port.ts';
import { png } from './support/pictures.ts';
import { drawings, form, startTestServer, type TestFolder, testFolder } from './support/start.ts';

async function post(server: RunningServer, path: string, picture: Uint8Array, fields?: Record<string, string>) {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body: form(picture, fields) });
  return { status: response.status, body: await response.json() };
}
const idsOf = (results: readonly { id: string }[]): string[] => results.map(({ id }) => id);

describe('a whole server', () => {
  let folder: TestFolder;
  let server: RunningServer;
  beforeAll(async () => {
    folder = testFolder('test-1');
    server = await startTestServer(folder.data);
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  it('finds what it stores at rank 1, scored by both estimates', async () => {
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
  });

  it('probes through the served model, and each attack does what it is for', async () => {
    const query = await png('query');
    const attacks = 'es,qa-,qa+,ca+,ca-,tma,ltm,gtm,gtt';
    const probe = await post(server, '/probes', query, { attacks, epsilon: '16', steps: '8', k: '3' });
    const named = new Map(probe.body.attacks.map((one: { attack: string }) => [one.attack, one]));
    expect([...named.keys()]).toEqual(attacks.split(','));
    const of = (name: string): ProbedAttack => named.get(name) as ProbedAttack;
    expect(of('es').norms.linf).toBe(16);
    // An attack that has what it wants goes no farther.
    for (const name of named.keys()) {
      const { linf } = of(String(name)).norms;
      expect([name, linf > 0 && linf <= 16]).toEqual([name, true]);
    }
    const moved = (name: string): number => {
      const { candidate } = of(name);
      return (candidate?.after.distance ?? Number.NaN) - (candidate?.before.distance ?? Number.NaN);
    };
    for (const name of ['qa+', 'ca+', 'tma', 'gtm']) expect([name, moved(name) < 0]).toEqual([name, true]);
    for (const name of ['qa-', 'ca-', 'gtt']) expect([name, moved(name) > 0]).toEqual([name, true]);
    const plus = of('qa+');
    const picture = Buffer.from(plus.pictures.attacked.split(',')[1] ?? '', 'base64');
    const { body } = await post(server, '/search', picture, { k: '3', robustness: 'none' });
    expect(idsOf(body.results)).toEqual(idsOf(plus.after));
  });

  it('finds the same by the graph and by a scan', async () => {
    const query = await png('query');
    const search = async (exact: string) => (await post(server, '/search', query, { exact })).body.results;
    expect(idsOf(await search('false'))).toEqual(idsOf(await search('true')));
  });

  it('answers health checks while it embeds', async () => {
    const query = await png('query');
    const started = performance.now();
    const load = Array.from({ length: 40 }, () => post(server, '/search', query));
    const waited: number[] = [];
    for (let i = 0; i < 9; i++) {
      const before = performance.now();
      await fetch(`${server.url}/healthz`);
      waited.push(performance.now() - before);
    }
    expect((await Promise.all(load)).every(({ status }) => status === 200)).toBe(true);
    // On a busy machine everything takes longer, an answer that waits for no picture still far less than all pictures.
    expect(median(waited)).toBeLessThan(Math.max(1000, (performance.now() - started) / 2));
  });

  it('keeps its port and its data folder to itself', async () => {
    const port = Number(new URL(server.url).port);
    await expect(startTestServer(folder.data, { port })).rejects.toMatchObject({ code: 'PORT_UNAVAILABLE' });
    await expect(startTestServer(folder.data)).rejects.toMatchObject({ code: 'INDEX_LOCKED' });
  });

  it('does not start with a model that is not there, and names those that are', async () => {
    const unknown = startTestServer(folder.data, { model: 'none-1' });
    await expect(unknown).rejects.toMatchObject({ code: 'MODEL_UNKNOWN', message: expect.stringContaining('test-1') });
    await expect(startTestServer(folder.data, { model: undefined })).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });
});

describe('a server from start to end', () => {
  it('is alive before it is ready, and under load answers or refuses every search until it is gone', async () => {
    const folder = testFolder('test-1');
    const port = await freePort();
    const early: number[] = [];
    const server = await startTestServer(folder.data, {
      port,
      firstSources: async () => {
        for (const path of ['healthz', 'readyz']) early.push((await fetch(`http://127.0.0.1:${port}/${path}`)).status);
        return drawings(5);
      },
    });
    expect(early).toEqual([200, 503]);
    const ready = await fetch(`${server.url}/readyz`);
    expect(await ready.json()).toEqual({ status: 'ready', model: 'test-1', records: 5 });

    const query = await png('query');
    const statuses: number[] = [];
    const searchOn = async (): Promise<void> => {
      for (let status = -1; status !== 0; statuses.push(status)) {
        status = await post(server, '/search', query).then(
          (answer) => answer.status,
          () => 0,
        );
      }
    };
    const load = Array.from({ length: 4 }, searchOn);
    while (statuses.length < 12) await new Promise((resolve) => setTimeout(resolve, 10));
    await server.stop();
    await Promise.all(load);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(4);
    expect(statuses.filter((status) => ![0, 200, 503].includes(status))).toEqual([]);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    folder.remove();
  });

  it('keeps its records over a restart, and another model embeds them anew', async () => {
    const folder = testFolder('test-1', 'test-2');
    const picture = await png('mine');
    const first = await startTestServer(folder.data);
    await post(first, '/images', picture, { id: 'mine' });
    await first.stop();

    const again = await startTestServer(folder.data);
    expect(await again.gallery.status()).toMatchObject({ count: 21, graph: 'opened' });
    await again.stop();

    const notes: string[] = [];
    const report = { progress: () => {}, note: (text: string) => notes.push(text) };
    const other = await startTestServer(folder.data, { model: 'test-2', report });
    expect((await other.gallery.status()).count).toBe(21);
    expect(notes.join()).toContain('21 records');
    const { body } = await post(other, '/search', picture, { k: '1' });
    expect(body).toMatchObject({ model: 'test-2', results: [{ id: 'mine' }] });
    await other.stop();
    folder.remove();
  });
});
