import { HoldfastError } from '../../base/errors.ts';
import type { Hit, StoredImage } from '../../index/types.ts';
import type { Services } from '../lifecycle.ts';
import { readPixels } from '../picture.ts';
import { differenceHash, differingBits } from './difference-hash.ts';

export interface DuplicateLimits {
  /** How many of the records that are nearest by embedding are looked at. */
  readonly among: number;
  /** The largest number of bits by which difference hashes may differ. */
  readonly bits: number;
  /** The largest distance of embeddings. */
  readonly distance: number;
}

/** Another record, and how near it is in each of the three senses. */
export interface Duplicate {
  readonly record: Hit;
  /** Whether the stored pictures are the same, byte by byte. */
  readonly exact: boolean;
  /** Of the difference hashes. */
  readonly bits: number;
}

/**
 * The records near a record, in the order of their embeddings' distance, that are its duplicates in one sense at least.
 * @throws HoldfastError RECORD_UNKNOWN; the signal's reason
 */
export async function findDuplicates(
  id: string,
  { among, bits, distance }: DuplicateLimits,
  { gallery, model, manifest }: Services,
  signal: AbortSignal,
): Promise<Duplicate[]> {
  const image = await gallery.image(id);
  if (image === undefined) throw new HoldfastError('RECORD_UNKNOWN', `no record "${id}"`);
  const pixels = await readPixels(image.bytes, manifest.preprocessing);
  const [vector = new Float32Array()] = await model.embed([pixels], { signal });
  const look = await lookOf(image);
  const hits = await gallery.search(vector, { k: among + 1 });
  const found: Duplicate[] = [];
  for (const record of hits.filter((hit) => hit.id !== id).slice(0, among)) {
    signal.throwIfAborted();
    const other = await gallery.image(record.id);
    if (other === undefined) continue;
    const compared = {
      record,
      exact: isSame(image, other),
      bits: differingBits(look, await lookOf(other)),
    };
    if (compared.exact || compared.bits <= bits || record.distance <= distance) found.push(compared);
  }
  return found;
}

/** A picture that was stored before looks were, or where none are kept, is looked at now. */
async function lookOf({ look, bytes }: StoredImage): Promise<string> {
  return look ?? differenceHash(bytes);
}

function isSame(a: StoredImage, b: StoredImage): boolean {
  return Buffer.from(a.bytes.buffer, a.bytes.byteOffset, a.bytes.length).equals(b.bytes);
}
