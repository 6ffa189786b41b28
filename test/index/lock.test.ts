import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../index/lock.ts';
import { codeOf, errorOf, temporaryFolders } from './support/galleries.ts';

const folder = temporaryFolders();

describe('the lock of a folder', () => {
  it('is held by one at a time, at once, naming the folder', () => {
    const directory = folder();
    const unlock = lockFolder(directory);
    const start = performance.now();
    const error = errorOf(() => lockFolder(directory));
    // SQLite, which holds it, would wait for five seconds.
    expect(performance.now() - start).toBeLessThan(4000);
    expect(error.code).toBe('INDEX_LOCKED');
    expect(error.message).toContain(directory);
    unlock();
    lockFolder(directory)();
  });

  it('survives the attempt of another', () => {
    const directory = folder();
    const unlock = lockFolder(directory);
    for (let attempt = 0; attempt < 3; attempt++) expect(codeOf(() => lockFolder(directory))).toBe('INDEX_LOCKED');
    unlock();
  });

  it('of two folders can be held by one process', () => {
    const release = [lockFolder(folder()), lockFolder(folder())];
    for (const unlock of release) unlock();
  });

  it('is free when its file was left behind', () => {
    const directory = folder();
    writeFileSync(join(directory, 'lock'), '');
    lockFolder(directory)();
  });

  it('says so when its file cannot be made', () => {
    const directory = folder();
    mkdirSync(join(directory, 'lock'));
    expect(codeOf(() => lockFolder(directory))).toBe('INDEX_WRITE_FAILED');
  });
});
