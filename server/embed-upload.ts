import type { Request } from 'express';
import { encodePng } from '../embedding/encode.ts';
import type { NewRecord } from '../index/types.ts';
import { differenceHash } from './duplicates/difference-hash.ts';
import { uploadedFile } from './http/upload.ts';
import type { Services } from './lifecycle.ts';
import { readPicture } from './picture.ts';

/**
 * The vector of an uploaded picture, and what is stored of it: the decoded picture, the same that was embedded.
 * @throws HoldfastError IMAGE_MISSING and those of `readPicture`; the signal's reason
 */
export async function embedUpload(
  request: Request,
  { model, manifest }: Services,
  signal: AbortSignal,
): Promise<Pick<NewRecord, 'vector' | 'image'>> {
  const { picture, pixels } = await readPicture(uploadedFile(request), manifest.preprocessing);
  const [[vector = new Float32Array()], bytes] = await Promise.all([
    model.embed([pixels], { signal, priority: 'probe' }),
    encodePng(picture),
  ]);
  return { vector, image: { type: 'image/png', bytes, look: await differenceHash(bytes) } };
}
