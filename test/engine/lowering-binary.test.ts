import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, device, expectAgreement } from './agreement.ts';
import { binaryCases, binaryEntries, comparisons } from './cases/binary.ts';
import { broadcastingPair, smooth } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

describe('the lowerings of functions of two elements', () => {
  it.each(binaryCases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(binaryCases))('have the slope that differences show: $name', expectSlopes);

  it('agree for any shapes that broadcast', async () => {
    const drawn = fc.record({ name: fc.constantFrom(...Object.keys(binaryEntries)), shapes: broadcastingPair() });
    await fc.assert(
      fc.asyncProperty(drawn, ({ name, shapes }) => {
        const entry = binaryEntries[name];
        if (entry === undefined) throw new Error(name);
        return expectAgreement({ ...entry, name, shapes });
      }),
      { numRuns: 100, seed: 2 },
    );
  });

  it('compare and choose for any shapes that broadcast', async () => {
    const drawn = fc.record({
      name: fc.constantFrom(...(Object.keys(comparisons) as (keyof typeof comparisons)[])),
      type: fc.constantFrom('float32' as const, 'int32' as const),
      shapes: broadcastingPair(),
    });
    await fc.assert(
      fc.asyncProperty(drawn, ({ name, type, shapes }) =>
        expectAgreement({
          name,
          shapes,
          dtypes: [type, type],
          range: [-3, 3],
          differentiable: type === 'float32',
          fn: (a, b) => tf.where(comparisons[name](a, b), a, b),
        }),
      ),
      { numRuns: 40, seed: 3 },
    );
  });

  it('divide integers as TF.js does, by zero too', async () => {
    const a = Int32Array.from([7, -7, 7, -7, 5, 0, -(2 ** 31), 2 ** 31 - 1, 6, -6]);
    const b = Int32Array.from([2, 2, -2, -2, 0, 0, -1, 3, 3, 3]);
    const inputs = { a: { shape: [10], data: a }, b: { shape: [10], data: b } };
    const program = await compiled.compile(
      ({ a, b }: Record<'a' | 'b', tf.Tensor>) => ({ quotient: a.div(b), remainder: a.mod(b) }),
      { a: { shape: [10], dtype: 'int32' }, b: { shape: [10], dtype: 'int32' } },
    );
    const { quotient, remainder } = await program.run(inputs);
    expect([...quotient.data]).toEqual([3, -4, -4, 3, 0, 0, -(2 ** 31), 715827882, 2, -2]);
    expect([...remainder.data]).toEqual([1, 1, -1, -1, 0, 0, 0, 1, 0, 0]);
    await program.release();
  });

  // A GPU's elementary functions are approximations.
  it.runIf(device === 'cpu')('find the angle in each quarter and on each axis', async () => {
    const y = [1, 1, -1, -1, 0, 0, 1, -1, 0, 1e-30];
    const x = [1, -1, 1, -1, 1, -1, 0, 0, 0, -1];
    const program = await compiled.compile(({ y, x }: Record<'x' | 'y', tf.Tensor>) => ({ angle: tf.atan2(y, x) }), {
      y: [10],
      x: [10],
    });
    const of = (data: number[]) => ({ shape: [10], data: Float32Array.from(data) });
    const { angle } = await program.run({ y: of(y), x: of(x) });
    for (const [i, found] of [...angle.data].entries()) {
      expect(found).toBeCloseTo(Math.atan2(y[i] as number, x[i] as number), 6);
    }
    await program.release();
  });

  it.each(['add', 'sub', 'pow', 'mod', 'floorDiv', 'squaredDifference'] as const)(
    'refuse %s of bools',
    async (name) => {
      const of = (x: tf.Tensor): tf.Tensor => binaryEntries[name]?.fn(x.greater(0), x.less(0)) as tf.Tensor;
      await expect(compiled.compile(({ x }: { x: tf.Tensor }) => ({ y: of(x) }), { x: [3] })).rejects.toMatchObject({
        code: 'OP_UNSUPPORTED',
        message: expect.stringContaining('of bool tensors; cast them to int32 first'),
      });
    },
  );
});
