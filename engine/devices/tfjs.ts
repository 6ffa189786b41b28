import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
import { supportExplicitPaddings } from './tfjs-padding.ts';

/** The packages that bring TF.js a native backend, in the order in which they are tried. */
export const NATIVE_PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** What runs TF.js operations on this machine. */
export interface NativeBackend {
  /** Its name in TF.js: `tensorflow` where a package works, else `cpu`, which computes in JavaScript. */
  readonly backend: 'tensorflow' | 'cpu';
  /** The npm package that it came from; none for `cpu`. */
  readonly package: string | undefined;
  /** Whether TensorFlow found a GPU that it can use. */
  readonly gpu: boolean;
  /** What was found of each package that was looked for, and the error of one that is there and does not work. */
  readonly reason: string;
}

export interface FindOptions {
  /** The file or file address from which packages are looked for, by Node's rules (NODE_PATH too); this file by default. */
  readonly from?: string;
  /** Threads of one operation of TensorFlow. Counts when the library is first loaded, not later. */
  readonly threads?: number;
}

/**
 * Loads the native backend of TF.js where one is installed and works, and leaves TF.js on the backend that it was on.
 * Never throws for a package that is absent or broken: the reason says which of the two it is.
 */
export async function findNativeBackend(options: FindOptions = {}): Promise<NativeBackend> {
  const { from = import.meta.url, threads } = options;
  const found: string[] = [];
  for (const name of NATIVE_PACKAGES) {
    const require = createRequire(from);
    if (!isInstalled(require, name)) {
      found.push(`${name} is not installed`);
      continue;
    }
    try {
      const { gpu, version } = await load(require, name, threads);
      found.push(`${name} runs TensorFlow ${version} on the ${gpu ? 'GPU' : 'CPU'}`);
      return { backend: 'tensorflow', package: name, gpu, reason: found.join('; ') };
    } catch (error) {
      found.push(`${name} is installed but does not work: ${firstLine(error)}`);
    }
  }
  found.push('TF.js computes in JavaScript');
  return { backend: 'cpu', package: undefined, gpu: false, reason: found.join('; ') };
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}

/** What the native packages' backend objects tell beyond TF.js's interface. */
interface Described {
  readonly isUsingGpuDevice?: boolean;
  readonly binding?: { readonly TF_Version?: string };
}

async function load(
  require: NodeJS.Require,
  name: string,
  threads: number | undefined,
): Promise<{ gpu: boolean; version: string }> {
  const before = tf.getBackend() ?? 'cpu';
  const first = tf.findBackendFactory('tensorflow') === null;
  try {
    refuseSecondCopy(require, name);
    // TensorFlow reads both when it is loaded: notes on the instructions of the processor are left out, warnings stay.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
    if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS ??= `${threads}`;
    // The package registers backend and kernels with TF.js, and makes its backend the current one.
    require(name);
    if (first) supportExplicitPaddings('tensorflow');
    await probe();
    const { isUsingGpuDevice = false, binding = {} } = tf.backend() as Described;
    return { gpu: isUsingGpuDevice, version: binding.TF_Version ?? 'of unknown version' };
  } catch (error) {
    if (first) forget();
    throw error;
  } finally {
    await tf.setBackend(before);
  }
}

/** Tensors, gradients and kernels of two copies of TF.js do not mix. */
function refuseSecondCopy(require: NodeJS.Require, name: string): void {
  const own = createRequire(import.meta.url).resolve('@tensorflow/tfjs');
  const theirs = createRequire(require.resolve(name)).resolve('@tensorflow/tfjs');
  if (theirs !== own) throw new Error(`it uses a second copy of TF.js, ${theirs}, and not ${own}`);
}

/** A convolution: a library that loads may still miss the instructions, kernels or GPU libraries to compute one. */
async function probe(): Promise<void> {
  if (!(await tf.setBackend('tensorflow'))) throw new Error('its backend does not start');
  const [image, filter] = [tf.ones<tf.Rank.R4>([1, 3, 3, 1]), tf.ones<tf.Rank.R4>([2, 2, 1, 1])];
  const [sum] = tf.tidy(() => tf.conv2d(image, filter, 1, 'valid').sum().dataSync());
  tf.dispose([image, filter]);
  if (sum !== 16) throw new Error(`it finds ${sum} where 16 is right`);
}

/** Takes back what a package that failed half-way has registered. */
function forget(): void {
  for (const { kernelName } of tf.getKernelsForBackend('tensorflow')) tf.unregisterKernel(kernelName, 'tensorflow');
  if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n', 1)[0] ?? '';
}
