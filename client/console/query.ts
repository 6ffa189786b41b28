import type { HoldfastClient, Sample } from '../sdk/index.ts';
import { byId } from './dom.ts';
import { nameOf } from './words.ts';

/** A picture to search with: a file at hand or a picture of the gallery. */
export interface Query {
  readonly name: string;
  /** Address of the picture for the preview. */
  readonly address: string;
  /** The record it is, when it is one of the gallery. */
  readonly id: string | undefined;
  /** The picture's bytes. */
  load(signal: AbortSignal): Promise<Blob>;
}

/** A file that was chosen, dropped or pasted. */
export function fileQuery(file: File): Query {
  return { name: file.name, address: URL.createObjectURL(file), id: undefined, load: async () => file };
}

/** A picture of the gallery. */
export function galleryQuery(record: Sample, client: HoldfastClient): Query {
  return {
    name: nameOf(record),
    address: record.thumbnail,
    id: record.id,
    load: (signal) => client.getImage(record.id, { signal }),
  };
}

/** Shows the picture of a query, and lets go of the one shown before. */
export function showPreview(query: Query): void {
  const preview = byId('preview', HTMLImageElement);
  if (preview.src.startsWith('blob:') && preview.src !== query.address) URL.revokeObjectURL(preview.src);
  preview.src = query.address;
  preview.alt = `The query: ${query.name}`;
  preview.hidden = false;
}
