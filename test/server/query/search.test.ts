import request from 'supertest';
import { beforeAll, describe, expect, it } from 'vitest';
import { createFetch } from '../../../server/fetch/fetch-picture.ts';
import { testApp } from '../support/app.ts';
import { fakeModel } from '../support/model.ts';
import { png } from '../support/pictures.ts';

const pictures = await Promise.all(Array.from({ length: 6 }, (_, i) => png(i)));
const base64 = (i: number): string => (pictures[i] as Buffer).toString('base64');
const { app, logged } = testApp();
const search = (body: object | string, to = app) =>
  request(to).post('/search').set('Content-Type', 'application/json').send(body);
const idsOf = ({ body }: { body: { results: { id: string }[] } }): string[] => body.results.map(({ id }) => id);

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4);
}

beforeAll(async () => {
  for (const [i, picture] of pictures.entries()) {
    const fields = { id: String(i), metadata: JSON.stringify({ number: i }) };
    await request(app).post('/images').attach('image', picture, 'a.png').field(fields);
  }
});

describe('a search in JSON', () => {
  it('by a picture, an id or a vector finds what the form finds', async () => {
    const form = await request(app)
      .post('/search?include=query,vector')
      .attach('image', pictures[2] as Buffer, 'a.png');
    expect(form.body.query.vector).toHaveLength(8);
    const others = [
      { image: base64(2) },
      { image: `data:image/png;base64,${base64(2)}` },
      { id: '2' },
      { vector: form.body.query.vector },
    ];
    for (const source of others) {
      const found = await search({ ...source, include: ['vector'] });
      expect(found.status).toBe(200);
      expect(found.body.results).toHaveLength(6);
      expect(found.body.query).toBeUndefined();
      found.body.results.forEach((result: { id: string; distance: number; vector: number[] }, i: number) => {
        const expected = form.body.results[i];
        expect(result.id).toBe(expected.id);
        expect(result.distance).toBeCloseTo(expected.distance, 5);
        expect(result.vector).toEqual(expected.vector);
      });
    }
  });

  it('by an id goes by the stored embedding, without the model, unless pixels are needed', async () => {
    let embedded = 0;
    const model = fakeModel();
    const embed = (...call: Parameters<typeof model.embed>) => {
      embedded += 1;
      return model.embed(...call);
    };
    const { app: silent } = testApp({ model: { ...model, embed } });
    await request(silent)
      .post('/images')
      .attach('image', pictures[2] as Buffer, 'a.png')
      .field({ id: '2' });
    for (const robustness of ['none', 'margin']) {
      expect(idsOf(await search({ id: '2', robustness }, silent))).toEqual(['2']);
    }
    expect(embedded).toBe(1);
    for (const more of [{ robustness: 'gradient' }, { crop: { left: 0, top: 0, width: 0.5, height: 0.5 } }]) {
      expect((await search({ id: '2', ...more }, silent)).status).toBe(200);
    }
    expect(embedded).toBe(3);
    expect((await search({ id: '3' }, silent)).body.error.code).toBe('RECORD_UNKNOWN');
  });

  it('is refused where its vectors are of another model than the one that answers', async () => {
    const { body } = await search({ id: '3', include: ['query'], k: 1 });
    const { vector } = body.query;
    expect(idsOf(await search({ vector, model: body.model, k: 1 }))).toEqual(['3']);
    const refused = await search({ vector, model: 'older-1', k: 1 });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'MODEL_MISMATCH']);
    expect(refused.body.error.message).toContain(`older-1`);
    expect((await search({ vector, model: '', k: 1 })).status).toBe(400);
  });

  it('takes a vector of any length but none', async () => {
    const { body } = await search({ id: '3', include: ['query'] });
    const long = body.query.vector.map((value: number) => value * 1000);
    expect(idsOf(await search({ vector: long, k: 1 }))).toEqual(['3']);
  });

  it('names model, generation and protocol', async () => {
    const { body } = await search({ id: '4', k: 2 });
    expect(body).toMatchObject({ model: 'test-1', generation: -1 });
    expect(body.protocol).toEqual({ robustness: 'margin', k: 2, behind: 20, fullScore: 8 });
    const probed = await search({
      id: '4',
      k: 2,
      robustness: 'probe',
      probe: { attacks: ['es'], epsilon: 2, steps: 1 },
    });
    const probe = { attacks: ['es'], epsilon: 2, steps: 1 };
    expect(probed.body.protocol).toEqual({ robustness: 'probe', k: 2, behind: 0, fullScore: 8, probe });
  });

  it('takes k, filter, minScore and robustness', async () => {
    const filter = { field: 'number', gte: 3 };
    expect(idsOf(await search({ id: '4', filter })).sort()).toEqual(['3', '4', '5']);
    expect(idsOf(await search({ id: '4', minScore: 0.999999, robustness: 'none' }))).toEqual(['4']);
    const { body } = await search({ id: '4', k: 2, robustness: 'gradient' });
    expect(body.results.map(({ robustness }: { robustness: { method: string } }) => robustness.method)).toEqual([
      'gradient',
      'gradient',
    ]);
  });

  it('by examples goes towards the positive ones and away from the negative ones', async () => {
    const embedding = async (id: string): Promise<number[]> =>
      (await search({ id, include: ['query'] })).body.query.vector;
    const [a, b] = await Promise.all([embedding('0'), embedding('5')]);
    const examples = [
      { id: '0', weight: 2 },
      { image: base64(5), weight: -1 },
    ];
    const { body, status } = await search({ examples, include: ['query'] });
    expect(status).toBe(200);
    const sum = a.map((value, i) => 2 * value - (b[i] ?? 0));
    const length = Math.hypot(...sum);
    expectClose(
      body.query.vector,
      sum.map((value) => value / length),
    );
    expect(body.results[0].robustness).toBeNull();
  });

  it('by a part of a picture is by that part alone', async () => {
    const crop = { left: 0, top: 0, width: 0.5, height: 1 };
    const whole = (await search({ id: '1', include: ['query'] })).body.query.vector;
    const part = (await search({ id: '1', crop, include: ['query'] })).body.query.vector;
    expect(part).not.toEqual(whole);
    const form = await request(app)
      .post('/search?include=query&crop=0,0,0.5,1')
      .attach('image', pictures[1] as Buffer, 'a.png');
    expectClose(form.body.query.vector, part);
  });

  it.each([
    ['nothing', {}, 'exactly one of image, id, url, vector and examples'],
    ['two sources', { id: '1', vector: [1] }, 'exactly one'],
    [
      'a crop of a vector',
      { vector: [1, 0], crop: { left: 0, top: 0, width: 1, height: 1 } },
      'crop only of a picture',
    ],
    ['examples beside a source', { id: '1', examples: [{ id: '2' }] }, 'in place of'],
    ['no examples', { examples: [] }, 'examples'],
    ['too many examples', { examples: Array.from({ length: 17 }, () => ({ id: '1' })) }, 'examples'],
    ['an example of nothing', { examples: [{ weight: 1 }] }, 'examples.0'],
    ['an unknown member', { id: '1', limit: 3 }, 'limit'],
    ['k as a text', { id: '1', k: '3' }, 'k'],
    ['k beyond the limit', { id: '1', k: 101 }, 'k'],
    ['an image that is no base64', { image: 'no base64' }, 'image: must be base64'],
    ['an id with a slash', { id: '../1' }, 'id'],
    ['a filter of nonsense', { id: '1', filter: { field: 'a', like: 'b' } }, 'filter'],
    ['a vector of texts', { vector: ['1'] }, 'vector.0'],
    ['a gradient of a vector', { vector: [1, 0, 0, 0, 0, 0, 0, 0], robustness: 'gradient' }, 'gradient'],
    [
      'an estimate for several examples',
      { examples: [{ id: '1' }, { id: '2' }], robustness: 'margin' },
      'single example',
    ],
    ['include of what there is not', { id: '1', include: ['metadata'] }, 'include.0'],
  ])('with %s is refused', async (_, body, word) => {
    const { status, body: answer } = await search(body);
    expect([status, answer.error.code]).toEqual([400, 'REQUEST_INVALID']);
    expect(answer.error.message).toContain(word);
  });

  it.each([
    ['too few dimensions', { vector: [1, 0] }, 400, 'VECTOR_INVALID'],
    ['no direction', { vector: [0, 0, 0, 0, 0, 0, 0, 0] }, 400, 'VECTOR_INVALID'],
    ['examples that cancel out', { examples: [{ id: '1' }, { id: '1', weight: -1 }] }, 400, 'VECTOR_INVALID'],
    ['an id that is not there', { id: 'none' }, 404, 'RECORD_UNKNOWN'],
    ['bytes that are no picture', { image: 'AAAA' }, 415, 'IMAGE_TYPE_UNSUPPORTED'],
    ['a URL', { url: 'http://8.8.8.8/a.png' }, 400, 'URL_REFUSED'],
  ])('with %s has its own error', async (_, body, status, code) => {
    const answer = await search(body);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it('with a query string, compressed, or in another encoding is refused', async () => {
    const refused = [
      request(app).post('/search?k=3').set('Content-Type', 'application/json').send({ id: '1' }),
      search({ id: '1' }).set('Content-Encoding', 'gzip'),
      request(app).post('/search').set('Content-Type', 'application/json; charset=latin1').send('{"id":"1"}'),
      search('{"id":"1"'),
      search('[]'),
      search('"id"'),
      search('null'),
    ];
    for (const sent of refused) {
      const { status, body } = await sent;
      expect([status, body.error.code]).toEqual([400, 'REQUEST_INVALID']);
    }
    expect(logged.faults()).toEqual([]);
  });

  it('may be a third longer than a file, and not more', async () => {
    const { app: small } = testApp({ maxUploadBytes: 3_000 });
    const answer = async (bytes: number) =>
      (await search({ image: Buffer.alloc(bytes).toString('base64') }, small)).body.error.code;
    expect(await answer(3_000)).toBe('IMAGE_TYPE_UNSUPPORTED');
    expect(await answer(60_000)).toBe('IMAGE_TOO_LARGE');
  });
});

describe('a search by URL, where that is on', () => {
  it('fetches, and what is fetched is a picture like any other', async () => {
    const asked: string[] = [];
    const files = new Map([['https://pictures.example/4.png', pictures[4] as Buffer]]);
    const fetchPicture = async (url: string) => {
      asked.push(url);
      return files.get(url) ?? Buffer.from('a page');
    };
    const { app: fetching } = testApp({ fetchPicture });
    await request(fetching)
      .post('/images?id=4')
      .attach('image', pictures[4] as Buffer, 'a.png');
    const found = await search({ url: 'https://pictures.example/4.png' }, fetching);
    expect(idsOf(found)).toEqual(['4']);
    expect((await search({ url: 'https://pictures.example/page' }, fetching)).body.error.code).toBe(
      'IMAGE_TYPE_UNSUPPORTED',
    );
    expect(asked).toHaveLength(2);
  });

  it('does not reach this machine', async () => {
    const { app: fetching } = testApp({ fetchPicture: createFetch({ maxBytes: 1_000 }) });
    const { status, body } = await search({ url: 'http://127.0.0.1/' }, fetching);
    expect([status, body.error.code]).toEqual([400, 'URL_REFUSED']);
  });
});
