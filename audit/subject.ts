import { withGallery } from '../attack/suite/scene.ts';
import type { Protocol } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import { HoldfastError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { ModelVersion } from '../embedding/types.ts';
import type { Engine } from '../engine/types.ts';
import type { AuditData } from './data.ts';
import type { Subject } from './types.ts';

export interface SubjectSetting {
  readonly engine: Engine;
  readonly data: AuditData;
  readonly protocol: Protocol;
  readonly budget: Budget;
  readonly sample: readonly number[];
  readonly count: number;
  readonly random: Random;
  readonly signal: AbortSignal;
}

/** Embeds the gallery with a model and uses it; its programs are released in the end. Embeddings are compared at unit length, as a search does. */
export function withSubject<T>(
  { manifest, backbone, weights }: ModelVersion,
  { data, sample, budget, random, ...setting }: SubjectSetting,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const { labels, images } = data;
  const gallery = { ...setting, backbone, weights, labels, images, metric: 'N' } as const;
  return withGallery(gallery, (scene, embedding) =>
    use({
      ...setting,
      ...{ backbone, weights, scene, embedding, images, sample, budget, random },
      preprocessing: manifest.preprocessing,
    }),
  );
}

/** @throws HoldfastError OPTION_INVALID for a model that takes other pictures. */
export function checkSameInput(model: ModelVersion, other: ModelVersion, option: string): void {
  const [a, b] = [model, other].map(({ backbone: { size, channels } }) => `${size} x ${size} x ${channels}`);
  if (a === b) return;
  throw new HoldfastError(
    'OPTION_INVALID',
    `--${option} ${other.manifest.version} takes pictures of ${b}, ${model.manifest.version} of ${a}`,
  );
}
