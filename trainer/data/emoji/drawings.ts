import { fork } from 'node:child_process';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { HoldfastError } from '../../../base/errors.ts';
import { readPack } from './pack.ts';
import { RENDER_SIZE } from './render.ts';
import type { Selected } from './selection.ts';
import { fingerprint, type IconSet, readIconSet, SETS, type SetName } from './sets.ts';

export interface EmojiDrawing {
  /** Set and class, such as `noto/grinning-face`. */
  readonly id: string;
  readonly set: SetName;
  readonly className: string;
  readonly category: string;
  /** 128 x 128 pixels on white. */
  readonly png: Uint8Array;
}

/** Grows when the selection or the rendering changes. */
const RECIPE = 1;

export type OnProgress = (done: number, total: number) => void;

/** Names what the drawings depend on: packages, renderer, recipe. */
export function drawingsFingerprint(): string {
  const sets = Object.fromEntries(SETS.map((name) => [name, readIconSet(name)])) as Record<SetName, IconSet>;
  return fingerprint(sets, `vips ${sharp.versions.vips} size ${RENDER_SIZE} recipe ${RECIPE}`);
}

/**
 * All drawings, by class and then by set, from the cache; they are rendered first where it does not have them.
 * @throws HoldfastError DATA_MISSING when a package is not installed, RUN_WRITE_FAILED when the cache cannot be written.
 */
export async function loadEmoji(cacheFolder: string, onProgress?: OnProgress): Promise<EmojiDrawing[]> {
  const path = join(cacheFolder, `emoji-${drawingsFingerprint()}.bin`);
  const cached = readPack(path);
  if (cached === undefined) await renderInProcess(path, onProgress);
  const pack = cached ?? readPack(path);
  if (pack === undefined) throw new HoldfastError('INTERNAL', `the rendered emoji in ${path} cannot be read back`);
  return (pack.header as Selected[]).map(({ set, className, category }, i) => ({
    id: `${set}/${className}`,
    set,
    className,
    category,
    png: pack.parts[i] as Uint8Array,
  }));
}

/** What the process says: how far it is, or why the file system refuses its file. */
type Told = { readonly done: number; readonly total: number } | { readonly refused: string };

function renderInProcess(path: string, onProgress: OnProgress | undefined): Promise<void> {
  const extension = extname(fileURLToPath(import.meta.url));
  const script = fileURLToPath(new URL(`./render-process${extension}`, import.meta.url));
  const child = fork(script, [path], { execArgv: extension === '.ts' ? ['--import', 'tsx'] : [] });
  return new Promise((resolve, reject) => {
    child.on('message', (message: Told) => {
      if ('refused' in message) {
        reject(new HoldfastError('RUN_WRITE_FAILED', `${path} cannot be written: ${message.refused}`));
      } else onProgress?.(message.done, message.total);
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new HoldfastError('INTERNAL', `rendering the emoji ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
