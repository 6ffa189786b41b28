import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../server/openapi/document.ts';
import { endpoints } from '../../../server/routes/index.ts';
import { CONTENT_TYPE, multipart } from '../support/multipart.ts';
import { png } from '../support/pictures.ts';
import { type HostileServer, startHostileServer } from './support/hostile-server.ts';

/** Parts of a path that name nothing, or would name a file. */
const ids = [
  '..',
  '.',
  '../',
  '../../etc/passwd',
  '%2e%2e',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%2f..%2fetc%2fpasswd',
  '..%5c..%5cwindows',
  '..\\..\\windows',
  '%252e%252e%252f',
  '....//....//etc/passwd',
  '/etc/passwd',
  '%2fetc%2fpasswd',
  'C:%5c',
  'file:%2f%2f%2fetc%2fpasswd',
  '%00',
  'a%00.png',
  '%c0%ae%c0%ae%c0%af',
  '%ff%fe',
  '%',
  '%zz',
  '%u002e',
  '%0d%0aSet-Cookie:a=b',
  '%20',
  '~root',
  '-rf',
  '*',
  'a;ls',
  "a'%20OR%20'1'='1",
  '%7b%7d',
  '__proto__',
  'constructor',
  'a'.repeat(129),
  'a'.repeat(8_000),
  '%e2%80%ae',
  '%F0%9F%98%80',
];

const places = Object.entries(openApiDocument(endpoints).paths).flatMap(([path, operations]) =>
  path.includes('{id}') ? Object.keys(operations).map((method) => [method.toUpperCase(), path] as const) : [],
);

describe('ids', () => {
  let server: HostileServer;
  const picture = png('a');
  beforeAll(async () => {
    server = await startHostileServer();
  });
  afterAll(() => server.close());

  const upload = async (path: string, fields: Readonly<Record<string, string>> = {}) => {
    const parts = Object.entries(fields).map(([name, value]) => ({ name, value }));
    const file = { name: 'image', filename: 'a.png', value: await picture };
    return { path, headers: { 'Content-Type': CONTENT_TYPE }, body: multipart([...parts, file]) };
  };

  it.each(places)('of %s %s are refused when they are none', async (method, path) => {
    for (const id of ids) {
      // Names that are well formed and free: to store a picture under one is no attack.
      if (method === 'PUT' && (id === 'constructor' || id === '*')) continue;
      const body = method === 'PUT' || method === 'POST' ? await upload('') : {};
      const outcome = await server.expectRefused({ ...body, method, path: path.replace('{id}', id) });
      expect(outcome.text).not.toMatch(/root:|\/server\/|node_modules/);
    }
    await server.expectWell();
  });

  it('in fields are refused alike', async () => {
    for (const raw of ids) {
      const id = decode(raw);
      if (/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(id)) continue;
      await server.expectRefused(await upload('/images', { id }));
      await server.expectRefused(await upload('/probes', { attacks: 'qa-', steps: '1', candidate: id }));
      const headers = { 'Content-Type': 'application/json' };
      await server.expectRefused({ path: '/search', headers, body: JSON.stringify({ id }) });
    }
    await server.expectWell();
  });
});

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
