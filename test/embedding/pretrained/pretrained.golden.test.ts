import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { backbones } from '../../../embedding/backbones/index.ts';
import { importWeights } from '../../../embedding/pretrained/index.ts';
import type { Backbone } from '../../../embedding/types.ts';
import { sizeOf } from '../../../engine/arrays.ts';
import { createCompiledEngine } from '../../../engine/compiled.ts';
import { expectEmbeddings } from '../support/embeddings.ts';
import { fileOf, referenceOf, references, stateOf } from '../support/torch-state.ts';

const engine = createCompiledEngine(2);
const cases = Object.entries(references).flatMap(([name, libraries]) =>
  Object.entries(libraries).map(([library, reference]) => ({ name, library, reference })),
);

describe('weights of PyTorch', () => {
  it('are known for every network by each library that has it', () => {
    expect(cases.map(({ name, library }) => `${name} ${library}`)).toEqual([
      'c2f2 RobRank',
      'lenet RobRank',
      'resnet18 torchvision',
      'resnet18 timm',
      'resnet50 torchvision',
      'resnet50 timm',
      'mnasnet torchvision',
      'mnasnet timm',
    ]);
  });

  it('timm has the residual networks under the names of torchvision', () => {
    for (const name of ['resnet18', 'resnet50']) {
      expect(referenceOf(name, 'timm')).toEqual(referenceOf(name, 'torchvision'));
    }
  });

  const slow = process.env.HOLDFAST_SLOW_TESTS === '1';
  it.each(
    cases.filter(({ name, library }) => !/resnet/.test(name) || (library !== 'timm' && (slow || name !== 'resnet50'))),
  )(
    '$name of $library gives the embeddings that it gives in PyTorch',
    async ({ name, reference }) => {
      const backbone = backbones[name] as Backbone;
      const imported = importWeights(fileOf(stateOf(reference)), backbone, createRandom('head'));
      expect(imported).toMatchObject({ format: 'safetensors', missingHead: false, folded: [], ignored: [] });
      expect(Object.keys(imported.weights)).toEqual(Object.keys(backbone.parameters));
      await expectEmbeddings(engine, backbone, imported.weights, reference);
    },
    300_000,
  );

  it('resnet50 of torchvision: every tensor has a place', () => {
    const { tensors } = referenceOf('resnet50', 'torchvision');
    const zeros = Object.entries(tensors).map(([name, shape]) => [
      name,
      { shape, data: new Float32Array(sizeOf(shape)) },
    ]);
    const { missingHead, ignored } = importWeights(
      fileOf(Object.fromEntries(zeros)),
      backbones.resnet50 as Backbone,
      createRandom('head'),
    );
    expect({ missingHead, ignored }).toEqual({ missingHead: false, ignored: [] });
  });
});
