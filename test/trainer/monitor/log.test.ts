import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openLog } from '../../../trainer/monitor/log.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the log of a run', () => {
  it('goes on at the length that a checkpoint remembers, and forgets what came after it', () => {
    const path = join(folder, 'log.jsonl');
    const first = openLog(path, 0);
    first.append({ kind: 'run', name: 'größer' });
    first.append({ kind: 'batch', step: 1 });
    const { bytes } = first;
    first.append({ kind: 'batch', step: 2 });
    const second = openLog(path, bytes);
    expect(second.lines).toEqual([
      { kind: 'run', name: 'größer' },
      { kind: 'batch', step: 1 },
    ]);
    second.append({ kind: 'batch', step: 2, again: true });
    expect(
      readFileSync(path, 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(second.lines);
    expect(second.bytes).toBe(readFileSync(path).length);
  });

  it('leaves out a line that was cut short', () => {
    const path = join(folder, 'cut.jsonl');
    openLog(path, 0).append({ kind: 'batch', step: 1 });
    appendFileSync(path, '{"kind":"bat');
    expect(openLog(path, 1000).lines).toEqual([{ kind: 'batch', step: 1 }]);
  });

  it('begins a line of its own after one that was cut short or is not in UTF-8', () => {
    const path = join(folder, 'torn.jsonl');
    openLog(path, 0).append({ kind: 'batch', step: 1 });
    appendFileSync(path, Buffer.from([0x22, 0xff, 0xfe]));
    const log = openLog(path, 1000);
    log.append({ kind: 'batch', step: 2 });
    expect(log.bytes).toBe(readFileSync(path).length);
    expect(openLog(path, log.bytes).lines).toEqual([
      { kind: 'batch', step: 1 },
      { kind: 'batch', step: 2 },
    ]);
  });

  it.each(['null', '5', '"text"', '[]'])('leaves out %s, which is no line', (text) => {
    const path = join(folder, 'other.jsonl');
    openLog(path, 0);
    appendFileSync(path, `${text}\n`);
    expect(openLog(path, 1000).lines).toEqual([]);
  });
});
