import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GallerySample, readSample, SAMPLE_FILE } from '../../../../audit/gallery/data.ts';
import type { GalleryRequest } from '../../../../audit/gallery/request.ts';
import { drawRecords } from '../../../../audit/gallery/sample.ts';
import { writeFileAtomic } from '../../../../base/files.ts';
import { createRandom } from '../../../../base/random.ts';
import { writingTo } from '../../../../trainer/run-files.ts';
import type { GalleryClient, ListedRecord } from '../gallery-client.ts';

/** Pictures that are asked for at once. */
const TOGETHER = 8;
const PICTURES = 'pictures';

type Labelled = ListedRecord & { readonly label: string };

const isLabelled = (record: ListedRecord): record is Labelled => record.label !== null;

/**
 * Draws records of a served gallery and keeps their pictures in `folder`; a complete sample of an earlier start is taken as it is.
 * Records without a label belong to no class, and those that go away meanwhile are left out.
 * @param drawing names the job that it is for. @throws what the client throws; RUN_WRITE_FAILED
 */
export async function fetchSample(
  gallery: GalleryClient,
  folder: string,
  drawing: string,
  { images, seed }: Pick<GalleryRequest, 'images' | 'seed'>,
  onProgress: (done: number, total: number) => Promise<void>,
): Promise<GallerySample> {
  const known = readSample(folder, drawing);
  if (known !== undefined) return known;
  writingTo(folder, () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, PICTURES), { recursive: true });
  });
  const served = await gallery.served();
  const labelled: Labelled[] = [];
  for await (const { id, label } of gallery.records()) {
    const record = { id, label };
    if (isLabelled(record)) labelled.push(record);
  }
  const drawn = drawRecords(labelled, images, createRandom(seed).fork('gallery'));
  const hash = createHash('sha256');
  const records: GallerySample['records'] = [];
  for (let from = 0; from < drawn.length; from += TOGETHER) {
    const some = drawn.slice(from, from + TOGETHER);
    const pictures = await Promise.all(some.map(({ id }) => gallery.image(id)));
    for (const [i, { id, label }] of some.entries()) {
      const picture = pictures[i];
      if (picture === undefined) continue;
      const file = join(PICTURES, `${records.length}.png`);
      writingTo(folder, () => writeFileSync(join(folder, file), picture));
      hash.update(JSON.stringify([id, label, picture.length])).update(picture);
      records.push({ id, label, file });
    }
    await onProgress(Math.min(from + TOGETHER, drawn.length), drawn.length);
  }
  const sample = { drawing, served, sha256: hash.digest('hex'), records };
  writingTo(folder, () => writeFileAtomic(join(folder, SAMPLE_FILE), `${JSON.stringify(sample)}\n`));
  return sample;
}
