import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { createRateLimits } from '../../../server/access/rates.ts';
import { type Role, roles } from '../../../server/access/roles.ts';
import { accessTable } from '../../../server/access/table.ts';
import { testApp } from '../support/app.ts';
import { png } from '../support/pictures.ts';

const picture = await png('a');
type Test = ReturnType<ReturnType<typeof request>['get']>;

/** An app with a key for each role. */
function guarded(options: Parameters<typeof testApp>[0] = {}) {
  const made = testApp(options);
  const keyOf = Object.fromEntries(
    roles.map((role) => [role, made.keys.create({ name: role, roles: [role], rate: null })]),
  ) as Record<Role, { text: string; id: string }>;
  const as = (role: Role, test: Test): Test => test.set('Authorization', `Bearer ${keyOf[role].text}`);
  return { ...made, keyOf, as };
}

/** A request to each endpoint of the table. */
function call(app: ReturnType<typeof testApp>['app'], name: string): Test {
  const [method = '', path = ''] = name.split(' ');
  const place = path.replace('{id}', 'none').replace('/probes', '/probes?attacks=es&steps=1');
  if (method === 'GET') return request(app).get(place);
  if (method === 'DELETE') return request(app).delete(place);
  const upload = method === 'PUT' ? request(app).put(place) : request(app).post(place);
  return upload.attach('image', picture, 'a.png');
}

describe('keys', () => {
  const { app, as, keys, logged, keyOf } = guarded();

  it.each(Object.entries(accessTable))('%s is for %j alone', async (name, access) => {
    const without = await call(app, name);
    expect([401, without.body.error?.code].includes('KEY_MISSING')).toBe(access !== 'public');
    for (const role of roles) {
      const { body, status } = await as(role, call(app, name));
      const allowed = access === 'public' || access.includes(role);
      expect([role, body.error?.code === 'KEY_NOT_ALLOWED' && status === 403]).toEqual([role, !allowed]);
      expect([401, 500]).not.toContain(status);
    }
  });

  it('that are missing, unknown or malformed are asked for', async () => {
    const answer = async (header?: string) => {
      const test = request(app).get('/samples');
      const { status, body, headers } = await (header === undefined ? test : test.set('Authorization', header));
      return [status, body.error.code, headers['www-authenticate']];
    };
    const ask = 'Bearer realm="Holdfast"';
    expect(await answer()).toEqual([401, 'KEY_MISSING', ask]);
    expect(await answer('Basic YTpi')).toEqual([401, 'KEY_MISSING', ask]);
    for (const text of ['hf_1', keyOf.search.text.slice(0, -1), `${keyOf.search.text}a`]) {
      expect(await answer(`Bearer ${text}`)).toEqual([401, 'KEY_UNKNOWN', ask]);
    }
  });

  it('are checked before a body is looked at', async () => {
    const { status, body } = await request(app).post('/search').attach('image', Buffer.alloc(2_000_000), 'a.png');
    expect([status, body.error.code]).toEqual([401, 'KEY_MISSING']);
  });

  it('stop to work when they are revoked', async () => {
    const { text, id } = keys.create({ name: 'short', roles: ['search'], rate: null });
    const samples = () => request(app).get('/samples').set('Authorization', `Bearer ${text}`);
    expect((await samples()).status).toBe(200);
    keys.revoke(id);
    expect((await samples()).body.error.code).toBe('KEY_UNKNOWN');
  });

  it('are in the log by their ids and nothing more', async () => {
    await as('operator', request(app).get('/samples'));
    expect(logged.entries().at(-1)).toMatchObject({
      key: keyOf.operator.id,
      client: expect.stringContaining('127.0.0.1'),
    });
    const written = logged.lines.join();
    for (const { text } of Object.values(keyOf)) expect(written).not.toContain(text.slice(-43));
  });

  it('leave the page and the health checks open', async () => {
    for (const path of ['/', '/main.js', '/healthz', '/readyz'])
      expect((await request(app).get(path)).status).toBe(200);
  });
});

describe('a server without keys', () => {
  it('lets everybody call everything, until there is the first key', async () => {
    const { app, keys } = testApp();
    for (const name of Object.keys(accessTable)) expect([401, 403]).not.toContain((await call(app, name)).status);
    keys.create({ name: 'first', roles: ['admin'], rate: null });
    expect((await call(app, 'GET /samples')).status).toBe(401);
  });

  it('answers for this machine only, whatever name a page has given it', async () => {
    const { app } = testApp();
    const from = async (host: string) => (await request(app).get('/samples').set('Host', host)).status;
    for (const host of ['localhost:8080', '127.0.0.1', '127.0.0.2:1', '[::1]:8080'])
      expect([host, await from(host)]).toEqual([host, 200]);
    for (const host of ['evil.example', '10.0.0.1:8080', 'localhost.evil.example', '[::2]']) {
      expect([host, await from(host)]).toEqual([host, 400]);
    }
    const { app: forced } = testApp({ withoutKeys: true });
    expect((await request(forced).get('/samples').set('Host', 'shop.example')).status).toBe(200);
    const { app: locked, as } = guarded();
    expect((await as('search', request(locked).get('/samples').set('Host', 'shop.example'))).status).toBe(200);
  });
});

describe('the points of a key', () => {
  it('are taken by cost and come back after a while', async () => {
    const { app, as } = guarded({ rates: createRateLimits(17) });
    const search = (path = '/search') => as('search', request(app).post(path).attach('image', picture, 'a.png'));
    expect((await search()).status).toBe(200);
    expect((await as('search', request(app).get('/samples'))).status).toBe(200);
    const { status, body, headers } = await search('/search?robustness=gradient');
    expect([status, body.error.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    // Another key has points of its own.
    expect((await as('probe', request(app).get('/samples'))).status).toBe(200);
  });

  it('of a search in JSON count its examples and the URL', async () => {
    const cost = async (body: object) => {
      const { app, as } = guarded({ rates: createRateLimits(14) });
      const sent = request(app).post('/search').set('Content-Type', 'application/json').send(body);
      return (await as('search', sent)).body.error.code;
    };
    const examples = (count: number) => Array.from({ length: count }, () => ({ id: 'none' }));
    expect(await cost({ examples: examples(2) })).toBe('RECORD_UNKNOWN');
    expect(await cost({ examples: examples(3) })).toBe('RATE_LIMITED');
    expect(await cost({ url: 'http://10.0.0.1/' })).toBe('URL_REFUSED');
    expect(await cost({ examples: [{ url: 'http://10.0.0.1/' }] })).toBe('URL_REFUSED');
    expect(await cost({ examples: [{ url: 'http://10.0.0.1/' }, ...examples(1)] })).toBe('RATE_LIMITED');
    expect(await cost({ id: 'none', robustness: 'gradient' })).toBe('RATE_LIMITED');
    expect(await cost({ examples: 'many', url: [] })).toBe('REQUEST_INVALID');
  });

  it('of a probe count its steps', async () => {
    const { app, as } = guarded({ rates: createRateLimits(40) });
    const probe = (steps: number) =>
      as('probe', request(app).post(`/probes?attacks=es&steps=${steps}`).attach('image', picture, 'a.png'));
    expect((await probe(31)).status).toBe(429);
    const { app: other, as: asOther } = guarded({ rates: createRateLimits(40) });
    const small = asOther(
      'probe',
      request(other).post('/probes?attacks=es&steps=30').attach('image', picture, 'a.png'),
    );
    expect((await small).status).toBe(200);
  });

  it('can be a limit of the key alone', async () => {
    const { app, keys } = guarded({ rates: createRateLimits(1) });
    const { text } = keys.create({ name: 'large', roles: ['search'], rate: 3 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++)
      statuses.push((await request(app).get('/samples').set('Authorization', `Bearer ${text}`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('are not taken where there are no keys', async () => {
    const { app } = testApp({ rates: createRateLimits(1) });
    for (let i = 0; i < 3; i++) expect((await request(app).get('/samples')).status).toBe(200);
  });
});
