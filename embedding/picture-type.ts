export type PictureType = 'jpeg' | 'png' | 'webp';

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG_SIGNATURE = [0xff, 0xd8, 0xff];

/** The type of a picture by its first bytes, whatever its name or its sender says; undefined for every other file. */
export function pictureTypeOf(bytes: Uint8Array): PictureType | undefined {
  const startsWith = (signature: readonly number[], at = 0): boolean =>
    signature.every((byte, i) => bytes[at + i] === byte);
  const ascii = (text: string, at: number): boolean =>
    startsWith(
      [...text].map((letter) => letter.charCodeAt(0)),
      at,
    );
  if (startsWith(PNG_SIGNATURE)) return 'png';
  if (startsWith(JPEG_SIGNATURE)) return 'jpeg';
  if (ascii('RIFF', 0) && ascii('WEBP', 8)) return 'webp';
  return undefined;
}
