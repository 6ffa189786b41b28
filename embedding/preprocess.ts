import sharp, { type Sharp } from 'sharp';
import { upright } from './decode.ts';
import { isPlainPng } from './plain-png.ts';
import { resample } from './resample.ts';
import type { Picture, Preprocessing } from './types.ts';

/**
 * A picture as the input of a network: `contain` scales it to fit the square (bilinear with antialiasing) and fills the rest
 * with white; `fill` stretches it to the square as PIL does, bit for bit, and cuts out the middle.
 * @returns size x size x channels bytes
 */
export async function preprocess(picture: Picture, preprocessing: Preprocessing): Promise<Uint8Array> {
  const square = await preprocessWhole(picture, preprocessing);
  const { size, channels = 3 } = preprocessing;
  return cutMiddle(square, sideOf(preprocessing), size, channels);
}

/** The whole square of which `preprocess` cuts out the middle: `sideOf` x `sideOf` x channels bytes. */
export async function preprocessWhole(picture: Picture, preprocessing: Preprocessing): Promise<Uint8Array> {
  const { width, height, data } = picture;
  const { fit, channels = 3 } = preprocessing;
  const side = sideOf(preprocessing);
  if (fit === 'fill') {
    return resample({ width, height, data: channels === 1 ? luma(data) : data }, channels, side, side);
  }
  return contain(sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false }), preprocessing);
}

/** An image on its way through libvips, scaled to fit the whole square. */
async function contain(image: Sharp, preprocessing: Preprocessing): Promise<Uint8Array> {
  const side = sideOf(preprocessing);
  const colours = await image
    .resize(side, side, { fit: 'contain', kernel: preprocessing.kernel, background: 'white' })
    .raw({ depth: 'uchar' })
    .toBuffer();
  return preprocessing.channels === 1 ? luma(colours) : colours;
}

/**
 * The input of a network from a file in one pass of libvips, which costs little more than half of two: the same bytes as `preprocess` of
 * `decodePicture`. Undefined where one pass is not known to give the same, or the file cannot be decoded: only `isPlainPng`, and `contain`.
 */
export async function preprocessPlain(
  bytes: Uint8Array,
  preprocessing: Preprocessing,
): Promise<Uint8Array | undefined> {
  if (preprocessing.fit !== 'contain' || !isPlainPng(bytes)) return undefined;
  const square = await contain(upright(bytes), preprocessing).catch(() => undefined);
  return square && cutMiddle(square, sideOf(preprocessing), preprocessing.size, preprocessing.channels ?? 3);
}

/** Side of the square before the middle is cut out, in pixels. */
export function sideOf({ size, resize }: Pick<Preprocessing, 'size' | 'resize'>): number {
  return resize ?? size;
}

/** Where the middle of `size` pixels begins in `side`: half of the rest, rounded half to even, as torchvision does. */
export function middleOf(side: number, size: number): number {
  const half = (side - size) / 2;
  return half % 2 === 0.5 ? Math.floor(half) : Math.round(half);
}

/** Grey by the luma of ITU-R 601 in the fixed-point arithmetic of PIL's "L". @param colours three bytes per pixel. */
export function luma(colours: Uint8Array): Uint8Array {
  const grey = new Uint8Array(colours.length / 3);
  for (let i = 0, from = 0; i < grey.length; i++, from += 3) {
    const [red, green, blue] = [colours[from] as number, colours[from + 1] as number, colours[from + 2] as number];
    grey[i] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return grey;
}

/** Grey levels as colours: three equal bytes per pixel. */
export function toColours(grey: Uint8Array): Uint8Array {
  const colours = new Uint8Array(3 * grey.length);
  for (let i = 0; i < colours.length; i++) colours[i] = grey[Math.floor(i / 3)] as number;
  return colours;
}

/** The size x size pixels in the middle of side x side. */
export function cutMiddle(square: Uint8Array, side: number, size: number, channels: number): Uint8Array {
  if (side === size) return square;
  const start = middleOf(side, size);
  const row = size * channels;
  const result = new Uint8Array(size * row);
  for (let y = 0; y < size; y++) {
    const from = ((start + y) * side + start) * channels;
    result.set(square.subarray(from, from + row), y * row);
  }
  return result;
}

/** Bytes 0..255 as pixels in [0,1]. */
export function toPixels(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => byte / 255);
}
