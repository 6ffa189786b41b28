import { encodePng } from '../embedding/encode.ts';
import { toColours } from '../embedding/preprocess.ts';

/** The change an attack made to a picture. */
export interface Norms {
  /** Largest change of a pixel value, in 1/255. */
  readonly linf: number;
  /** Euclidean, over all pixel values of [0,1]. */
  readonly l2: number;
}

/**
 * Pixels of [0,1] as whole 8-bit levels, no more than `epsilon` levels from the clean ones: what a client can see, keep
 * and send again is exactly what was judged.
 */
export function toLevels(attacked: ArrayLike<number>, clean: Uint8Array, epsilon: number): Uint8Array {
  return clean.map((level, i) => {
    const rounded = Math.round((attacked[i] as number) * 255);
    return Math.max(0, Math.min(255, Math.max(level - epsilon, Math.min(level + epsilon, rounded))));
  });
}

export function normsOf(attacked: Uint8Array, clean: Uint8Array): Norms {
  let linf = 0;
  let squares = 0;
  clean.forEach((level, i) => {
    const change = Math.abs((attacked[i] as number) - level);
    linf = Math.max(linf, change);
    squares += (change / 255) ** 2;
  });
  return { linf, l2: Math.sqrt(squares) };
}

/** The largest whole factor that shows a change of `epsilon` levels around mid grey without clipping. */
export function amplificationFor(epsilon: number): number {
  return Math.floor(127 / Math.max(1, epsilon));
}

/** The difference of two pictures, amplified, on mid grey. */
export function perturbationOf(attacked: Uint8Array, clean: Uint8Array, amplification: number): Uint8Array {
  return clean.map((level, i) => 128 + amplification * ((attacked[i] as number) - level));
}

/** Square pixels, grey (one byte each) or coloured (three), as a PNG in a data URL. */
export async function toDataUrl(pixels: Uint8Array, size: number): Promise<string> {
  const data = pixels.length === size * size ? toColours(pixels) : pixels;
  const png = await encodePng({ width: size, height: size, data });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}
