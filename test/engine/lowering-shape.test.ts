import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAgreement } from './agreement.ts';
import { arrangeCases } from './cases/arrange.ts';
import { generateCases, shapeCases } from './cases/shape.ts';
import { anAxis, smallShape, smooth, someAxes } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

const cases = [...shapeCases, ...generateCases, ...arrangeCases];

/** A window into a shape: where it begins, and how large it is. */
const aWindow = (shape: readonly number[]): fc.Arbitrary<[number, number][]> =>
  fc
    .tuple(
      ...shape.map((size) =>
        fc
          .integer({ min: 0, max: size - 1 })
          .chain((begin) => fc.tuple(fc.constant(begin), fc.integer({ min: 1, max: size - begin }))),
      ),
    )
    .map((list) => [...list]);

describe('the lowerings that make, move, repeat and leave out elements', () => {
  it.each(cases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(cases))('have the slope that differences show: $name', expectSlopes);

  it('transpose any shape', async () => {
    const drawn = smallShape().chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        perm: fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, perm }) =>
        expectAgreement({
          name: `transpose [${shape}] by [${perm}]`,
          shapes: [shape],
          fn: (x) => x.square().transpose(perm),
        }),
      ),
      { numRuns: 25, seed: 7 },
    );
  });

  it('slice, pad, tile and turn round any shape', async () => {
    const drawn = smallShape(1, 4).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        part: aWindow(shape),
        pads: fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))),
        reps: fc.tuple(...shape.map(() => fc.integer({ min: 1, max: 3 }))),
        axes: someAxes(shape.length),
      }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, part, pads, reps, axes }) =>
        expectAgreement({
          name: `a part of [${shape}]`,
          shapes: [shape],
          fn: (x) => {
            const taken = x.square().slice(
              part.map(([begin]) => begin),
              part.map(([, size]) => size),
            );
            return taken.pad(pads, 0.5).tile(reps).reverse(axes);
          },
        }),
      ),
      { numRuns: 40, seed: 8 },
    );
  });

  it('join, stack and split any shape', async () => {
    const drawn = smallShape(1, 4).chain((shape) =>
      fc.record({ shape: fc.constant(shape), axis: anAxis(shape.length) }),
    );
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, axis }) =>
        expectAgreement({
          name: `joins of [${shape}] along ${axis}`,
          shapes: [shape, shape],
          fn: (a, b) => {
            const joined = tf.concat([a.square(), b, a], axis);
            const stacked = tf.stack([a, b.square()], axis);
            const [part] = tf.split(joined, [shape.at(axis) as number, -1], axis);
            return (part as tf.Tensor).add(tf.unstack(stacked, axis)[1] as tf.Tensor);
          },
        }),
      ),
      { numRuns: 25, seed: 9 },
    );
  });
});
