import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { backbones } from '../../../embedding/backbones/index.ts';
import { exportTorchWeights, importWeights } from '../../../embedding/pretrained/index.ts';
import { decodeSafetensors } from '../../../embedding/safetensors.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { expectSameBytes } from '../support/embeddings.ts';
import { changed, fileOf, referenceOf, stateOf } from '../support/torch-state.ts';

const random = createRandom('head');

describe('weights for PyTorch', () => {
  it.each([
    ['lenet', 'RobRank'],
    ['mnasnet', 'torchvision'],
  ])('%s: the state dict of %s, bit by bit, and back', (name, library) => {
    const backbone = backbones[name] as Backbone;
    const state = stateOf(referenceOf(name, library));
    const { weights } = importWeights(fileOf(state), backbone, random);
    const file = exportTorchWeights(backbone, weights);
    expectSameBytes(decodeSafetensors(file, 'test').tensors, changed(state, {}));
    expectSameBytes(importWeights(file, backbone, random).weights, weights);
  });

  it.each(['resnet18', 'resnet50'])('%s: the names and shapes of torchvision', (name) => {
    const backbone = backbones[name] as Backbone;
    const zeros = Object.entries(backbone.parameters).map(([parameter, shape]) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [parameter, { shape, data: new Float32Array(size) }] as const;
    });
    const { tensors } = decodeSafetensors(exportTorchWeights(backbone, Object.fromEntries(zeros)), 'test');
    const shapes = Object.entries(tensors).map(([tensor, { shape }]) => [tensor, shape]);
    expect(Object.fromEntries(shapes)).toEqual(referenceOf(name, 'torchvision').tensors);
  });

  it('are refused when they are not of the backbone, or when PyTorch has no such network', () => {
    const lenet = backbones.lenet as Backbone;
    expect(() => exportTorchWeights(lenet, {})).toThrowError(expect.objectContaining({ code: 'MODEL_DAMAGED' }));
    const compact = backbones.compact as Backbone;
    expect(() => exportTorchWeights(compact, {})).toThrowError(expect.objectContaining({ code: 'OPTION_INVALID' }));
  });
});
