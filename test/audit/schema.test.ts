import { describe, expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import { reportSchema } from '../../audit/schema.ts';
import type { AuditReport } from '../../audit/types.ts';
import { realisticReport } from './support/report.ts';

const asRead = async (): Promise<AuditReport> => JSON.parse(JSON.stringify(await realisticReport()));
const faultOf = (value: unknown): string => {
  const [issue] = reportSchema.safeParse(value).error?.issues ?? [];
  return `${issue?.path.join('.')}: ${issue?.message}`;
};

describe('the schema of a report', () => {
  it('gives the type of a report, neither more nor less', () => {
    expectTypeOf<z.infer<typeof reportSchema>>().toEqualTypeOf<AuditReport>();
  });

  it('gives back what was written, NaN and all', async () => {
    const report = await realisticReport();
    expect(report.perQuery.LTM.at(-1)).toBeNaN();
    expect(reportSchema.parse(await asRead())).toEqual(report);
  });

  it('takes a report without a twin, transfer, NMI and budget options', async () => {
    const report = await asRead();
    const { epsilon, alpha, steps } = report.setting.budget;
    const bare = {
      ...report,
      setting: { ...report.setting, budget: { epsilon, alpha, steps } },
      benign: { ...report.benign, nmi: null },
      evidence: { ...report.evidence, transfer: null, twin: null },
    };
    expect(reportSchema.parse(bare).evidence.twin).toBeNull();
  });

  it('refuses another format, unknown fields, verdicts and hashes', async () => {
    const report = await asRead();
    expect(faultOf({ ...report, format: 2 })).toMatch(/^format: /);
    expect(faultOf({ ...report, more: 1 })).toContain('"more"');
    expect(faultOf({ ...report, model: { ...report.model, sha256: 'abc' } })).toBe(
      'model.sha256: not a SHA-256 in lower-case hex',
    );
    expect(faultOf({ ...report, verdicts: [{ ...report.verdicts[0], id: 'lucky' }] })).toMatch(/^verdicts\.0\.id: /);
  });

  it('refuses a picture that would be loaded from elsewhere', async () => {
    const report = await asRead();
    const [example] = report.examples.leastRobust;
    const examples = { leastRobust: [{ ...example, clean: 'https://example.org/x.png' }], mostRobust: [] };
    expect(faultOf({ ...report, examples })).toBe('examples.leastRobust.0.clean: not a PNG as a data URL');
  });
});
