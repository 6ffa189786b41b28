import type { Preprocessing } from '../../embedding/types.ts';
import { transformations } from './transformations/index.ts';

/** A picture (size x size x channels bytes) and its transformed copies, in the order of `transformations`. */
export async function withCopies(
  pixels: Uint8Array,
  { size, channels = 3 }: Pick<Preprocessing, 'size' | 'channels'>,
): Promise<Uint8Array[]> {
  const copies: Uint8Array[] = [];
  for (const { apply } of transformations) copies.push(await apply(pixels, { size, channels }));
  return [pixels, ...copies];
}

/** How far the embedding of each copy lies from that of the picture, which comes first. */
export function movementsOf([own = new Float32Array(), ...copies]: readonly Float32Array[]): number[] {
  return copies.map((copy) => Math.hypot(...copy.map((value, i) => value - (own[i] as number))));
}
