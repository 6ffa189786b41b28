import request from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { testApp } from './support/app.ts';
import { fakeModel } from './support/model.ts';
import { jpeg, png } from './support/pictures.ts';

/** An app whose gallery holds `count` drawings with the ids 0, 1, ... */
async function filled(count: number, options?: Parameters<typeof testApp>[0]) {
  const made = testApp(options);
  for (let i = 0; i < count; i++) {
    const response = await request(made.app)
      .post('/images')
      .attach('image', await png(i), 'a.png')
      .field({ id: String(i), label: `drawing ${i}`, metadata: JSON.stringify({ number: i }) });
    expect(response.status).toBe(201);
  }
  return made;
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

describe('POST /images', () => {
  it('stores the decoded picture and says where', async () => {
    const { app, gallery } = testApp();
    const response = await request(app)
      .post('/images')
      .attach('image', await jpeg('a'), 'a.jpg');
    expect(response.status).toBe(201);
    expect(response.body).toEqual({ id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(response.headers.location).toBe(`/images/${response.body.id}`);
    expect(await gallery.image(response.body.id)).toMatchObject({ type: 'image/png' });
  });

  it('keeps id, label and metadata', async () => {
    const { app, gallery } = testApp();
    await request(app)
      .post('/images?label=a%20picture')
      .attach('image', await png('a'), 'a.png')
      .field({ id: 'set:a.1_b-c', metadata: '{"a":[1,{"b":null}]}' });
    expect(await gallery.get('set:a.1_b-c')).toMatchObject({ label: 'a picture', metadata: { a: [1, { b: null }] } });
  });

  it('refuses an id that is taken', async () => {
    const { app } = await filled(1);
    const response = await request(app)
      .post('/images?id=0')
      .attach('image', await png('b'), 'a.png');
    expect(response.status).toBe(409);
    expect(response.body.error.code).toBe('RECORD_EXISTS');
  });
});

describe('POST /search', () => {
  it('finds a stored picture at rank 1, at no distance', async () => {
    const { app } = await filled(6);
    const stored = await request(app).get('/images/4').responseType('blob');
    const { body } = await request(app).post('/search?k=3').attach('image', stored.body, 'a.png');
    expect(body.results[0]).toMatchObject({
      rank: 1,
      id: '4',
      label: 'drawing 4',
      metadata: { number: 4 },
      thumbnail: '/images/4',
      robustness: { method: 'margin' },
    });
    expect(body.results[0].distance).toBeLessThan(0.001);
  });

  it('answers with k results in order, the model and the times', async () => {
    const { app } = await filled(6);
    const { body } = await request(app)
      .post('/search')
      .attach('image', await png('q'), 'a.png')
      .field('k', '4');
    expect(Object.keys(body).sort()).toEqual(['generation', 'model', 'protocol', 'results', 'timings']);
    expect(body.model).toBe('test-1');
    expect(body.results.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3, 4]);
    const distances = body.results.map(({ distance }: { distance: number }) => distance);
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(Object.keys(body.timings).sort()).toEqual(['decode', 'embed', 'robustness', 'search', 'total']);
  });

  it('gives each result a robustness that falls with its rank', async () => {
    const { app } = await filled(6);
    const { body } = await request(app)
      .post('/search?k=5')
      .attach('image', await png('q'), 'a.png');
    const epsilons: number[] = body.results.map(
      (result: { robustness: { epsilon: number } }) => result.robustness.epsilon,
    );
    expect(epsilons.every((epsilon) => epsilon >= 0)).toBe(true);
    expect(epsilons[0]).toBeGreaterThan(epsilons[4] as number);
    for (const { robustness } of body.results) {
      expect(robustness.score).toBeCloseTo(Math.min(1, robustness.epsilon / 8), 6);
    }
  });

  it('says that nothing can push a result out of a list that holds the whole gallery', async () => {
    const { app } = await filled(3);
    for (const robustness of ['margin', 'gradient']) {
      const { body } = await request(app)
        .post(`/search?robustness=${robustness}`)
        .attach('image', await png('q'), 'a.png');
      for (const result of body.results)
        expect(result.robustness).toEqual({ epsilon: null, score: 1, method: robustness });
    }
  });

  it('estimates by the gradient when asked to', async () => {
    const { app } = await filled(4);
    const { body } = await request(app)
      .post('/search?k=2&robustness=gradient')
      .attach('image', await png('q'), 'a.png');
    for (const { robustness } of body.results) {
      expect(robustness.method).toBe('gradient');
      expect(robustness.epsilon).toBeGreaterThan(0);
      expect(robustness.epsilon).toBeLessThan(2);
    }
  });

  it('looks at candidates behind the list only where they are estimated with', async () => {
    const { app, gallery } = await filled(4);
    const asked = vi.spyOn(gallery, 'find');
    for (const robustness of ['none', 'margin', 'gradient']) {
      const search = request(app).post(`/search?k=2&robustness=${robustness}`);
      const { body } = await search.attach('image', await png('q'), 'a.png');
      expect(body.results).toHaveLength(2);
    }
    expect(asked.mock.calls.map(([, { k, behind }]) => [k, behind])).toEqual([
      [2, 0],
      [2, 20],
      [2, 20],
    ]);
  });

  it('does not estimate when not asked to', async () => {
    const { app } = await filled(4);
    const { body } = await request(app)
      .post('/search?k=2&robustness=none')
      .attach('image', await png('q'), 'a.png');
    expect(body.results.map((result: { robustness: null }) => result.robustness)).toEqual([null, null]);
  });

  it('answers on an empty gallery', async () => {
    const { body } = await request(testApp().app)
      .post('/search')
      .attach('image', await png('q'), 'a.png');
    expect(body.results).toEqual([]);
  });
});

describe('GET and DELETE /images/{id}', () => {
  it('gives the picture with what a cache needs', async () => {
    const { app } = await filled(1);
    const response = await request(app).get('/images/0');
    expect(response.status).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
    });
    const again = await request(app).get('/images/0').set('If-None-Match', String(response.headers.etag));
    expect(again.status).toBe(304);
    expect((await request(app).head('/images/0')).status).toBe(200);
  });

  it('removes a record once', async () => {
    const { app } = await filled(1);
    expect((await request(app).delete('/images/0')).status).toBe(204);
    expect((await request(app).delete('/images/0')).body.error.code).toBe('RECORD_UNKNOWN');
    expect((await request(app).get('/images/0')).status).toBe(404);
  });

  it('knows ids that need escaping in a path', async () => {
    const { app } = testApp();
    const made = await request(app)
      .post('/images?id=a:b')
      .attach('image', await png('a'), 'a.png');
    expect(made.headers.location).toBe('/images/a%3Ab');
    expect((await request(app).get('/images/a%3Ab')).status).toBe(200);
  });
});

describe('GET /samples', () => {
  it('lists some records', async () => {
    const { app } = await filled(3);
    const { body } = await request(app).get('/samples?count=2');
    expect(body).toEqual({
      samples: [
        { id: '0', label: 'drawing 0', thumbnail: '/images/0' },
        { id: '1', label: 'drawing 1', thumbnail: '/images/1' },
      ],
    });
    expect((await request(app).get('/samples')).body.samples).toHaveLength(3);
  });
});

describe('health', () => {
  it('is ok before the server is ready, ready when it is, and not while it stops', async () => {
    const { app, lifecycle, gallery } = testApp({ ready: false });
    expect((await request(app).get('/healthz')).body).toEqual({ status: 'ok' });
    const early = await request(app).get('/readyz');
    expect([early.status, early.body.error.code]).toEqual([503, 'NOT_READY']);
    expect(early.headers['retry-after']).toMatch(/^\d+$/);

    const { manifest } = (await filled(0)).lifecycle.services();
    lifecycle.open({ model: fakeModel(), gallery, manifest });
    expect((await request(app).get('/readyz')).body).toEqual({ status: 'ready', model: 'test-1', records: 0 });

    lifecycle.stop();
    const late = await request(app).get('/readyz');
    expect([late.status, late.body.error.code]).toEqual([503, 'SHUTTING_DOWN']);
    expect((await request(app).get('/healthz')).status).toBe(200);
  });

  it('answers what is in flight when it stops, and refuses what comes after', async () => {
    const whole = fakeModel();
    const { promise: asked, resolve: ask } = withResolvers();
    const { promise: answered, resolve: answer } = withResolvers();
    const slow = fakeModel({
      embed: async (...call) => {
        ask();
        await answered;
        return whole.embed(...call);
      },
    });
    const { app, lifecycle } = testApp({ model: slow });
    const inFlight = request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png')
      .then();
    await asked;
    lifecycle.stop();
    const late = await request(app)
      .post('/search')
      .attach('image', await png('b'), 'b.png');
    answer();
    expect([late.status, late.body.error.code]).toEqual([503, 'SHUTTING_DOWN']);
    expect((await inFlight).status).toBe(200);
  });

  it('refuses pictures before it is ready', async () => {
    const { app } = testApp({ ready: false });
    const response = await request(app)
      .post('/search')
      .attach('image', await png('a'), 'a.png');
    expect([response.status, response.body.error.code]).toEqual([503, 'NOT_READY']);
  });
});

describe('every answer', () => {
  it('tells browsers what they may do, and does not say what it is made with', async () => {
    const { app } = testApp();
    for (const path of ['/', '/main.js', '/healthz', '/nowhere', '/images/none']) {
      const { headers } = await request(app).get(path);
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*script-src 'self'/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    }
  });

  it('serves the page and its script with their types', async () => {
    const { app } = testApp();
    expect((await request(app).get('/')).headers['content-type']).toMatch(/^text\/html; charset=utf-8/);
    expect((await request(app).get('/main.js')).headers['content-type']).toMatch(/javascript/);
  });
});
