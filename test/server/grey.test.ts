import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { c2f2 } from '../../embedding/backbones/c2f2.ts';
import type { RunningServer } from '../../server/start.ts';
import { writeTestModel } from './support/model.ts';
import { png } from './support/pictures.ts';
import { form, startTestServer, type TestFolder, testFolder } from './support/start.ts';

let folder: TestFolder;
let server: RunningServer;
beforeAll(async () => {
  folder = testFolder();
  const models = join(folder.data, 'models');
  writeTestModel(models, 'grey-1', c2f2, { size: 28, fit: 'fill', kernel: 'linear', channels: 1 });
  server = await startTestServer(folder.data, { model: 'grey-1' });
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

async function post(path: string, picture: Uint8Array, fields?: Record<string, string>) {
  const response = await fetch(`${server.url}${path}`, { method: 'POST', body: form(picture, fields) });
  return { status: response.status, body: await response.json() };
}

describe('a server with a network for grey pictures of 28 x 28 pixels', () => {
  it.each(['none', 'margin', 'gradient'])(
    'finds a coloured picture that it stored, with robustness %s',
    async (robustness) => {
      const id = `mine-${robustness}`;
      const picture = await png(id, 90);
      expect(await post('/images', picture, { id })).toEqual({ status: 201, body: { id } });
      const { status, body } = await post('/search', picture, { k: '3', robustness });
      expect(status).toBe(200);
      expect(body.results[0]).toMatchObject({ rank: 1, id });
      expect(body.results[0].distance).toBeLessThan(0.001);
    },
  );

  it('sees the luma of a picture only', async () => {
    const coloured = await png('luma', 28);
    const data = await sharp(coloured).removeAlpha().raw().toBuffer();
    const grey = Buffer.alloc(data.length);
    for (let i = 0; i < data.length; i += 3) {
      const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
      grey.fill(Math.round(0.299 * red + 0.587 * green + 0.114 * blue), i, i + 3);
    }
    const raw = { width: 28, height: 28, channels: 3 } as const;
    await post('/images', coloured, { id: 'luma' });
    const { body } = await post('/search', await sharp(grey, { raw }).png().toBuffer(), { k: '1' });
    expect(body.results[0].id).toBe('luma');
    expect(body.results[0].distance).toBeLessThan(0.005);
  });

  it('probes, and shows pictures that give the same ranking when they are sent again', async () => {
    const { status, body } = await post('/probes', await png('query'), {
      attacks: 'es',
      epsilon: '16',
      steps: '4',
      k: '3',
    });
    const [probed] = body.attacks;
    expect([status, probed.norms.linf]).toEqual([200, 16]);
    const attacked = Buffer.from(probed.pictures.attacked.split(',')[1], 'base64');
    const { width, height } = await sharp(attacked).metadata();
    expect([width, height]).toEqual([28, 28]);
    const again = await post('/search', attacked, { k: '3', robustness: 'none' });
    expect(again.body.results.map(({ id }: { id: string }) => id)).toEqual(
      probed.after.map(({ id }: { id: string }) => id),
    );
  });
});
