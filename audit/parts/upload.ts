import { decodePicture } from '../../embedding/decode.ts';
import { encodePng } from '../../embedding/encode.ts';
import { middleOf, preprocess, sideOf, toColours, toPixels } from '../../embedding/preprocess.ts';
import type { Picture, Preprocessing } from '../../embedding/types.ts';
import type { NdArray } from '../../engine/types.ts';

const WHITE = 255;

/** Pixels of [0,1] in whole 8-bit levels. */
export function toBytes(pixels: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(pixels, (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
}

/** Images in 8 bits. */
export function inEightBits({ shape, data }: NdArray): NdArray {
  return { shape, data: toPixels(toBytes(data)) };
}

/**
 * Images (N x size x size x channels, pixels in [0,1]) as PNG files, read as the server reads an upload. Where the server cuts out
 * the middle of a larger square, the adversary, who knows that, puts the image there, on white.
 */
export async function asUploads({ shape, data }: NdArray, preprocessing: Preprocessing): Promise<NdArray> {
  const [count = 0] = shape;
  const length = data.length / count;
  const result = new Float32Array(data.length);
  for (let i = 0; i < count; i++) {
    const picture = pictureFor(toBytes(data.subarray(i * length, (i + 1) * length)), preprocessing);
    const read = await decodePicture(await encodePng(picture));
    result.set(toPixels(await preprocess(read, preprocessing)), i * length);
  }
  return { shape, data: result };
}

/** The picture of which the server makes these bytes (size x size x channels). */
function pictureFor(bytes: Uint8Array, preprocessing: Preprocessing): Picture {
  const { size, channels = 3 } = preprocessing;
  const inner = channels === 1 ? toColours(bytes) : bytes;
  const side = sideOf(preprocessing);
  const start = middleOf(side, size);
  const data = new Uint8Array(side * side * 3).fill(WHITE);
  for (let y = 0; y < size; y++) {
    data.set(inner.subarray(y * size * 3, (y + 1) * size * 3), ((start + y) * side + start) * 3);
  }
  return { width: side, height: side, data };
}
