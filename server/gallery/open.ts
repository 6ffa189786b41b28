import { join } from 'node:path';
import { HoldfastError } from '../../base/errors.ts';
import type { ModelManifest } from '../../embedding/types.ts';
import type { Gallery } from '../../index/types.ts';
import type { ModelService } from '../model/types.ts';
import { syncGallery } from '../models/sync.ts';
import { demoSources } from './demo.ts';
import { ingest } from './ingest.ts';
import { withGallery } from './other.ts';
import type { Galleries, OtherGallery } from './types.ts';

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
  /** In which the gallery may be written to, where it is shared. */
  readonly turn?: number;
  readonly report: FillReport;
  /** Stops a fill; what was stored is kept, and the next start goes on. */
  readonly signal: AbortSignal;
  /** The records of a first start; the emoji drawings by default. */
  readonly firstSources?: typeof demoSources;
}

/**
 * Opens the gallery of a model version. The first time it is filled: with the records of the gallery that was served
 * last by another version, embedded anew, or with the demonstration gallery. Later it catches up with the gallery of another version
 * that was served since.
 * @throws HoldfastError as `Galleries.open`
 */
export async function openVersionGallery(options: OpenOptions): Promise<Gallery> {
  const { galleries, manifest, rebuild, turn } = options;
  const gallery = await galleries.open(manifest, { rebuild, ...(turn === undefined ? {} : { turn }) });
  try {
    const filledFrom = await galleries.filledFrom(manifest.version);
    const source = filledFrom ?? (await fill(gallery, options));
    if (filledFrom !== undefined) await catchUp(gallery, options);
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
  if (other === undefined) {
    const source = await fillWithDemo(gallery, options);
    await gallery.save();
    return source;
  }
  const embedded = await takeOver(other, gallery, options);
  report.note(`${embedded} records of the gallery of ${other.model} were embedded by ${manifest.version}`);
  await gallery.save();
  return other.model;
}

/** Has the gallery hold what was written since under another version, and no longer what was removed. */
async function catchUp(gallery: Gallery, options: OpenOptions): Promise<void> {
  const { galleries, manifest, report } = options;
  const other = await galleries.servedSince(manifest.version);
  if (other === undefined) return;
  const what = `written or removed under ${other.model}, which was served since`;
  try {
    const changed = await takeOver(other, gallery, options);
    if (changed > 0) report.note(`the gallery of ${manifest.version} took over ${changed} records ${what}`);
  } catch (error) {
    // Whoever goes back to a version because the gallery of the other is broken must be able to.
    if (!(error instanceof HoldfastError && error.code === 'INDEX_DAMAGED')) throw error;
    report.note(`the gallery of ${manifest.version} lacks what was ${what}: ${error.message}`);
  }
}

/** Makes the gallery hold what the other has. @returns how many records changed */
function takeOver(
  other: OtherGallery,
  gallery: Gallery,
  { manifest, model, report, signal }: OpenOptions,
): Promise<number> {
  const onProgress = (done: number, total: number): void =>
    report.progress(`embedding the records of ${other.model}`, done, total);
  return withGallery(other, (from) => syncGallery(from, { gallery, manifest, model }, onProgress, signal));
}

async function fillWithDemo(gallery: Gallery, options: OpenOptions): Promise<string> {
  const { data, manifest, model, report, signal, firstSources = demoSources } = options;
  const sources = await firstSources(join(data, 'cache'), (done, total) => {
    report.progress('drawing the demonstration gallery', done, total);
  });
  if (sources === undefined) {
    report.note('the emoji packages are not installed, so the gallery is empty; POST /images adds pictures');
    return 'requests';
  }
  const onProgress = (done: number): void =>
    report.progress('embedding the demonstration gallery', done, sources.length);
  const added = await ingest(sources, { gallery, manifest, model }, onProgress, signal);
  report.note(`${added} records were added to the gallery`);
  return 'demonstration';
}
