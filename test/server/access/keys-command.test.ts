import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keyFile, openKeyStore } from '../../../server/access/key-store.ts';
import { runKeys } from '../../../server/access/keys-command.ts';

const data = mkdtempSync(join(tmpdir(), 'holdfast-keys-command-'));
afterAll(() => rmSync(data, { recursive: true }));

function keys(...args: string[]): string {
  let said = '';
  runKeys(args, { HOLDFAST_DATA: data }, (text) => {
    said += text;
  });
  return said;
}

describe('npm run keys', () => {
  it.each([
    [[]],
    [['make']],
    [['list', 'all']],
    [['revoke']],
    [['revoke', 'none']],
    [['create', '--role', 'search']],
    [['create', '--name', 'a\nb', '--role', 'search']],
    [['create', '--name', 'a']],
    [['create', '--name', 'a', '--role', 'root']],
    [['create', '--name', 'a', '--role', 'search', '--rate', '0']],
    [['create', '--naem', 'a']],
  ])('refuses %j', (args) => {
    expect(() => keys(...args)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    if (existsSync(keyFile(data))) expect(keys('list')).toBe('There are no keys.\n');
  });

  it('makes a key, shows it once, lists and revokes it', () => {
    const [text = '', note] = keys(
      'create',
      '--name',
      'web shop',
      '--role',
      'search',
      '--role',
      'probe',
      '--rate',
      '9',
    ).split('\n');
    expect(note).toContain('only time');
    const store = openKeyStore(keyFile(data));
    expect(store.find(text)).toMatchObject({ name: 'web shop', roles: ['search', 'probe'], rate: 9 });
    const id = text.split('_')[1] ?? '';
    const listed = keys('list');
    expect(listed).toMatch(new RegExp(`${id} +web shop +search,probe +9`));
    expect(listed).not.toContain(text);
    expect(keys('revoke', id)).toBe(`${id} is revoked.\n`);
    expect(store.find(text)).toBeUndefined();
    expect(() => keys('revoke', id)).toThrow(/no key/);
    store.close();
  });

  it('says how it is used', () => {
    for (const word of ['create', 'list', 'revoke', '--role', '--rate', 'operator'])
      expect(keys('--help')).toContain(word);
  });
});
