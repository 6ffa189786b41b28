import request from 'supertest';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Calibration } from '../../../attack/suspicion/calibration.ts';
import { transformations } from '../../../attack/suspicion/transformations/index.ts';
import { openKeyStore } from '../../../server/access/key-store.ts';
import { createRateLimits } from '../../../server/access/rates.ts';
import { type TestApp, testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';
import { suspicionWith } from '../support/suspicion.ts';

/** Moves by about as much as the fake model does, so that a drawing lies somewhere in between. */
const all = { centres: transformations.map(() => -4), spreads: transformations.map(() => 1) };
const usual: Calibration = { ...all, statistics: Array.from({ length: 99 }, (_, i) => (i - 49) / 5) };
/** Nothing in the gallery moves. */
const still: Calibration = { ...all, statistics: Array.from({ length: 99 }, () => -9) };

describe('the suspicion of a query', () => {
  let runs: number[];
  const model = () => {
    const { embed, ...rest } = fakeModel();
    return {
      ...{ embed, ...rest },
      embed: (pixels: readonly Uint8Array[]) => {
        runs.push(pixels.length);
        return embed(pixels);
      },
    };
  };
  const appWith = (calibration: Calibration | undefined): TestApp =>
    testApp({ model: model(), suspicion: suspicionWith(calibration) });
  const search = async ({ app }: TestApp, include = 'suspicion') =>
    request(app)
      .post(`/search?include=${include}`)
      .attach('image', await png('query'), 'a.png');

  beforeEach(() => {
    runs = [];
  });

  it('comes from one pass over the picture and a copy by each transformation', async () => {
    const { status, body } = await search(appWith(usual));
    expect([status, runs]).toEqual([200, [1 + transformations.length]]);
    expect(body.query).toEqual({ suspicion: expect.any(Number), suspicious: false, calibrated: true });
    expect(body.query.suspicion).toBeGreaterThan(0);
    expect(body.query.suspicion).toBeLessThan(1);
  });

  it('is told beside the results, which are the same', async () => {
    const made = appWith(still);
    await request(made.app)
      .post('/images')
      .attach('image', await png('query'), 'a.png');
    const { body } = await search(made, 'suspicion,query');
    expect(body.query).toMatchObject({ suspicion: 0.99, suspicious: true, vector: expect.any(Array) });
    expect(body.results).toHaveLength(1);
    expect(body.results).toEqual(
      (await search(made, 'vector')).body.results.map(({ vector: _, ...rest }: { vector: unknown }) => rest),
    );
  });

  it('is not there before the calibration, and says so', async () => {
    const { body } = await search(appWith(undefined));
    expect(body.query).toEqual({ suspicion: null, suspicious: null, calibrated: false });
    expect(runs).toEqual([1]);
  });

  it('is not there, and costs nothing, when nobody asks', async () => {
    const made = appWith(usual);
    expect((await search(made, 'vector')).body.query).toBeUndefined();
    expect(Object.keys((await search(made, 'query')).body.query)).toEqual(['vector']);
    expect(runs).toEqual([1, 1]);
  });

  it.each([
    ['a vector', { vector: [1, 0, 0, 0, 0, 0, 0, 0] }],
    ['several examples', { examples: [{ id: 'a' }, { id: 'b' }] }],
    ['a negative example', { examples: [{ id: 'a', weight: -1 }] }],
  ])('of %s is refused', async (_, source) => {
    const { app } = appWith(usual);
    const { status, body } = await request(app)
      .post('/search')
      .send({ ...source, include: ['suspicion'] });
    expect([status, body.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(body.error.message).toContain('single picture');
  });

  it('is counted', async () => {
    const made = appWith(still);
    await search(made);
    await search(made, 'vector');
    const { text } = await request(made.app).get('/metrics');
    expect(text).toContain('holdfast_query_suspicion_count 1\n');
    expect(text).toContain('holdfast_query_suspicion_bucket{le="0.95"} 0\n');
    expect(text).toContain('holdfast_query_suspicion_bucket{le="0.99"} 1\n');
  });

  it('costs ten points more, in a form and in JSON', async () => {
    const keys = openKeyStore(':memory:');
    const { text: key } = keys.create({ name: 'a', roles: ['search'], rate: null });
    const { app } = testApp({ keys, rates: createRateLimits(20) });
    const authorised = { Authorization: `Bearer ${key}` };
    const picture = await png('query');
    const asked = request(app).post('/search?include=suspicion').set(authorised).attach('image', picture, 'a.png');
    expect((await asked).status).toBe(200);
    const image = picture.toString('base64');
    const again = request(app)
      .post('/search')
      .set(authorised)
      .send({ image, include: ['suspicion'] });
    expect((await again).status).toBe(429);
  });
});
