import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../base/random.ts';
import { avifOfFrames } from '../../embedding/pictures.ts';
import { eventually } from '../../support/eventually.ts';
import { CONTENT_TYPE, multipart } from '../support/multipart.ts';
import { drawing } from '../support/pictures.ts';
import { type HostileServer, startHostileServer } from './support/hostile-server.ts';

const MUTATIONS = process.env.HOLDFAST_SLOW_TESTS === '1' ? 20_000 : 200;
/** Requests at a time: while one picture is decoded, another is sent. */
const LANES = 4;
/** Megabytes outside the heap that may stay when all is over. */
const LEFT_OVER = 40;

const { data, size } = drawing('seed', 64);
const raw = sharp(data, { raw: { width: size, height: size, channels: 3 } });
const whole = {
  jpeg: await raw.clone().jpeg().toBuffer(),
  progressive: await raw.clone().jpeg({ progressive: true }).toBuffer(),
  png: await raw.clone().png().toBuffer(),
  palette: await raw.clone().png({ palette: true }).toBuffer(),
  webp: await raw.clone().webp().toBuffer(),
  lossless: await raw.clone().webp({ lossless: true }).toBuffer(),
} as const;
type Kind = keyof typeof whole;
const kinds = Object.keys(whole) as Kind[];

const patched = (kind: Kind, offset: number, ...bytes: readonly number[]): Buffer => {
  const copy = Buffer.from(whole[kind]);
  copy.set(bytes, offset);
  return copy;
};
/** Where the frame header of a JPEG has its height and width. */
const jpegSize = whole.jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5;
const text = (value: string): Buffer => Buffer.from(value);

/** Files that are no picture, each refused. */
const malformed: readonly (readonly [string, Uint8Array])[] = [
  ...kinds.flatMap((kind) =>
    Array.from({ length: 30 }, (_, i): [string, Buffer] => {
      const end = Math.floor((whole[kind].length * (i + 1)) / 34);
      return [`a ${kind} of its first ${end} bytes`, whole[kind].subarray(0, end)];
    }),
  ),
  ...kinds.map((kind): [string, Buffer] => [`a ${kind} without its first byte`, whole[kind].subarray(1)]),
  ...kinds.map((kind): [string, Buffer] => [`a ${kind} behind a space`, Buffer.concat([text(' '), whole[kind]])]),
  ['a PNG of 100,000 by 100,000', patched('png', 16, 0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0)],
  ['a PNG without width', patched('png', 16, 0, 0, 0, 0)],
  ['a PNG of negative width', patched('png', 16, 0xff, 0xff, 0xff, 0xff)],
  ['a PNG of 3 bits', patched('png', 24, 3)],
  ['a PNG of another colour type', patched('png', 25, 5)],
  ['a PNG with a wrong checksum', patched('png', 29, 0, 0, 0, 0)],
  ['a JPEG of 65,500 by 65,500', patched('jpeg', jpegSize, 0xff, 0xdc, 0xff, 0xdc)],
  ['a JPEG without height', patched('jpeg', jpegSize, 0, 0)],
  ['a WebP that says it is longer', patched('webp', 4, 0xff, 0xff, 0xff, 0x7f)],
  ['the mark of a JPEG', Buffer.from([0xff, 0xd8, 0xff])],
  ['the mark of a PNG', whole.png.subarray(0, 8)],
  ['the mark of a WebP', whole.webp.subarray(0, 12)],
  ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>')],
  ['an SVG that is huge', text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"/>')],
  [
    'an SVG with a file',
    text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg>&b;</svg>'),
  ],
  ['a GIF', text('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;')],
  ['a TIFF', Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0, 0, 0])],
  ['a BMP', text('BM\x1e\0\0\0\0\0\0\0\x1a\0\0\0')],
  ['an AVIF', await avifOfFrames(1)],
  ['an AVIF of 1,000 frames', await avifOfFrames(1_000)],
  ['the mark of an AVIF', text('\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf')],
  ['a PDF', text('%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj')],
  ['a PostScript file', text('%!PS\n/Times findfont')],
  ['an ImageMagick script', text('push graphic-context\nimage over 0,0 0,0 "|id"\npop graphic-context')],
  ['a ZIP', text('PK\x03\x04\x14\0\0\0')],
  ['a page', text('<!doctype html><script>alert(1)</script>')],
  ['JSON', text('{"image":1}')],
  ['one byte', text('x')],
  ['null bytes', Buffer.alloc(1_000)],
  ['ones', Buffer.alloc(1_000, 0xff)],
];

describe('pictures', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await startHostileServer();
  });
  afterAll(() => server.close());
  const upload = (bytes: Uint8Array) => ({
    path: '/search',
    headers: { 'Content-Type': CONTENT_TYPE },
    body: multipart([{ name: 'image', filename: 'a.png', value: bytes }]),
  });

  it('that are whole are searched with', async () => {
    for (const kind of kinds) expect((await server.send(upload(whole[kind]))).status).toBe(200);
  });

  it('that are malformed, more than 200 of them, are refused', async () => {
    expect(malformed.length).toBeGreaterThanOrEqual(200);
    for (const [name, bytes] of malformed) {
      const { code, text: answer } = await server.expectRefused(upload(bytes));
      expect(code, `${name}: ${answer}`).toMatch(/^IMAGE_(UNREADABLE|TYPE_UNSUPPORTED|TOO_MANY_PIXELS)$/);
    }
    await server.expectWell();
  });

  it(
    'that are changed at random are searched with or refused, and leave nothing behind',
    async () => {
      const before = bytesOutsideHeap();
      const random = createRandom('mutations');
      const statuses = new Set<number>();
      let made = 0;
      const sendOn = async (): Promise<void> => {
        while (made < MUTATIONS) {
          const number = made++;
          const bytes = mutate(Buffer.from(whole[random.pick(kinds)]), random);
          const { status, text: answer } = await server.send(upload(bytes));
          expect([200, 413, 415, 422], `mutation ${number}: ${answer}`).toContain(status);
          statuses.add(status);
        }
      };
      await Promise.all(Array.from({ length: LANES }, sendOn));
      expect(made).toBe(MUTATIONS);
      expect(statuses).toContain(200);
      expect(statuses).toContain(422);
      await server.expectWell();
      // What is still on its way out is let go a little later.
      await eventually(() => expect((bytesOutsideHeap() - before) / 1e6).toBeLessThan(LEFT_OVER));
    },
    MUTATIONS * 400,
  );
});

/** Flips, overwrites, cuts out, repeats or swaps some bytes. */
function mutate(bytes: Buffer, random: ReturnType<typeof createRandom>): Buffer {
  const at = (): number => random.integer(bytes.length);
  const length = 1 + random.integer(40);
  switch (random.integer(5)) {
    case 0:
      for (let i = 0; i < 1 + random.integer(8); i++) bytes[at()] = random.integer(256);
      return bytes;
    case 1: {
      const place = at();
      bytes[place] = (bytes[place] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    }
    case 2: {
      const start = at();
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
    }
    case 3: {
      const start = at();
      return Buffer.concat([bytes.subarray(0, start + length), bytes.subarray(start)]);
    }
    default: {
      bytes.copyWithin(at(), at(), at());
      return bytes;
    }
  }
}

function bytesOutsideHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  const { external, arrayBuffers } = process.memoryUsage();
  return external + arrayBuffers;
}
