import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFilled } from '../../../server/gallery/filled.ts';
import { runSnapshot, snapshotHelp } from '../../../server/snapshots/command.ts';
import { errorOf, makeGallery, temporaryFolders } from '../../index/support/galleries.ts';

const folder = temporaryFolders();

/** A data folder with a filled gallery of each version, the last one served last. */
function dataOf(...versions: readonly string[]): string {
  const data = folder();
  for (const version of versions) {
    const directory = join(data, 'gallery', version);
    mkdirSync(directory, { recursive: true });
    makeGallery(directory, 5, 4);
    writeFilled(directory, { model: version, dimension: 4, source: 'test' });
  }
  return data;
}

function run(data: string, ...args: string[]): string {
  let said = '';
  runSnapshot(args, { HOLDFAST_DATA: data }, (text) => {
    said += text;
  });
  return said;
}

describe('npm run snapshot', () => {
  it('creates, lists and restores', () => {
    const data = dataOf('one');
    expect(run(data, 'list')).toBe('There are no snapshots.\n');
    const said = run(data, 'create');
    const [name = ''] = said.split(':');
    expect(said).toBe(`${name}: 5 records of one\n`);
    expect(run(data, 'list')).toMatch(new RegExp(`${name} +one .* 5\n`));
    expect(existsSync(join(data, 'snapshots', 'one', name, 'filled.json'))).toBe(true);
    expect(run(data, 'restore', name)).toBe('5 records are in the gallery of one again\n');
  });

  it('takes the gallery that is named', () => {
    const data = dataOf('one', 'two');
    expect(run(data, 'create', '--model', 'one')).toContain('of one');
  });

  it.each([
    ['nothing', [], 'OPTION_INVALID'],
    ['an unknown verb', ['delete'], 'OPTION_INVALID'],
    ['an unknown option', ['create', '--force'], 'OPTION_INVALID'],
    ['no name to restore', ['restore'], 'OPTION_INVALID'],
    ['a name that climbs', ['restore', '../../etc'], 'OPTION_INVALID'],
    ['a model that climbs', ['create', '--model', '..'], 'OPTION_INVALID'],
    ['a name that is not there', ['restore', '1-1'], 'SNAPSHOT_UNUSABLE'],
    ['a model without a gallery', ['create', '--model', 'three'], 'DATA_MISSING'],
  ])('refuses %s', (_, args, code) => {
    expect(errorOf(() => run(dataOf('one'), ...args)).code).toBe(code);
  });

  it('says how it is used', () => {
    expect(run(folder(), '--help')).toBe(snapshotHelp);
    expect(errorOf(() => run(folder(), 'create')).code).toBe('DATA_MISSING');
  });
});
