import { expect, it } from 'vitest';
import { beside } from '../../../bench/server/beside.ts';
import type { Answer } from '../../../bench/server/load.ts';

const answers: Answer[] = [{ status: 200, milliseconds: 1 }];

/** A load that goes on until its signal, and says when it has ended. */
function endless(ended: () => void): (signal: AbortSignal) => Promise<Answer[]> {
  return (signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        setImmediate(() => {
          ended();
          resolve(answers);
        });
      });
    });
}

it('ends the load with the work, and gives what both came to', async () => {
  let ended = false;
  const both = await beside(
    endless(() => {
      ended = true;
    }),
    async () => ended,
  );
  expect(both).toEqual({ result: false, answers });
  expect(ended).toBe(true);
});

it('ends the load before it passes a failure of the work on', async () => {
  let ended = false;
  const load = endless(() => {
    ended = true;
  });
  await expect(beside(load, () => Promise.reject(new Error('no swap')))).rejects.toThrow('no swap');
  expect(ended).toBe(true);
});
