import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostileServer, startHostileServer } from './support/hostile-server.ts';

const deep = (open: string, close: string, times = 50_000): string => `${open.repeat(times)}1${close.repeat(times)}`;
const withMember = (name: string, value: string): string => `{"id":"a","${name}":${value}}`;

/** JSON, or what looks like it. */
const bodies: readonly (readonly [string, string | Uint8Array])[] = [
  ['NaN', withMember('k', 'NaN')],
  ['Infinity', withMember('minScore', '-Infinity')],
  ['a number that overflows', withMember('k', '1e999')],
  ['a vector that overflows', '{"vector":[1e999,0,0,0,0,0,0,0]}'],
  ['a vector of numbers too large for the network', '{"vector":[1e308,1e308,1e308,1e308,1e308,1e308,1e308,1e308]}'],
  ['a vector with holes', '{"vector":[1,,2]}'],
  ['a vector of null', '{"vector":[null,null,null,null,null,null,null,null]}'],
  ['a huge vector', `{"vector":[${'1,'.repeat(40_000)}1]}`],
  ['a huge whole number', withMember('k', '9'.repeat(10_000))],
  ['k of -0.0', withMember('k', '-0.0')],
  ['k with a fraction', withMember('k', '1.0000001')],
  ['deep arrays', deep('[', ']')],
  ['deep arrays as a member', withMember('vector', deep('[', ']'))],
  ['deep objects', deep('{"a":', '}')],
  ['a deep filter', withMember('filter', deep('{"not":', '}'))],
  ['a deep filter of lists', withMember('filter', deep('{"and":[', ']}', 20_000))],
  ['a wide filter', withMember('filter', `{"or":[${'{"field":"a","eq":1},'.repeat(9_000)}{"field":"a","eq":1}]}`)],
  ['a filter with a prototype', withMember('filter', '{"__proto__":{"field":"a","eq":1}}')],
  ['a deep crop', withMember('crop', deep('{"left":', '}'))],
  ['deep examples', `{"examples":${deep('[', ']')}}`],
  ['__proto__', '{"__proto__":{"id":"a"}}'],
  ['__proto__ beside an id', '{"id":"a","__proto__":{"k":1}}'],
  ['constructor', '{"id":"a","constructor":{"prototype":{"k":1}}}'],
  ['__proto__ in an example', '{"examples":[{"id":"a","__proto__":{"weight":2}}]}'],
  ['many members', `{${Array.from({ length: 20_000 }, (_, i) => `"m${i}":1`).join(',')}}`],
  ['a long name', `{"${'x'.repeat(200_000)}":1}`],
  ['a long id', `{"id":"${'x'.repeat(200_000)}"}`],
  ['a long URL', `{"url":"http://8.8.8.8/${'x'.repeat(200_000)}"}`],
  ['an id twice', '{"id":"a","id":"b"}'],
  ['a lone surrogate', '{"id":"\\ud800"}'],
  ['a null byte', '{"id":"a\\u0000"}'],
  ['an id with a path', '{"id":"../../etc/passwd"}'],
  ['a file URL', '{"url":"file:///etc/passwd"}'],
  ['no JSON', 'k=1&id=a'],
  ['a comment', '{"id":"a" /* b */}'],
  ['single quotes', "{'id':'a'}"],
  ['a trailing comma', '{"id":"a",}'],
  ['two values', '{"id":"a"}{"id":"b"}'],
  ['a text', '"id"'],
  ['a number', '1'],
  ['null', 'null'],
  ['true', 'true'],
  ['a list', '[{"id":"a"}]'],
  ['nothing', ''],
  ['a space', ' '],
  ['a byte order mark', '\ufeff{"id":"a"}'],
  ['UTF-16', Buffer.from('{"id":"a"}', 'utf16le')],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['null bytes', Buffer.alloc(10_000)],
];

describe('JSON', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer();
  });
  afterAll(() => server.close());
  const send = (body: string | Uint8Array, type = 'application/json') =>
    server.expectRefused({ path: '/search', headers: { 'Content-Type': type }, body });

  it.each(bodies)('with %s is refused', async (_, body) => {
    expect((await send(body)).code).toMatch(/^(REQUEST_INVALID|VECTOR_INVALID|RECORD_UNKNOWN|IMAGE_\w+|URL_REFUSED)$/);
    await server.expectWell();
  });

  it('that ends anywhere is refused', async () => {
    const whole = '{"examples":[{"id":"a","weight":-1.5e0}],"k":3,"filter":{"field":["a"],"eq":"\\u00e4"}}';
    for (let end = 0; end < whole.length; end++) await send(whole.slice(0, end));
    await server.expectWell();
  });

  it('of another type, or under a wrong name, is no search', async () => {
    for (const type of [
      'text/plain',
      'application/jsonp',
      'application/json, text/html',
      'x',
      '',
      'application/x-www-form-urlencoded',
    ]) {
      await send('{"id":"a"}', type);
    }
    await server.expectWell();
  });

  it('leaves no trace on what all objects share', async () => {
    await send('{"id":"a","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect('polluted' in {}).toBe(false);
  });
});
