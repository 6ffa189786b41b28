import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import type { Gallery } from '../../../index/types.ts';
import { createLifecycle } from '../../../server/lifecycle.ts';
import { addRecallGauge, measureRecall } from '../../../server/metrics/recall.ts';
import { memoryGallery } from '../support/gallery.ts';
import { memoryJobs } from '../support/jobs.ts';
import { fakeModel, testManifest } from '../support/model.ts';

const DIMENSION = 8;

async function filled(count: number): Promise<Gallery> {
  const random = createRandom('recall');
  const gallery = memoryGallery('test-1', DIMENSION);
  const records = Array.from({ length: count }, (_, i) => {
    const vector = Float32Array.from({ length: DIMENSION }, () => random.normal());
    const length = Math.hypot(...vector);
    return {
      id: `r${i}`,
      vector: vector.map((value) => value / length),
      image: { type: 'image/png', bytes: new Uint8Array(1) },
    };
  });
  await gallery.add(records);
  return gallery;
}

describe('recall of the index', () => {
  it('is 1 where the graph finds what a scan finds, and less by what it misses', async () => {
    const gallery = await filled(60);
    expect(await measureRecall(gallery)).toBe(1);
    const lossy: Pick<Gallery, 'sample' | 'search'> = {
      sample: gallery.sample,
      async search(query, options) {
        if (options.exact === true) return gallery.search(query, options);
        // Every other hit is missed, as by a walk that ended early.
        return (await gallery.search(query, { ...options, k: 2 * options.k })).filter((_, i) => i % 2 === 0);
      },
    };
    expect(await measureRecall(lossy)).toBeCloseTo(0.5, 10);
  });

  it('is not told of a gallery with fewer records than a query returns', async () => {
    expect(await measureRecall(await filled(10))).toBeUndefined();
  });

  it('is measured once for the same records, and anew after a while for others', async () => {
    const gallery = await filled(30);
    const sample = vi.spyOn(gallery, 'sample');
    const lifecycle = createLifecycle(memoryJobs());
    const registry = new Registry();
    let time = 0;
    addRecallGauge(lifecycle, [registry], () => time);
    const read = async (): Promise<string | undefined> =>
      (await registry.metrics()).split('\n').find((line) => line.startsWith('holdfast_index_recall{'));
    expect(await read()).toBeUndefined();
    lifecycle.open({ model: fakeModel(), gallery, manifest: testManifest() });
    expect([await read(), await read()]).toEqual(Array(2).fill('holdfast_index_recall{model="test-1"} 1'));
    time = 400_000;
    await read();
    expect(sample).toHaveBeenCalledTimes(1);
    await gallery.remove('r3');
    await read();
    await read();
    expect(sample).toHaveBeenCalledTimes(2);
  });
});
