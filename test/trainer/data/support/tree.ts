import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';
import { createRandom } from '../../../../base/random.ts';
import type { LabelledImages } from '../../../../trainer/types.ts';

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-data-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes files by their paths in a folder. @returns the folder */
export function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** A small picture in the format of its name's ending; equal names give equal pictures. */
export async function photo(name: string, width = 40, height = 30): Promise<Uint8Array> {
  const random = createRandom(name);
  const [a, b] = [random.uniform(), random.uniform()];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 128 + 100 * Math.sin(a * x + b * y + (i % 3)) + 20 * random.uniform();
  });
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  return name.endsWith('.png') ? picture.png().toBuffer() : picture.jpeg().toBuffer();
}

/** Photographs under the names. */
export async function photos(names: readonly string[]): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await photo(name)] as const)));
}

/** The paths of a set in files. */
export function pathsOf({ pictures }: LabelledImages): readonly string[] {
  if (pictures.kind !== 'files') throw new Error('the set is not in files');
  return pictures.paths;
}

/** The bytes of a set in memory. */
export function bytesOf({ pictures }: LabelledImages): Uint8Array {
  if (pictures.kind !== 'bytes') throw new Error('the set is not in memory');
  return pictures.bytes;
}
