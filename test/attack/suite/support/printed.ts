import { expect } from 'vitest';
import type { Scores } from '../../../../attack/suite/types.ts';
import { mean } from '../../../../base/statistics.ts';

export type Summary = Readonly<Record<string, number>>;

/** One row of the smallest gallery: ties go either way. */
const RANK = 1 / 112;

type Printed = Readonly<Record<string, readonly [measure: string, unit: number]>>;

/** Recall by the attack that prints it; that of ES is in percent. */
const recall: Printed = { ES: ['ES:R', 100], LTM: ['LTM', 1], GTM: ['GTM', 1] };

/** What the other attacks print, by the measure that it is here. */
const printed: Printed = {
  'CA+:prank': ['CA+', 1],
  'CA-:prank': ['CA-', 1],
  'QA+:prank': ['QA+', 1],
  'QA-:prank': ['QA-', 1],
  'Cosine-SIM': ['TMA', 1],
  'SPQA+:prank': ['SPQA+', 1],
  'SPQA+:GTprank': ['SPQA+:preserved', 1],
  'retain@4': ['GTT', 1],
  'ID-Retain@1': ['GTT:1', 1],
};

/** Compares scores with what the reference prints: ranks within one row of the gallery, shares of queries exactly. */
export function expectPrinted(attack: string, scores: Scores, summary: Summary, noise = 0): void {
  const compared: string[] = [];
  for (const [name, expected] of Object.entries(summary)) {
    const [measure, unit] = (name === 'r@1' ? recall[attack] : printed[name]) ?? [];
    if (measure === undefined || unit === undefined) continue;
    const slack = name.endsWith('prank') ? RANK : 1e-5 + noise;
    expect(
      Math.abs(unit * mean(scores[measure as keyof Scores] ?? []) - expected),
      `${name} ${expected}`,
    ).toBeLessThanOrEqual(slack);
    compared.push(name);
  }
  expect(compared.length, Object.keys(summary).join()).toBeGreaterThan(0);
}
