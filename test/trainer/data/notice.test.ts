import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { SETS } from '../../../trainer/data/emoji/sets.ts';

interface Info {
  readonly name: string;
  readonly author: { readonly name: string; readonly url: string };
  readonly license: { readonly title: string; readonly spdx: string; readonly url: string };
}

const require = createRequire(import.meta.url);
const notice = readFileSync('NOTICE', 'utf8');
const read = <T>(path: string): T => JSON.parse(readFileSync(require.resolve(path), 'utf8'));

describe('the notice', () => {
  it.each(SETS)('credits %s as its package does', (set) => {
    const { name, author, license } = read<Info>(`@iconify-json/${set}/info.json`);
    const { version } = read<{ version: string }>(`@iconify-json/${set}/package.json`);
    const entry = [
      name,
      `  package   @iconify-json/${set} ${version}`,
      `  author    ${author.name}, ${author.url}`,
      `  licence   ${license.title} (${license.spdx}), ${license.url}`,
    ];
    expect(notice).toContain(`\n${entry.join('\n')}\n`);
  });
});
