import { join } from 'node:path';
import type { ModelManifest } from '../../embedding/types.ts';
import type { Gallery } from '../../index/types.ts';
import type { ModelService } from '../model/types.ts';
import { demoSources } from './demo.ts';
import { ingest, type Source } from './ingest.ts';
import { withRecordsOf } from './other.ts';
import type { Galleries } from './types.ts';

/** Is told what goes on while a gallery is being filled. */
export interface FillReport {
  progress(what: string, done: number, total: number): void;
  note(text: string): void;
}

export interface OpenOptions {
  readonly galleries: Galleries;
  /** The data folder, for cached pictures. */
  readonly data: string;
  readonly manifest: ModelManifest;
  readonly model: ModelService;
  readonly rebuild: boolean;
  readonly report: FillReport;
  /** Stops a fill; what was stored is kept, and the next start goes on. */
  readonly signal: AbortSignal;
  /** The records of a first start; the emoji drawings by default. */
  readonly firstSources?: typeof demoSources;
}

/**
 * Opens the gallery of a model version. The first time it is filled: with the records of the gallery that was filled
 * last by another version, embedded anew, or with the demonstration gallery.
 * @throws HoldfastError as `Galleries.open`
 */
export async function openVersionGallery(options: OpenOptions): Promise<Gallery> {
  const { galleries, manifest, rebuild } = options;
  const gallery = await galleries.open(manifest, rebuild);
  try {
    const source = (await galleries.filledFrom(manifest.version)) ?? (await fill(gallery, options));
    // Written at every start: the records of the gallery that was served last are the ones another version takes over.
    await galleries.markFilled(manifest, source);
    return gallery;
  } catch (error) {
    await gallery.close();
    throw error;
  }
}

/** Fills a new gallery, and says from where. */
async function fill(gallery: Gallery, options: OpenOptions): Promise<string> {
  const { galleries, manifest, report } = options;
  const other = await galleries.latestOther(manifest.version);
  const source =
    other === undefined
      ? await fillWithDemo(gallery, options)
      : await withRecordsOf(other, async (sources, count) => {
          const added = await add(sources, count, gallery, options, `embedding the records of ${other.model}`);
          report.note(`${added} records of the gallery of ${other.model} were embedded by ${manifest.version}`);
          return other.model;
        });
  await gallery.save();
  return source;
}

async function fillWithDemo(gallery: Gallery, options: OpenOptions): Promise<string> {
  const { data, report, firstSources = demoSources } = options;
  const sources = await firstSources(join(data, 'cache'), (done, total) => {
    report.progress('drawing the demonstration gallery', done, total);
  });
  if (sources === undefined) {
    report.note('the emoji packages are not installed, so the gallery is empty; POST /images adds pictures');
    return 'requests';
  }
  const added = await add(sources, sources.length, gallery, options, 'embedding the demonstration gallery');
  report.note(`${added} records were added to the gallery`);
  return 'demonstration';
}

function add(
  sources: Iterable<Source> | AsyncIterable<Source>,
  total: number,
  gallery: Gallery,
  { manifest, model, report, signal }: OpenOptions,
  what: string,
): Promise<number> {
  const onProgress = (done: number): void => report.progress(what, done, total);
  return ingest(sources, { gallery, manifest, model }, onProgress, signal);
}
