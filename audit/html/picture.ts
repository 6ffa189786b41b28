import { type Markup, markup } from '../../base/markup.ts';
import type { PictureUrl } from '../types.ts';

/** Pictures of fewer pixels across are shown pixel by pixel. */
const COARSE = 96;
/** Where a PNG has its width and height: 4 bytes each, after the signature and the head of its first chunk. */
const [WIDTH_AT, HEIGHT_AT] = [16, 20];

/** A picture of the report. */
export function picture(url: PictureUrl, alt: string): Markup {
  const { width, height } = sizeOf(url);
  return markup`<img class="${width < COARSE ? 'coarse' : 'fine'}" src="${url}" alt="${alt}" width="${width}" height="${height}">`;
}

/** Width and height of a PNG, from the first bytes of its data URL. */
function sizeOf(url: PictureUrl): { readonly width: number; readonly height: number } {
  const from = url.indexOf(',') + 1;
  const head = Buffer.from(url.slice(from, from + 32), 'base64');
  if (head.length < HEIGHT_AT + 4) return { width: 0, height: 0 };
  return { width: head.readUInt32BE(WIDTH_AT), height: head.readUInt32BE(HEIGHT_AT) };
}
