import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodePicture, protectDecoder } from '../../../embedding/decode.ts';
import { preprocess } from '../../../embedding/preprocess.ts';
import { drawingsFingerprint } from '../../../trainer/data/emoji/drawings.ts';
import { type EmojiDrawing, emoji, emojiSplit, loadEmoji } from '../../../trainer/data/emoji.ts';
import type { LabelledImages } from '../../../trainer/types.ts';

const SIZE = 32;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-emoji-'));
const drawingsPath = join(folder, `emoji-${drawingsFingerprint()}.bin`);
const pixelsPath = join(folder, `emoji-${drawingsFingerprint()}-${SIZE}px.bin`);
const progress: [number, number][] = [];
let drawings: EmojiDrawing[] = [];
const bytesOf = ({ pictures }: LabelledImages): Uint8Array =>
  pictures.kind === 'bytes' ? pictures.bytes : new Uint8Array();
let loaded: Awaited<ReturnType<typeof emoji.load>>;

beforeAll(async () => {
  // As in a server, and with damaged caches: all that follows shows that they are made anew.
  protectDecoder();
  mkdirSync(folder, { recursive: true });
  writeFileSync(drawingsPath, 'HFPACK1\ndamaged');
  writeFileSync(pixelsPath, 'HFPACK1\ndamaged');
  drawings = await loadEmoji(folder, (done, total) => progress.push([done, total]));
  loaded = await emoji.load({ size: SIZE, channels: 3, cache: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the rendered drawings', () => {
  it('are all there although the process cannot draw SVG and the cache was damaged', () => {
    expect(drawings.length).toBe(5873);
    expect(new Set(drawings.map(({ id }) => id)).size).toBe(5873);
    expect(drawings.find(({ id }) => id === 'noto/grinning-face')).toMatchObject({
      set: 'noto',
      className: 'grinning-face',
      category: 'Smileys & Emotion',
    });
  });

  it('told how far they were, up to the end', () => {
    expect(progress.at(-1)).toEqual([5873, 5873]);
    expect(progress.map(([done]) => done)).toEqual(progress.map(([done]) => done).sort((a, b) => a - b));
  });

  it('are 128 x 128 pixels, none of them blank', async () => {
    for (let i = 0; i < drawings.length; i += 97) {
      const { id, png } = drawings[i] as EmojiDrawing;
      const { width, height, data } = await decodePicture(png);
      expect([id, width, height]).toEqual([id, 128, 128]);
      expect(new Set(data).size, id).toBeGreaterThan(1);
    }
  });

  it('are read from the cache the second time, and are the same', async () => {
    const written = statSync(drawingsPath).mtimeMs;
    const again: unknown[] = [];
    const second = await loadEmoji(folder, () => again.push(1));
    expect([statSync(drawingsPath).mtimeMs, again.length]).toEqual([written, 0]);
    expect(second.length).toBe(drawings.length);
    const differing = second.filter(({ id, png }, i) => {
      const first = drawings[i];
      return first?.id !== id || Buffer.compare(first.png, png) !== 0;
    });
    expect(differing).toEqual([]);
  });

  it('say where the file system refuses them', async () => {
    const below = join(pixelsPath, 'cache');
    await expect(loadEmoji(below)).rejects.toMatchObject({
      code: 'RUN_WRITE_FAILED',
      message: expect.stringContaining(below),
    });
  });

  it('leave nothing half written when the rendering is killed', async () => {
    const path = join(folder, 'killed', 'emoji.bin');
    const script = fileURLToPath(new URL('../../../trainer/data/emoji/render-process.ts', import.meta.url));
    const child = fork(script, [path], { execArgv: ['--import', 'tsx'] });
    await once(child, 'message');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(path)).toBe(false);
  });
});

describe('the data set', () => {
  it('has pixels and labels of the two halves, class by class', () => {
    const { train, test } = loaded;
    expect([train.labels.length, test.labels.length]).toEqual([2936, 2937]);
    expect([train.classes.length, test.classes.length]).toEqual([430, 431]);
    for (const half of [train, test]) {
      expect(bytesOf(half).length).toBe(half.labels.length * SIZE * SIZE * 3);
      expect(new Set(half.labels).size).toBe(half.classes.length);
    }
    expect(train.classes.filter((name) => test.classes.includes(name))).toEqual([]);
  });

  it('shows a model what a server would show it', async () => {
    const halves = emojiSplit(drawings);
    for (const half of ['train', 'test'] as const) {
      const { labels, classes } = loaded[half];
      const pixels = bytesOf(loaded[half]);
      for (let i = 0; i < labels.length; i += 173) {
        const drawing = halves[half][i] as EmojiDrawing;
        const served = await preprocess(await decodePicture(drawing.png), {
          size: SIZE,
          fit: 'contain',
          kernel: 'linear',
        });
        expect(classes[labels[i] ?? -1]).toBe(drawing.className);
        const row = pixels.subarray(i * served.length, (i + 1) * served.length);
        expect(Buffer.compare(row, served), drawing.id).toBe(0);
      }
    }
  });

  it('is read from the cache the second time', async () => {
    const written = statSync(pixelsPath).mtimeMs;
    const again = await emoji.load({ size: SIZE, channels: 3, cache: folder });
    expect(statSync(pixelsPath).mtimeMs).toBe(written);
    for (const half of ['train', 'test'] as const) {
      expect(Buffer.compare(bytesOf(again[half]), bytesOf(loaded[half]))).toBe(0);
      expect(again[half].labels).toEqual(loaded[half].labels);
      expect(again[half].classes).toEqual(loaded[half].classes);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
