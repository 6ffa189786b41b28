import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAgreement } from './agreement.ts';
import { resizeCases } from './cases/resize.ts';
import { smooth } from './drawing.ts';
import { expectSlopes } from './slopes.ts';

describe('the lowerings of changes of size', () => {
  it.each(resizeCases)('agree with eager TF.js in value and gradient: $name', (test) => expectAgreement(test));

  it.each(smooth(resizeCases))('have the slope that differences show: $name', expectSlopes);

  it('agree for any sizes', async () => {
    const size = fc.integer({ min: 1, max: 7 });
    const drawn = fc.record({
      shape: fc.tuple(fc.integer({ min: 1, max: 2 }), size, size, fc.integer({ min: 1, max: 3 })),
      to: fc.tuple(size, size),
      method: fc.constantFrom(tf.image.resizeBilinear, tf.image.resizeNearestNeighbor),
      how: fc.constantFrom([false, false], [true, false], [false, true]),
    });
    await fc.assert(
      fc.asyncProperty(drawn, ({ shape, to, method, how }) =>
        expectAgreement({
          name: `[${shape}] to [${to}], ${how}`,
          shapes: [shape],
          fn: (x) => method(x.square() as tf.Tensor4D, to, how[0], how[1]),
        }),
      ),
      { numRuns: 30, seed: 19 },
    );
  });
});
