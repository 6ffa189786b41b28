import request, { type Test } from 'supertest';
import { describe, expect, it } from 'vitest';
import { testApp } from './support/app.ts';
import { fakeModel } from './support/model.ts';
import { png } from './support/pictures.ts';

const picture = await png('a');
const { app, logged } = testApp({ maxUploadBytes: 100_000 });
await request(app).post('/images?id=there').attach('image', picture, 'a.png');

const upload = (
  path: string,
  fields: Record<string, string | string[]> = {},
  method: 'post' | 'put' = 'post',
): Test => {
  const test = request(app)[method](path).attach('image', picture, 'a.png');
  return Object.entries(fields).reduce((t, [name, value]) => t.field(name, value), test);
};
const tower = `${'{"not":'.repeat(50)}{"and":[]}${'}'.repeat(50)}`;
const deep = `${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`;

/** What is sent, the answer's code, and a word of its message. */
const table: readonly (readonly [string, () => Test, string, string])[] = [
  ['k of zero', () => upload('/search?k=0'), 'REQUEST_INVALID', 'k: must be a whole number from 1 to 100'],
  ['k above the limit', () => upload('/search?k=101'), 'REQUEST_INVALID', 'k'],
  ['k with a fraction', () => upload('/search?k=1.5'), 'REQUEST_INVALID', 'k'],
  ['k in hexadecimal', () => upload('/search?k=0x10'), 'REQUEST_INVALID', 'k'],
  ['k that is a word', () => upload('/search', { k: 'ten' }), 'REQUEST_INVALID', 'k'],
  ['an empty k', () => upload('/search', { k: '' }), 'REQUEST_INVALID', 'k'],
  ['k twice in the query', () => upload('/search?k=1&k=2'), 'REQUEST_INVALID', 'k'],
  ['k twice in the form', () => upload('/search', { k: ['1', '2'] }), 'REQUEST_INVALID', 'k'],
  [
    'k in both places',
    () => upload('/search?k=1', { k: '1' }),
    'REQUEST_INVALID',
    'in the query string and in the form',
  ],
  ['an unknown field', () => upload('/search', { limit: '3' }), 'REQUEST_INVALID', 'there is no "limit"'],
  ['a field with brackets', () => upload('/search', { 'k[a][b]': '3' }), 'REQUEST_INVALID', 'k'],
  ['a field named like a prototype', () => upload('/search', { __proto__x: '3' }), 'REQUEST_INVALID', '__proto__x'],
  ['an unknown robustness', () => upload('/search?robustness=full'), 'REQUEST_INVALID', 'none, margin, gradient'],
  ['exact that is neither', () => upload('/search?exact=1'), 'REQUEST_INVALID', 'true or false'],
  ['an image as text', () => request(app).post('/search').field('image', 'abc'), 'REQUEST_INVALID', 'image'],
  ['an id with a slash', () => upload('/images', { id: 'a/b' }), 'REQUEST_INVALID', 'id'],
  ['an id that is a folder', () => upload('/images', { id: '..' }), 'REQUEST_INVALID', 'id'],
  ['an id that is too long', () => upload('/images', { id: 'a'.repeat(129) }), 'REQUEST_INVALID', 'id'],
  ['an id that is taken', () => upload('/images', { id: 'there' }), 'RECORD_EXISTS', 'there'],
  ['an empty label', () => upload('/images', { label: '' }), 'REQUEST_INVALID', 'label'],
  ['a long label', () => upload('/images', { label: 'a'.repeat(257) }), 'REQUEST_INVALID', 'label'],
  ['metadata that is no JSON', () => upload('/images', { metadata: '{a:1}' }), 'REQUEST_INVALID', 'metadata'],
  ['metadata that is a list', () => upload('/images', { metadata: '[1]' }), 'REQUEST_INVALID', 'metadata'],
  ['metadata that is null', () => upload('/images', { metadata: 'null' }), 'REQUEST_INVALID', 'metadata'],
  [
    'too much metadata',
    () => upload('/images', { metadata: `{"a":"${'x'.repeat(16_400)}"}` }),
    'REQUEST_INVALID',
    'metadata',
  ],
  ['no attack', () => upload('/probes'), 'REQUEST_INVALID', 'attacks'],
  ['an attack twice', () => upload('/probes', { attacks: 'es,es' }), 'REQUEST_INVALID', 'each once'],
  [
    'attacks that take too many steps',
    () => upload('/probes', { attacks: 'es,ltm,gtm,gtt,tma,qa+,qa-,ca+,ca-', steps: '100' }),
    'COST_EXCEEDED',
    '900',
  ],
  ['an unknown attack', () => upload('/probes', { attacks: 'fgsm' }), 'REQUEST_INVALID', 'es, qa+, qa-'],
  ['an epsilon above 32', () => upload('/probes', { attacks: 'es', epsilon: '33' }), 'REQUEST_INVALID', 'epsilon'],
  ['a negative epsilon', () => upload('/probes', { attacks: 'es', epsilon: '-1' }), 'REQUEST_INVALID', 'epsilon'],
  ['no steps', () => upload('/probes', { attacks: 'es', steps: '0' }), 'REQUEST_INVALID', 'steps'],
  [
    'a candidate for es',
    () => upload('/probes', { attacks: 'es', candidate: 'there' }),
    'REQUEST_INVALID',
    'candidate',
  ],
  ['metadata that are deep', () => upload('/images', { id: 'deep', metadata: deep }), 'REQUEST_INVALID', 'metadata'],
  ['a filter that is no JSON', () => upload('/search', { filter: '{' }), 'REQUEST_INVALID', 'filter: must be JSON'],
  ['a filter of no kind', () => request(app).get('/images').query({ filter: '{"x":1}' }), 'REQUEST_INVALID', 'filter'],
  ['a filter that is deep', () => request(app).get('/count').query({ filter: tower }), 'REQUEST_INVALID', 'filter'],
  ['a score out of range', () => upload('/search', { minScore: '1.5' }), 'REQUEST_INVALID', 'minScore'],
  ['an ef out of range', () => upload('/search', { ef: '0' }), 'REQUEST_INVALID', 'ef'],
  ['a page that is too long', () => request(app).get('/images?limit=1001'), 'REQUEST_INVALID', 'limit'],
  ['a cursor that is none', () => request(app).get('/images?cursor=a%2Fb'), 'REQUEST_INVALID', 'cursor'],
  ['an id in a path that is none', () => upload('/images/a%20b', {}, 'put'), 'REQUEST_INVALID', 'id'],
  ['an unknown candidate', () => upload('/probes', { attacks: 'qa-', candidate: 'gone' }), 'RECORD_UNKNOWN', 'gone'],
  ['a count of samples out of range', () => request(app).get('/samples?count=0'), 'REQUEST_INVALID', 'count'],
  ['a field where none is known', () => request(app).get('/images/there?format=json'), 'REQUEST_INVALID', 'format'],
  ['an unknown record', () => request(app).get('/images/gone'), 'RECORD_UNKNOWN', 'gone'],
  ['a path that is not UTF-8', () => request(app).get('/images/%E0%A4%A'), 'REQUEST_INVALID', 'decode'],
  ['an unknown path', () => request(app).get('/admin'), 'ROUTE_UNKNOWN', '/admin'],
  ['a path that climbs', () => request(app).get('/images/..%2F..%2Fetc'), 'RECORD_UNKNOWN', 'etc'],
  [
    'an empty file',
    () => request(app).post('/search').attach('image', Buffer.alloc(0), 'a.png'),
    'IMAGE_TYPE_UNSUPPORTED',
    '',
  ],
  [
    'a page',
    () => request(app).post('/search').attach('image', Buffer.from('<html>'), 'a.png'),
    'IMAGE_TYPE_UNSUPPORTED',
    '',
  ],
  [
    'a drawing in SVG',
    () => request(app).post('/search').attach('image', Buffer.from('<svg/>'), 'a.svg'),
    'IMAGE_TYPE_UNSUPPORTED',
    '',
  ],
  [
    'a truncated picture',
    () =>
      request(app)
        .post('/search')
        .attach('image', picture.subarray(0, picture.length - 40), 'a.png'),
    'IMAGE_UNREADABLE',
    '',
  ],
  [
    'too many bytes',
    () => request(app).post('/search').attach('image', Buffer.alloc(100_001), 'a.png'),
    'IMAGE_TOO_LARGE',
    '',
  ],
  [
    'a page of another site',
    () => upload('/images').set('Sec-Fetch-Site', 'cross-site'),
    'REQUEST_INVALID',
    'another site',
  ],
];

describe('bad input', () => {
  it.each(table)('%s is answered with a named error', async (_, send, code, word) => {
    const response = await send();
    expect(response.body).toEqual({ error: { code, message: expect.any(String), remedy: expect.any(String) } });
    expect(response.body.error.message).toContain(word);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(logged.faults()).toEqual([]);
  });

  it.each([
    ['/search', 'get', 'POST'],
    ['/images', 'put', 'GET, HEAD, POST'],
    ['/images/there', 'post', 'GET, HEAD, PUT, DELETE'],
    ['/count', 'post', 'GET, HEAD'],
    ['/samples', 'post', 'GET, HEAD'],
    ['/probes', 'delete', 'POST'],
    ['/healthz', 'post', 'GET, HEAD'],
    ['/readyz', 'patch', 'GET, HEAD'],
    ['/', 'post', 'GET, HEAD'],
  ] as const)('%s does not know %s and names what it knows', async (path, method, allowed) => {
    const response = await request(app)[method](path);
    expect([response.status, response.body.error.code, response.headers.allow]).toEqual([
      405,
      'METHOD_NOT_ALLOWED',
      allowed,
    ]);
  });
});

describe('a fault of the server', () => {
  it('is told with its request id only, and logged with its cause', async () => {
    const embed = () => Promise.reject(new Error('secret cause'));
    const broken = testApp({ model: fakeModel({ embed }) });
    const response = await request(broken.app).post('/search').attach('image', picture, 'a.png');
    expect([response.status, response.body.error.code]).toEqual([500, 'INTERNAL']);
    expect(response.text).not.toContain('secret');
    expect(response.text).toContain(String(response.headers['x-request-id']));
    expect(broken.logged.faults().join()).toMatch(/secret cause/);
    expect(broken.logged.faults().join()).toContain(String(response.headers['x-request-id']));
  });
});
