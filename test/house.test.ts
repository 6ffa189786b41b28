import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).split('\n').filter(existsSync);
const code = tracked.filter((file) => /\.(ts|mjs|css)$/.test(file));
const sources = code.filter((file) => !file.startsWith('test/') && !file.startsWith('bench/'));
const textOf = (file: string): string => readFileSync(file, 'utf8');

/** Files in which a pattern occurs, apart from this one, which names the patterns. */
const filesWith = (files: readonly string[], pattern: RegExp): string[] =>
  files.filter((file) => file !== 'test/house.test.ts' && pattern.test(textOf(file)));

describe('the house rules that a machine can check', () => {
  it('no file is longer than 400 lines, and half of them are shorter than 80', () => {
    const lengths = code.map((file) => ({ file, lines: textOf(file).split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 401)).toEqual([]);
    const sorted = lengths
      .filter(({ file }) => sources.includes(file))
      .map(({ lines }) => lines)
      .sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(80);
  });

  it('randomness is seeded', () => {
    expect(filesWith(sources, /Math\.random\(/)).toEqual([]);
  });

  it('nothing is left for later', () => {
    expect(filesWith(code, /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
  });

  it('no test is skipped for good or focused', () => {
    expect(filesWith(code, /\b(it|describe|test)\.(only|todo)\(/)).toEqual([]);
  });

  it('the type checker is not silenced', () => {
    expect(filesWith(code, /@ts-(ignore|nocheck|expect-error)|\bas any\b|: any\b/)).toEqual([]);
  });

  it('the lock file names no download addresses', () => {
    expect(textOf('package-lock.json')).not.toMatch(/"resolved"/);
  });
});
