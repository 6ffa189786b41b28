export type PictureType = 'JPEG' | 'PNG' | 'WebP';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const RIFF = [...Buffer.from('RIFF')];
const WEBP = [...Buffer.from('WEBP')];

/**
 * The type of a picture by its first bytes: neither a file's name nor a declared media type is asked. Undefined for all
 * else, such as SVG, GIF, TIFF, PDF, AVIF, HTML and nothing at all.
 */
export function sniffType(bytes: Uint8Array): PictureType | undefined {
  if (has(bytes, 0, JPEG)) return 'JPEG';
  if (has(bytes, 0, PNG)) return 'PNG';
  // RIFF is a container of sound and film too; bytes 4 to 7 are its length.
  if (has(bytes, 0, RIFF) && has(bytes, 8, WEBP)) return 'WebP';
  return undefined;
}

function has(bytes: Uint8Array, offset: number, signature: readonly number[]): boolean {
  return signature.every((byte, i) => bytes[offset + i] === byte);
}
