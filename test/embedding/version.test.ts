import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { lenet } from '../../embedding/backbones/lenet.ts';
import { encodeSafetensors } from '../../embedding/safetensors.ts';
import { exportServingModel } from '../../embedding/serving.ts';
import type { ModelManifest, Preprocessing, Weights } from '../../embedding/types.ts';
import { findModelVersion, listModelVersions, openModelVersion } from '../../embedding/version.ts';
import { writeModelVersion } from '../../embedding/write-version.ts';
import { ndarray, zeros } from '../../engine/arrays.ts';

const weights = compact.init(createRandom('version'));
const card: Omit<ModelManifest, 'files'> = {
  format: 1,
  version: 'v1',
  backbone: 'compact',
  dimension: compact.dimension,
  preprocessing: { size: compact.size, fit: 'contain', kernel: 'linear' },
  training: { seed: 1, note: 'a test', resumed: false, parent: null },
  metrics: { recallAt1: 0.5 },
  calibration: { shiftPerLevel: 0.02 },
};
const filesOf = (tensors: Weights) => ({
  'weights.safetensors': encodeSafetensors({ tensors, metadata: {} }),
  'model.onnx': Buffer.from('a graph'),
});

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-version-'));
  writeModelVersion(join(root, 'whole', 'v1'), card, filesOf(weights));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A copy of the whole version for a test to harm. */
function copy(name: string): string {
  const directory = join(root, name, 'v1');
  cpSync(join(root, 'whole', 'v1'), directory, { recursive: true });
  return directory;
}

describe('a version folder', () => {
  it('is opened as it was written', () => {
    const { manifest, backbone, weights: read } = openModelVersion(join(root, 'whole', 'v1'));
    expect(manifest).toMatchObject(card);
    expect(backbone).toBe(compact);
    expect(Object.keys(read)).toEqual(Object.keys(compact.parameters));
    expect(read).toEqual(weights);
  });

  it('leaves nothing half written beside it', () => {
    expect(readdirSync(join(root, 'whole'))).toEqual(['v1']);
    expect(readdirSync(join(root, 'whole', 'v1')).sort()).toEqual(['model.json', 'model.onnx', 'weights.safetensors']);
  });

  it('is not written over', () => {
    const before = readFileSync(join(root, 'whole', 'v1', 'model.json'));
    expect(() => writeModelVersion(join(root, 'whole', 'v1'), card, filesOf(weights))).toThrowError(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(readFileSync(join(root, 'whole', 'v1', 'model.json'))).toEqual(before);
  });

  it.each(['Upper', '../up', '.hidden', '', 'a'.repeat(65)])('cannot be named %j', (version) => {
    expect(() => writeModelVersion(join(root, 'named', version), { ...card, version }, filesOf(weights))).toThrowError(
      expect.objectContaining({ code: 'OPTION_INVALID' }),
    );
    expect(existsSync(join(root, 'named'))).toBe(false);
  });

  it('is not written with a file name that leads out of it, nor without weights', () => {
    const outside: Record<string, Uint8Array> = { ...filesOf(weights), '../out': Buffer.from('x') };
    for (const files of [outside, { 'model.onnx': Buffer.from('x') }]) {
      expect(() => writeModelVersion(join(root, 'out', 'v1'), card, files)).toThrowError(
        expect.objectContaining({ code: 'MODEL_DAMAGED' }),
      );
    }
    expect(existsSync(join(root, 'out'))).toBe(false);
  });
});

describe('a tampered version folder', () => {
  const refused = (directory: string, message: string): void => {
    expect(() => openModelVersion(directory)).toThrowError(
      expect.objectContaining({ code: 'MODEL_DAMAGED', message: expect.stringContaining(message) }),
    );
  };

  it.each(['weights.safetensors', 'model.onnx'])('is refused when one byte of %s differs', (file) => {
    const directory = copy(`flip-${file}`);
    const bytes = readFileSync(join(directory, file));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    writeFileSync(join(directory, file), bytes);
    refused(directory, file);
  });

  it.each(['weights.safetensors', 'model.onnx', 'model.json'])('is refused without %s', (file) => {
    const directory = copy(`lost-${file}`);
    rmSync(join(directory, file));
    refused(directory, file);
  });

  it.each([
    ['is no JSON', () => '{'],
    ['has another format', (m: object) => ({ ...m, format: 2 })],
    ['has a field nobody knows', (m: object) => ({ ...m, extra: 1 })],
    ['lacks its calibration', (m: object) => ({ ...m, calibration: undefined })],
    ['has a shift of zero', (m: object) => ({ ...m, calibration: { shiftPerLevel: 0 } })],
    ['names another version than its folder', (m: object) => ({ ...m, version: 'v2' })],
    ['names no known backbone', (m: object) => ({ ...m, backbone: 'other' })],
    ['names a backbone of the object prototype', (m: object) => ({ ...m, backbone: 'constructor' })],
    ['claims another dimension', (m: object) => ({ ...m, dimension: 64 })],
    ['claims another input', (m: object) => ({ ...m, preprocessing: { ...card.preprocessing, size: 64 } })],
    ['stretches and fits at once', (m: object) => ({ ...m, preprocessing: { ...card.preprocessing, resize: 40 } })],
    [
      'cuts more than there is',
      (m: object) => ({ ...m, preprocessing: { ...card.preprocessing, fit: 'fill', resize: 31 } }),
    ],
    ['has two channels', (m: object) => ({ ...m, preprocessing: { ...card.preprocessing, channels: 2 } })],
    ['lists a file outside', (m: { files?: object }) => ({ ...m, files: { ...m.files, '../x': '0'.repeat(64) } })],
    ['lists itself', (m: { files?: object }) => ({ ...m, files: { ...m.files, 'model.json': '0'.repeat(64) } })],
    ['lists no weights', (m: object) => ({ ...m, files: {} })],
  ])('is refused when its manifest %s', (name, change) => {
    const path = join(copy(`manifest ${name}`), 'model.json');
    const changed = change(JSON.parse(readFileSync(path, 'utf8')));
    writeFileSync(path, typeof changed === 'string' ? changed : JSON.stringify(changed));
    refused(join(path, '..'), 'model.json');
  });

  it('is refused when its backbone takes grey pictures and its preprocessing gives coloured ones, or the other way', () => {
    const grey = { ...card, backbone: 'lenet', preprocessing: { ...card.preprocessing, size: 28 } };
    const directory = join(root, 'grey', 'v1');
    writeModelVersion(directory, grey, filesOf(weights));
    refused(directory, 'lenet takes pictures of 1 channel(s), not of 3');
    const other = join(root, 'other', 'v1');
    writeModelVersion(other, { ...card, preprocessing: { ...card.preprocessing, channels: 1 } }, filesOf(weights));
    refused(other, 'compact takes pictures of 3 channel(s), not of 1');
  });

  it('opens with grey pictures, and with pictures that are stretched and cut', () => {
    const weightsOfLenet = lenet.init(createRandom('lenet'));
    const preprocessing: Preprocessing = { size: 28, fit: 'fill', kernel: 'linear', resize: 32, channels: 1 };
    const directory = join(root, 'lenet', 'v1');
    const files = { ...filesOf(weightsOfLenet), 'model.onnx': exportServingModel(lenet, weightsOfLenet) };
    writeModelVersion(directory, { ...card, backbone: 'lenet', dimension: 128, preprocessing }, files);
    const { backbone, manifest } = openModelVersion(directory);
    expect([backbone.name, manifest.preprocessing]).toEqual(['lenet', preprocessing]);
  });

  const { 'head.bias': bias, ...withoutBias } = weights;
  it.each<[string, Weights, string]>([
    ['miss one', withoutBias, 'head.bias'],
    ['have one too many', { ...weights, surplus: zeros([1]) }, 'surplus'],
    ['have a wrong shape', { ...weights, 'head.bias': zeros([1, compact.dimension]) }, 'head.bias'],
    [
      'have a wrong kind',
      { ...weights, 'head.bias': ndarray(new Int32Array(bias?.data.length ?? 0), [128]) },
      'head.bias',
    ],
  ])('is refused when its weights %s, though every hash is right', (name, tensors, message) => {
    const directory = join(root, `weights ${name}`, 'v1');
    writeModelVersion(directory, card, filesOf(tensors));
    refused(directory, message);
  });

  it('opens weights that lie in another order, in the order of the backbone', () => {
    const directory = join(root, 'reordered', 'v1');
    writeModelVersion(directory, card, filesOf(Object.fromEntries(Object.entries(weights).reverse())));
    expect(Object.keys(openModelVersion(directory).weights)).toEqual(Object.keys(compact.parameters));
  });
});

describe('versions by name', () => {
  it('are found in the first folder that has them and listed once, sorted', () => {
    const [first, second] = [join(root, 'first'), join(root, 'second')];
    writeModelVersion(join(first, 'b'), { ...card, version: 'b' }, filesOf(weights));
    writeModelVersion(join(second, 'b'), { ...card, version: 'b' }, filesOf(weights));
    writeModelVersion(join(second, 'a'), { ...card, version: 'a' }, filesOf(weights));
    mkdirSync(join(second, '.c.1.part'), { recursive: true });
    writeFileSync(join(second, '.c.1.part', 'model.json'), '{}');
    mkdirSync(join(second, 'empty'));
    const folders = [join(root, 'missing'), first, second];
    expect(listModelVersions(folders)).toEqual(['a', 'b']);
    expect(findModelVersion('b', folders).directory).toBe(join(first, 'b'));
    expect(findModelVersion('a', folders).directory).toBe(join(second, 'a'));
    for (const name of ['c', '../first/b', '', '.c.1.part']) {
      expect(() => findModelVersion(name, folders)).toThrowError(
        expect.objectContaining({ code: 'MODEL_UNKNOWN', message: expect.stringContaining('a, b') }),
      );
    }
  });

  it('says so when there are none', () => {
    expect(() => findModelVersion('v1', [join(root, 'missing')])).toThrowError(/none/);
  });
});
