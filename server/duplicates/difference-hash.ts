import sharp from 'sharp';

/** Columns and rows of the comparisons: 64 bits. */
const SIDE = 8;

/**
 * The difference hash of a picture: in grey, at 9 x 8 pixels, whether each pixel is darker than its right neighbour. It
 * survives scaling, compression and changes of brightness (N. Krawetz, "Kind of Like That", 2013).
 * @returns 16 hexadecimal digits
 * @param bytes of a stored picture, which the server has decoded before.
 */
export async function differenceHash(bytes: Uint8Array): Promise<string> {
  const grey = await sharp(bytes)
    .resize(SIDE + 1, SIDE, { fit: 'fill', kernel: 'linear' })
    .greyscale()
    .raw({ depth: 'uchar' })
    .toBuffer();
  let hash = 0n;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const at = y * (SIDE + 1) + x;
      hash = (hash << 1n) | BigInt(Number(grey[at]) < Number(grey[at + 1]));
    }
  }
  return hash.toString(16).padStart(16, '0');
}

/** How many bits of two such hashes differ, 0..64. */
export function differingBits(a: string, b: string): number {
  let count = 0;
  for (let rest = BigInt(`0x${a}`) ^ BigInt(`0x${b}`); rest > 0n; rest >>= 1n) count += Number(rest & 1n);
  return count;
}
