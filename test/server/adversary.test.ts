import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { es } from '../../attack/objectives/index.ts';
import { runAttack } from '../../attack/runner.ts';
import { ndarray } from '../../engine/arrays.ts';
import { cudaNeeds, describeNeeds } from '../../engine/devices/cuda-libraries.ts';
import { readDevice } from '../../engine/devices/settings.ts';
import { queryConstants, shiftConstants } from '../../server/model/objectives.ts';
import { startModel } from '../../server/model/service.ts';
import type { ModelService } from '../../server/model/types.ts';
import { writeTestModel } from './support/model.ts';
import { drawing } from './support/pictures.ts';

/** HOLDFAST_TEST_DEVICE, for the same tests on a GPU. */
const device = readDevice(undefined, { HOLDFAST_DEVICE: process.env.HOLDFAST_TEST_DEVICE });

const EPSILON = 8 / 255;
const pixels = (seed: number): Uint8Array => drawing(seed, 32).data;
const images = (bytes: Uint8Array) =>
  ndarray(
    Float32Array.from(bytes, (level) => level / 255),
    [1, 32, 32, 3],
  );
const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
const gap = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] as number)));

let folder: string;
let model: ModelService;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-adversary-'));
  writeTestModel(folder);
  model = await startModel(join(folder, 'test-1'), { device });
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

async function embedAll(...seeds: number[]): Promise<Float32Array[]> {
  return model.embed(seeds.map(pixels));
}

describe('pushes against directions', () => {
  const difference = (a: Float32Array, b: Float32Array): Float32Array =>
    a.map((value, i) => (value - (b[i] as number)) / gap(a, b));

  it('are the same in a list of any length', async () => {
    const [first = new Float32Array(), ...others] = await embedAll(...Array.from({ length: 14 }, (_, i) => i));
    const directions = others.map((other) => difference(first, other));
    const all = await model.pushes(pixels(0), directions);
    const [one] = await model.pushes(pixels(0), directions.slice(12));
    expect(all).toHaveLength(13);
    expect(all[12]?.epsilon).toBeCloseTo(one?.epsilon ?? Number.NaN, 3);
    expect(gap(all[12]?.embedding ?? first, one?.embedding ?? first)).toBeLessThan(1e-4);
  });

  it('take the embedding against the direction, by as much as was to go at least in part', async () => {
    const [query, other] = (await embedAll(1, 2)) as [Float32Array, Float32Array];
    const direction = difference(query, other);
    const [push] = await model.pushes(pixels(1), [direction]);
    const [before, after] = [dot(query, direction), dot(push?.embedding ?? query, direction)];
    expect(before).toBeGreaterThan(0);
    expect(after).toBeLessThan(0.8 * before);
    expect(push?.epsilon).toBeGreaterThan(0);
    expect(push?.epsilon).toBeLessThanOrEqual(255);
  });
});

describe('an attack step on the thread', () => {
  it('moves the embedding farther with more steps, within the ball', async () => {
    const [clean = new Float32Array()] = await embedAll(1);
    const run = (steps: number) =>
      runAttack((inputs) => model.attackStep('es', inputs), es, images(pixels(1)), shiftConstants(clean), {
        epsilon: EPSILON,
        alpha: 1 / 255,
        steps,
      });
    const shiftOf = async (steps: number): Promise<number> => {
      const { images: attacked } = await run(steps);
      const start = images(pixels(1)).data;
      attacked.data.forEach((value, i) => {
        expect(Math.abs(value - (start[i] as number))).toBeLessThan(EPSILON + 1e-6);
      });
      const [after = new Float32Array()] = await model.embed([
        Uint8Array.from(attacked.data, (value) => Math.round(value * 255)),
      ]);
      return gap(after, clean);
    };
    const [one, eight] = [await shiftOf(2), await shiftOf(8)];
    expect(one).toBeGreaterThan(0.001);
    expect(eight).toBeGreaterThan(one);
  });

  it('draws a candidate near and pushes one away', async () => {
    const [query, candidate] = (await embedAll(1, 2)) as [Float32Array, Float32Array];
    const gallery = await model.embed(Array.from({ length: 32 }, (_, i) => pixels(100 + i)));
    const constants = queryConstants(candidate, gallery);
    const distanceAfter = async (attack: 'qa+' | 'qa-'): Promise<number> => {
      let at = images(pixels(1));
      for (let step = 0; step < 4; step++) {
        const inputs = { images: at, clean: images(pixels(1)), epsilon: EPSILON, stepSize: 2 / 255, constants };
        at = { shape: [1, 32, 32, 3], data: (await model.attackStep(attack, inputs)).images.data };
      }
      const [after = new Float32Array()] = await model.embed([
        Uint8Array.from(at.data, (value) => Math.round(value * 255)),
      ]);
      return gap(after, candidate) - gap(after, query);
    };
    const before = gap(query, candidate);
    expect(await distanceAfter('qa+')).toBeLessThan(before);
    expect((await distanceAfter('qa+')) < (await distanceAfter('qa-'))).toBe(true);
  });

  it('lets what searches need go first, and embeds for them meanwhile', async () => {
    const [clean = new Float32Array(), other = new Float32Array()] = await embedAll(1, 2);
    const order: string[] = [];
    const step = (name: string): Promise<unknown> =>
      model
        .attackStep(
          'es',
          {
            images: images(pixels(1)),
            clean: images(pixels(1)),
            epsilon: EPSILON,
            stepSize: 1 / 255,
            constants: shiftConstants(clean),
          },
          { priority: 'probe' },
        )
        .then(() => order.push(name));
    const search = (): Promise<unknown> => model.pushes(pixels(1), [other]).then(() => order.push('search'));
    await Promise.all([step('first'), step('second'), search(), step('third')]);
    expect(order).toEqual(['search', 'first', 'second', 'third']);

    const steps = Promise.all(Array.from({ length: 40 }, (_, i) => step(String(i))));
    await model.embed([pixels(2)]);
    expect(order).not.toContain('39');
    await steps;
  });
});

describe('the device of the adversary', () => {
  it('is spoken of where it is not the CPU', async () => {
    const named = await model.warmUp();
    if (device === 'cpu') expect(named).toEqual([]);
    else expect(named).toContain(`gradients and attacks are computed on ${device}`);
  });

  it('is refused with its reason where it was named and is not there', async () => {
    const nowhere = startModel(join(folder, 'test-1'), { device: 'cuda' });
    if (describeNeeds(cudaNeeds()) === undefined) await (await nowhere).close();
    else await expect(nowhere).rejects.toMatchObject({ code: 'DEVICE_UNAVAILABLE' });
  });
});

describe('the programs of the adversary', () => {
  it('are compiled one by one behind all that is asked for, and an end waits for one at most', async () => {
    const warm = await startModel(join(folder, 'test-1'));
    const order: string[] = [];
    const [clean = new Float32Array()] = await warm.embed([pixels(1)]);
    const warmed = warm.warmUp().then(() => order.push('warm'));
    const inputs = { images: images(pixels(1)), clean: images(pixels(1)), epsilon: EPSILON, stepSize: 1 / 255 };
    await warm.attackStep('qa-', { ...inputs, constants: queryConstants(clean, [clean]) }, { priority: 'probe' });
    order.push('step');
    await warmed;
    expect(order).toEqual(['step', 'warm']);
    // The others are waiting, or one of them is being compiled.
    await warm.close();
  });

  it('are compiled ahead when nothing waits, behind searches, and do not hold up an end', async () => {
    const warm = await startModel(join(folder, 'test-1'));
    await expect(warm.embed([pixels(1)])).resolves.toHaveLength(1);
    const before = performance.now();
    await warm.close();
    expect(performance.now() - before).toBeLessThan(60_000);
  });
});
