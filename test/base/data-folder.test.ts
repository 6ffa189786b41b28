import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../base/data-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-data-folder-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the data folder', () => {
  it('is made with those above it, and may be there already', () => {
    const path = join(folder, 'a', 'b');
    openDataFolder(path);
    openDataFolder(path);
    expect(existsSync(path)).toBe(true);
  });

  it('is refused where it is a file, or lies below one', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const refused = (message: string) => expect.objectContaining({ code: 'DATA_FOLDER_UNUSABLE', message });
    expect(() => openDataFolder(file)).toThrow(refused(`${file}: is a file, not a folder`));
    expect(() => openDataFolder(join(file, 'below'))).toThrow(
      refused(`${join(file, 'below')}: lies below a file, not a folder`),
    );
  });
});
