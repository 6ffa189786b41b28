import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { createRandom } from '../base/random.ts';
import { MANIFEST_FILE } from '../embedding/files.ts';
import { sha256 } from '../embedding/manifest.ts';
import { importWeights } from '../embedding/pretrained/index.ts';
import { encodeSafetensors } from '../embedding/safetensors.ts';
import type { Backbone, Weights } from '../embedding/types.ts';
import { findModelVersion, openModelVersion } from '../embedding/version.ts';
import type { HardenOptions } from './options.ts';

/** What a run begins with. */
export interface FirstWeights {
  readonly weights: Weights;
  /** Whether they have to be pre-trained. */
  readonly fresh: boolean;
  /** Where they come from, for the log and the card. */
  readonly says: string;
  /** SHA-256 of those that were given; null for fresh ones, which follow from the seed. */
  readonly fingerprint: string | null;
}

/**
 * The first weights of a run: of a model version, of a file of another library, or fresh ones, drawn from the seed.
 * @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED, PRETRAINED_UNUSABLE; OPTION_INVALID for a version of another network.
 */
export function firstWeights(
  { init, pretrained, seed, output }: Pick<HardenOptions, 'init' | 'pretrained' | 'seed' | 'output'>,
  backbone: Backbone,
): FirstWeights {
  const random = createRandom(seed).fork('weights');
  if (pretrained !== undefined) {
    const { weights, missingHead } = importWeights(pretrained, backbone, random);
    const says = `pretrained weights${missingHead ? ' with a fresh last layer' : ''}`;
    return { weights, fresh: false, says, fingerprint: fingerprintOf(weights) };
  }
  if (init === undefined) {
    return { weights: backbone.init(random), fresh: true, says: 'fresh weights', fingerprint: null };
  }
  const isFolder = existsSync(join(init, MANIFEST_FILE));
  const version = isFolder ? openModelVersion(init) : findModelVersion(init, [output, 'models']);
  const { backbone: name, version: title } = version.manifest;
  if (name !== backbone.name) {
    throw new HoldfastError('OPTION_INVALID', `--init ${init} has the network ${name}, not ${backbone.name}`);
  }
  const { weights } = version;
  return { weights, fresh: false, says: `weights of ${title}`, fingerprint: fingerprintOf(weights) };
}

function fingerprintOf(weights: Weights): string {
  return sha256(encodeSafetensors({ tensors: weights, metadata: {} }));
}
