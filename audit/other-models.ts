import type { ModelManifest } from '../embedding/types.ts';

/**
 * An undefended model to hold a model against: trained on the same data set, of the same network and without a defense; of several
 * that with the same seed, else the last.
 */
export function twinOf(
  { backbone, training, version }: ModelManifest,
  others: readonly ModelManifest[],
): ModelManifest | undefined {
  const twins = others.filter(
    (other) =>
      other.version !== version &&
      other.backbone === backbone &&
      other.training.data === training.data &&
      other.training.defense === 'vanilla',
  );
  return twins.find((twin) => twin.training.seed === training.seed) ?? twins.at(-1);
}
