import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../base/errors.ts';
import type { ModelVersion } from './types.ts';
import { findModelVersion, listModelVersions } from './version.ts';

export interface ModelPlaces {
  /** The folder of the shipped models; the repository's by default. */
  readonly shippedModels?: string;
  /** The data folder. */
  readonly data: string;
}

/** Where model versions are: those that are shipped, and those that were trained. */
export function modelFolders({
  shippedModels = shippedFolder(),
  data,
}: ModelPlaces): [shipped: string, trained: string] {
  return [shippedModels, join(data, 'models')];
}

/**
 * The version that was named, else the one that was promoted last, else the shipped one: the last by its name where
 * there are several.
 * @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED
 */
export function chooseModel(
  name: string | undefined,
  promoted: { readonly version: string } | undefined,
  places: ModelPlaces,
): ModelVersion {
  const folders = modelFolders(places);
  const [shipped] = folders;
  const chosen = name ?? promoted?.version ?? listModelVersions([shipped]).at(-1);
  if (chosen !== undefined) return findModelVersion(chosen, folders);
  const there = listModelVersions(folders).join(', ') || 'none';
  throw new HoldfastError('MODEL_UNKNOWN', `no model is shipped in ${shipped}; name one of: ${there}`);
}

/** `models/` beside the sources; a build has it one folder further up. */
function shippedFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const up = here.endsWith(join('dist', 'embedding')) ? ['..', '..'] : ['..'];
  return join(here, ...up, 'models');
}
