import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { type TestApp, testApp } from './support/app.ts';
import { png } from './support/pictures.ts';

let made: TestApp;
const put = async (id: string, seed: string, fields: Record<string, string> = {}) =>
  request(made.app)
    .put(`/images/${encodeURIComponent(id)}`)
    .attach('image', await png(seed), 'a.png')
    .field(fields);
const search = async (query: Record<string, string>) => {
  const { body } = await request(made.app)
    .post('/search')
    .query(query)
    .attach('image', await png('0'), 'a.png');
  return body.results as { id: string; distance: number; score: number; robustness: { epsilon: number | null } }[];
};

/** Pictures 0 to 5, the even ones marked. */
beforeAll(async () => {
  made = testApp();
  for (let i = 0; i < 6; i++) await put(String(i), String(i), { metadata: JSON.stringify({ even: i % 2 === 0, i }) });
});

describe('PUT /images/{id}', () => {
  it('creates, then replaces, and says which', async () => {
    const created = await put('new:one', 'a', { label: 'first' });
    expect([created.status, created.body]).toEqual([200, { id: 'new:one', status: 'created' }]);
    const before = await request(made.app).get('/images/new:one');
    const replaced = await put('new:one', 'b', { metadata: '{"a":1}' });
    expect([replaced.status, replaced.body]).toEqual([200, { id: 'new:one', status: 'replaced' }]);
    expect(await made.gallery.get('new:one')).toMatchObject({ label: null, metadata: { a: 1 } });
    const after = await request(made.app).get('/images/new:one').set('If-None-Match', String(before.headers.etag));
    expect(after.status).toBe(200);
    expect(after.body).not.toEqual(before.body);
    await made.gallery.remove('new:one');
  });

  it('takes the id from the path only', async () => {
    const response = await put('x', 'a', { id: 'y' });
    expect([response.status, response.body.error.code]).toEqual([400, 'REQUEST_INVALID']);
  });
});

describe('GET /images', () => {
  it('lists the records page by page', async () => {
    const first = await request(made.app).get('/images?limit=4');
    expect(first.body.images.map(({ id }: { id: string }) => id)).toEqual(['0', '1', '2', '3']);
    expect(first.body.images[1]).toEqual({
      id: '1',
      label: null,
      metadata: { even: false, i: 1 },
      createdAt: expect.stringMatching(/Z$/),
      thumbnail: '/images/1',
    });
    const second = await request(made.app).get(`/images?limit=4&cursor=${first.body.next}`);
    expect(second.body.images.map(({ id }: { id: string }) => id)).toEqual(['4', '5']);
    expect(second.body.next).toBeNull();
  });

  it('lists and counts what passes a filter', async () => {
    const filter = JSON.stringify({
      and: [
        { field: 'even', eq: true },
        { field: 'i', gt: 0 },
      ],
    });
    const { body } = await request(made.app).get('/images').query({ filter });
    expect(body.images.map(({ id }: { id: string }) => id)).toEqual(['2', '4']);
    expect((await request(made.app).get('/count').query({ filter })).body).toEqual({ count: 2 });
    expect((await request(made.app).get('/count')).body).toEqual({ count: 6 });
  });
});

describe('POST /search', () => {
  it('finds only what passes a filter', async () => {
    const filter = JSON.stringify({ not: { field: 'even', eq: true } });
    expect((await search({ filter })).map(({ id }) => id).sort()).toEqual(['1', '3', '5']);
  });

  it('leaves out what scores less than it must, and estimates robustness as if it did not', async () => {
    const all = await search({ k: '3' });
    const [first, second] = all;
    expect(first?.score).toBeCloseTo(1, 6);
    expect(second?.score).toBeCloseTo(1 - Number(second?.distance) ** 2 / 2, 6);
    const some = await search({ k: '3', minScore: Number(second?.score).toFixed(12) });
    expect(some).toEqual(all.slice(0, some.length));
    expect(some.length).toBeLessThan(3);
    expect(some[0]?.robustness.epsilon).not.toBeNull();
  });

  it('takes a breadth of the walk', async () => {
    expect(await search({ ef: '500' })).toHaveLength(6);
  });
});
