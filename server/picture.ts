import { decodePicture } from '../embedding/decode.ts';
import { preprocess, preprocessPlain } from '../embedding/preprocess.ts';
import type { Picture, Preprocessing } from '../embedding/types.ts';
import { type Crop, cropPicture } from './query/crop.ts';

/** An upload, decoded, and as the network sees it. */
export interface ReadPicture {
  readonly picture: Picture;
  /** size x size x channels bytes. */
  readonly pixels: Uint8Array;
}

/** @throws HoldfastError IMAGE_TYPE_UNSUPPORTED, IMAGE_TOO_MANY_PIXELS, IMAGE_UNREADABLE */
export async function readPicture(bytes: Uint8Array, preprocessing: Preprocessing, crop?: Crop): Promise<ReadPicture> {
  const whole = await decodePicture(bytes);
  const picture = crop === undefined ? whole : cropPicture(whole, crop);
  return { picture, pixels: await preprocess(picture, preprocessing) };
}

/** The pixels alone, which most have in half the time. @throws HoldfastError as `readPicture` */
export async function readPixels(bytes: Uint8Array, preprocessing: Preprocessing, crop?: Crop): Promise<Uint8Array> {
  const plain = crop === undefined ? await preprocessPlain(bytes, preprocessing) : undefined;
  return plain ?? (await readPicture(bytes, preprocessing, crop)).pixels;
}
