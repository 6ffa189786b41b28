import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, protectDecoder } from '../../embedding/decode.ts';
import { avifOfFrames } from './pictures.ts';

/** Milliseconds of processor time of some work. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

// In a file of its own: the readers stay off for the rest of the process.
describe('AVIF', () => {
  it('costs as much as its one picture has frames, which is why it is refused', async () => {
    const [one, many] = [await avifOfFrames(1, 400), await avifOfFrames(200, 400)];
    expect((await sharp(many).metadata()).pages).toBe(1);
    const decode = (file: Buffer) => () => sharp(file).raw().toBuffer();
    await decode(one)();
    const [cheap, dear] = [await costOf(decode(one)), await costOf(decode(many))];
    // Once a reader stops at the first frame, the decision is to be made again.
    expect(dear).toBeGreaterThan(10 * cheap);
  });

  it.each([1, 5_000])('of %i frames is refused before anything of it is read', async (times) => {
    const file = await avifOfFrames(times);
    const refused = () => expect(decodePicture(file)).rejects.toMatchObject({ code: 'IMAGE_TYPE_UNSUPPORTED' });
    expect(await costOf(refused)).toBeLessThan(1000);
  });

  it('cannot be read at all where uploads are served', async () => {
    const file = await avifOfFrames(1);
    protectDecoder();
    await expect(sharp(file).metadata()).rejects.toThrow(/unsupported/);
  });
});
