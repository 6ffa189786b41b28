import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { HoldfastClient, type ModelsAnswer } from '../../../client/sdk/index.ts';
import type { RunningServer } from '../../../server/start.ts';
import { writeTestModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { startTestServer } from '../support/start.ts';

describe('a server with several model versions', () => {
  let data: string;
  let server: RunningServer;
  let client: HoldfastClient;

  const start = async (model?: string): Promise<void> => {
    server = await startTestServer(data, { model, shippedModels: join(data, 'shipped') });
    client = new HoldfastClient(server.url);
  };
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'holdfast-models-'));
    writeTestModel(join(data, 'shipped'), 'first-1');
    writeTestModel(join(data, 'models'), 'second-1');
    await start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(data, { recursive: true });
  });

  const promoted = (): Promise<ModelsAnswer> =>
    vi.waitFor(
      async () => {
        const models = await client.models();
        expect(models.promotion?.error ?? null).toBeNull();
        expect(models.promotion?.state).toBe('done');
        return models;
      },
      { timeout: 100_000, interval: 50 },
    );
  const modelOf = async (id: string): Promise<[model: string, first: string | undefined]> => {
    const { model, results } = await client.search(await png(id), { k: 1 });
    return [model, results[0]?.id];
  };

  it('promotes one while searches and writes go on, none of which fails', async () => {
    const models = await client.models();
    expect(models).toMatchObject({ serving: 'first-1', previous: null, promotion: null });
    expect(models.models.map(({ version, serving }) => [version, serving])).toEqual([
      ['first-1', true],
      ['second-1', false],
    ]);
    let going = true;
    const answered = new Set<string>();
    let written = 0;
    const searching = (async () => {
      while (going) answered.add((await modelOf('x'))[0]);
    })();
    const writing = (async () => {
      while (going) await client.addImage(await png(`w${written}`), { id: `w${written++}` });
    })();
    expect(await client.promoteModel('second-1')).toMatchObject({ version: 'second-1', state: 'embedding' });
    expect(await promoted()).toMatchObject({ serving: 'second-1', previous: 'first-1' });
    going = false;
    await Promise.all([searching, writing]);
    answered.add((await modelOf('x'))[0]);
    expect([...answered]).toEqual(['first-1', 'second-1']);
    // Every write that was acknowledged is in the gallery that is served.
    for (let i = 0; i < written; i++) expect((await client.getImage(`w${i}`)).type).toBe('image/png');
    expect(await modelOf('w0')).toEqual(['second-1', 'w0']);
  });

  it('goes on with it after a restart, and back with what was written since', async () => {
    await server.stop();
    await start();
    expect(await client.models()).toMatchObject({ serving: 'second-1', previous: 'first-1' });
    await client.addImage(await png('since'), { id: 'since' });
    expect(await client.rollbackModel()).toMatchObject({ version: 'first-1' });
    expect(await promoted()).toMatchObject({ serving: 'first-1', previous: 'second-1' });
    expect(await modelOf('since')).toEqual(['first-1', 'since']);
  });

  it('names what it cannot promote', async () => {
    await expect(client.promoteModel('none-1')).rejects.toMatchObject({ status: 404, code: 'MODEL_UNKNOWN' });
    await expect(client.promoteModel('../shipped')).rejects.toMatchObject({ status: 404 });
    await expect(client.promoteModel('second-1', { floors: { recallAt1: 0.5 } })).rejects.toMatchObject({
      ...{ status: 409, code: 'GATE_REFUSED', message: expect.stringContaining('recallAt1') },
    });
  });
});
