import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { findBackbone } from '../../embedding/backbones/index.ts';
import { exportTorchWeights } from '../../embedding/pretrained/index.ts';
import { openModelVersion } from '../../embedding/version.ts';
import { firstWeights } from '../../trainer/first-weights.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-first-'));
afterAll(() => rmSync(folder, { recursive: true }));
const none = { init: undefined, pretrained: undefined, seed: 1, output: join(folder, 'models') };
const compact = findBackbone('compact');

describe('what a run begins with', () => {
  it('is fresh weights of the seed', () => {
    const first = firstWeights(none, compact);
    expect(first).toMatchObject({ fresh: true, says: 'fresh weights' });
    expect(first.weights).toEqual(compact.init(createRandom(1).fork('weights')));
  });

  it.each(['emoji-hardened-3', 'models/emoji-hardened-3'])('is the weights of the model version %s', (init) => {
    const first = firstWeights({ ...none, init }, compact);
    expect(first).toMatchObject({ fresh: false, says: 'weights of emoji-hardened-3' });
    expect(first.weights).toEqual(openModelVersion('models/emoji-hardened-3').weights);
  });

  it('is refused with the versions that there are, and for another network', () => {
    expect(() => firstWeights({ ...none, init: 'unknown-1' }, compact)).toThrow('emoji-hardened-3');
    const other = findBackbone('resnet18');
    expect(() => firstWeights({ ...none, init: 'emoji-hardened-3' }, other)).toThrow(
      expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringContaining('compact, not resnet18') }),
    );
  });

  it('is the weights of a file of another library', () => {
    const lenet = findBackbone('lenet');
    const weights = lenet.init(createRandom('there'));
    const pretrained = join(folder, 'lenet.safetensors');
    writeFileSync(pretrained, exportTorchWeights(lenet, weights));
    const first = firstWeights({ ...none, pretrained }, lenet);
    expect(first).toMatchObject({ fresh: false, says: 'pretrained weights' });
    expect(first.weights).toEqual(weights);
  });
});
