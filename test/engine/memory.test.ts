import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const slow = process.env.HOLDFAST_SLOW_TESTS === '1';
const [COMPILES, RUNS] = slow ? [1000, 10_000] : [100, 1000];
/** What the allocators may still fetch after the first fifth, in megabytes. A leak of 16 kB per program would show. */
const SLACK = slow ? 16 : 24;

interface Marks {
  readonly afterCompiles: readonly number[];
  readonly afterRuns: readonly number[];
  readonly tensors: number;
}

const growth = (marks: readonly number[]): number => (marks.at(-1) as number) - (marks[0] as number);

it(`resident memory does not grow over ${COMPILES} compilations and releases, nor over ${RUNS} runs`, async () => {
  const child = ['--expose-gc', '--import', 'tsx', 'test/engine/support/memory.ts', String(COMPILES), String(RUNS)];
  const { stdout } = await promisify(execFile)(process.execPath, child);
  const { afterCompiles, afterRuns, tensors } = JSON.parse(stdout) as Marks;
  expect(growth(afterCompiles), `megabytes: ${afterCompiles}`).toBeLessThan(SLACK);
  expect(growth(afterRuns), `megabytes: ${afterRuns}`).toBeLessThan(SLACK);
  expect(tensors).toBe(0);
}, 120_000);
