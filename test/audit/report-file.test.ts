import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readReport, writeReport } from '../../audit/report-file.ts';
import { realisticReport } from './support/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-report-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('audit.json', () => {
  it('is read as it was written', async () => {
    const path = join(folder, 'audit.json');
    const report = await realisticReport();
    writeReport(path, report);
    expect(readReport(path)).toEqual(report);
  });

  it.each([
    ['nothing.json', undefined, 'no such file'],
    ['cut.json', '{"format": 1, "crea', 'is not JSON'],
    ['other.json', '{"format": 1, "stage": "x"}', 'createdAt: '],
    ['list.json', '[]', 'its content: '],
  ])('%s is refused by name', (name, content, words) => {
    const path = join(folder, name);
    if (content !== undefined) writeFileSync(path, content);
    expect(() => readReport(path)).toThrow(
      expect.objectContaining({ code: 'AUDIT_UNREADABLE', message: expect.stringMatching(`${name}: .*${words}`) }),
    );
  });
});
