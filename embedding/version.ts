import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { HoldfastError } from '../base/errors.ts';
import { backbones, findBackbone } from './backbones/index.ts';
import { MANIFEST_FILE, WEIGHTS_FILE } from './files.ts';
import { checkManifest, isVersionName, sha256 } from './manifest.ts';
import { decodeSafetensors } from './safetensors.ts';
import type { Backbone, ModelManifest, ModelVersion, Weights } from './types.ts';

export { writeModelVersion } from './write-version.ts';

/**
 * Opens a version folder and verifies all of it: the manifest, the SHA-256 of every file it lists, and that the weights
 * are those of the backbone, by name and shape.
 * @throws HoldfastError MODEL_DAMAGED
 */
export function openModelVersion(directory: string): ModelVersion {
  const path = join(directory, MANIFEST_FILE);
  const manifest = checkManifest(parseJson(readPart(path), path), path);
  const refuse = (reason: string) => new HoldfastError('MODEL_DAMAGED', `${path}: ${reason}`);
  if (manifest.version !== basename(resolve(directory))) {
    throw refuse(`the version is "${manifest.version}", unlike its folder`);
  }
  const files = readFiles(directory, manifest);
  if (!Object.hasOwn(backbones, manifest.backbone)) throw refuse(`there is no backbone "${manifest.backbone}"`);
  const backbone = findBackbone(manifest.backbone);
  if (manifest.dimension !== backbone.dimension || manifest.preprocessing.size !== backbone.size) {
    throw refuse(`${backbone.name} maps ${backbone.size} pixels to ${backbone.dimension} dimensions`);
  }
  const { channels = 3 } = manifest.preprocessing;
  if (channels !== backbone.channels) {
    throw refuse(`${backbone.name} takes pictures of ${backbone.channels} channel(s), not of ${channels}`);
  }
  const weightsPath = join(directory, WEIGHTS_FILE);
  const { tensors } = decodeSafetensors(files.get(WEIGHTS_FILE) ?? new Uint8Array(), weightsPath);
  return { directory, manifest, backbone, weights: checkWeights(tensors, backbone, weightsPath) };
}

/** The names of the versions in the folders, sorted, each once. Folders that are not there hold none. */
export function listModelVersions(folders: readonly string[]): string[] {
  return [...new Set(folders.flatMap(versionsIn))].sort();
}

/**
 * Opens the version of that name in the first folder that has it.
 * @throws HoldfastError MODEL_UNKNOWN with the names that exist, MODEL_DAMAGED
 */
export function findModelVersion(name: string, folders: readonly string[]): ModelVersion {
  // Only a listed name is joined to a path: "../elsewhere" is never one.
  const folder = folders.find((candidate) => versionsIn(candidate).includes(name));
  if (folder !== undefined) return openModelVersion(join(folder, name));
  const there = listModelVersions(folders).join(', ') || 'none';
  throw new HoldfastError('MODEL_UNKNOWN', `no model version "${name}"; there are: ${there}`);
}

function versionsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => isVersionName(name) && existsSync(join(folder, name, MANIFEST_FILE)));
}

function readFiles(directory: string, manifest: ModelManifest): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const [name, expected] of Object.entries(manifest.files)) {
    const path = join(directory, name);
    const bytes = readPart(path);
    const actual = sha256(bytes);
    if (actual !== expected) {
      throw new HoldfastError('MODEL_DAMAGED', `${path}: SHA-256 ${actual} instead of ${expected}`);
    }
    files.set(name, bytes);
  }
  return files;
}

function readPart(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new HoldfastError('MODEL_DAMAGED', `${path} cannot be read: ${String(cause)}`, { cause });
  }
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new HoldfastError('MODEL_DAMAGED', `${source} is not JSON`, { cause });
  }
}

/** The weights in the order of the backbone's parameters. */
function checkWeights(tensors: Weights, backbone: Backbone, source: string): Weights {
  const refuse = (reason: string) => new HoldfastError('MODEL_DAMAGED', `${source}: ${reason}`);
  const entries = Object.entries(backbone.parameters).map(([name, shape]) => {
    const tensor = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
    if (tensor === undefined) throw refuse(`no weight "${name}" of the backbone ${backbone.name}`);
    if (!(tensor.data instanceof Float32Array)) throw refuse(`"${name}" is not float32`);
    if (tensor.shape.join() !== shape.join()) throw refuse(`"${name}" is [${tensor.shape}] instead of [${shape}]`);
    return [name, tensor] as const;
  });
  const unknown = Object.keys(tensors).find((name) => !Object.hasOwn(backbone.parameters, name));
  if (unknown !== undefined) throw refuse(`the backbone ${backbone.name} has no weight "${unknown}"`);
  return Object.fromEntries(entries);
}
