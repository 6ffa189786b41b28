import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeTemporaryFiles, writeFileAtomic } from '../../base/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('writing a file whole or not at all', () => {
  it('writes chunks one after the other, makes folders, and leaves no other file', () => {
    const path = join(folder, 'deep', 'file.bin');
    writeFileAtomic(path, 'head ', Uint8Array.of(65, 66));
    expect(readFileSync(path, 'utf8')).toBe('head AB');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['file.bin']);
  });

  it('replaces what was there', () => {
    const path = join(folder, 'replaced');
    writeFileAtomic(path, 'one');
    writeFileAtomic(path, 'two');
    expect(readFileSync(path, 'utf8')).toBe('two');
  });

  it('keeps the old content and no remains when writing fails', () => {
    const path = join(folder, 'kept');
    writeFileAtomic(path, 'old');
    const broken = new Proxy(new Uint8Array(4), {
      get: (_, key) => {
        if (key === 'length') throw new Error('no space left');
        return undefined;
      },
    });
    expect(() => writeFileAtomic(path, 'new', broken)).toThrow('no space left');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.startsWith('kept'))).toEqual(['kept']);
  });

  it('clears what a crash left behind, and nothing else', () => {
    writeFileSync(join(folder, 'graph.4711.part'), 'half');
    removeTemporaryFiles(folder);
    expect(readdirSync(folder)).not.toContain('graph.4711.part');
    expect(readdirSync(folder)).toContain('kept');
  });
});
