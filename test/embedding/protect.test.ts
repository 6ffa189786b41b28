import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, protectDecoder } from '../../embedding/decode.ts';
import { image, testPicture } from './pictures.ts';

// In a file of its own: the readers stay off for the rest of the process.
describe('a protected process', () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');

  it('cannot be made to draw SVG or to open files, and still decodes the three types', async () => {
    expect((await sharp(svg).raw().toBuffer()).length).toBeGreaterThan(0);
    const gif = await image(testPicture(8, 8)).gif().toBuffer();
    const files = await Promise.all([
      image(testPicture(8, 8)).png().toBuffer(),
      image(testPicture(8, 8)).jpeg().toBuffer(),
      image(testPicture(8, 8)).webp().toBuffer(),
    ]);
    protectDecoder();
    protectDecoder();
    await expect(sharp(svg).raw().toBuffer()).rejects.toThrow(/unsupported/);
    await expect(sharp(gif).raw().toBuffer()).rejects.toThrow(/unsupported/);
    await expect(sharp('LICENSE').raw().toBuffer()).rejects.toThrow(/unsupported/);
    for (const file of files) expect((await decodePicture(file)).width).toBe(8);
    expect(sharp.concurrency()).toBe(1);
  });
});
