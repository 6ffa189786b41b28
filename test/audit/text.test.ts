import { describe, expect, it } from 'vitest';
import { reportText } from '../../audit/text.ts';
import { realisticReport } from './support/report.ts';

describe('a report in the terminal', () => {
  it('says what was audited, and how', async () => {
    const text = reportText(await realisticReport());
    expect(text).toContain('Audit of emoji-hardened-3 on emoji (test, 5,214 images of 746 classes)');
    expect(text).toContain('profile rob28, protocol exact, 64 queries, seed 1');
    expect(text).toContain('epsilon 8/255 (L-infinity), steps of 3/255, 32 steps, 1 run, last iterate');
    expect(text).toContain('The adversary knows the model');
  });

  it('names what is raised before any score, and beside each', async () => {
    const report = await realisticReport({ states: { converged: 'raised', 'undefended-twin-falls': 'unchecked' } });
    const lines = reportText(report).split('\n');
    const at = (start: string): number => lines.findIndex((line) => line.startsWith(start));
    expect(at('Not to be believed before “The attack has converged” is explained.')).toBeGreaterThan(-1);
    expect(at('  raised     converged: ERS of the sample goes from')).toBe(at('Not to be believed') + 1);
    expect(at('  unchecked  undefended-twin-falls: ')).toBe(at('Not to be believed') + 2);
    expect(at('ERS')).toBeGreaterThan(at('  unchecked'));
    for (const score of ['ERS', 'ARS']) expect(lines[at(score)]).toMatch(/not to be believed: 1 raised$/);
  });

  it('has the ten measures with their intervals', async () => {
    const { measures } = await realisticReport();
    const text = reportText(await realisticReport());
    const { value, low, high } = measures.LTM;
    expect(text).toContain(`LTM       ${value.toFixed(1)}`);
    expect(text).toContain(`[${low.toFixed(1)}, ${high.toFixed(1)}]`);
    expect(text.match(/ (high|low)$/gm)).toHaveLength(11);
  });

  it('leaves NMI out where it was not asked for', async () => {
    const report = await realisticReport();
    expect(reportText(report)).toContain('NMI 81.2 %');
    expect(reportText({ ...report, benign: { ...report.benign, nmi: null } })).not.toContain('NMI');
  });
});
