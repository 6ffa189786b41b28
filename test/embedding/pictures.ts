import sharp from 'sharp';
import { createRandom } from '../../base/random.ts';
import type { Picture } from '../../embedding/types.ts';

/** Smooth colours with some seeded noise, so that no codec has an easy time. */
export function testPicture(width: number, height: number): Picture {
  const random = createRandom('picture');
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const smooth = [x / width, y / height, (x + y) / (width + height)][i % 3] ?? 0;
    return Math.floor(smooth * 200 + random.uniform() * 55);
  });
  return { width, height, data };
}

/** The picture in sharp's hands, to be written in any format. */
export function image({ width, height, data }: Picture) {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** One colour, four channels. */
export function transparent(width: number, height: number, alpha: number) {
  return sharp({ create: { width, height, channels: 4, background: { r: 200, g: 100, b: 50, alpha } } });
}

/** A PNG that is a header only: its size is claimed, not there. */
export function pngHeader(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', Buffer.from([0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01])),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, body: Buffer): Buffer {
  const tagged = Buffer.concat([Buffer.from(type), body]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length, 0);
  frame.writeUInt32BE(crc32(tagged), 4);
  return Buffer.concat([frame.subarray(0, 4), tagged, frame.subarray(4)]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * An AVIF whose one picture is the same frame `times` over, all of which a reader decodes to show the last: a small file that costs
 * without end.
 */
export async function avifOfFrames(times: number, side = 64): Promise<Buffer> {
  const create = { width: side, height: side, channels: 3, background: '#336699' } as const;
  const whole = await sharp({ create }).avif({ effort: 0 }).toBuffer();
  // Where the one item lies: after version, flags and sizes, the id, where it begins, and the offset and length of its one part.
  const item = whole.indexOf('iloc') + 12;
  const begin = whole.readUInt32BE(item + 4) + whole.readUInt32BE(item + 10);
  const frame = whole.subarray(begin, begin + whole.readUInt32BE(item + 14));
  const frames = Buffer.concat(Array.from({ length: times }, () => frame));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + frames.length);
  head.write('mdat', 4);
  const moved = Buffer.from(whole);
  moved.writeUInt32BE(whole.length + head.length, item + 4);
  moved.writeUInt32BE(0, item + 10);
  moved.writeUInt32BE(frames.length, item + 14);
  return Buffer.concat([moved, head, frames]);
}
