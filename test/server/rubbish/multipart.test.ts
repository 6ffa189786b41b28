import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUNDARY, CONTENT_TYPE } from '../support/multipart.ts';
import { png } from '../support/pictures.ts';
import { type HostileServer, startHostileServer } from './support/hostile-server.ts';

const picture = await png('a');
const bytes = (...parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));
const OPEN = `--${BOUNDARY}\r\n`;
const CLOSE = `\r\n--${BOUNDARY}--\r\n`;
const HEAD = 'Content-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n';
const field = (name: string, value = '1'): string =>
  `${OPEN}Content-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const image = bytes(OPEN, HEAD, picture);
const good = bytes(image, CLOSE);

/** Bodies, and the content type where it is not the right one. None is a search with one picture. */
const bodies: readonly (readonly [string, Uint8Array, string?])[] = [
  ['nothing', bytes()],
  ['a line break', bytes('\r\n')],
  ['no part', bytes(`--${BOUNDARY}--\r\n`)],
  ['an opening alone', bytes(OPEN)],
  ['an opening and a head', bytes(OPEN, HEAD)],
  ['no closing', image],
  ['half a closing', bytes(image, `\r\n--${BOUNDARY}`)],
  ['a closing without its dashes', bytes(image, `\r\n--${BOUNDARY}\r\n`)],
  ['another boundary', bytes(good.toString('latin1').replaceAll(BOUNDARY, 'other'))],
  ['a longer boundary', bytes(good.toString('latin1').replaceAll(BOUNDARY, `${BOUNDARY}x`))],
  ['no boundary in the type', good, 'multipart/form-data'],
  ['an empty boundary', good, 'multipart/form-data; boundary='],
  ['an empty boundary in quotes', good, 'multipart/form-data; boundary=""'],
  ['a boundary of line breaks', good, 'multipart/form-data; boundary="%0d%0a"'],
  ['a boundary of 10,000 letters', good, `multipart/form-data; boundary=${'b'.repeat(10_000)}`],
  ['a boundary without an end of its quotes', good, `multipart/form-data; boundary="${BOUNDARY}x`],
  ['two boundaries', good, `multipart/form-data; boundary=x; boundary=y`],
  ['another multipart', good, `multipart/mixed; boundary=${BOUNDARY}`],
  ['multipart/byteranges', good, `multipart/byteranges; boundary=${BOUNDARY}`],
  ['no slash in the type', good, `multipart; boundary=${BOUNDARY}`],
  ['no type', good, ''],
  ['a head without a blank line', bytes(OPEN, HEAD.replace('\r\n\r\n', '\r\n'), picture, CLOSE)],
  ['a head without a name', bytes(OPEN, 'Content-Disposition: form-data; filename="a.png"\r\n\r\n', picture, CLOSE)],
  ['a head with an empty name', bytes(OPEN, HEAD.replace('"image"', '""'), picture, CLOSE)],
  ['a head without a disposition', bytes(OPEN, 'Content-Type: image/png\r\n\r\n', picture, CLOSE)],
  ['another disposition', bytes(OPEN, HEAD.replace('form-data', 'attachment'), picture, CLOSE)],
  ['a name without an end of its quotes', bytes(OPEN, HEAD.replace('name="image"', 'name="image'), picture, CLOSE)],
  ['a name in other letters', bytes(OPEN, HEAD.replace('"image"', '"IMAGE"'), picture, CLOSE)],
  ['a name with a null byte', bytes(OPEN, HEAD.replace('"image"', '"image\0"'), picture, CLOSE)],
  ['a name that is escaped', bytes(OPEN, HEAD.replace('"image"', '"im%61ge"'), picture, CLOSE)],
  ['a name of 10,000 letters', bytes(OPEN, HEAD.replace('"image"', `"${'x'.repeat(10_000)}"`), picture, CLOSE)],
  ['a head of 100,000 bytes', bytes(OPEN, `X-Long: ${'x'.repeat(100_000)}\r\n`, HEAD, picture, CLOSE)],
  ['10,000 heads', bytes(OPEN, 'X-Many: 1\r\n'.repeat(10_000), HEAD, picture, CLOSE)],
  ['a head without a colon', bytes(OPEN, 'no colon\r\n', HEAD.replace('form-data', 'x'), picture, CLOSE)],
  ['a file as a field', bytes(OPEN, 'Content-Disposition: form-data; name="image"\r\n\r\n', picture, CLOSE)],
  ['an empty file', bytes(OPEN, HEAD, CLOSE)],
  ['a file of one byte', bytes(OPEN, HEAD, 'x', CLOSE)],
  [
    'base64 in place of bytes',
    bytes(OPEN, 'Content-Transfer-Encoding: base64\r\n', HEAD, picture.toString('base64'), CLOSE),
  ],
  ['two files', bytes(image, '\r\n', image, CLOSE)],
  ['a file of another name', bytes(OPEN, HEAD.replace('"image"', '"file"'), picture, CLOSE)],
  ['a list of files', bytes(OPEN, HEAD.replace('"image"', '"image[]"'), picture, CLOSE)],
  [
    'a multipart within',
    bytes(OPEN, `Content-Type: multipart/mixed; boundary=in\r\n${HEAD}`, '--in\r\n\r\na\r\n--in--', CLOSE),
  ],
  ['an unknown field', bytes(field('limit'), image, CLOSE)],
  ['a field twice', bytes(field('k'), field('k'), image, CLOSE)],
  ['nine fields', bytes(...'abcdefghi'.split('').map((name) => field(name)), image, CLOSE)],
  ['a thousand parts', bytes(field('k').repeat(1_000), image, CLOSE)],
  ['a field of 100,000 bytes', bytes(field('k', '1'.repeat(100_000)), image, CLOSE)],
  ['a field of bytes', bytes(field('k', '\xff\xfe\0'), image, CLOSE)],
  ['a field __proto__', bytes(field('__proto__'), image, CLOSE)],
  ['a field __proto__[k]', bytes(field('__proto__[k]'), image, CLOSE)],
  ['a field constructor[prototype][k]', bytes(field('constructor[prototype][k]'), image, CLOSE)],
  ['a field toString', bytes(field('toString'), image, CLOSE)],
  ['a field hasOwnProperty', bytes(field('hasOwnProperty'), image, CLOSE)],
  ['a field with an empty name', bytes(field(''), image, CLOSE)],
  ['bare line feeds', bytes(good.toString('latin1').replaceAll('\r\n', '\n'))],
  ['bare carriage returns', bytes(good.toString('latin1').replaceAll('\r\n', '\r'))],
  ['nothing but dashes', bytes('-'.repeat(100_000))],
  ['the boundary without an end', bytes(`--${BOUNDARY}\r\n`.repeat(2_000))],
  ['a file that is too large', bytes(OPEN, HEAD, Buffer.alloc(300_001), CLOSE)],
];

describe('a multipart body', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer();
  });
  afterAll(() => server.close());

  it('is searched with when it is whole', async () => {
    const { status } = await server.send({ path: '/search', headers: { 'Content-Type': CONTENT_TYPE }, body: good });
    expect(status).toBe(200);
  });

  const cases = bodies.map(([name, body, type = CONTENT_TYPE]) => ({ name, body, type }));
  it.each(cases)('of $name is refused by every endpoint that takes one', async ({ body, type }) => {
    for (const path of ['/search', '/images', '/probes?attacks=es&steps=1']) {
      await server.expectRefused({ path, headers: { 'Content-Type': type }, body });
    }
    await server.expectWell();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
