import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendCell, nameOf, readCells } from '../../../bench/suspicion/cells.ts';
import { attacks } from '../../../bench/suspicion/find.ts';

describe('the cells of the detector', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-cells-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are named by what makes them different', () => {
    const names = attacks.map(nameOf);
    expect(new Set(names).size).toBe(attacks.length);
    expect(names).toEqual(
      expect.arrayContaining([
        'es 2/255',
        'qa- 8/255, aware, weight 0.1',
        'es 8/255, square',
        'qa+ 8/255, nes',
        'nobody, then JPEG 90',
        'qa- 8/255, then JPEG 75',
      ]),
    );
  });

  it('are read back as they were found, for as many queries', () => {
    const path = join(folder, 'cells.jsonl');
    for (const attack of attacks) appendCell(path, { attack, queries: 4, statistics: [1, 2], harms: [0.5, 0] });
    const known = readCells(path, 4);
    expect([...known.keys()]).toEqual(attacks.map(nameOf));
    expect([...known.values()].map(({ attack }) => attack)).toEqual(attacks);
    expect(readCells(path, 5).size).toBe(0);
  });
});
