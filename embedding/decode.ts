import sharp, { type Metadata, type Sharp } from 'sharp';
import { HoldfastError } from '../base/errors.ts';
import { type PictureType, pictureTypeOf } from './picture-type.ts';
import type { Picture } from './types.ts';

/** The most pixels that are decoded: a photograph of 40 megapixels. Checked on the header, before any pixel is. */
export const MAX_PIXELS = 40e6;
/** The longest side of a decoded picture; larger ones are scaled down. */
export const MAX_SIDE = 1024;
/** A second line behind the pixel limit, for files that are costly out of proportion to their size. */
const MAX_SECONDS = 30;

const TRUSTED = { failOn: 'truncated', limitInputPixels: false } as const;
const UNTRUSTED = { failOn: 'warning', limitInputPixels: MAX_PIXELS } as const;

const LOADERS = ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'];
let isProtected = false;

/**
 * Takes every reader of files from libvips but those of JPEG, PNG and WebP in memory, for the whole process and for good:
 * nothing that is named in an upload can be opened, and no SVG is drawn. One thread per picture, so that pictures share
 * the cores evenly, and no cache of operations, as no upload comes twice. Call it once where uploads are served.
 */
export function protectDecoder(): void {
  if (isProtected) return;
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
  isProtected = true;
}

/**
 * Decodes an untrusted JPEG, PNG or WebP, told by its first bytes and nothing else: oriented as its EXIF says, transparent
 * parts on white, 8-bit sRGB, the first frame of an animation, the longest side at most `MAX_SIDE` (bilinear). What comes
 * out is what is stored and what is embedded; the original bytes are of no use afterwards.
 * @param options `trusted` for a file of the operator's own, such as a data set's: of any size, and what libvips calls a warning is
 *   overlooked, as PIL does, for published sets have both. A file that is cut off is refused all the same.
 * @throws HoldfastError IMAGE_TYPE_UNSUPPORTED, IMAGE_TOO_MANY_PIXELS, IMAGE_UNREADABLE
 */
export async function decodePicture(
  bytes: Uint8Array,
  { trusted = false }: { readonly trusted?: boolean } = {},
): Promise<Picture> {
  const type = pictureTypeOf(bytes);
  if (type === undefined) {
    throw new HoldfastError('IMAGE_TYPE_UNSUPPORTED', `${bytes.length} bytes that are no JPEG, PNG or WebP`);
  }
  const strictness = trusted ? TRUSTED : UNTRUSTED;
  try {
    const { data, info } = await upright(bytes, strictness)
      .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', kernel: 'linear', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new Error(`${info.channels} channels after the conversion`);
    return { width: info.width, height: info.height, data };
  } catch (error) {
    if (!trusted) await checkHeader(bytes, type);
    throw unreadable(type, error);
  }
}

/** A picture on its way through libvips: oriented, transparent parts on white. */
export function upright(bytes: Uint8Array, strictness: typeof TRUSTED | typeof UNTRUSTED = UNTRUSTED): Sharp {
  return sharp(bytes, strictness).timeout({ seconds: MAX_SECONDS }).autoOrient().flatten({ background: 'white' });
}

/** What is wrong with a picture that was not decoded. The limit is lifted here so that too large a picture is told apart from a damaged one without reading messages. */
async function checkHeader(bytes: Uint8Array, type: PictureType): Promise<void> {
  let header: Metadata;
  try {
    header = await sharp(bytes, { failOn: 'warning', limitInputPixels: false }).metadata();
  } catch (error) {
    throw unreadable(type, error);
  }
  const { width, height } = header;
  if (width * height > MAX_PIXELS) {
    throw new HoldfastError(
      'IMAGE_TOO_MANY_PIXELS',
      `a picture of ${width} x ${height} pixels; at most ${MAX_PIXELS / 1e6} million are decoded`,
    );
  }
}

function unreadable(type: PictureType, cause: unknown): HoldfastError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new HoldfastError('IMAGE_UNREADABLE', `the ${type} file cannot be decoded: ${reason}`, { cause });
}
