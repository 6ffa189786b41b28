import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { HoldfastError } from '../../base/errors.ts';
import { createCompiledEngine } from '../../engine/compiled.ts';
import { firstWrong } from '../../engine/device-session.ts';
import { openFastest } from '../../engine/devices/auto.ts';
import { type CudaNeeds, cudaNeeds, describeNeeds } from '../../engine/devices/cuda-libraries.ts';
import { devices } from '../../engine/devices/index.ts';
import { deviceNames } from '../../engine/devices/names.ts';
import { readDevice, readThreads } from '../../engine/devices/settings.ts';
import { checkThreads, defaultThreads, physicalCores } from '../../engine/devices/threads.ts';
import type { Device } from '../../engine/devices/types.ts';
import { gpuDeviceFiles, vulkanDrivers } from '../../engine/devices/vulkan.ts';
import { createEngine } from '../../engine/index.ts';
import { trialInputs } from '../../engine/trial.ts';
import type { Engine, NdArray } from '../../engine/types.ts';
import { installCuda } from '../../scripts/install-cuda.ts';
import { run } from '../e2e/command.ts';
import { randomArray } from './agreement.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-devices-'));
afterAll(() => rmSync(folder, { recursive: true }));

const silent = (): void => {};
const most = availableParallelism();

/** A device that is there, or lacks something, or fails when it is opened, on an engine that only has a name. */
function device(name: Device['name'], missing?: string, failure?: Error): Device {
  const engine: Engine = { ...createCompiledEngine(1), device: name };
  return {
    name,
    missing: () => missing,
    open: failure === undefined ? async () => engine : () => Promise.reject(failure),
  };
}

/** Opens the fastest of some devices, of which each takes the time given. */
async function choose(candidates: readonly Device[], times: Readonly<Record<string, number>>) {
  const said: string[] = [];
  const measure = async (engine: Engine): Promise<number> => {
    const time = times[engine.device];
    if (time === undefined) throw new Error('out of memory');
    return time;
  };
  const engine = await openFastest(candidates, device('tfjs'), 1, (line) => said.push(line), measure);
  return { taken: engine.device, said };
}

describe('the names of devices', () => {
  it('are those of the devices, and auto', () => {
    expect(deviceNames).toEqual(['auto', ...devices.map(({ name }) => name)]);
  });

  it('that are unknown are refused with the choices', async () => {
    const choices = 'auto, cuda, webgpu, cpu, tfjs';
    await expect(createEngine({ device: 'gpu' })).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringMatching(`"gpu".*${choices}`),
    });
    expect(() => readDevice('gpu', {})).toThrow(`--device gpu: must be one of ${choices}`);
    expect(() => readDevice(undefined, { HOLDFAST_DEVICE: 'CPU' })).toThrow(
      `HOLDFAST_DEVICE=CPU: must be one of ${choices}`,
    );
  });

  it('are read from the argument, else from the environment, else cpu', () => {
    expect(readDevice('cuda', { HOLDFAST_DEVICE: 'webgpu' })).toBe('cuda');
    expect(readDevice(undefined, { HOLDFAST_DEVICE: 'webgpu' })).toBe('webgpu');
    expect(readDevice(undefined, { HOLDFAST_DEVICE: '' })).toBe('cpu');
  });
});

describe('threads', () => {
  it('are one per core by default, and never more than there are processors', async () => {
    expect(defaultThreads()).toBeGreaterThanOrEqual(1);
    expect(defaultThreads()).toBeLessThanOrEqual(most);
    expect((await createEngine()).threads).toBe(defaultThreads());
    await expect(createEngine({ threads: most + 1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it.each(['0', '-1', '1.5', 'two', '', `${most + 1}`])('are refused when they are "%s"', (text) => {
    expect(() => readThreads(text, {})).toThrow(`--threads ${text}: must be a whole number from 1 to ${most}`);
  });

  it('are read from the argument, else from the environment', () => {
    expect(readThreads('1', { HOLDFAST_THREADS: 'x' })).toBe(1);
    expect(readThreads(undefined, { HOLDFAST_THREADS: '1' })).toBe(1);
    expect(readThreads(undefined, { HOLDFAST_THREADS: '' })).toBeUndefined();
    expect(() => readThreads(undefined, { HOLDFAST_THREADS: 'x' })).toThrow('HOLDFAST_THREADS=x');
    expect(checkThreads(1, '1')).toBe(1);
  });

  it('count a core with two threads once, and only the processors that the process may use', () => {
    const status = join(folder, 'status');
    for (const [processor, siblings] of ['0,3', '1,4', '2,5', '0,3', '1,4', '2,5'].entries()) {
      mkdirSync(join(folder, `cpu${processor}`, 'topology'), { recursive: true });
      writeFileSync(join(folder, `cpu${processor}`, 'topology', 'thread_siblings_list'), `${siblings}\n`);
    }
    mkdirSync(join(folder, 'cpufreq'));
    writeFileSync(status, 'Name:\tnode\nCpus_allowed_list:\t0-5\n');
    expect(physicalCores(folder, status)).toBe(3);
    writeFileSync(status, 'Cpus_allowed_list:\t0,2-3\n');
    expect(physicalCores(folder, status)).toBe(2);
    expect(physicalCores(join(folder, 'none'), status)).toBeUndefined();
  });
});

describe('auto', () => {
  it('takes the fastest, whatever the order, and says how much slower the others are', async () => {
    const all = [device('cuda'), device('webgpu'), device('cpu')];
    const first = await choose(all, { cuda: 1, webgpu: 2, cpu: 30 });
    expect(first).toEqual({
      taken: 'cuda',
      said: ['auto took cuda; webgpu takes 2.0 times as long; cpu takes 30.0 times as long'],
    });
    expect((await choose(all, { cuda: 3, webgpu: 400, cpu: 2 })).taken).toBe('cpu');
  });

  it('says what the others lack, and measures nothing where one alone works', async () => {
    const broken = new HoldfastError('DEVICE_UNAVAILABLE', 'webgpu computes wrong numbers');
    const { taken, said } = await choose(
      [device('cuda', 'no GPU'), device('webgpu', undefined, broken), device('cpu')],
      {},
    );
    expect(taken).toBe('cpu');
    expect(said).toEqual(['auto took cpu; cuda: no GPU; webgpu computes wrong numbers']);
  });

  it('leaves out what fails while it is measured, and ends on tfjs', async () => {
    const { taken, said } = await choose([device('cuda'), device('cpu')], { cpu: 5 });
    expect([taken, said]).toEqual(['cpu', ['auto took cpu; cuda: out of memory']]);
    expect((await choose([device('cuda', 'no GPU')], {})).taken).toBe('tfjs');
  });

  it('hides no defect', async () => {
    await expect(choose([device('cuda', undefined, new TypeError('a defect'))], {})).rejects.toThrow('a defect');
  });

  it('gives a device of this machine, with its real name and a reason for each of the others', async () => {
    const said: string[] = [];
    const engine = await createEngine({ device: 'auto', report: (line) => said.push(line) });
    expect(['cuda', 'webgpu', 'cpu']).toContain(engine.device);
    expect(said).toHaveLength(1);
    for (const name of ['cuda', 'webgpu', 'cpu']) expect(said[0]).toContain(name);
  });
});

describe('the numbers of a device', () => {
  const of = (...values: number[]) => ({ y: { data: Float32Array.from(values) } });

  it('may be rounded otherwise than those of the CPU, and no more', () => {
    expect(firstWrong(of(1.001, -2.001, 0), of(1, -2, 0))).toBeUndefined();
    expect(firstWrong(of(1, 2, 0), of(1, -2, 0))).toMatch(/^y is off by 179 %/);
    expect(firstWrong(of(0, 1e-3), of(0, 0))).toMatch(/^y is off by/);
    // Rounding where the CPU has rounding too, beside a result that is large.
    const loss = { data: Float32Array.of(3) };
    expect(firstWrong({ loss, ...of(1e-7, -2e-7) }, { loss, ...of(-1e-7, 3e-8) })).toBeUndefined();
    expect(firstWrong({ loss, ...of(1e-4, -2e-4) }, { loss, ...of(-1e-4, 3e-5) })).toMatch(/^y is off by/);
    expect(firstWrong({ y: { data: Int32Array.of(3, 4) } }, { y: { data: Int32Array.of(4, 3) } })).toMatch(
      /^y is off by 28 %/,
    );
  });

  it("must be finite where the CPU's are", () => {
    expect(firstWrong(of(1, Number.NaN), of(1, 2))).toMatch(/^y is off by NaN/);
    expect(firstWrong(of(1, 0), of(1, Number.NaN))).toBeUndefined();
    expect(firstWrong({}, of(1, 2))).toMatch(/^y is off by NaN/);
  });

  it('are compared on inputs that networks take', () => {
    const inputs = trialInputs({
      images: [2, 8, 8, 3],
      w: { kernel: [3, 3, 64, 8], variance: [8] },
      rows: { shape: [5], dtype: 'int32' },
    });
    expect([...inputs.keys()]).toEqual(['images', 'w/kernel', 'w/variance', 'rows']);
    const numbers = (name: string): number[] => [...(inputs.get(name)?.data ?? [])];
    expect(numbers('w/variance').every((value) => value >= 0.5 && value < 1.5)).toBe(true);
    expect(Math.max(...numbers('w/kernel').map(Math.abs))).toBeLessThan(2 / Math.sqrt(3 * 3 * 64));
    expect(new Set(numbers('rows'))).toEqual(new Set([0, 1]));
  });
});

describe('webgpu', () => {
  const open = (environment: Readonly<Record<string, string>>) =>
    run('test/engine/open-device.ts', ['webgpu'], environment);

  it('says what is missing where there is no adapter, and how to get it', async () => {
    const command = open({ VK_DRIVER_FILES: '/nonexistent' });
    expect(await command.ended).toBe(0);
    expect(command.output()).toMatch(/DEVICE_UNAVAILABLE webgpu: /);
    if (process.platform === 'linux' && process.arch === 'x64') {
      expect(command.output()).toContain('no Vulkan driver is where VK_DRIVER_FILES=/nonexistent points');
      expect(command.output()).toContain('apt-get install mesa-vulkan-drivers');
    }
  });

  it('looks for drivers and GPUs where the system has them', () => {
    const data = join(folder, 'data');
    mkdirSync(join(data, 'vulkan', 'icd.d'), { recursive: true });
    writeFileSync(join(data, 'vulkan', 'icd.d', 'some_icd.json'), '{}');
    writeFileSync(join(data, 'vulkan', 'icd.d', 'notes.txt'), '');
    const manifest = join(data, 'vulkan', 'icd.d', 'some_icd.json');
    expect(vulkanDrivers({ XDG_DATA_DIRS: data })).toContain(manifest);
    expect(vulkanDrivers({ VK_DRIVER_FILES: `${manifest}:/nonexistent` })).toEqual([manifest]);
    expect(vulkanDrivers({ VK_ICD_FILENAMES: join(data, 'vulkan', 'icd.d') })).toEqual([manifest]);

    mkdirSync(join(folder, 'dev', 'dri'), { recursive: true });
    for (const name of ['dri/card0', 'dri/renderD128', 'nvidia0', 'nvidiactl'])
      writeFileSync(join(folder, 'dev', name), '');
    expect(gpuDeviceFiles(join(folder, 'dev'))).toEqual(
      ['dri/renderD128', 'nvidia0'].map((name) => join(folder, 'dev', name)),
    );
    expect(gpuDeviceFiles(join(folder, 'none'))).toEqual([]);
  });
});

describe('cuda', () => {
  const nothing: CudaNeeds = { platform: undefined, gpu: undefined, provider: [], libraries: [] };
  const without: CudaNeeds = { ...nothing, provider: ['libonnxruntime_providers_cuda.so'] };

  it('says what is missing, and the command that mends it', async () => {
    const needs = cudaNeeds(join(folder, 'none'));
    expect(needs.provider).toContain('libonnxruntime_providers_cuda.so');
    expect(describeNeeds({ ...without, gpu: 'an NVIDIA GPU', libraries: ['libcudnn.so.9'] })).toBe(
      'missing: libonnxruntime_providers_cuda.so, libcudnn.so.9, an NVIDIA GPU; npm run install:cuda fetches the provider and says how to get the rest',
    );
    expect(describeNeeds(nothing)).toBeUndefined();
    if (describeNeeds(cudaNeeds()) === undefined) return;
    await expect(createEngine({ device: 'cuda' })).rejects.toMatchObject({
      code: 'DEVICE_UNAVAILABLE',
      message: expect.stringContaining('npm run install:cuda'),
    });
  });

  const install = (states: CudaNeeds[], fetch: () => void, checkOnly = false) => {
    const said: string[] = [];
    const needs = (): CudaNeeds => (states.length > 1 ? states.shift() : states[0]) ?? nothing;
    const code = installCuda({ needs, fetch, say: (line) => said.push(line) }, checkOnly);
    return { code, said: said.join('\n') };
  };

  it('is installed by fetching the provider, and says what cannot be fetched', () => {
    let fetched = 0;
    const fetch = (): void => {
      fetched += 1;
    };
    expect(install([without, nothing], fetch)).toMatchObject({ code: 0 });
    expect(fetched).toBe(1);
    const left = install([without, { ...nothing, libraries: ['libcudnn.so.9'], gpu: 'an NVIDIA GPU' }], fetch);
    expect(left.code).toBe(1);
    expect(left.said).toMatch(/libcudnn\.so\.9.*cuDNN 9[\s\S]*an NVIDIA GPU/);
    expect(install([without], silent)).toMatchObject({ code: 1, said: expect.stringContaining('missing in') });
  });

  it('is not installed where it cannot be, when it cannot be fetched, or when asked to check only', () => {
    const refuse = (): void => {
      throw new Error('no way to the host');
    };
    const elsewhere = { ...without, platform: 'published for linux/x64, not darwin/arm64' };
    expect(install([elsewhere], refuse)).toEqual({ code: 1, said: elsewhere.platform });
    expect(install([without], refuse)).toMatchObject({ code: 1, said: expect.stringContaining('no way to the host') });
    expect(install([without], refuse, true).said).not.toContain('no way to the host');
  });
});

describe('a device and a number of threads', () => {
  type Inputs = { readonly x: tf.Tensor; readonly w: tf.Tensor; readonly m: tf.Tensor };
  const step = ({ x, w, m }: Inputs) => {
    const loss = (image: tf.Tensor, filter: tf.Tensor, matrix: tf.Tensor): tf.Tensor => {
      const features = tf.conv2d(image as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same').relu();
      return tf
        .matMul(features.mean([1, 2]) as tf.Tensor2D, matrix as tf.Tensor2D)
        .square()
        .sum();
    };
    const [dx, dw, dm] = tf.grads(loss)([x, w, m]);
    return { loss: loss(x, w, m), dx: dx as tf.Tensor, dw: dw as tf.Tensor, dm: dm as tf.Tensor };
  };
  const inputs = {
    x: randomArray([16, 16, 16, 8], 'x'),
    w: randomArray([3, 3, 8, 16], 'w'),
    m: randomArray([16, 8], 'm'),
  };
  const specs = { x: inputs.x.shape, w: inputs.w.shape, m: inputs.m.shape };
  const bits = (array: NdArray): string => Buffer.from(array.data.buffer).toString('base64');

  it.each([1, 2])('give the same bits in every engine and run, with %i threads', async (threads) => {
    const results: string[][] = [];
    for (let engine = 0; engine < 2; engine++) {
      const program = await createCompiledEngine(threads).compile(step, specs);
      for (let round = 0; round < 2; round++) results.push(Object.values(await program.run(inputs)).map(bits));
      await program.release();
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });
});
