import type { HoldfastClient, Sample } from '../sdk/index.ts';
import { byId } from './dom.ts';
import { showRecord } from './thumbnail.ts';
import { nameOf } from './words.ts';

/** A picture to search with: a file at hand or a picture of the gallery. */
export interface Query {
  readonly name: string;
  /** The record it is, when it is one of the gallery. */
  readonly id: string | undefined;
  /** Puts the picture into an image. */
  show(image: HTMLImageElement): void;
  /** The picture's bytes. */
  load(signal: AbortSignal): Promise<Blob>;
}

/** A file that was chosen, dropped or pasted. */
export function fileQuery(file: File): Query {
  return {
    name: file.name,
    id: undefined,
    show(image) {
      delete image.dataset.record;
      image.src = URL.createObjectURL(file);
    },
    load: async () => file,
  };
}

/** A picture of the gallery. */
export function galleryQuery(record: Sample, client: HoldfastClient): Query {
  return {
    name: nameOf(record),
    id: record.id,
    show: (image) => showRecord(image, record),
    load: (signal) => client.getImage(record.id, { signal }),
  };
}

/** Shows the picture of a query, and lets go of the one shown before. */
export function showPreview(query: Query): void {
  const preview = byId('preview', HTMLImageElement);
  if (preview.src.startsWith('blob:')) URL.revokeObjectURL(preview.src);
  query.show(preview);
  preview.alt = `The query: ${query.name}`;
  preview.hidden = false;
}
