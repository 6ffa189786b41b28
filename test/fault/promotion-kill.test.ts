import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { HoldfastClient } from '../../client/sdk/index.ts';
import { type Command, run } from '../e2e/command.ts';
import { temporaryFolders } from '../index/support/galleries.ts';
import { writeTestModel } from '../server/support/model.ts';
import { png } from '../server/support/pictures.ts';

const KILLS = 3;
const COUNT = 60;
const VERSIONS = ['first-1', 'second-1'];
const SEED = process.env.HOLDFAST_TEST_SEED ?? 'promotion';
const SERVER = fileURLToPath(new URL('support/promoting-server.ts', import.meta.url));

const folder = temporaryFolders();

interface Running {
  readonly server: Command;
  readonly client: HoldfastClient;
}

const servers: Command[] = [];
// A test that fails leaves none behind.
afterEach(() => {
  for (const { process } of servers.splice(0)) process.kill('SIGKILL');
});

async function start(data: string): Promise<Running> {
  const server = run(SERVER, [data, String(COUNT)]);
  servers.push(server);
  const [, url = ''] = await server.said(/ready (\S+)/);
  return { server, client: new HoldfastClient(url) };
}

async function killed({ server }: Running): Promise<void> {
  server.process.kill('SIGKILL');
  await server.ended;
}

describe('a server that promotes a model', () => {
  it(`and is killed ${KILLS} times serves one version, whole, at the next start (seed ${SEED})`, async () => {
    const data = folder();
    writeTestModel(join(data, 'shipped'), 'first-1');
    writeTestModel(join(data, 'models'), 'second-1');
    const random = createRandom(SEED);
    let running = await start(data);
    const added: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const { serving } = await running.client.models();
      const other = VERSIONS.find((version) => version !== serving) ?? '';
      const id = `written-${kill}`;
      await running.client.addImage(await png(id), { id });
      added.push(id);
      await running.client.promoteModel(other, { force: true });
      await sleep(random.integer(1500));
      await killed(running);

      running = await start(data);
      const { client } = running;
      const { serving: now } = await client.models();
      expect(VERSIONS).toContain(now);
      expect(await client.countImages()).toBe(COUNT + added.length);
      for (const one of [...added, 'demo:0', `demo:${COUNT - 1}`]) {
        const { type } = await client.getImage(one);
        expect(type).toBe('image/png');
      }
      const { model, results } = await client.search(await png(id), { k: 1 });
      expect([model, results[0]?.id, results[0]?.distance]).toEqual([now, id, expect.closeTo(0, 3)]);
    }
    await killed(running);
  }, 240_000);
});
