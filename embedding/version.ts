import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { syncFolder, writeFileAtomic } from '../base/files.ts';
import { backbones } from './backbones/index.ts';
import { parseManifest, VERSION_PATTERN } from './manifest.ts';
import { decodeSafetensors } from './safetensors.ts';
import type { Backbone, ModelManifest, ModelVersion, Weights } from './types.ts';

const MANIFEST = 'model.json';
const WEIGHTS = 'weights.safetensors';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Opens a version folder and verifies all of it: the manifest, the hash of each file, the name and shape of each weight.
 * @throws HoldfastError MODEL_DAMAGED
 */
export function openModelVersion(directory: string): ModelVersion {
  const path = join(directory, MANIFEST);
  const manifest = parseManifest(readFile(path, directory).toString('utf8'), path);
  if (manifest.version !== basename(directory)) {
    throw new HoldfastError('MODEL_DAMAGED', `${path} is of version ${manifest.version}`);
  }
  for (const [name, hash] of Object.entries(manifest.files)) {
    if (sha256(readFile(join(directory, name), directory)) !== hash) {
      throw new HoldfastError('MODEL_DAMAGED', `${join(directory, name)} is not the file that the manifest describes`);
    }
  }
  const backbone = backbones[manifest.backbone];
  if (backbone === undefined) throw new HoldfastError('MODEL_DAMAGED', `${path} names no known backbone`);
  const source = join(directory, WEIGHTS);
  const { tensors } = decodeSafetensors(readFile(source, directory), source);
  return { directory, manifest, backbone, weights: checkedWeights(backbone, tensors, source) };
}

function readFile(path: string, directory: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new HoldfastError('MODEL_DAMAGED', `${directory} has no readable ${basename(path)}`, { cause });
  }
}

/** Every parameter of the backbone, in its order; none missing, extra or misshapen. */
function checkedWeights(backbone: Backbone, tensors: Weights, source: string): Weights {
  const expected = Object.entries(backbone.parameters);
  for (const [name, shape] of expected) {
    const found = tensors[name];
    if (found === undefined) throw new HoldfastError('MODEL_DAMAGED', `${source} has no "${name}"`);
    if (`${found.shape}` !== `${shape}`) {
      throw new HoldfastError('MODEL_DAMAGED', `${source}: "${name}" is [${found.shape}], not [${shape}]`);
    }
  }
  const extra = Object.keys(tensors).find((name) => !Object.hasOwn(backbone.parameters, name));
  if (extra !== undefined) throw new HoldfastError('MODEL_DAMAGED', `${source}: ${backbone.name} has no "${extra}"`);
  return Object.fromEntries(expected.map(([name]) => [name, tensors[name] as Weights[string]]));
}

/** The versions in the folders, by name. */
export function listModelVersions(folders: readonly string[]): string[] {
  const names = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(join(folder, name, MANIFEST))) : [],
  );
  return [...new Set(names)].sort();
}

/** Opens a version by its name; the first folder that has it wins. @throws HoldfastError MODEL_UNKNOWN, MODEL_DAMAGED */
export function findModelVersion(name: string, folders: readonly string[]): ModelVersion {
  const folder = VERSION_PATTERN.test(name) ? folders.find((f) => existsSync(join(f, name, MANIFEST))) : undefined;
  if (folder !== undefined) return openModelVersion(join(folder, name));
  const there = listModelVersions(folders).join(', ') || 'none';
  throw new HoldfastError('MODEL_UNKNOWN', `no model version "${name}"; there are: ${there}`);
}

/**
 * Writes a version folder whole or not at all. The manifest gets the hashes of the files.
 * @throws HoldfastError OPTION_INVALID when the version exists or its name is not allowed.
 */
export function writeModelVersion(
  directory: string,
  manifest: Omit<ModelManifest, 'files'>,
  files: Readonly<Record<string, Uint8Array>>,
): ModelManifest {
  if (!VERSION_PATTERN.test(manifest.version)) {
    throw new HoldfastError('OPTION_INVALID', `"${manifest.version}" is no name for a version: use ${VERSION_PATTERN}`);
  }
  if (existsSync(directory)) throw new HoldfastError('OPTION_INVALID', `${directory} exists already`);
  const hashes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  const whole: ModelManifest = { ...manifest, files: hashes };
  const temporary = `${directory}.${process.pid}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileAtomic(join(temporary, name), bytes);
  writeFileAtomic(join(temporary, MANIFEST), `${JSON.stringify(whole, null, 2)}\n`);
  renameSync(temporary, directory);
  syncFolder(dirname(directory));
  return whole;
}
