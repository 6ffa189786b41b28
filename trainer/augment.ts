import type { Random } from '../base/random.ts';

/** Bounds of a random change of pose. */
export interface Augmentation {
  /** Largest shift, as a share of the picture's side. */
  readonly shift: number;
  /** Largest relative change of size. */
  readonly scale: number;
  /** Largest rotation in degrees, either way. */
  readonly rotate: number;
}

/** Small changes of pose. Flips and changes of colour are not among them: both tell classes of drawings apart. */
export const WEAK_GEOMETRIC: Augmentation = { shift: 0.06, scale: 0.12, rotate: 12 };

/**
 * Writes a randomly moved, scaled and turned copy of a picture as pixels in [0,1], bilinear, white outside.
 * @param source size x size x 3 bytes. @param target size x size x 3 numbers.
 */
export function augmentInto(
  target: Float32Array,
  source: Uint8Array,
  size: number,
  augmentation: Augmentation,
  random: Random,
): void {
  const between = (bound: number): number => (2 * random.uniform() - 1) * bound;
  const angle = (between(augmentation.rotate) * Math.PI) / 180;
  const zoom = Math.exp(between(Math.log1p(augmentation.scale)));
  const [dx, dy] = [between(augmentation.shift) * size, between(augmentation.shift) * size];
  const [cosine, sine] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const middle = (size - 1) / 2;
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [u, v] = [column - middle - dx, row - middle - dy];
      sampleInto(target, at, source, size, cosine * u + sine * v + middle, cosine * v - sine * u + middle);
      at += 3;
    }
  }
}

/** One bilinear sample at (x, y), scaled to [0,1]. */
function sampleInto(target: Float32Array, at: number, source: Uint8Array, size: number, x: number, y: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  let [red, green, blue] = [0, 0, 0];
  for (let corner = 0; corner < 4; corner++) {
    const [column, row] = [left + (corner & 1), top + (corner >> 1)];
    const weight = ((corner & 1) === 1 ? fx : 1 - fx) * (corner >> 1 === 1 ? fy : 1 - fy);
    const inside = column >= 0 && column < size && row >= 0 && row < size;
    const from = (row * size + column) * 3;
    red += weight * (inside ? (source[from] as number) : 255);
    green += weight * (inside ? (source[from + 1] as number) : 255);
    blue += weight * (inside ? (source[from + 2] as number) : 255);
  }
  target[at] = red / 255;
  target[at + 1] = green / 255;
  target[at + 2] = blue / 255;
}
