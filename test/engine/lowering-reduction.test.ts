import type * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compiled, expectAgreement, expectClose, randomArray } from './agreement.ts';
import { decide, normalisationCases, reduceEntries, reductionCases } from './cases/reduction.ts';
import { scanCases } from './cases/scan.ts';
import { anAxis, smallShape, smooth, someAxes } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

const cases = [...reductionCases, ...normalisationCases, ...scanCases];

describe('the lowerings that combine elements along axes', () => {
  it.each(cases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(cases))('have the slope that differences show: $name', expectSlopes);

  it('reduce any shape over any axes', async () => {
    const drawn = smallShape(1).chain((shape) =>
      fc.record({
        name: fc.constantFrom(...Object.keys(reduceEntries)),
        shape: fc.constant(shape),
        axes: someAxes(shape.length),
        keep: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ name, shape, axes, keep }) => {
        // A norm of each element by itself is refused by TF.js.
        fc.pre(name !== 'euclideanNorm' || axes.length > 0);
        return expectAgreement({
          name: `${name} over [${axes}] of [${shape}]`,
          shapes: [shape],
          range: [0.6, 1.5],
          fn: (x) => reduceEntries[name]?.(x, axes, keep) as tf.Tensor,
        });
      }),
      { numRuns: 80, seed: 12 },
    );
  });

  it('decide for any shape over any axes', async () => {
    const drawn = smallShape(1, 4).chain((shape) =>
      fc.record({
        name: fc.constantFrom('all' as const, 'any' as const),
        shape: fc.constant(shape),
        axes: someAxes(shape.length),
        keep: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ name, shape, axes, keep }) =>
        expectAgreement({
          name: `${name} over [${axes}] of [${shape}]`,
          shapes: [shape],
          dtypes: ['bool'],
          differentiable: false,
          fn: (x) => decide[name](x, axes, keep),
        }),
      ),
      { numRuns: 20, seed: 13 },
    );
  });

  it.each(['cumsum', 'cumprod'] as const)('count the axes of a %s from the end too', async (name) => {
    const shapes = smallShape(1, 4).chain((shape) =>
      fc.record({ shape: fc.constant(shape), axis: anAxis(shape.length) }),
    );
    await fc.assert(
      fc.asyncProperty(shapes, async ({ shape, axis }) => {
        const scan = (x: tf.Tensor, along: number): tf.Tensor => x[name](along, true, true);
        const program = await compiled.compile(
          ({ x }: { x: tf.Tensor }) => ({ y: scan(x, axis), same: scan(x, (axis + x.rank) % x.rank) }),
          { x: shape },
        );
        const { y, same } = await program.run({ x: randomArray(shape, name) });
        expectClose(y, same, 1e-9, name);
        await program.release();
      }),
      { numRuns: 10, seed: 14 },
    );
  });

  it('multiply up long axes to the last bit that doubles show', async () => {
    const size = 1000;
    const program = await compiled.compile(({ x }: { x: tf.Tensor }) => ({ y: x.cumprod() }), { x: [size] });
    const x = randomArray([size], 'long', [0.99, 1.01]);
    const { y } = await program.run({ x });
    let product = 1;
    for (const [i, factor] of [...x.data].entries()) {
      product *= factor;
      expect(Math.abs((y.data[i] as number) - product) / product).toBeLessThan(2e-6);
    }
    await program.release();
  });
});
