import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { standardise } from '../../embedding/backbones/imagenet.ts';
import { cutMiddle, middleOf, preprocess, toPixels } from '../../embedding/preprocess.ts';
import { resample } from '../../embedding/resample.ts';
import { expectNear, flat, golden, type Nested } from '../attack/support/golden.ts';

interface Reference {
  readonly input_hwc_uint8: readonly (readonly Nested[])[];
  readonly resize: readonly { readonly size_hw: readonly [number, number]; readonly output_hwc_uint8: Nested }[];
  readonly center_crop: { readonly from: readonly [number, number]; readonly to: readonly [number, number] } & {
    readonly output_hwc_uint8: Nested;
  };
  readonly center_crop_256_224_offset: number;
  readonly to_tensor_of_8x10_resize: Nested;
  readonly renorm: Nested;
}

const reference = golden<Reference>('preprocess');
const picture = {
  height: reference.input_hwc_uint8.length,
  width: reference.input_hwc_uint8[0]?.length ?? 0,
  data: Uint8Array.from(flat(reference.input_hwc_uint8)),
};
const resized = (height: number, width: number): Uint8Array => resample(picture, 3, width, height);

/** Height x width x channels as channels x height x width. */
function channelsFirst(values: ArrayLike<number>, channels = 3): number[] {
  const pixels = values.length / channels;
  return Array.from(
    { length: values.length },
    (_, i) => values[(i % pixels) * channels + Math.floor(i / pixels)] as number,
  );
}

describe('preprocessing as PIL and torchvision do it', () => {
  it.each(reference.resize)('stretches to $size_hw, to the bit', ({ size_hw: [height, width], output_hwc_uint8 }) => {
    expect([...resized(height, width)]).toEqual(flat(output_hwc_uint8));
  });

  it('stretches and cuts out the middle', async () => {
    const [from, to] = [reference.center_crop.from[0], reference.center_crop.to[0]];
    const expected = flat(reference.center_crop.output_hwc_uint8);
    expect([...cutMiddle(resized(from, from), from, to, 3)]).toEqual(expected);
    expect([...(await preprocess(picture, { size: to, fit: 'fill', kernel: 'linear', resize: from }))]).toEqual(
      expected,
    );
  });

  it('begins the middle where torchvision does', () => {
    expect(middleOf(256, 224)).toBe(reference.center_crop_256_224_offset);
    // Python rounds halves to the even number.
    expect([middleOf(24, 21), middleOf(26, 21), middleOf(25, 24), middleOf(28, 28)]).toEqual([2, 2, 0, 0]);
  });

  it('scales to [0,1] and standardises', () => {
    const pixels = toPixels(resized(8, 10));
    expectNear(channelsFirst(pixels), reference.to_tensor_of_8x10_resize);
    const standardised = tf.tidy(() => standardise(tf.tensor4d(pixels, [1, 8, 10, 3])).dataSync());
    expectNear(channelsFirst(standardised), reference.renorm);
  });
});
