import { decodePicture } from '../embedding/decode.ts';
import { preprocess } from '../embedding/preprocess.ts';
import type { Picture, Preprocessing } from '../embedding/types.ts';

/** An upload, decoded, and as the network sees it. */
export interface ReadPicture {
  readonly picture: Picture;
  /** size x size x channels bytes. */
  readonly pixels: Uint8Array;
}

/** @throws HoldfastError IMAGE_TYPE_UNSUPPORTED, IMAGE_TOO_MANY_PIXELS, IMAGE_UNREADABLE */
export async function readPicture(bytes: Uint8Array, preprocessing: Preprocessing): Promise<ReadPicture> {
  const picture = await decodePicture(bytes);
  return { picture, pixels: await preprocess(picture, preprocessing) };
}
