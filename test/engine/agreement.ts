import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { dtypeOf, ndarray, sizeOf } from '../../engine/arrays.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { findNativeBackend } from '../../engine/devices/tfjs.ts';
import { createEagerEngine } from '../../engine/eager.ts';
import { createEngine } from '../../engine/index.ts';
import type { DType, Engine, NdArray } from '../../engine/types.ts';
import { exceptions, tensorflowExceptions } from './exceptions.ts';

/** The device that the tables run on. */
export const device = process.env.HOLDFAST_TEST_DEVICE || 'cpu';

/** What the device has said of the programs so far. */
const said: string[] = [];

export const compiled = await createEngine({ device, threads: 1, report: (line) => said.push(line) });
/** The CPU as GPUs and exported models have it: images with their channels first. */
const plain = createCompiledEngine(1, { provider: 'cpu', images: 'channelsFirst' });
/** TF.js on `cpu`, or with HOLDFAST_TEST_EAGER=tensorflow on TensorFlow's own kernels. */
export const eager = await eagerEngine(process.env.HOLDFAST_TEST_EAGER || 'cpu');

/** TF.js's own kernels, for what TensorFlow's are declared to refuse or to mean otherwise. */
const own = createEagerEngine();

function oracleFor(name: string): Engine {
  return eager.device === own.device || !tensorflowExceptions.some(({ cases }) => cases.test(name)) ? eager : own;
}

async function eagerEngine(backend: string): Promise<Engine> {
  if (backend === 'cpu') return createEagerEngine();
  const native = await findNativeBackend();
  if (native.backend !== backend) throw new Error(`no TF.js backend "${backend}": ${native.reason}`);
  return createEagerEngine(native.backend);
}

export type Tensors = readonly tf.Tensor[];

/** A case of a table test: a function of float inputs, and the sizes of those. */
export interface OpCase {
  readonly name: string;
  readonly shapes: readonly (readonly number[])[];
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Numbers are drawn uniformly from here; default [-1, 1]. */
  readonly range?: readonly [number, number];
  /** Whether gradients are compared too; default true. They are those with respect to the floating-point inputs. */
  readonly differentiable?: boolean;
  /** The types of the inputs; default float32. Integers are whole numbers of the range, bools are 0 or 1. */
  readonly dtypes?: readonly InputType[];
}

export type InputType = DType | 'bool';

export function randomArray(
  shape: readonly number[],
  seed: string,
  [low, high]: readonly [number, number] = [-1, 1],
): NdArray {
  const random = createRandom(seed);
  return ndarray(
    Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.uniform()),
    shape,
  );
}

/** Largest difference relative to the largest expected number; NaN and infinities must stand in the same places. */
export function expectClose(actual: NdArray, expected: NdArray, tolerance: number, what: string): void {
  expect(actual.shape, `${what}: shape`).toEqual(expected.shape);
  let scale = 1e-6;
  for (const value of expected.data) if (Number.isFinite(value)) scale = Math.max(scale, Math.abs(value));
  const agrees = (a: number, e: number): boolean =>
    Number.isFinite(e) ? Math.abs(a - e) / scale < tolerance : Object.is(a, e);
  // Networks have millions of elements: one assertion for all of them.
  const wrong = expected.data.findIndex((e, i) => !agrees(actual.data[i] as number, e));
  expect(wrong, `${what}: element ${wrong}, ${actual.data[wrong]} for ${expected.data[wrong]}`).toBe(-1);
}

/** What a difference may be on the device of the tests: a GPU rounds in its own way. */
export const allowed = (tolerance: number): number => (device === 'cpu' ? tolerance : Math.max(tolerance, 1e-3));

/** The inputs of a case, `x0`, `x1`, ..., drawn from its name. */
export function inputsOf(test: OpCase): Record<string, NdArray> {
  return Object.fromEntries(
    test.shapes.map((shape, i) => {
      const type = test.dtypes?.[i] ?? 'float32';
      const numbers = randomArray(shape, `${test.name}/${i}`, type === 'bool' ? [0, 2] : test.range);
      const whole = type === 'float32' ? numbers : ndarray(Int32Array.from(numbers.data, Math.floor), shape);
      return [`x${i}`, whole];
    }),
  );
}

/** A case as a function of named inputs: its value, and the gradients of a weighted sum of it. */
export function functionOf(test: OpCase): (given: Record<string, tf.Tensor>) => Record<string, tf.Tensor> {
  return (given) => {
    const list = Object.values(given).map((x, i) => (test.dtypes?.[i] === 'bool' ? x.cast('bool') : x));
    const value = test.fn(...list);
    if (test.differentiable === false) return { value };
    const weights = tf.tensor(randomArray(value.shape, `${test.name}/weights`).data, value.shape);
    const floats = list.filter((x) => x.dtype === 'float32');
    const grads = tf.grads((...xs: tf.Tensor[]) => {
      const rest = [...xs];
      const all = list.map((x) => (x.dtype === 'float32' ? (rest.shift() as tf.Tensor) : x));
      return test
        .fn(...all)
        .mul(weights)
        .sum();
    })(floats);
    return { value, ...Object.fromEntries(grads.map((grad, i) => [`gradient${i}`, grad])) };
  };
}

/**
 * Runs a case compiled and eagerly and compares its value and the gradient of a weighted sum of it. Cases with images are
 * compiled in both layouts.
 */
export async function expectAgreement(test: OpCase, tolerance = 2e-5): Promise<void> {
  await compare(test, allowed(tolerance));
  expectComputed(test.name);
}

/** The device must have computed a program itself, except those that it is declared to leave to the CPU. */
export function expectComputed(name: string): void {
  const refusal = said.find((line) => line.startsWith(`${name} is computed on the CPU`));
  const exception = exceptions[device]?.find(({ cases }) =>
    typeof cases === 'string' ? cases === name : cases.test(name),
  );
  if (exception === undefined) expect(refusal).toBeUndefined();
  else if (refusal !== undefined) expect(refusal, exception.why).toContain(exception.error);
  // What is declared by its name leaves the table when it works again.
  else expect(exception.cases, `${name} works`).not.toBe(name);
}

async function compare(test: OpCase, tolerance: number): Promise<void> {
  const inputs = inputsOf(test);
  const specs = Object.fromEntries(
    Object.entries(inputs).map(([name, array]) => [name, { shape: array.shape, dtype: dtypeOf(array) }]),
  );
  const fn = functionOf(test);
  const images = test.shapes.some((shape) => shape.length === 4);
  const engines = device === 'cpu' && images ? [compiled, plain] : [compiled];
  const expected = await (await oracleFor(test.name).compile(fn, specs)).run(inputs);
  for (const engine of engines) {
    const program = await engine.compile(fn, specs, { name: test.name });
    const actual = await program.run(inputs);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    for (const [name, array] of Object.entries(expected)) {
      const result = actual[name] as NdArray;
      const what = `${test.name} ${name}${engine === plain ? ', channels first' : ''}`;
      expect(dtypeOf(result), `${what}: type`).toBe(dtypeOf(array));
      expectClose(result, array, tolerance, what);
    }
    await program.release();
  }
}
