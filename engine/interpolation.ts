/** How the pixels of a resized axis are placed over those of the original (tf.image.resizeBilinear). */
export interface Placement {
  /** The centres of the corner pixels coincide, instead of the edges of the first. */
  readonly alignCorners: boolean;
  /** A pixel is an area around its centre, instead of a point at its first corner. */
  readonly halfPixelCenters: boolean;
}

/** The place of each new pixel on the old axis, as TF.js's kernels work it out. */
function places(from: number, to: number, { alignCorners, halfPixelCenters }: Placement): number[] {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => ratio * (halfPixelCenters ? i + 0.5 : i));
}

/**
 * The matrix (new size x old size) that resizes an axis: each new pixel is the mean of its two neighbours on the old
 * axis, weighted by nearness, or a copy of the nearest one.
 */
export function interpolation(from: number, to: number, method: 'bilinear' | 'nearest', how: Placement): Float32Array {
  const matrix = new Float32Array(to * from);
  for (const [row, place] of places(from, to, how).entries()) {
    const add = (column: number, weight: number): void => {
      const index = row * from + Math.min(from - 1, Math.max(0, column));
      matrix[index] = (matrix[index] as number) + weight;
    };
    if (method === 'nearest') {
      add(how.alignCorners ? Math.round(place) : Math.floor(place), 1);
    } else {
      const centre = how.halfPixelCenters ? place - 0.5 : place;
      const below = Math.floor(centre);
      add(below, 1 - (centre - below));
      add(below + 1, centre - below);
    }
  }
  return matrix;
}
