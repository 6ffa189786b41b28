import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LocalGallery } from '../../index/local.ts';
import { optionsOf, temporaryFolders } from '../index/support/galleries.ts';
import { scriptArguments } from '../support/bundles/bundled.ts';
import { DIMENSION } from './support/ledger.ts';

const folder = temporaryFolders();
const SCRIPT = fileURLToPath(new URL('./support/full-disk.ts', import.meta.url));
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

describe.runIf(canLimit)('a disk that is full', () => {
  it('refuses writes by name, stores nothing of them, and leaves all else at work', async () => {
    const directory = folder();
    const { stdout, stderr } = spawnSync(process.execPath, [...scriptArguments(SCRIPT), directory], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      add: 'INDEX_WRITE_FAILED',
      remove: 'INDEX_WRITE_FAILED',
      save: 'INDEX_WRITE_FAILED',
      count: 301,
      found: 'unsaved',
      hits: 301,
      later: 'done',
    });
    const gallery = new LocalGallery(optionsOf(directory, DIMENSION));
    expect(gallery.status()).toMatchObject({ count: 302, graph: 'opened' });
    expect(gallery.get('refused')).toBeUndefined();
    for (const id of ['r0', 'r299', 'unsaved', 'later']) expect(gallery.get(id)?.id).toBe(id);
    await gallery.close();
  });
});
