import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/random.ts';
import { decodePicture } from '../../embedding/decode.ts';
import { encodePng } from '../../embedding/encode.ts';
import { preprocess, preprocessPlain, toPixels } from '../../embedding/preprocess.ts';
import type { Preprocessing } from '../../embedding/types.ts';
import { testPicture } from './pictures.ts';

const to = (size: number): Preprocessing => ({ size, fit: 'contain', kernel: 'linear' });

describe('encodePng', () => {
  it.each([
    [1, 1],
    [128, 128],
    [1024, 3],
    [37, 501],
  ])('loses no pixel of %i x %i', async (width, height) => {
    const picture = testPicture(width, height);
    const again = await decodePicture(await encodePng(picture));
    expect([again.width, again.height]).toEqual([width, height]);
    expect(Buffer.compare(again.data, picture.data)).toBe(0);
  });

  it('writes pixels and nothing else', async () => {
    const png = Buffer.from(await encodePng(testPicture(16, 16)));
    expect(png.toString('latin1')).not.toMatch(/tEXt|iTXt|zTXt|eXIf|iCCP|tIME/);
    const { exif, icc, xmp } = await sharp(png).metadata();
    expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
  });

  it('has the same pixels at every compression level, in fewer bytes at a higher one', async () => {
    const picture = testPicture(128, 128);
    const [fast, small] = await Promise.all([encodePng(picture, 0), encodePng(picture, 9)]);
    expect(small.length).toBeLessThan(fast.length);
    expect(Buffer.compare((await decodePicture(fast)).data, (await decodePicture(small)).data)).toBe(0);
  });
});

describe('one pass over a file', () => {
  const grey = { ...to(24), channels: 1 } as const;
  const files = (width: number, height: number, channels: 3 | 4): Promise<Buffer> => {
    const random = createRandom(`one pass/${width}/${height}/${channels}`);
    const data = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
    return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  };

  it.each([
    [1, 1],
    [32, 32],
    [31, 33],
    [128, 128],
    [1024, 3],
    [17, 900],
    [640, 480],
  ])('gives the bytes of two for %i x %i pixels, with and without alpha', async (width, height) => {
    for (const bytes of [await files(width, height, 3), await files(width, height, 4)]) {
      for (const preprocessing of [to(32), to(224), grey, { ...to(20), resize: 32 }]) {
        const plain = await preprocessPlain(bytes, preprocessing);
        const two = await preprocess(await decodePicture(bytes), preprocessing);
        expect(Buffer.compare(plain ?? Buffer.of(), two)).toBe(0);
      }
    }
  });

  it('is not made of what has to be stretched, is no plain PNG, or cannot be decoded', async () => {
    const bytes = await files(40, 40, 3);
    expect(await preprocessPlain(bytes, { ...to(32), fit: 'fill' })).toBeUndefined();
    expect(await preprocessPlain(await sharp(bytes).jpeg().toBuffer(), to(32))).toBeUndefined();
    expect(await preprocessPlain(bytes.subarray(0, bytes.length - 40), to(32))).toBeUndefined();
  });
});

describe('preprocess', () => {
  it('a stored picture gives the pixels of the uploaded one', async () => {
    const uploaded = testPicture(128, 128);
    const stored = await decodePicture(await encodePng(uploaded));
    expect(Buffer.compare(await preprocess(stored, to(32)), await preprocess(uploaded, to(32)))).toBe(0);
  });

  it('leaves a picture of the right size alone', async () => {
    const picture = testPicture(32, 32);
    expect(Buffer.compare(await preprocess(picture, to(32)), picture.data)).toBe(0);
  });

  it.each([
    ['wide', 64, 16],
    ['tall', 16, 64],
  ])('centres a %s picture on white', async (_, width, height) => {
    const black = { width, height, data: new Uint8Array(width * height * 3) };
    const pixels = await preprocess(black, to(32));
    expect(pixels.length).toBe(32 * 32 * 3);
    const level = (along: number): number => {
      const [x, y] = width > height ? [16, along] : [along, 16];
      return pixels[(y * 32 + x) * 3] ?? -1;
    };
    expect([0, 11, 12, 19, 20, 31].map(level)).toEqual([255, 255, 0, 0, 255, 255]);
  });

  it('averages when it shrinks: a fine chequerboard becomes grey, not black or white', async () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return ((pixel % 64) + Math.floor(pixel / 64)) % 2 === 0 ? 0 : 255;
    });
    const pixels = await preprocess({ width: 64, height: 64, data }, to(16));
    for (let i = 6 * 16 * 3; i < 10 * 16 * 3; i++) expect(Math.abs((pixels[i] ?? 0) - 128)).toBeLessThan(10);
  });

  it('enlarges and survives extreme proportions', async () => {
    for (const [width, height] of [
      [1, 1],
      [1024, 1],
      [1, 1024],
    ] as const) {
      const picture = { width, height, data: new Uint8Array(width * height * 3).fill(7) };
      expect((await preprocess(picture, to(32))).length).toBe(32 * 32 * 3);
    }
  });
});

describe('toPixels', () => {
  it('maps bytes to [0,1]', () => {
    expect([...toPixels(Uint8Array.of(0, 51, 255))]).toEqual([0, Math.fround(0.2), 1]);
  });
});
