import { HoldfastError } from '../../base/errors.ts';
import type { ModelManifest } from '../../embedding/types.ts';
import type { ModelService } from './types.ts';

/**
 * Embeds a white picture, so that a model that does not fit its manifest is found at the start and not by a client.
 * @throws HoldfastError MODEL_DAMAGED
 */
export async function checkModel(
  model: ModelService,
  { version, dimension, preprocessing }: ModelManifest,
): Promise<void> {
  const white = new Uint8Array(preprocessing.size ** 2 * (preprocessing.channels ?? 3)).fill(255);
  const [vector = new Float32Array()] = await model.embed([white]).catch((cause: unknown) => {
    throw new HoldfastError('MODEL_DAMAGED', `${version} cannot embed a picture: ${String(cause)}`, { cause });
  });
  const length = Math.hypot(...vector);
  if (vector.length === dimension && Math.abs(length - 1) < 1e-3) return;
  const found = `${vector.length} numbers of length ${length}`;
  throw new HoldfastError('MODEL_DAMAGED', `${version} embeds a picture as ${found}, not as ${dimension} of length 1`);
}
