import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checks } from '../../../audit/verdicts/index.ts';

const [, ...sections] = readFileSync('docs/verdicts.md', 'utf8').split(/^## /m);
const explained = sections.map((section) => {
  const [title = '', ...lines] = section.split('\n');
  return { id: title.trim(), text: lines.join('\n') };
});

describe('docs/verdicts.md', () => {
  it('explains the verdicts of the code, in their order', () => {
    expect(explained.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
  });

  it.each(explained)('$id: raised if, meaning, what to do', ({ text }) => {
    for (const part of ['Raised if', 'Meaning', 'What to do'])
      expect(text).toMatch(new RegExp(`^\\* \\*\\*${part}:\\*\\* \\S`, 'm'));
  });

  it.each(checks.map(({ id, claim }) => [id, claim]))('%s has its claim', (id, claim) => {
    expect(explained.find((section) => section.id === id)?.text).toContain(claim);
  });
});
