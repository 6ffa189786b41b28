import type { Random } from '../../../base/random.ts';

/** The vector scaled to length one. */
export function unit(values: ArrayLike<number>): Float32Array {
  const vector = Float32Array.from(values);
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}

export function randomUnit(random: Random, dimension: number): Float32Array {
  return unit(Array.from({ length: dimension }, () => random.normal()));
}

export function randomUnits(random: Random, count: number, dimension: number): Float32Array[] {
  return Array.from({ length: count }, () => randomUnit(random, dimension));
}

/** Unit vectors around `clusters` centres, as embeddings of classes are: each call draws more around the same ones. */
export function clusteredUnits(random: Random, dimension: number, clusters: number): (count: number) => Float32Array[] {
  const centres = randomUnits(random, clusters, dimension);
  const near = (): Float32Array => {
    const centre = random.pick(centres);
    return unit(centre.map((value) => value + (0.5 * random.normal()) / Math.sqrt(dimension)));
  };
  return (count) => Array.from({ length: count }, near);
}

/** A unit vector along one axis. */
export function axis(dimension: number, position: number): Float32Array {
  return unit(Array.from({ length: dimension }, (_, i) => (i === position ? 1 : 0)));
}
