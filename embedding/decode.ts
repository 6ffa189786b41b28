import sharp, { type Metadata, type Sharp } from 'sharp';
import { HoldfastError } from '../base/errors.ts';
import { pictureTypeOf } from './picture-type.ts';
import type { Picture } from './types.ts';

/** The largest number of pixels that is decoded: 40 megapixels. */
export const MAX_PIXELS = 40_000_000;
/** What is kept of a picture: its longest side is reduced to this. */
export const MAX_SIDE = 1024;

/** The only decoders that ever see bytes from outside. */
const LOADERS = ['VipsForeignLoadJpegBuffer', 'VipsForeignLoadPngBuffer', 'VipsForeignLoadWebpBuffer'];

/**
 * Switches off every image loader of this process but those for JPEG, PNG and WebP from memory, for all threads and for good. A server
 * calls it before it listens. The check of the first bytes in `decodePicture` refuses other types already; this makes
 * sure of it: libvips cannot be talked into its SVG, PDF or TIFF code.
 */
export function protectDecoder(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
}

/**
 * Decodes an upload that nobody vouches for: orientation applied, transparency on white, 8-bit sRGB, the first frame of an
 * animation, the longest side reduced to 1024 pixels.
 * @throws HoldfastError IMAGE_TYPE_UNSUPPORTED, IMAGE_TOO_MANY_PIXELS, IMAGE_UNREADABLE
 */
export async function decodePicture(bytes: Uint8Array): Promise<Picture> {
  if (pictureTypeOf(bytes) === undefined) {
    throw new HoldfastError('IMAGE_TYPE_UNSUPPORTED', 'the file is not a JPEG, PNG or WebP image');
  }
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'warning', sequentialRead: true });
  const { width, height } = await reading(() => image.metadata());
  if (width * height > MAX_PIXELS) throw tooManyPixels(`${width} x ${height}`);
  const { data, info } = await reading(() => toRgb(image).toBuffer({ resolveWithObject: true }));
  return { width: info.width, height: info.height, data };
}

/** Three channels of 8 bits, upright, no larger than what is kept. */
function toRgb(image: Sharp): Sharp {
  return image
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true, kernel: 'linear' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' });
}

async function reading<T extends Metadata | object>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (reason.includes('pixel limit')) throw tooManyPixels('its size');
    throw new HoldfastError('IMAGE_UNREADABLE', 'the image cannot be decoded', { cause });
  }
}

function tooManyPixels(what: string): HoldfastError {
  return new HoldfastError('IMAGE_TOO_MANY_PIXELS', `${what} is more than ${MAX_PIXELS / 1e6} megapixels`);
}
