import { readFile } from 'node:fs/promises';
import { HoldfastError } from '../../base/errors.ts';
import { decodePicture } from '../../embedding/decode.ts';
import { preprocessWhole } from '../../embedding/preprocess.ts';
import type { LabelledImages } from '../types.ts';

/**
 * A picture of a set: size x size x channels bytes.
 * @throws HoldfastError DATA_MISSING or DATA_DAMAGED naming the file
 */
export async function storedPicture(
  { size, channels, pictures }: Pick<LabelledImages, 'size' | 'channels' | 'pictures'>,
  row: number,
): Promise<Uint8Array> {
  if (pictures.kind === 'bytes') {
    const length = size * size * channels;
    return pictures.bytes.subarray(row * length, (row + 1) * length);
  }
  const path = pictures.paths[row];
  if (path === undefined) throw new RangeError(`row ${row} of ${pictures.paths.length} pictures`);
  const file = await readFile(path).catch((cause: unknown) => {
    throw new HoldfastError('DATA_MISSING', `the picture ${path} cannot be read: ${String(cause)}`, { cause });
  });
  try {
    return await preprocessWhole(await decodePicture(file, { trusted: true }), pictures.preprocessing);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new HoldfastError('DATA_DAMAGED', `the picture ${path}: ${reason}`, { cause });
  }
}
