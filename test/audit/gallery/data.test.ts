import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGalleryData, readSample, SAMPLE_FILE } from '../../../audit/gallery/data.ts';

const preprocessing = { size: 8, fit: 'contain', kernel: 'linear' } as const;
const input = { size: 8, channels: 3 } as const;

describe('a sample of a gallery', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-gallery-'));
    for (const [i, grey] of [10, 20, 30].entries()) {
      const create = { width: 8, height: 8, channels: 3, background: { r: grey, g: grey, b: grey } } as const;
      await sharp({ create })
        .png()
        .toFile(join(folder, `${i}.png`));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const sampleOf = (...labels: readonly string[]) => ({
    ...{ drawing: 'job 1', served: 'test-1', sha256: '0'.repeat(64) },
    records: labels.map((label, i) => ({ id: `r${i}`, label, file: `${i % 3}.png` })),
  });

  it('is read back for the drawing that it is of', () => {
    expect(readSample(folder, 'job 1')).toBeUndefined();
    writeFileSync(join(folder, SAMPLE_FILE), JSON.stringify(sampleOf('b', 'a', 'b')));
    expect(readSample(folder, 'job 1')).toEqual(sampleOf('b', 'a', 'b'));
    expect(readSample(folder, 'job 2')).toBeUndefined();
    writeFileSync(join(folder, SAMPLE_FILE), '{"drawing":"job 1"');
    expect(readSample(folder, 'job 1')).toBeUndefined();
  });

  it('has its labels as classes and its pictures as pixels', async () => {
    const data = openGalleryData({ folder, sample: sampleOf('b', 'a', 'b'), preprocessing, ...input });
    expect(data).toMatchObject({ split: 'gallery', classes: ['a', 'b'], labels: Int32Array.of(1, 0, 1) });
    const { shape, data: pixels } = await data.images([2, 0]);
    expect(shape).toEqual([2, 8, 8, 3]);
    expect([pixels[0], pixels.at(-1)].map((value) => Math.round(255 * Number(value)))).toEqual([30, 10]);
    await data.close();
  });

  it.each([[['a', 'b', 'c']], [['a', 'a', 'a']], [[]]])(
    'is refused where nothing can be found, or nothing else: %j',
    (labels) => {
      const open = () => openGalleryData({ folder, sample: sampleOf(...labels), preprocessing, ...input });
      expect(open).toThrow(expect.objectContaining({ code: 'AUDIT_IMPOSSIBLE' }));
    },
  );
});
