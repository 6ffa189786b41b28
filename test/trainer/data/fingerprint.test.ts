import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../../../trainer/data/fingerprint.ts';
import { folder } from '../../../trainer/data/folder.ts';
import type { LabelledImages } from '../../../trainer/types.ts';
import { patches } from '../support.ts';
import { photos, temporaryFolder, writeTree } from './support/tree.ts';

const root = temporaryFolder();
const load = (path: string) => folder.load({ size: 28, channels: 3, folder: path, cache: root });

beforeAll(async () => {
  writeTree(join(root, 'here'), await photos(['a/1.jpg', 'b/1.jpg', 'b/2.jpg', 'c/1.jpg']));
});

describe('the fingerprint of a set', () => {
  it('depends on pixels, labels, classes and form', () => {
    const images = patches(3, 2, 8);
    expect(fingerprint(images)).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprint(patches(3, 2, 8))).toBe(fingerprint(images));
    const other = (change: Partial<LabelledImages>) => fingerprint({ ...images, ...change });
    const pixels = patches(3, 2, 8).pictures;
    if (pixels.kind === 'bytes') pixels.bytes[100] = 1;
    const all = [
      fingerprint(images),
      other({ pictures: pixels }),
      other({ labels: Int32Array.of(0, 0, 1, 1, 2, 1) }),
      other({ classes: ['x', 'y', 'z'] }),
      other({ size: 4 }),
      other({ channels: 1 }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('of files is that of their names and lengths, wherever they lie', async () => {
    cpSync(join(root, 'here'), join(root, 'deep', 'there'), { recursive: true });
    const first = await load(join(root, 'here'));
    const second = await load(join(root, 'deep', 'there'));
    expect(fingerprint(second.test)).toBe(fingerprint(first.test));
    expect(fingerprint(first.train)).not.toBe(fingerprint(first.test));
    writeFileSync(join(root, 'deep', 'there', 'b', '1.jpg'), 'short');
    expect(fingerprint(second.test)).not.toBe(fingerprint(first.test));
    rmSync(join(root, 'deep', 'there', 'b', '1.jpg'));
    expect(() => fingerprint(second.test)).toThrow(expect.objectContaining({ code: 'DATA_MISSING' }));
  });
});
