import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { roles } from '../../../server/access/roles.ts';
import { accessOf, accessTable } from '../../../server/access/table.ts';
import { openApiDocument } from '../../../server/openapi/document.ts';
import { endpoints } from '../../../server/routes/index.ts';

/** `GET /images/{id}` and so on, as the OpenAPI document has them. */
const documented = Object.entries(openApiDocument(endpoints).paths).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the access table', () => {
  it('has a line for each endpoint of the OpenAPI document, and none for anything else', () => {
    expect(documented.map(({ name }) => name).sort()).toEqual(Object.keys(accessTable).sort());
  });

  it('is what the OpenAPI document says of each', () => {
    for (const { name, operation } of documented)
      expect([name, operation['x-access']]).toEqual([name, accessTable[name]]);
  });

  it('names roles that there are, each once, and always admin', () => {
    for (const access of Object.values(accessTable)) {
      if (access === 'public') continue;
      expect(access.every((role) => roles.includes(role))).toBe(true);
      expect(new Set(access).size).toBe(access.length);
      expect(access).toContain('admin');
    }
  });

  it('lets nobody without a key change anything or see the gallery', () => {
    const open = Object.entries(accessTable).filter(([, access]) => access === 'public');
    expect(open.map(([name]) => name).sort()).toEqual([
      'GET /docs',
      'GET /healthz',
      'GET /openapi.json',
      'GET /readyz',
    ]);
  });

  it('refuses an endpoint that it does not have', () => {
    expect(() => accessOf({ method: 'DELETE', path: '/everything' })).toThrow('DELETE /everything');
  });

  it('is the table of docs/api.md', () => {
    const rows = readFileSync('docs/api.md', 'utf8').matchAll(/^\| `([A-Z]+ \/\S+)` \|.*\| ([^|]+) \|$/gm);
    const written = Object.fromEntries([...rows].map(([, name = '', who = '']) => [name, who.trim()]));
    const said = Object.fromEntries(
      Object.entries(accessTable).map(([name, access]) => {
        if (access === 'public') return [name, 'anybody'];
        return [name, access.length === roles.length ? 'any key' : access.map((role) => `\`${role}\``).join(', ')];
      }),
    );
    expect(written).toEqual(said);
  });
});
