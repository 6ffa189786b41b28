import { join } from 'node:path';
import { decodePicture } from '../../embedding/decode.ts';
import { preprocess } from '../../embedding/preprocess.ts';
import type { Preprocessing } from '../../embedding/types.ts';
import type { DataSet, Halves, LabelledImages, NetworkInput } from '../types.ts';
import { drawingsFingerprint, type EmojiDrawing, loadEmoji } from './emoji/drawings.ts';
import { readPack, writePack } from './emoji/pack.ts';
import { sharedBytes, toShared } from './shared-bytes.ts';

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
  summary: 'drawings of 861 emoji by seven design teams; comes with the development dependencies',
  augmentation: 'pose',
  needsFolder: false,
  preprocessing: ({ size, channels }) => ({
    size,
    fit: 'contain',
    kernel: 'linear',
    ...(channels === 1 ? { channels } : {}),
  }),
  async load({ size, channels, cache, onProgress }): Promise<Halves> {
    const input = { size, channels };
    const form = channels === 1 ? `${size}px-grey` : `${size}px`;
    const path = join(cache, `emoji-${drawingsFingerprint()}-${form}.bin`);
    const cached = readPack(path);
    if (cached !== undefined) return unpack(cached.header as Header, cached.parts, input);
    const { train, test } = emojiSplit(await loadEmoji(cache, onProgress));
    const parts = [await pixelsOf(train, emoji.preprocessing(input)), await pixelsOf(test, emoji.preprocessing(input))];
    const header: Header = [train, test].map((half) => half.map(({ className }) => className));
    writePack(path, { header, parts });
    return unpack(header, parts, input);
  },
};

/** The class of each picture of the two halves. */
type Header = string[][];

function unpack(header: Header, parts: readonly Uint8Array[], { size, channels }: NetworkInput): Halves {
  const half = (at: number): LabelledImages => {
    const names = header[at] ?? [];
    const classes = [...new Set(names)];
    const numbers = new Map(classes.map((name, i) => [name, i]));
    return {
      name: 'emoji',
      size,
      channels,
      labels: Int32Array.from(names, (name) => numbers.get(name) as number),
      classes,
      pictures: { kind: 'bytes', bytes: toShared(parts[at] as Uint8Array) },
    };
  };
  return { train: half(0), test: half(1) };
}

async function pixelsOf(drawings: readonly EmojiDrawing[], preprocessing: Preprocessing): Promise<Uint8Array> {
  const length = preprocessing.size * preprocessing.size * (preprocessing.channels ?? 3);
  const pixels = sharedBytes(drawings.length * length);
  const one = async ({ png }: EmojiDrawing, i: number): Promise<void> => {
    pixels.set(await preprocess(await decodePicture(png), preprocessing), i * length);
  };
  for (let from = 0; from < drawings.length; from += 64) {
    await Promise.all(drawings.slice(from, from + 64).map((drawing, i) => one(drawing, from + i)));
  }
  return pixels;
}
