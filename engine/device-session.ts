import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSession, type Provider, type RuntimeTensor, type Session, tensorOf } from './onnxruntime.ts';
import type { NdArray } from './types.ts';

type Tensors = Readonly<Record<string, RuntimeTensor>>;

/** A program made for a GPU, and what of it the GPU does not compute. */
export interface DeviceSession {
  readonly session: Session;
  /** The operators that the provider left to the CPU. */
  readonly leftToCpu: readonly string[];
  /** Why the session is one on the CPU; undefined when it is the provider's. */
  readonly refused: string | undefined;
}

/**
 * How far results may be from those of the CPU: the difference relative to the result, each as the root of its mean square.
 * GPUs round products to ten bits where they may (NVIDIA's TF32), and signs of numbers near zero flip; what is wrong is
 * further off.
 */
const TOLERANCE = 0.05;

/**
 * A session on a provider other than the CPU, held to the CPU's numbers: both run once on `trial`, and where the provider
 * fails or its numbers are others, the session is the one on the CPU. Providers are young: ONNX Runtime 1.30 computes some
 * operators wrong on WebGPU without an error, and a gradient that is wrong makes a model look robust.
 * @throws what fails on the CPU too
 */
export async function createDeviceSession(
  model: Uint8Array | string,
  threads: number,
  provider: Provider,
  trial: ReadonlyMap<string, NdArray>,
): Promise<DeviceSession> {
  const cpu = await createSession(model, threads);
  const { feeds, results: expected } = await runTrial(cpu, trial);
  try {
    const { session, leftToCpu, actual } = await runOnce(model, threads, provider, feeds);
    const wrong = firstWrong(actual, expected);
    if (wrong === undefined) {
      await cpu.release();
      return { session, leftToCpu, refused: undefined };
    }
    await session.release();
    return { session: cpu, leftToCpu: [], refused: wrong };
  } catch (error) {
    return { session: cpu, leftToCpu: [], refused: error instanceof Error ? error.message.trim() : String(error) };
  }
}

/** Runs on the CPU what a program is tried on: with all integers zero where a one is no index of its axis. */
async function runTrial(
  cpu: Session,
  trial: ReadonlyMap<string, NdArray>,
): Promise<{ feeds: Tensors; results: Tensors }> {
  const feedsOf = (change: (array: NdArray) => NdArray): Tensors =>
    Object.fromEntries([...trial].map(([name, array]) => [name, tensorOf(change(array))]));
  const drawn = feedsOf((array) => array);
  try {
    return { feeds: drawn, results: await cpu.run(drawn) };
  } catch {
    const zeroed = feedsOf(({ shape, data }) => ({
      shape,
      data: data instanceof Int32Array ? data.map(() => 0) : data,
    }));
    return { feeds: zeroed, results: await cpu.run(zeroed) };
  }
}

/** A session that has run once. Where operators are left to the CPU, ONNX Runtime says which in the profile of a run. */
async function runOnce(model: Uint8Array | string, threads: number, provider: Provider, feeds: Tensors) {
  const strict = await createSession(model, threads, provider, { strict: true }).catch((error: unknown) => {
    if (String(error).includes('fallback to CPU EP')) return undefined;
    throw error;
  });
  if (strict !== undefined) return { session: strict, leftToCpu: [], actual: await runOrRelease(strict, feeds) };
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-profile-'));
  try {
    const session = await createSession(model, threads, provider, { profile: join(folder, 'run') });
    const actual = await runOrRelease(session, feeds);
    session.endProfiling();
    const [file = ''] = readdirSync(folder);
    return { session, leftToCpu: operatorsOnCpu(JSON.parse(readFileSync(join(folder, file), 'utf8'))), actual };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runOrRelease(session: Session, feeds: Tensors): Promise<Tensors> {
  try {
    return await session.run(feeds);
  } catch (error) {
    await session.release();
    throw error;
  }
}

interface ProfileEvent {
  readonly args?: { readonly provider?: string; readonly op_name?: string };
}

/** The operators that a profile of ONNX Runtime has on the CPU, in alphabetical order. */
function operatorsOnCpu(events: readonly ProfileEvent[]): string[] {
  const names = events.flatMap(({ args }) =>
    args?.provider === 'CPUExecutionProvider' && args.op_name !== undefined ? [args.op_name] : [],
  );
  return [...new Set(names)].sort();
}

type Results = Readonly<Record<string, { readonly data: RuntimeTensor['data'] }>>;

/**
 * What is wrong with the first result that is further from the CPU's than `TOLERANCE`. A result that ought to vanish is
 * rounding on both, and is held to what float32 leaves of the largest one.
 */
export function firstWrong(actual: Results, expected: Results): string | undefined {
  const lengths = Object.entries(expected).map(([name, { data }]) => {
    const own = data as ArrayLike<number>;
    const other = (actual[name]?.data ?? []) as ArrayLike<number>;
    return { name, length: meanSquare(own), difference: meanSquare(own, other) };
  });
  const rounding = 1e-6 * Math.max(0, ...lengths.map(({ length }) => length));
  for (const { name, length, difference } of lengths) {
    if (difference <= Math.max(TOLERANCE * length, rounding)) continue;
    return `${name} is off by ${((100 * difference) / length).toFixed(0)} % of the CPU's`;
  }
  return undefined;
}

/** Root of the mean square of numbers, or of their differences. What is not finite on the CPU says nothing of the GPU. */
function meanSquare(expected: ArrayLike<number>, actual?: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const value = Number(expected[i]);
    if (!Number.isFinite(value)) continue;
    sum += (actual === undefined ? value : Number(actual[i]) - value) ** 2;
    count += 1;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}
