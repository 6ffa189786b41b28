import { createRandom } from '../../base/random.ts';

/** How far a copy is put from its original: enough to be told apart in 8 bits, and far less than different pictures are. */
const DISTANCE = 0.02;

/**
 * A unit vector beside another, in a direction of its own for each label. HNSW connects equal vectors with each other and with nothing else, so
 * that some hundred copies of one picture keep its walks from everything beyond. A store of vectors therefore puts copies beside their
 * original, each in another direction; it only proposes, and the distances are those of the vectors in the records.
 */
export function aside(vector: Float32Array, label: number): Float32Array<ArrayBuffer> {
  const random = createRandom(`aside ${label}`);
  const direction = Float64Array.from(vector, () => random.normal());
  const share = DISTANCE / Math.hypot(...direction);
  const moved = direction.map((value, i) => (vector[i] as number) + share * value);
  const length = Math.hypot(...moved);
  return Float32Array.from(moved, (value) => value / length);
}
