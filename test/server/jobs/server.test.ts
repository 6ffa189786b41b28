import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HoldfastClient, type Job } from '../../../client/sdk/index.ts';
import { keyFile, openKeyStore } from '../../../server/access/key-store.ts';
import type { RunningServer } from '../../../server/start.ts';
import { eventually } from '../../support/eventually.ts';
import { png } from '../support/pictures.ts';
import { startTestServer, type TestFolder, testFolder } from '../support/start.ts';

describe('a server with jobs', () => {
  let folder: TestFolder;
  let server: RunningServer;
  let client: HoldfastClient;

  beforeAll(async () => {
    folder = testFolder('test-1');
    mkdirSync(join(folder.data, 'imports', 'shoes'), { recursive: true });
    for (const name of ['a', 'b']) writeFileSync(join(folder.data, 'imports', 'shoes', `${name}.png`), await png(name));
    // The server's own worker has a key of its own where keys are needed.
    const keys = openKeyStore(keyFile(folder.data));
    const { text: key } = keys.create({ name: 'test', roles: ['operator'], rate: null });
    keys.close();
    server = await startTestServer(folder.data);
    client = new HoldfastClient(server.url, { key });
  });
  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  async function done(id: string): Promise<Job | undefined> {
    let last: Job | undefined;
    for await (const job of client.followJob(id)) last = job;
    return last;
  }
  /** The processes that this one has started, as Linux lists them. */
  const workers = (): number[] =>
    readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-main'))
      .map(Number);

  it('has them done by a process of its own, which it starts again when that is killed', async () => {
    const first = await client.addJob({ kind: 'ingest', input: { folder: '.' } });
    expect(await done(first.id)).toMatchObject({ state: 'done', result: { added: 2 }, progress: { share: 1 } });
    expect(await server.gallery.get('shoes:a.png')).toMatchObject({ label: 'shoes' });

    const [worker] = workers();
    process.kill(worker as number, 'SIGKILL');
    const second = await client.addJob({ kind: 'ingest', input: { folder: 'shoes' } });
    expect(await done(second.id)).toMatchObject({ state: 'done', result: { added: 2 } });
    expect(workers()).not.toContain(worker);
    expect((await client.jobs({ state: 'done' })).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it('ends its worker with itself', async () => {
    const [worker] = workers();
    await server.stop();
    await eventually(() => expect(() => process.kill(worker as number, 0)).toThrow('ESRCH'));
  });
});
