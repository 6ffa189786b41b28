import sharp from 'sharp';
import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { differenceHash, differingBits } from '../../../server/duplicates/difference-hash.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { png } from '../support/pictures.ts';

let made: TestApp;
const add = async (id: string, bytes: Uint8Array): Promise<void> => {
  const response = await request(made.app).post(`/images?id=${id}`).attach('image', Buffer.from(bytes), 'a.png');
  expect(response.status).toBe(201);
};
const find = async (query: string) => (await request(made.app).get(`/images/original/duplicates${query}`)).body;
const idsOf = (list: { id: string }[]): string[] => list.map(({ id }) => id);
const darker = async (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).linear(0.7, 0).png().toBuffer();
const smaller = async (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).resize(40, 40).jpeg().toBuffer();

beforeAll(async () => {
  made = testApp();
  const original = await png('original');
  await add('original', original);
  await add('copy', original);
  await add('smaller', await smaller(original));
  for (let i = 0; i < 4; i++) await add(`other${i}`, await png(`other ${i}`));
});

describe('GET /images/{id}/duplicates', () => {
  it('tells the same bytes, the same look and near embeddings apart', async () => {
    const { exact, perceptual, embedding } = await find('');
    expect(idsOf(exact)).toEqual(['copy']);
    expect(idsOf(perceptual)).toEqual(['copy', 'smaller']);
    expect(idsOf(embedding)).toContain('copy');
    expect(exact[0]).toEqual({ id: 'copy', label: null, thumbnail: '/images/copy', bits: 0, distance: 0 });
  });

  it('goes by the limits that it is given', async () => {
    const wide = await find('?bits=64&distance=2');
    expect(wide.exact).toHaveLength(1);
    expect(wide.perceptual).toHaveLength(6);
    expect(wide.embedding).toHaveLength(6);
    const first = await find('?bits=64&distance=2&among=1');
    expect(idsOf(first.embedding)).toEqual(['copy']);
    expect((await find('?bits=65')).error.code).toBe('REQUEST_INVALID');
  });

  it('goes by the look that was stored with each picture', async () => {
    const { bytes = new Uint8Array(), look } = (await made.gallery.image('smaller')) ?? {};
    expect(look).toBe(await differenceHash(bytes));
    await made.gallery.upsert([
      { id: 'smaller', vector: new Float32Array(8), image: { type: 'image/png', bytes, look: 'f'.repeat(16) } },
    ]);
    expect(idsOf((await find('?distance=2')).perceptual)).toEqual(['copy']);
  });

  it('knows nothing of a record that is not there', async () => {
    const { body } = await request(made.app).get('/images/none/duplicates');
    expect(body.error.code).toBe('RECORD_UNKNOWN');
  });
});

describe('the difference hash', () => {
  it('stays when a picture is scaled, compressed or darkened, and differs between pictures', async () => {
    const original = await png('original');
    const hash = await differenceHash(original);
    expect(differingBits(hash, await differenceHash(await smaller(original)))).toBeLessThanOrEqual(6);
    expect(differingBits(hash, await differenceHash(await darker(original)))).toBeLessThanOrEqual(6);
    expect(differingBits(hash, await differenceHash(await png('other')))).toBeGreaterThan(10);
  });

  it('is told apart by its bits', () => {
    const zeros = '0'.repeat(16);
    expect([differingBits('5', '5'), differingBits('b', '6'), differingBits(zeros, 'f'.repeat(16))]).toEqual([
      0, 3, 64,
    ]);
  });
});
