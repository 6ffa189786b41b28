import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { median } from '../../base/statistics.ts';

const slow = process.env.HOLDFAST_SLOW_TESTS === '1';
const [COMPILES, RUNS] = slow ? [1000, 10_000] : [100, 1000];
/** Megabytes that all steps together may come to. A leak of 16 kB per program is 15 in the slow test, one of 150 kB in the other. */
const SLACK = 8;

interface Marks {
  readonly afterCompiles: readonly number[];
  readonly afterRuns: readonly number[];
  readonly tensors: number;
}

/**
 * What a leak has made of memory by these marks. A leak is in most steps between two of them, what an allocator fetches at once in one; and
 * it stays, while what comes and goes does not.
 */
function leaked(marks: readonly number[]): number {
  const steps = marks.slice(1).map((mark, i) => mark - (marks[i] as number));
  const grown = (marks.at(-1) as number) - (marks[0] as number);
  return Math.min(grown, median(steps) * steps.length);
}

it(`resident memory does not grow over ${COMPILES} compilations and releases, nor over ${RUNS} runs`, async () => {
  const child = ['--expose-gc', '--import', 'tsx', 'test/engine/support/memory.ts', String(COMPILES), String(RUNS)];
  const { stdout } = await promisify(execFile)(process.execPath, child);
  const { afterCompiles, afterRuns, tensors } = JSON.parse(stdout) as Marks;
  expect(leaked(afterCompiles), `megabytes: ${afterCompiles}`).toBeLessThan(SLACK);
  expect(leaked(afterRuns), `megabytes: ${afterRuns}`).toBeLessThan(SLACK);
  expect(tensors).toBe(0);
}, 600_000);

it('a leak of 16 kB in each of 1000 programs shows; one step of an allocator, or memory that comes and goes, does not', () => {
  const marks = (of: (i: number) => number): number[] => Array.from({ length: 20 }, (_, i) => 207 + of(i));
  const leak = (i: number): number => i * 50 * (16 / 1024);
  const step = (i: number): number => (i < 7 ? 0 : 17) + 0.1 * i;
  const comingAndGoing = (i: number): number => i % 5;
  for (const harmless of [step, comingAndGoing]) {
    expect(leaked(marks(harmless))).toBeLessThan(SLACK);
    expect(leaked(marks((i) => harmless(i) + leak(i)))).toBeGreaterThan(SLACK);
  }
});
