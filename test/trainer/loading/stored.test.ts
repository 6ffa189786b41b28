import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { storedPicture } from '../../../trainer/loading/stored.ts';
import { temporaryFolder, writeTree } from '../data/support/tree.ts';

const root = temporaryFolder();

it('a picture of a set may have more pixels than a server would take', async () => {
  const create = { width: 8000, height: 5001, channels: 3, background: '#336699' } as const;
  writeTree(root, { 'large.png': await sharp({ create }).png({ compressionLevel: 1 }).toBuffer() });
  const preprocessing = { size: 7, fit: 'fill', kernel: 'linear', resize: 8 } as const;
  const pictures = { kind: 'files', paths: [join(root, 'large.png')], preprocessing } as const;
  const bytes = await storedPicture({ size: 8, channels: 3, pictures }, 0);
  expect([bytes.length, ...bytes.subarray(0, 3)]).toEqual([8 * 8 * 3, 0x33, 0x66, 0x99]);
  await expect(storedPicture({ size: 8, channels: 3, pictures }, 1)).rejects.toThrow(RangeError);
});
