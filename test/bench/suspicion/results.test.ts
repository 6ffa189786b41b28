import { describe, expect, it } from 'vitest';
import { type Findings, falseAlarms, page, rowsOf } from '../../../bench/suspicion/results.ts';

const findings: Findings = {
  model: 'a-1',
  innocent: Array.from({ length: 200 }, (_, i) => i / 200),
  threshold: 0.99,
  calibratedOn: 1024,
  cells: [
    { attack: { aim: 'es', epsilon: 8, weight: 0 }, queries: 2, statistics: [2, 3], harms: [0.5, 0.7] },
    { attack: { aim: 'qa+', epsilon: 8, weight: 1 }, queries: 2, statistics: [0.9855, 2], harms: [0.25, 0.001] },
  ],
};

describe('the table of suspicion', () => {
  it('has shares in percent, and the harm of an attack in its own unit', () => {
    const [, plain, aware] = rowsOf(findings);
    expect(plain).toEqual(['es 8/255', '1.000', '100.0 %', '100.0 %', '100.0 %', '0.600', '-']);
    expect(aware?.slice(0, 3)).toEqual(['qa+ 8/255, aware, weight 1', '0.995', '50.0 %']);
    expect(aware?.slice(5)).toEqual(['12.55 %', '25.00 %']);
  });

  it('says on its page how many false alarms there are, and what it was made by', () => {
    expect(falseAlarms(findings)).toBe(0.005);
    const text = page({ command: 'npm run x', commit: 'abc', machine: { cores: 2, load: 3 } }, [findings]);
    expect(text).toContain('0.5 % of 200 innocent queries are suspicious; calibrated on 1024 other pictures.');
    expect(text).toContain('`npm run x` at commit abc; cores 2, load 3.');
  });
});
