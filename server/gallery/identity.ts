import { WEIGHTS_FILE } from '../../embedding/files.ts';
import type { ModelManifest } from '../../embedding/types.ts';

/** What a gallery is tied to: the version and its weights, so that a version trained anew under its old name is not mixed up. */
export function modelIdentity({ version, files }: Pick<ModelManifest, 'version' | 'files'>): string {
  const weights = files[WEIGHTS_FILE];
  return weights === undefined ? version : `${version}@${weights.slice(0, 12)}`;
}
