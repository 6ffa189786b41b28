import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { startPool } from '../../../trainer/loading/pool.ts';
import type { Setting } from '../../../trainer/loading/types.ts';
import { patches } from '../support.ts';

const { size, channels, pictures } = patches(2, 2, 8);
const setting: Setting = { images: { size, channels, pictures }, size, channels, augmentation: 'none' };
const work = { rows: [0], seed: undefined };
const threadThat = (code: string) => () =>
  new Worker(`const { parentPort } = require('node:worker_threads'); ${code}`, { eval: true });

describe('a pool of threads', () => {
  it.each([
    ['ends', "parentPort.on('message', () => process.exit(0));", /has ended: no cause given/],
    ['throws', "parentPort.on('message', () => { throw new Error('broken'); });", /has ended: broken/],
    ['cannot start', "throw new Error('no start');", /has ended: no start/],
  ])('turns a thread that %s into an error of all that wait and will ask', async (_, code, message) => {
    const pool = startPool(setting, 2, threadThat(code));
    const waiting = [pool.prepare(work), pool.prepare(work)];
    const failure = { code: 'INTERNAL', message: expect.stringMatching(message) };
    for (const outcome of waiting) await expect(outcome).rejects.toMatchObject(failure);
    await expect(pool.prepare(work)).rejects.toMatchObject(failure);
    await pool.close();
  });

  it('gives work to the thread that has least', async () => {
    const pool = startPool(setting, 2);
    const batches = await Promise.all(
      [1, 2, 3, 4, 5].map((count) => pool.prepare({ ...work, rows: Array(count).fill(0) })),
    );
    expect(batches.map(({ length }) => length / (8 * 8 * 3))).toEqual([1, 2, 3, 4, 5]);
    await pool.close();
  });
});
