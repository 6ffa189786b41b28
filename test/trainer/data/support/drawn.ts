import { join } from 'node:path';
import { drawingsFingerprint } from '../../../../trainer/data/emoji/drawings.ts';
import { writePack } from '../../../../trainer/data/emoji/pack.ts';
import type { Selected } from '../../../../trainer/data/emoji/selection.ts';
import { png } from '../../../server/support/pictures.ts';

/** As many as there are for training, and some for the test. */
const CLASSES = 430 + 40;
const SETS = ['noto', 'twemoji'] as const;

/** Puts a few coloured rectangles into a cache in the place of the emoji, of which all classes take half a minute to draw. */
export async function drawRectangles(cache: string): Promise<void> {
  const header = Array.from({ length: CLASSES }, (_, i) =>
    SETS.map((set): Selected => ({ set, icon: 'none', className: `class-${1000 + i}`, category: 'Objects' })),
  ).flat();
  const parts = await Promise.all(header.map(({ set, className }) => png(`${className}/${set}`)));
  writePack(join(cache, `emoji-${drawingsFingerprint()}.bin`), { header, parts });
}
