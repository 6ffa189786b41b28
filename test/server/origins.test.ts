import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { testApp } from './support/app.ts';
import { png } from './support/pictures.ts';

const picture = await png('a');
const SHOP = 'https://shop.example';

describe('pages of other origins', () => {
  it('may read nothing and change nothing, as long as none is named', async () => {
    const { app } = testApp();
    const read = await request(app).get('/samples').set('Origin', SHOP);
    expect(read.headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await request(app)
      .options('/search')
      .set({ Origin: SHOP, 'Access-Control-Request-Method': 'POST' });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([405, undefined]);
    const post = request(app).post('/search').set({ Origin: SHOP, 'Sec-Fetch-Site': 'cross-site' });
    expect((await post.attach('image', picture, 'a.png')).body.error.code).toBe('REQUEST_INVALID');
  });

  it('may call when they are named, and only those', async () => {
    const { app } = testApp({ origins: [SHOP] });
    const preflight = await request(app).options('/search').set({
      Origin: SHOP,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': SHOP,
      vary: expect.stringContaining('Origin'),
    });
    expect(preflight.headers['access-control-allow-headers']).toContain('Authorization');
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    const post = (origin: string) =>
      request(app)
        .post('/search')
        .set({ Origin: origin, 'Sec-Fetch-Site': 'cross-site' })
        .attach('image', picture, 'a.png');
    expect((await post(SHOP)).status).toBe(200);
    expect((await post('https://other.example')).status).toBe(400);
    const other = await request(app).get('/samples').set('Origin', 'https://shop.example.evil.example');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('the address of a client', () => {
  const clientOf = async (trustProxy: number | readonly string[], forwarded: string) => {
    const { app, logged } = testApp({ trustProxy });
    await request(app).get('/healthz').set('X-Forwarded-For', forwarded);
    return logged.entries().at(-1)?.client;
  };

  it('is what a trusted proxy says, and that of the connection otherwise', async () => {
    expect(await clientOf(0, '203.0.113.9')).toMatch(/127\.0\.0\.1$/);
    expect(await clientOf(1, '198.51.100.1, 203.0.113.9')).toBe('203.0.113.9');
    expect(await clientOf(['127.0.0.0/8'], '203.0.113.9')).toBe('203.0.113.9');
    expect(await clientOf(['10.0.0.0/8'], '203.0.113.9')).toMatch(/127\.0\.0\.1$/);
  });
});
