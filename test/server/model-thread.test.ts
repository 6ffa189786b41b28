import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { compact } from '../../embedding/backbones/compact.ts';
import { exportServingModel } from '../../embedding/serving.ts';
import { type ModelOptions, startModel } from '../../server/model/service.ts';
import type { CallOptions, ModelService } from '../../server/model/types.ts';
import { writeTestModel } from './support/model.ts';

const random = createRandom('model thread');
const pixels = (): Uint8Array => Uint8Array.from({ length: 32 * 32 * 3 }, () => random.integer(256));
const length = (vector: Float32Array): number => Math.hypot(...vector);
const gap = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((value, i) => value - (b[i] as number)));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-model-thread-'));
  writeFileSync(join(directory, 'model.onnx'), exportServingModel(compact, compact.init(random.fork('weights'))));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function withThread(options: ModelOptions, use: (model: ModelService) => Promise<void>): Promise<void> {
  const model = await startModel(directory, options);
  try {
    await use(model);
  } finally {
    await model.close();
  }
}

describe('the model thread', () => {
  it('embeds pictures at unit length, each as if it were alone, in the order they were given', async () => {
    await withThread({}, async (model) => {
      const pictures = Array.from({ length: 19 }, pixels);
      const together = await model.embed(pictures);
      expect(together).toHaveLength(19);
      for (const [i, picture] of pictures.entries()) {
        const [alone = new Float32Array()] = await model.embed([picture]);
        expect(length(alone)).toBeCloseTo(1, 5);
        expect(gap(alone, together[i] as Float32Array)).toBeLessThan(1e-5);
      }
    });
  });

  it('answers callers who ask at once each with their own', async () => {
    await withThread({}, async (model) => {
      const pictures = Array.from({ length: 12 }, pixels);
      const alone = await Promise.all(pictures.map((picture) => model.embed([picture])));
      const [again] = await Promise.all([model.embed(pictures)]);
      again?.forEach((vector, i) => {
        expect(gap(vector, alone[i]?.[0] as Float32Array)).toBeLessThan(1e-5);
      });
      expect(await model.embed([])).toEqual([]);
    });
  });

  it('leaves the event loop free while it computes', async () => {
    await withThread({}, async (model) => {
      const pictures = Array.from({ length: 200 }, pixels);
      await model.embed(pictures.slice(0, 8));
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      await model.embed(pictures);
      clearInterval(timer);
      // Work on this thread would leave time for none or one.
      expect(ticks).toBeGreaterThan(5);
    });
  });

  it('refuses what goes beyond the queue, and answers the rest', async () => {
    await withThread({ queueLimit: 4 }, async (model) => {
      const results = await Promise.allSettled(Array.from({ length: 7 }, () => model.embed([pixels()])));
      const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(refused).toHaveLength(3);
      for (const reason of refused) expect(reason).toMatchObject({ code: 'OVERLOADED' });
    });
  });

  it('does not compute for who has gone', async () => {
    await withThread({}, async (model) => {
      const controller = new AbortController();
      const first = model.embed([pixels()]);
      const gone = model.embed([pixels()], { signal: controller.signal });
      controller.abort(new Error('gone'));
      await expect(gone).rejects.toThrow('gone');
      await expect(first).resolves.toHaveLength(1);
    });
  });

  it('answers a wrong picture with an error and goes on', async () => {
    await withThread({}, async (model) => {
      await expect(model.embed([new Uint8Array(27)])).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(model.embed([pixels()])).resolves.toHaveLength(1);
    });
  });

  it('finishes what waits when it is closed, and refuses what comes after', async () => {
    const model = await startModel(directory);
    const waiting = model.embed(Array.from({ length: 30 }, pixels));
    const closed = model.close();
    await expect(model.embed([pixels()])).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
    await expect(waiting).resolves.toHaveLength(30);
    await closed;
    await model.close();
  });

  it('does not start on a folder without the file, or with a damaged one', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'holdfast-model-thread-'));
    await expect(startModel(empty)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    writeFileSync(join(empty, 'model.onnx'), 'not a model');
    await expect(startModel(empty)).rejects.toMatchObject({ code: 'MODEL_DAMAGED' });
    rmSync(empty, { recursive: true });
  });
});

describe('the second thread', () => {
  const background: CallOptions = { priority: 'probe' };

  it('embeds as the first does, and a search is answered while it is busy', async () => {
    await withThread({}, async (model) => {
      const picture = pixels();
      const [[first], [second]] = await Promise.all([model.embed([picture]), model.embed([picture], background)]);
      expect(gap(first as Float32Array, second as Float32Array)).toBeLessThan(1e-5);
      const busy = model.embed(Array.from({ length: 250 }, pixels), background);
      await model.embed([pixels()]);
      expect(model.waiting().probe).toBeGreaterThan(0);
      await expect(busy).resolves.toHaveLength(250);
    });
  });

  it('is closed while it is still opening, after what waits for it', async () => {
    const model = await startModel(directory);
    const waiting = model.embed([pixels()], background);
    await model.close();
    await expect(waiting).resolves.toHaveLength(1);
    await expect(model.embed([pixels()], background)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });

  it('answers a wrong picture with an error and goes on', async () => {
    await withThread({}, async (model) => {
      await expect(model.embed([new Uint8Array(27)], background)).rejects.toMatchObject({ code: 'INTERNAL' });
      await expect(model.embed([pixels()], background)).resolves.toHaveLength(1);
    });
  });

  it('opens no other version than the first, and tries again with the next call', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-model-thread-'));
    const { files } = writeTestModel(folder);
    const model = await startModel(join(folder, 'test-1'), { files });
    const damaged = { code: 'MODEL_DAMAGED', message: expect.stringContaining('has changed') };
    for (const name of Object.keys(files)) {
      const path = join(folder, 'test-1', name);
      const bytes = readFileSync(path);
      writeFileSync(path, Uint8Array.of(...bytes.subarray(0, 64)));
      await expect(model.embed([pixels()], background)).rejects.toMatchObject(damaged);
      await expect(model.pushes(pixels(), [new Float32Array(8)])).rejects.toMatchObject(damaged);
      writeFileSync(path, bytes);
    }
    await expect(model.embed([pixels()], background)).resolves.toHaveLength(1);
    await model.close();
    rmSync(folder, { recursive: true });
  });
});
