import * as tf from '@tensorflow/tfjs';
import { HoldfastError } from '../base/errors.ts';
import { dtypeOf, isInputSpec, isNdArray, readSpec } from './arrays.ts';
import { correctGradients } from './gradients.ts';
import { flatten, mapTree } from './tree.ts';
import type {
  ArraysOf,
  CompileOptions,
  Engine,
  InputSpec,
  NdArray,
  Program,
  RunInputs,
  SpecsOf,
  TensorFunction,
  Tree,
} from './types.ts';

export function isTensor(node: Tree<tf.Tensor>): node is tf.Tensor {
  return node instanceof tf.Tensor;
}

/**
 * Pairs the inputs of a run with the specs of a program: constants come from the spec, everything else from the caller.
 * @throws HoldfastError TRACE_INVALID for what is missing or has another shape or dtype.
 */
export function bindInputs(specs: Tree<InputSpec>, inputs: Tree<NdArray>): Map<string, NdArray> {
  const given = new Map(flatten(inputs, isNdArray));
  const bound = new Map<string, NdArray>();
  for (const [path, leaf] of flatten(specs, isInputSpec)) {
    const spec = readSpec(leaf);
    const array = spec.constant ?? given.get(path);
    if (array === undefined) throw new HoldfastError('TRACE_INVALID', `input "${path}" is missing`);
    if (`${array.shape}` !== `${spec.shape}` || dtypeOf(array) !== spec.dtype) {
      const expected = `${spec.dtype} [${spec.shape}]`;
      throw new HoldfastError(
        'TRACE_INVALID',
        `input "${path}" is ${dtypeOf(array)} [${array.shape}], not ${expected}`,
      );
    }
    bound.set(path, array);
  }
  return bound;
}

async function start(backend: string): Promise<void> {
  if (tf.findBackendFactory(backend) !== null && (await tf.setBackend(backend))) return;
  throw new HoldfastError('DEVICE_UNAVAILABLE', `the ${backend} backend of TF.js is not there or does not start`);
}

/**
 * Runs functions op by op on a TF.js backend: `cpu`, which is the oracle, or `tensorflow` after `findNativeBackend`.
 * Nothing is optimised; multiply-adds are not counted.
 * @param threads that the backend uses, for reports; `cpu` always uses one.
 */
export function createEagerEngine(backend: 'cpu' | 'tensorflow' = 'cpu', threads = 1): Engine {
  correctGradients();
  return {
    device: `tfjs:${backend}`,
    threads: backend === 'cpu' ? 1 : threads,
    async compile<I extends Tree<tf.Tensor>, O extends Tree<tf.Tensor>>(
      fn: TensorFunction<I, O>,
      specs: SpecsOf<I>,
      _options?: CompileOptions,
    ): Promise<Program<I, O>> {
      const specTree = specs as Tree<InputSpec>;
      await start(backend);
      return {
        multiplyAdds: 0,
        async run(inputs: RunInputs<I>): Promise<ArraysOf<O>> {
          const arrays = bindInputs(specTree, inputs as Tree<NdArray>);
          // It has started already, so that the switch happens at once, and no other program's switch comes between.
          void tf.setBackend(backend);
          const outputs = tf.tidy(() => {
            const tensors = mapTree(specTree, isInputSpec, (_, path) => {
              const array = arrays.get(path) as NdArray;
              return tf.tensor(array.data, [...array.shape], dtypeOf(array));
            });
            return fn(tensors as I) as tf.TensorContainer;
          }) as Tree<tf.Tensor>;
          const result = mapTree(outputs, isTensor, (tensor): NdArray => {
            const data = tensor.dataSync();
            return {
              shape: tensor.shape,
              // Bools leave a program as integers.
              data: tensor.dtype === 'float32' ? Float32Array.from(data) : Int32Array.from(data),
            };
          });
          tf.dispose(outputs as tf.TensorContainer);
          return result as ArraysOf<O>;
        },
        async release() {},
      };
    },
  };
}
