import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, MAX_SIDE } from '../../embedding/decode.ts';
import { image, pngHeader, testPicture, transparent } from './pictures.ts';

const source = testPicture(64, 48);
const [png, jpeg, webp] = await Promise.all([
  image(source).png().toBuffer(),
  image(source).jpeg().toBuffer(),
  image(source).webp({ lossless: true }).toBuffer(),
]);
const firstPixel = async (bytes: Uint8Array): Promise<number[]> => [
  ...(await decodePicture(bytes)).data.subarray(0, 3),
];
const text = (content: string): Uint8Array => Buffer.from(content);
const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 0xff : byte));

describe('pictures that are decoded', () => {
  it('gives a lossless file back pixel by pixel', async () => {
    for (const bytes of [png, webp]) {
      const { width, height, data } = await decodePicture(bytes);
      expect([width, height]).toEqual([64, 48]);
      expect(Buffer.compare(data, source.data)).toBe(0);
    }
  });

  it('decodes JPEG close to its source', async () => {
    const { data } = await decodePicture(jpeg);
    const error = data.reduce((sum, value, i) => sum + Math.abs(value - (source.data[i] ?? 0)), 0) / data.length;
    expect(data.length).toBe(64 * 48 * 3);
    expect(error).toBeLessThan(20);
  });

  it.each([
    ['opaque', 1, [200, 100, 50]],
    ['half transparent', 0.5, [227, 177, 152]],
    ['fully transparent, whatever colour hides there', 0, [255, 255, 255]],
  ])('flattens on white: %s', async (_, alpha, expected) => {
    expect(await firstPixel(await transparent(8, 4, alpha).png().toBuffer())).toEqual(expected);
  });

  it.each([
    ['16-bit RGB PNG', () => image(source).toColourspace('rgb16').png().toBuffer()],
    ['16-bit grey PNG', () => image(source).toColourspace('grey16').png().toBuffer()],
    ['grey PNG', () => image(source).toColourspace('b-w').png().toBuffer()],
    ['grey PNG with alpha', () => transparent(64, 48, 0.5).toColourspace('b-w').png().toBuffer()],
    ['palette PNG', () => image(source).png({ palette: true }).toBuffer()],
    ['grey JPEG', () => image(source).toColourspace('b-w').jpeg().toBuffer()],
    ['CMYK JPEG', () => image(source).toColourspace('cmyk').jpeg().toBuffer()],
    ['progressive JPEG', () => image(source).jpeg({ progressive: true }).toBuffer()],
    ['PNG with a colour profile', () => image(source).withIccProfile('p3').png().toBuffer()],
  ])('converts to three channels of 8 bits: %s', async (_, make) => {
    const { width, height, data } = await decodePicture(await make());
    expect([width, height, data.length]).toEqual([64, 48, 64 * 48 * 3]);
  });

  it('keeps the level of a grey 16-bit picture', async () => {
    const grey = sharp({ create: { width: 4, height: 4, channels: 3, background: '#808080' } });
    expect(await firstPixel(await grey.toColourspace('grey16').png().toBuffer())).toEqual([128, 128, 128]);
  });

  it('turns a picture as its EXIF orientation says', async () => {
    const sideways = await image(source).jpeg({ quality: 100 }).withMetadata({ orientation: 6 }).toBuffer();
    const upright = await decodePicture(sideways);
    const expected = await decodePicture(await image(source).rotate(90).png().toBuffer());
    expect([upright.width, upright.height]).toEqual([48, 64]);
    const error = upright.data.reduce((sum, value, i) => sum + Math.abs(value - (expected.data[i] ?? 0)), 0);
    expect(error / upright.data.length).toBeLessThan(20);
  });

  it('takes the first frame of an animation', async () => {
    const frames = ['#ff0000', '#0000ff'].map((background) => ({
      input: { create: { width: 16, height: 16, channels: 3 as const, background } },
    }));
    const inputs = await Promise.all(frames.map(({ input }) => sharp(input).png().toBuffer()));
    const animated = await sharp(inputs, { join: { animated: true } })
      .webp({ lossless: true })
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    const { width, height, data } = await decodePicture(animated);
    expect([width, height, ...data.subarray(0, 3)]).toEqual([16, 16, 255, 0, 0]);
  });

  it.each([
    [2000, 1000, 1024, 512],
    [500, 3000, 171, 1024],
    [5000, 1, 1024, 1],
    [1024, 1024, 1024, 1024],
  ])('reduces %i x %i to %i x %i', async (width, height, toWidth, toHeight) => {
    const large = sharp({ create: { width, height, channels: 3, background: '#336699' } });
    const picture = await decodePicture(await large.png().toBuffer());
    expect([picture.width, picture.height]).toEqual([toWidth, toHeight]);
    expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(MAX_SIDE);
    expect([...picture.data.subarray(0, 3)]).toEqual([0x33, 0x66, 0x99]);
  });
});

describe('files of the operator', () => {
  it('may be of any size', async () => {
    const large = await sharp({ create: { width: 8000, height: 5001, channels: 3, background: '#336699' } })
      .png({ compressionLevel: 1 })
      .toBuffer();
    await expect(decodePicture(large)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' });
    const { width, height } = await decodePicture(large, { trusted: true });
    expect([width, height]).toEqual([1024, 640]);
  });

  it('may have flaws that are warned of, but not be cut off', async () => {
    const places = Array.from({ length: 25 }, (_, i) => 300 + 33 * i).map((at) => flipped(jpeg, at));
    const outcomes = await Promise.all(
      places.map(async (bytes) => {
        const strict = await decodePicture(bytes).catch(() => undefined);
        const trusting = await decodePicture(bytes, { trusted: true }).catch(() => undefined);
        return [strict !== undefined, trusting !== undefined];
      }),
    );
    expect(outcomes).toContainEqual([false, true]);
    expect(outcomes).not.toContainEqual([true, false]);
    const cut = decodePicture(jpeg.subarray(0, jpeg.length / 2), { trusted: true });
    await expect(cut).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' });
  });
});

describe('files that are refused', () => {
  it.each([
    ['nothing', text('')],
    ['two bytes of a JPEG', Uint8Array.of(0xff, 0xd8)],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['SVG behind an XML declaration', text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['HTML', text('<!doctype html><img src="x.png">')],
    ['GIF', text('GIF89a\x01\x00\x01\x00')],
    ['TIFF', text('II*\x00\x08\x00\x00\x00')],
    ['PDF', text('%PDF-1.7')],
    ['AVIF', text('\x00\x00\x00\x1cftypavif')],
    ['WAV, a RIFF that is no WebP', text('RIFF\x24\x00\x00\x00WAVEfmt ')],
    ['a PNG behind a space', Buffer.concat([text(' '), png])],
  ])('refuses %s by its first bytes', async (_, bytes) => {
    await expect(decodePicture(bytes)).rejects.toMatchObject({ code: 'IMAGE_TYPE_UNSUPPORTED', status: 415 });
  });

  it.each([
    [50_000, 50_000],
    [40_000_001, 1],
    [6_325, 6_325],
  ])('refuses %i x %i pixels before decoding any', async (width, height) => {
    const started = process.cpuUsage();
    await expect(decodePicture(pngHeader(width, height))).rejects.toMatchObject({
      code: 'IMAGE_TOO_MANY_PIXELS',
      message: expect.stringContaining(`${width} x ${height}`),
    });
    expect(process.cpuUsage(started).user).toBeLessThan(1e6);
  });

  it.each([
    ['a JPEG cut in the middle', jpeg.subarray(0, jpeg.length / 2)],
    ['a PNG cut in the middle', png.subarray(0, png.length / 2)],
    ['a WebP cut in the middle', webp.subarray(0, webp.length / 2)],
    ['a PNG that ends after its signature', png.subarray(0, 8)],
    ['a JPEG that ends after its signature', jpeg.subarray(0, 3)],
    ['a PNG with a flipped byte of pixels', flipped(png, png.length >> 1)],
    ['a small PNG header without pixels', pngHeader(8, 8)],
    ['noise behind a PNG signature', Buffer.concat([png.subarray(0, 8), Buffer.alloc(64, 7)])],
  ])('refuses %s', async (_, bytes) => {
    await expect(decodePicture(bytes)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE', status: 422 });
  });
});
