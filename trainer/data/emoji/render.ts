import sharp from 'sharp';
import { encodePng } from '../../../embedding/encode.ts';
import type { Selected } from './selection.ts';
import type { IconSet } from './sets.ts';

/** Side of the rendered drawings in pixels. */
export const RENDER_SIZE = 128;

/** A drawing as a PNG of 128 x 128 pixels on white. */
export async function renderDrawing(set: IconSet, { icon: name }: Selected): Promise<Uint8Array> {
  const icon = set.icons[name];
  if (icon === undefined) throw new RangeError(`no icon named ${name}`);
  const { body, left = 0, top = 0, width = set.width, height = set.height } = icon;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
    `viewBox="${left} ${top} ${width} ${height}" width="${RENDER_SIZE}" height="${RENDER_SIZE}">${body}</svg>`;
  const data = await sharp(Buffer.from(svg)).flatten({ background: '#ffffff' }).toColourspace('srgb').raw().toBuffer();
  return encodePng({ width: RENDER_SIZE, height: RENDER_SIZE, data });
}
