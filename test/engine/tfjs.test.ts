import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { scalar } from '../../engine/arrays.ts';
import { findNativeBackend } from '../../engine/devices/tfjs.ts';
import { createEagerEngine } from '../../engine/eager.ts';

const OWN_COPY = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs/package.json'));
const CPU_PACKAGE = '@tensorflow/tfjs-node';
const GPU_PACKAGE = '@tensorflow/tfjs-node-gpu';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A program beside whose packages stand those given, by name and source; returns its file. */
function installed(packages: Record<string, string>, copyOfTfjs = OWN_COPY): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-tfjs-'));
  folders.push(folder);
  mkdirSync(join(folder, 'node_modules', '@tensorflow'), { recursive: true });
  symlinkSync(copyOfTfjs, join(folder, 'node_modules', '@tensorflow', 'tfjs'), 'dir');
  for (const [name, source] of Object.entries(packages)) {
    const at = join(folder, 'node_modules', name);
    mkdirSync(at);
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
    writeFileSync(join(at, 'index.js'), source);
  }
  return join(folder, 'program.js');
}

/** A package that does as the native one: it puts a backend into TF.js and makes it the current one. */
const working = (gpu: boolean, more = ''): string => `
  const tf = require('@tensorflow/tfjs');
  tf.registerBackend('tensorflow', () => Object.assign(tf.findBackendFactory('cpu')(), {
    isUsingGpuDevice: ${gpu},
    binding: { TF_Version: '2.99.0' },
  }), 3);
  tf.copyRegisteredKernels('cpu', 'tensorflow');
  ${more}
  tf.setBackend('tensorflow');
`;
const BROKEN = `throw new Error('libtensorflow_cc.so.2: cannot open shared object file\\nmore of it');`;

/** Packages found through NODE_PATH are installed for every program, so that none is without them. */
const everywhere = process.env.NODE_PATH !== undefined;

describe('the native backend of TF.js', () => {
  it.skipIf(everywhere)('is not there when no package is installed', async () => {
    expect(await findNativeBackend({ from: installed({}) })).toEqual({
      backend: 'cpu',
      package: undefined,
      gpu: false,
      reason: `${GPU_PACKAGE} is not installed; ${CPU_PACKAGE} is not installed; TF.js computes in JavaScript`,
    });
  });

  it('is told to be broken, with its error, when a package is installed and does not load', async () => {
    const found = await findNativeBackend({ from: installed({ [GPU_PACKAGE]: BROKEN, [CPU_PACKAGE]: BROKEN }) });
    expect(found).toMatchObject({ backend: 'cpu', package: undefined });
    const error = 'is installed but does not work: libtensorflow_cc.so.2: cannot open shared object file;';
    expect(found.reason).toContain(`${GPU_PACKAGE} ${error}`);
    expect(found.reason).toContain(`${CPU_PACKAGE} ${error}`);
    expect(found.reason).not.toContain('more of it');
  });

  it('is told to be broken, not absent, when a package that it needs is missing', async () => {
    const from = installed({
      [GPU_PACKAGE]: BROKEN,
      [CPU_PACKAGE]: `require('@mapbox/node-pre-gyp-that-is-missing');`,
    });
    const { reason } = await findNativeBackend({ from });
    expect(reason).toContain(
      `${CPU_PACKAGE} is installed but does not work: Cannot find module '@mapbox/node-pre-gyp-`,
    );
  });

  it('is refused, and not even loaded, beside a second copy of TF.js', async () => {
    const copy = join(dirname(installed({})), 'copy');
    mkdirSync(copy);
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ name: '@tensorflow/tfjs', main: 'index.js' }));
    writeFileSync(join(copy, 'index.js'), '');
    const marking = `globalThis.loadedBesideCopy = true;`;
    const found = await findNativeBackend({
      from: installed({ [GPU_PACKAGE]: marking, [CPU_PACKAGE]: marking }, copy),
    });
    expect(found.backend).toBe('cpu');
    expect(found.reason).toContain(`second copy of TF.js, ${join(copy, 'index.js')}`);
    expect(globalThis).not.toHaveProperty('loadedBesideCopy');
  });

  it('is refused and forgotten when it computes wrongly', async () => {
    const wrong = working(
      false,
      `const { kernelFunc, ...rest } = tf.getKernel('Conv2D', 'tensorflow');
       tf.unregisterKernel('Conv2D', 'tensorflow');
       tf.registerKernel({ ...rest, kernelFunc: (call) => kernelFunc({ ...call, inputs: { ...call.inputs, x: tf.zerosLike(call.inputs.x) } }) });`,
    );
    const found = await findNativeBackend({ from: installed({ [GPU_PACKAGE]: BROKEN, [CPU_PACKAGE]: wrong }) });
    expect(found.reason).toContain('it finds 0 where 16 is right');
    expect(tf.findBackendFactory('tensorflow')).toBeNull();
    expect(tf.getKernelsForBackend('tensorflow')).toEqual([]);
    await expect(createEagerEngine('tensorflow').compile(({ x }: { x: tf.Tensor }) => x, { x: [] })).rejects.toThrow(
      expect.objectContaining({ code: 'DEVICE_UNAVAILABLE' }),
    );
  });

  it('comes from the package that works, runs programs, and leaves TF.js on the backend it was on', async () => {
    await tf.setBackend('cpu');
    const from = installed({ [GPU_PACKAGE]: BROKEN, [CPU_PACKAGE]: working(true) });
    const found = await findNativeBackend({ from, threads: 1 });
    expect(found).toMatchObject({ backend: 'tensorflow', package: CPU_PACKAGE, gpu: true });
    expect(found.reason).toBe(
      `${GPU_PACKAGE} is installed but does not work: libtensorflow_cc.so.2: cannot open shared object file; ` +
        `${CPU_PACKAGE} runs TensorFlow 2.99.0 on the GPU`,
    );
    expect(tf.getBackend()).toBe('cpu');
    expect(await findNativeBackend({ from })).toEqual(found);

    const engine = createEagerEngine('tensorflow', 2);
    expect(engine).toMatchObject({ device: 'tfjs:tensorflow', threads: 2 });
    let ranOn = '';
    const program = await engine.compile(
      ({ x }: { x: tf.Tensor }) => {
        ranOn = tf.getBackend();
        return { gradient: tf.grad((y: tf.Tensor) => y.square())(x) };
      },
      { x: [] },
    );
    expect((await program.run({ x: scalar(3) })).gradient.data).toEqual(Float32Array.of(6));
    expect(ranOn).toBe('tensorflow');
  });
});
