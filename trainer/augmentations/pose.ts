import type { Random } from '../../base/random.ts';
import type { Augmentation, Stored } from './types.ts';

/** Bounds of a random change of pose. */
export interface PoseBounds {
  /** Largest shift, as a share of the picture's side. */
  readonly shift: number;
  /** Largest relative change of size. */
  readonly scale: number;
  /** Largest rotation in degrees, either way. */
  readonly rotate: number;
}

/** Small changes of pose. Flips and changes of colour are not among them: both tell classes of drawings apart. */
export const WEAK_GEOMETRIC: PoseBounds = { shift: 0.06, scale: 0.12, rotate: 12 };

const WHITE = 255;

/** A randomly moved, scaled and turned copy of the middle of a picture, bilinear, white outside. */
export const pose: Augmentation = {
  name: 'pose',
  write: (target, source, size, random) => writePose(target, source, size, WEAK_GEOMETRIC, random),
};

export function writePose(
  target: Float32Array,
  source: Stored,
  size: number,
  bounds: PoseBounds,
  random: Random,
): void {
  const between = (bound: number): number => (2 * random.uniform() - 1) * bound;
  const angle = (between(bounds.rotate) * Math.PI) / 180;
  const zoom = Math.exp(between(Math.log1p(bounds.scale)));
  const [dx, dy] = [between(bounds.shift) * size, between(bounds.shift) * size];
  const [cosine, sine] = [Math.cos(angle) / zoom, Math.sin(angle) / zoom];
  const [middle, middleOfSource] = [(size - 1) / 2, (source.side - 1) / 2];
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [u, v] = [column - middle - dx, row - middle - dy];
      writeSample(target, at, source, cosine * u + sine * v + middleOfSource, cosine * v - sine * u + middleOfSource);
      at += source.channels;
    }
  }
}

/** One bilinear sample at (x, y), scaled to [0,1]. */
function writeSample(target: Float32Array, at: number, { bytes, side, channels }: Stored, x: number, y: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const inColumns = [left >= 0 && left < side, left + 1 >= 0 && left + 1 < side] as const;
  const inRows = [top >= 0 && top < side, top + 1 >= 0 && top + 1 < side] as const;
  const first = (top * side + left) * channels;
  const below = first + side * channels;
  for (let c = 0; c < channels; c++) {
    const a = inRows[0] && inColumns[0] ? (bytes[first + c] as number) : WHITE;
    const b = inRows[0] && inColumns[1] ? (bytes[first + channels + c] as number) : WHITE;
    const d = inRows[1] && inColumns[0] ? (bytes[below + c] as number) : WHITE;
    const e = inRows[1] && inColumns[1] ? (bytes[below + channels + c] as number) : WHITE;
    target[at + c] = ((1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * d + fx * e)) / 255;
  }
}
