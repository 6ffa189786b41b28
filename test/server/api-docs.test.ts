import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue, type ErrorCode } from '../../base/errors.ts';
import { help } from '../../server/options.ts';

const docs = readFileSync('docs/api.md', 'utf8');
const section = (title: string): string => docs.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

describe('docs/api.md', () => {
  it('lists exactly the errors of the catalogue', () => {
    const named = section('Errors').match(/`[A-Z]+(_[A-Z]+)*`/g) ?? [];
    const codes = named.map((name) => name.slice(1, -1)).filter((name) => name in catalogue || name.includes('_'));
    expect([...new Set(codes)].sort()).toEqual(Object.keys(catalogue).sort());
  });

  it('gives each error of a request the status that it has', () => {
    const rows = [...section('Errors').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [, code, status] of rows)
      expect([code, Number(status)]).toEqual([code, catalogue[code as ErrorCode].status]);
  });

  it('lists the options and variables of a start', () => {
    const starting = section('Starting the server');
    const names = help.match(/--[a-z-]+|\b(PORT|HOST|HOLDFAST_[A-Z_]+)\b/g) ?? [];
    for (const name of names) expect(starting).toContain(name);
  });
});
