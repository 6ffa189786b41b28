import { describe, expect, it } from 'vitest';
import { profiles } from '../../attack/suite/profiles.ts';
import { galleryRequest } from '../../audit/gallery/request.ts';
import { auditCommand } from '../../audit/reproduce.ts';
import type { AuditReport } from '../../audit/types.ts';
import { realisticReport } from './support/report.ts';

const withBudget = (report: AuditReport, budget: AuditReport['setting']['budget']): AuditReport => ({
  ...report,
  setting: { ...report.setting, profile: 'rob224', budget },
});

describe('the command of a report', () => {
  it('names what was asked for, and the models beside', async () => {
    const report = withBudget(await realisticReport(), profiles.rob224.budget);
    expect(auditCommand(report)).toBe(
      'npm run audit -- --model emoji-hardened-3 --data emoji --profile rob224 --protocol exact --queries 64 --sample 64 --black-box 200 --seed 1 ' +
        '--twin emoji-undefended-1 --transfer emoji-hardened-2 --device cpu',
    );
  });

  it('names what the budget has other than its profile', async () => {
    const report = await realisticReport();
    const other = { ...profiles.rob224.budget, epsilon: 12.5 / 255, restarts: 3, stepRule: 'apgd' as const };
    expect(auditCommand(withBudget(report, other))).toContain(
      '--seed 1 --epsilon 12.5 --restarts 3 --step-rule apgd --twin',
    );
    const custom = { ...report, setting: { ...report.setting, profile: 'own' } };
    expect(auditCommand(custom)).toContain(
      '--epsilon 8 --alpha 3 --steps 32 --restarts 1 --norm linf --step-rule fixed',
    );
  });

  it('leaves out what was not there, and says that there were no clusters', async () => {
    const report = withBudget(await realisticReport(), profiles.rob224.budget);
    const bare: AuditReport = {
      ...report,
      data: { ...report.data, split: 'validation', images: 64 },
      benign: { ...report.benign, nmi: null },
      evidence: { ...report.evidence, twin: null, transfer: null },
    };
    expect(auditCommand(bare)).toBe(
      'npm run audit -- --model emoji-hardened-3 --data emoji --split validation --profile rob224 --protocol exact --sample 64 --black-box 200 --seed 1 --device cpu --no-nmi',
    );
  });

  it('of a served gallery asks its server', async () => {
    const report = withBudget(await realisticReport(), profiles.rob224.budget);
    const live: AuditReport = { ...report, data: { ...report.data, name: 'gallery', split: 'gallery', images: 500 } };
    const [, body = ''] = /-d '([^']+)' http:\/\/127\.0\.0\.1:8080\/audits$/.exec(auditCommand(live)) ?? [];
    const asked = galleryRequest.parse(JSON.parse(body));
    expect(asked).toMatchObject({ model: 'emoji-hardened-3', images: 500, profile: 'rob224', queries: 64, sample: 64 });
    expect(asked).toMatchObject({ seed: 1, epsilon: 8, alpha: 3, steps: 32, restarts: 1 });
    expect(asked.blackBox).toBe(report.setting.blackBoxQueries);
  });
});
