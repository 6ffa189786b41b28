import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPack, writePack } from '../../../trainer/data/emoji/pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-pack-'));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, 'a.bin');
const header = [{ name: 'grün' }, { name: 'blue' }];
const parts = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(255)];
writePack(path, { header, parts });
const whole = readFileSync(path);

describe('a pack', () => {
  it('gives back its header and its parts', () => {
    const read = readPack(path);
    expect(read?.header).toEqual(header);
    expect(read?.parts.map((part) => [...part])).toEqual(parts.map((part) => [...part]));
  });

  it('is none where there is no file', () => {
    expect(readPack(join(folder, 'missing.bin'))).toBeUndefined();
  });

  it('is none when any byte differs', () => {
    const damaged = join(folder, 'flipped.bin');
    for (let at = 0; at < whole.length; at++) {
      writeFileSync(
        damaged,
        whole.map((byte, i) => (i === at ? byte ^ 4 : byte)),
      );
      expect(readPack(damaged)).toBeUndefined();
    }
  });

  it('is none when it ends early or goes on', () => {
    const damaged = join(folder, 'cut.bin');
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(damaged, whole.subarray(0, length));
      expect(readPack(damaged)).toBeUndefined();
    }
    writeFileSync(damaged, Buffer.concat([whole, Buffer.from('x')]));
    expect(readPack(damaged)).toBeUndefined();
  });
});
