import { middleOf } from '../../embedding/preprocess.ts';
import type { Stored } from './types.ts';

/** Writes the size x size window at (left, top) of a stored picture as pixels in [0,1], mirrored left to right if `flip`. */
export function writeWindow(
  target: Float32Array,
  { bytes, side, channels }: Stored,
  size: number,
  { left, top, flip }: { readonly left: number; readonly top: number; readonly flip: boolean },
): void {
  let at = 0;
  for (let row = 0; row < size; row++) {
    const start = ((top + row) * side + left) * channels;
    for (let column = 0; column < size; column++) {
      const from = start + (flip ? size - 1 - column : column) * channels;
      for (let c = 0; c < channels; c++) target[at++] = (bytes[from + c] as number) / 255;
    }
  }
}

/** Writes the size x size window in the middle. */
export function writeMiddle(target: Float32Array, source: Stored, size: number): void {
  const start = middleOf(source.side, size);
  writeWindow(target, source, size, { left: start, top: start, flip: false });
}
