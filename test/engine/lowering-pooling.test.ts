import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NdArray } from '../../engine/types.ts';
import { compiled, expectAgreement, expectClose, type OpCase, randomArray } from './agreement.ts';

type Pad = 'same' | 'valid' | number;
interface Pool {
  readonly kind: 'max' | 'average';
  readonly size: readonly [number, number];
  readonly channels: number;
  readonly filter: number;
  readonly stride: number;
  readonly pad: Pad;
}

const pool = ({ kind, filter, stride, pad }: Pool, x: tf.Tensor): tf.Tensor =>
  kind === 'max'
    ? tf.maxPool(x as tf.Tensor4D, filter, stride, pad)
    : tf.avgPool(x as tf.Tensor4D, filter, stride, pad);

const caseOf = (drawn: Pool): OpCase => ({
  name: `${drawn.kind} pool ${drawn.size} x ${drawn.channels}, ${drawn.filter} stride ${drawn.stride} ${drawn.pad}`,
  shapes: [[2, ...drawn.size, drawn.channels]],
  fn: (x) => pool(drawn, x.mul(3)),
  // TF.js divides the gradient of a mean by the size of the whole window, also where part of it is padding.
  differentiable: drawn.kind === 'max' || drawn.pad === 'valid',
});

describe('the lowerings of pooling', () => {
  it('agree with eager TF.js in value and gradient for any sizes', async () => {
    const size = fc.integer({ min: 4, max: 11 });
    const drawn: fc.Arbitrary<Pool> = fc.record({
      kind: fc.constantFrom('max' as const, 'average' as const),
      size: fc.tuple(size, size),
      channels: fc.constantFrom(1, 3, 8, 16, 20),
      filter: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      pad: fc.constantFrom<Pad>('same', 'valid', 0),
    });
    await fc.assert(
      fc.asyncProperty(drawn, (one) => expectAgreement(caseOf(one))),
      { numRuns: 40, seed: 7 },
    );
  });

  it.each([
    { kind: 'max', size: [12, 12], channels: 64, filter: 3, stride: 2, pad: 1 },
    { kind: 'max', size: [28, 28], channels: 32, filter: 2, stride: 2, pad: 'valid' },
  ] as Pool[])('agree for the pooling of ResNet and C2F2: $filter stride $stride', async (one) => {
    await expectAgreement(caseOf(one));
  });

  it('give the gradient to the first of equal elements, as TF.js does', async () => {
    await expectAgreement({
      name: 'max pool of equal elements',
      shapes: [[2, 6, 6, 8]],
      fn: (x) => tf.maxPool(x.relu().mul(2).floor() as tf.Tensor4D, 3, 2, 'same'),
      differentiable: false,
    });
    await expectAgreement({
      name: 'max pool after a ReLU that cut off most',
      shapes: [[2, 6, 6, 8]],
      range: [-1, 0.2],
      fn: (x) => tf.maxPool(x.relu() as tf.Tensor4D, 2, 2, 'valid'),
    });
  });

  it('share the gradient of a mean over the elements inside the image, by central differences', async () => {
    const x = randomArray([1, 5, 5, 2], 'average');
    const fn = ({ x: image }: { x: tf.Tensor }) => {
      const value = (y: tf.Tensor): tf.Tensor =>
        tf
          .avgPool(y as tf.Tensor4D, 3, 2, 'same')
          .square()
          .sum();
      return { value: value(image), gradient: tf.grad(value)(image) };
    };
    const program = await compiled.compile(fn, { x: x.shape });
    const { gradient } = await program.run({ x });
    const step = 1e-2;
    const moved = (i: number, by: number): NdArray => ({ ...x, data: x.data.map((v, at) => (at === i ? v + by : v)) });
    const differences = Float32Array.from({ length: x.data.length }, () => 0);
    for (let i = 0; i < x.data.length; i++) {
      const [up, down] = [await program.run({ x: moved(i, step) }), await program.run({ x: moved(i, -step) })];
      differences[i] = ((up.value.data[0] as number) - (down.value.data[0] as number)) / (2 * step);
    }
    expectClose(gradient, { ...gradient, data: differences }, 1e-3, 'gradient');
    expect(Math.max(...differences)).toBeGreaterThan(0);
    await program.release();
  });
});

describe('the lowering of depthwise convolution', () => {
  it('agrees with eager TF.js in value and both gradients for any sizes', async () => {
    const size = fc.integer({ min: 5, max: 11 });
    const drawn = fc.record({
      size: fc.tuple(size, size),
      channels: fc.constantFrom(1, 3, 8, 16, 20),
      filter: fc.constantFrom(1, 3, 5),
      multiplier: fc.constantFrom(1, 1, 2),
      stride: fc.integer({ min: 1, max: 2 }),
      pad: fc.constantFrom<Pad>('same', 'valid', 1, 2),
    });
    await fc.assert(
      fc.asyncProperty(drawn, ({ size: [height, width], channels, filter, multiplier, stride, pad }) =>
        expectAgreement(
          {
            name: `depthwise ${height} x ${width} x ${channels}, ${filter} x ${multiplier}, stride ${stride} ${pad}`,
            shapes: [
              [2, height, width, channels],
              [filter, filter, channels, multiplier],
            ],
            fn: (x, w) => tf.depthwiseConv2d(x.square() as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
          },
          5e-5,
        ),
      ),
      { numRuns: 40, seed: 5 },
    );
  });
});
