import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { writePack } from './pack.ts';
import { renderDrawing } from './render.ts';
import { selectDrawings } from './selection.ts';
import { type IconSet, readIconSet, SETS, type SetName } from './sets.ts';

/**
 * Renders every drawing into the pack named on the command line, telling its parent how far it has got. It is a process of its
 * own because servers switch libvips' SVG reader off for their whole process.
 */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the path of the pack is missing');

// Ctrl-C in a terminal reaches this process too; it is for the parent to end it.
process.on('SIGINT', () => {});
process.once('disconnect', () => process.exit(1));

sharp.concurrency(1);
const sets = Object.fromEntries(SETS.map((name) => [name, readIconSet(name)])) as Record<SetName, IconSet>;
const drawings = selectDrawings(sets);
const parts: Uint8Array[] = [];
let next = 0;
let done = 0;

async function work(): Promise<void> {
  for (let i = next++; i < drawings.length; i = next++) {
    const drawing = drawings[i] as (typeof drawings)[number];
    parts[i] = await renderDrawing(sets[drawing.set], drawing);
    done += 1;
    if (done % 64 === 0 || done === drawings.length) process.send?.({ done, total: drawings.length });
  }
}

try {
  // A folder that cannot be made is told before everything is drawn.
  mkdirSync(dirname(path), { recursive: true });
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  writePack(path, { header: drawings, parts });
  process.exit(0);
} catch (error) {
  // What the file system refuses, such as a file on a full disk, is for the parent to name.
  if (!(error instanceof Error && 'syscall' in error) || process.send === undefined) throw error;
  process.send({ refused: error.message }, () => process.exit(1));
}
