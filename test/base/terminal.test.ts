import { describe, expect, it } from 'vitest';
import { bar, progressLine, table } from '../../base/terminal.ts';

describe('progress', () => {
  it('rewrites its line on a terminal and cuts it to the width, but not what stays', () => {
    const written: string[] = [];
    const line = progressLine({ isTTY: true, columns: 10, write: (text) => written.push(text) });
    line.update('0123456789abc');
    line.finish('done, and more than fits');
    expect(written).toEqual(['\r\u001b[K012345678', '\r\u001b[Kdone, and more than fits\n']);
  });

  it('writes few whole lines elsewhere, and always the last', () => {
    const written: string[] = [];
    const line = progressLine({ write: (text) => written.push(text) }, 60_000);
    for (let i = 0; i < 100; i++) line.update(`step ${i}`);
    line.finish('done');
    expect(written).toEqual(['step 0\n', 'done\n']);
  });

  it('draws a bar that is empty, half and full', () => {
    expect(bar(0, 10, 4)).toBe('[>   ]   0 %');
    expect(bar(5, 10, 4)).toBe('[==> ]  50 %');
    expect(bar(10, 10, 4)).toBe('[====] 100 %');
    expect(bar(0, 0, 4)).toBe('[====] 100 %');
  });

  it('aligns a table', () => {
    const rows = [
      ['', 'R@1'],
      ['vanilla', '44.1'],
      ['ca', '5'],
    ];
    expect(table(rows).split('\n')).toEqual(['          R@1', '-------------', 'vanilla  44.1', 'ca          5']);
  });
});
