import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from '../../embedding/encode.ts';
import { isPlainPng } from '../../embedding/plain-png.ts';
import { testPicture } from './pictures.ts';

const { data, width, height } = testPicture(40, 30);
const image = (): Sharp => sharp(data, { raw: { width, height, channels: 3 } });

/** A PNG with a chunk of a type and so many bytes before its pixels. */
async function withChunk(type: string, length: number): Promise<Buffer> {
  const bytes = await image().png().toBuffer();
  const chunk = Buffer.alloc(12 + length);
  chunk.writeUInt32BE(length);
  chunk.write(type, 4, 'latin1');
  return Buffer.concat([bytes.subarray(0, 33), chunk, bytes.subarray(33)]);
}

describe('a plain PNG', () => {
  it('is what is stored, with alpha too, and with chunks that do not change its pixels', async () => {
    expect(isPlainPng(await encodePng({ width, height, data }))).toBe(true);
    expect(isPlainPng(await image().ensureAlpha(0.5).png().toBuffer())).toBe(true);
    for (const type of ['pHYs', 'tEXt', 'tIME']) expect(isPlainPng(await withChunk(type, 9))).toBe(true);
  });

  it.each<[string, () => Promise<Uint8Array>]>([
    ['is a JPEG', () => image().jpeg().toBuffer()],
    ['is a WebP', () => image().webp().toBuffer()],
    ['has 16 bits a channel', () => image().toColourspace('rgb16').png().toBuffer()],
    ['is grey', () => image().toColourspace('b-w').png().toBuffer()],
    ['has a palette', () => image().png({ palette: true }).toBuffer()],
    ['is interlaced', () => image().png({ progressive: true }).toBuffer()],
    ['is too large', () => image().resize(1025, 4, { fit: 'fill' }).png().toBuffer()],
    ['has a colour profile', () => image().withIccProfile('p3').png().toBuffer()],
    ['has a gamma', () => withChunk('gAMA', 4)],
    ['has a transparent colour', () => withChunk('tRNS', 6)],
    [
      'has chunks without end',
      async () =>
        Buffer.concat([
          (await withChunk('tEXt', 0)).subarray(0, 45),
          ...Array(20).fill((await withChunk('tEXt', 0)).subarray(33, 45)),
          (await image().png().toBuffer()).subarray(33),
        ]),
    ],
    ['ends in its header', async () => (await image().png().toBuffer()).subarray(0, 20)],
    ['ends behind its header', async () => (await image().png().toBuffer()).subarray(0, 33)],
    ['has a chunk that leads beyond its end', async () => (await withChunk('tEXt', 1e6)).subarray(0, 100)],
    ['is empty', async () => new Uint8Array()],
  ])('is none that %s', async (_, make) => {
    expect(isPlainPng(await make())).toBe(false);
  });
});
