import { join } from 'node:path';
import { decodePicture } from '../../embedding/decode.ts';
import { preprocess } from '../../embedding/preprocess.ts';
import type { DataSet, LabelledImages } from '../types.ts';
import { drawingsFingerprint, type EmojiDrawing, loadEmoji } from './emoji/drawings.ts';
import { readPack, writePack } from './emoji/pack.ts';

export { type EmojiDrawing, loadEmoji } from './emoji/drawings.ts';

/** The first classes in the order of their names are for training. */
const TRAIN_CLASSES = 430;

/** The class-disjoint halves. */
export function emojiSplit<D extends Pick<EmojiDrawing, 'className'>>(
  drawings: readonly D[],
): { readonly train: D[]; readonly test: D[] } {
  const names = [...new Set(drawings.map(({ className }) => className))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const training = new Set(names.slice(0, TRAIN_CLASSES));
  return {
    train: drawings.filter(({ className }) => training.has(className)),
    test: drawings.filter(({ className }) => !training.has(className)),
  };
}

/**
 * Seven design teams' drawings of the same emoji: a class is an emoji, an image is a drawing. The drawings go through the decoder
 * and the preprocessing of the server, so that a model is trained on the pixels it will see.
 */
export const emoji: DataSet = {
  name: 'emoji',
  channels: 3,
  async load(size, cacheFolder, onProgress) {
    const path = join(cacheFolder, `emoji-${drawingsFingerprint()}-${size}px.bin`);
    const cached = readPack(path);
    if (cached !== undefined) return unpack(cached.header as Header, cached.parts, size);
    const { train, test } = emojiSplit(await loadEmoji(cacheFolder, onProgress));
    const halves = [train, test];
    const parts = [await pixelsOf(train, size), await pixelsOf(test, size)];
    const header: Header = halves.map((half) => half.map(({ className }) => className));
    writePack(path, { header, parts });
    return unpack(header, parts, size);
  },
};

/** The class of each picture of the two halves. */
type Header = string[][];

function unpack(header: Header, parts: readonly Uint8Array[], size: number) {
  const half = (at: number): LabelledImages => {
    const names = header[at] ?? [];
    const classes = [...new Set(names)];
    const numbers = new Map(classes.map((name, i) => [name, i]));
    return {
      name: 'emoji',
      size,
      pixels: parts[at] as Uint8Array,
      labels: Int32Array.from(names, (name) => numbers.get(name) as number),
      classes,
    };
  };
  return { train: half(0), test: half(1) };
}

async function pixelsOf(drawings: readonly EmojiDrawing[], size: number): Promise<Uint8Array> {
  const length = size * size * 3;
  const pixels = new Uint8Array(drawings.length * length);
  const one = async ({ png }: EmojiDrawing, i: number): Promise<void> => {
    const picture = await decodePicture(png);
    pixels.set(await preprocess(picture, { size, fit: 'contain', kernel: 'linear' }), i * length);
  };
  for (let from = 0; from < drawings.length; from += 64) {
    await Promise.all(drawings.slice(from, from + 64).map((drawing, i) => one(drawing, from + i)));
  }
  return pixels;
}
