import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LONGEST } from './longest-first.ts';

it('the files that are tested first are there', () => {
  expect(LONGEST.filter((file) => !existsSync(file))).toEqual([]);
});
