import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, expectAgreement, expectClose, randomArray } from './agreement.ts';
import { matmulCases, product } from './cases/matmul.ts';
import { smooth } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

describe('the lowerings of products', () => {
  it.each(matmulCases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(matmulCases))('have the slope that differences show: $name', expectSlopes);

  it('agree for any sizes, batches and transpositions', async () => {
    const size = fc.integer({ min: 1, max: 5 });
    const drawn = fc.record({
      batch: fc.array(size, { maxLength: 3 }),
      // How many batch axes each operand has; one that has fewer is used again for the others.
      kept: fc.tuple(fc.constantFrom(0, 3), fc.constantFrom(0, 3)),
      n: size,
      k: size,
      m: size,
      transposed: fc.tuple(fc.boolean(), fc.boolean()),
    });
    await fc.assert(
      fc.asyncProperty(drawn, ({ batch, kept, n, k, m, transposed }) => {
        const [left, right] = kept.map((axes) => batch.slice(0, axes)) as [number[], number[]];
        return expectAgreement(product([...left, n, k], [...right, k, m], transposed));
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('repeat batch axes of both operands, where the plain backend of TF.js has them wrong', async () => {
    const inputs = { a: randomArray([2, 1, 3, 4], 'a'), b: randomArray([5, 4, 2], 'b') };
    const program = await compiled.compile(
      ({ a, b }: Record<'a' | 'b', tf.Tensor>) => {
        const spelt = tf.matMul(a.tile([1, 5, 1, 1]), b.expandDims(0).tile([2, 1, 1, 1]));
        return { product: tf.matMul(a, b), spelt };
      },
      { a: [2, 1, 3, 4], b: [5, 4, 2] },
    );
    const { product: found, spelt } = await program.run(inputs);
    expectClose(found, spelt, 1e-6, 'product');
    await program.release();
  });

  it('count their multiply-adds', async () => {
    const program = await compiled.compile(
      ({ a, b }: Record<'a' | 'b', tf.Tensor>) => ({ y: tf.matMul(a, b), z: tf.einsum('nij,jk->nik', a, b) }),
      { a: [5, 3, 4], b: [4, 2] },
    );
    expect(program.multiplyAdds).toBe(2 * 5 * 3 * 4 * 2);
    await program.release();
  });
});
