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
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let corner = 0; corner < 4; corner++) {
      const [column, row] = [left + (corner & 1), top + (corner >> 1)];
      const weight = ((corner & 1) === 1 ? fx : 1 - fx) * (corner >> 1 === 1 ? fy : 1 - fy);
      const inside = column >= 0 && column < side && row >= 0 && row < side;
      sum += weight * (inside ? (bytes[(row * side + column) * channels + c] as number) : 255);
    }
    target[at + c] = sum / 255;
  }
}
