import * as tf from '@tensorflow/tfjs';
import { describe, it } from 'vitest';
import { c2f2 } from '../../embedding/backbones/c2f2.ts';
import { lenet } from '../../embedding/backbones/lenet.ts';
import { mnasnet } from '../../embedding/backbones/mnasnet.ts';
import { resnet18, resnet50 } from '../../embedding/backbones/resnet.ts';
import type { Backbone, TensorWeights } from '../../embedding/types.ts';
import { sizeOf } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import type { NdArray } from '../../engine/types.ts';
import { tableWeights } from '../embedding/support/pytorch.ts';
import { eager, expectClose, randomArray } from './agreement.ts';
import { invertedResidual, invertedResidualParameters } from './networks/inverted-residual.ts';
import { vitBlock, vitBlockParameters } from './networks/vit-block.ts';

interface Network {
  readonly name: string;
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  /** Shape of its input. */
  readonly input: readonly number[];
  readonly forward: (weights: TensorWeights, x: tf.Tensor) => tf.Tensor;
  /** Parameters that are differentiated; default all. */
  readonly trained?: readonly string[];
}

const compiled = createCompiledEngine(2);

const isStatistic = (name: string): boolean => name.endsWith('.mean') || name.endsWith('.variance');

function backbone({ name, size, channels, parameters, forward }: Backbone, count: number, side = size): Network {
  return {
    name,
    parameters,
    input: [count, side, side, channels],
    forward: (weights, x) => forward(weights, x as tf.Tensor4D),
    trained: Object.keys(parameters).filter((parameter) => !isStatistic(parameter)),
  };
}

/** Kernels of more numbers are not differentiated. */
const LARGE = 60_000;

function withoutLargeKernels(network: Network): Network {
  const { parameters, trained = [] } = network;
  return { ...network, trained: trained.filter((name) => sizeOf(parameters[name] ?? []) < LARGE) };
}

/** The value, and the gradients of a non-linear function of it with respect to the input and the trained parameters. */
function everything({ forward, parameters, trained = Object.keys(parameters) }: Network) {
  return ({ weights, x }: { weights: TensorWeights; x: tf.Tensor }) => {
    const run = (input: tf.Tensor, ...values: tf.Tensor[]): tf.Tensor => {
      const given = Object.fromEntries(trained.map((name, i) => [name, values[i] as tf.Tensor]));
      return forward({ ...weights, ...given }, input)
        .square()
        .mean()
        .sqrt();
    };
    const grads = tf.grads(run)([x, ...trained.map((name) => weights[name] as tf.Tensor)]);
    return {
      value: forward(weights, x),
      input: grads[0] as tf.Tensor,
      weights: Object.fromEntries(trained.map((name, i) => [name, grads[i + 1] as tf.Tensor])),
    };
  };
}

async function expectAgreement(network: Network): Promise<void> {
  const { name, parameters, input } = network;
  const fn = everything(network);
  const inputs = { weights: tableWeights(parameters, 4), x: randomArray(input, name, [0, 1]) };
  const specs = { weights: parameters, x: input };
  const program = await compiled.compile(fn, specs, { name });
  const actual = await program.run(inputs);
  await program.release();
  const expected = await (await eager.compile(fn, specs)).run(inputs);
  expectClose(actual.value, expected.value, 1e-5, `${name}: value`);
  expectClose(actual.input, expected.input, 1e-4, `${name}: gradient of the input`);
  for (const [parameter, array] of Object.entries(expected.weights)) {
    expectClose(actual.weights[parameter] as NdArray, array, 2e-4, `${name}: gradient of ${parameter}`);
  }
}

describe('networks, compiled, agree with eager TF.js in value and gradients', () => {
  it.each<Network>([
    // Eager TF.js takes half a minute for the gradients of all kernels; PyTorch's are compared in networks.golden.test.ts.
    withoutLargeKernels(backbone(c2f2, 2)),
    backbone(lenet, 2),
    withoutLargeKernels(backbone(resnet18(32), 1)),
    { ...backbone(resnet50(32), 1), trained: ['head.kernel', 'head.bias'] },
    withoutLargeKernels(backbone(mnasnet(32), 1)),
    {
      name: 'inverted residual',
      parameters: invertedResidualParameters,
      input: [2, 7, 7, 8],
      forward: (weights, x) => invertedResidual(weights, x as tf.Tensor4D, 1),
    },
    {
      name: 'inverted residual with stride',
      parameters: invertedResidualParameters,
      input: [2, 8, 8, 8],
      forward: (weights, x) => invertedResidual(weights, x as tf.Tensor4D, 2),
    },
    { name: 'block of a vision transformer', parameters: vitBlockParameters, input: [2, 9, 16], forward: vitBlock },
  ])(
    '$name',
    async (network) => {
      await expectAgreement(network);
    },
    300_000,
  );
});
