import { keepsBest } from '../attack/suite/compiled.ts';
import type { Measure } from '../attack/suite/types.ts';
import type { Budget } from '../attack/types.ts';
import { measureWords } from './measure-words.ts';
import type { AuditReport, Estimate } from './types.ts';

/** A number with so many decimals and a real minus sign; a dash for one that is not defined. */
export function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–';
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** A share of 1 in percent, without the sign. */
export function percent(share: number): string {
  return fixed(100 * share, 1);
}

/** A whole number with its thousands apart. */
export function whole(value: number): string {
  return value.toLocaleString('en');
}

/** Decimals of a measure: one of a percentage, three of a cosine or a distance. */
export function digitsOf(measure: Measure | 'R@1' | 'ERS' | 'ARS'): number {
  return measure === 'ERS' || measure === 'ARS' || measureWords[measure].unit === '%' ? 1 : 3;
}

/** The ends of an interval. */
export function interval({ low, high }: Pick<Estimate, 'low' | 'high'>, digits: number): string {
  return `[${fixed(low, digits)}, ${fixed(high, digits)}]`;
}

/** Epsilon in levels of 255, without needless zeros. */
export function levels(epsilon: number): string {
  return String(Number((255 * epsilon).toFixed(2)));
}

/** What was judged on, in words. */
export function setWords({ name, split }: Pick<AuditReport['data'], 'name' | 'split'>): string {
  return split === 'gallery' ? 'a sample of the served gallery' : `${name}, ${split} split`;
}

/** A budget in words. */
export function budgetWords(budget: Budget): string {
  const { epsilon, alpha, steps, norm = 'linf', stepRule = 'fixed', restarts = 1 } = budget;
  const parts = [
    norm === 'linf' ? `epsilon ${levels(epsilon)}/255 (L-infinity)` : `epsilon ${fixed(epsilon, 3)} (L2)`,
    stepRule === 'fixed' ? `steps of ${levels(alpha)}/255` : 'steps of Auto-PGD',
    `${whole(steps)} steps`,
    `${whole(restarts)} ${restarts === 1 ? 'run' : 'runs'}`,
    keepsBest(budget) ? 'best iterate' : 'last iterate',
  ];
  return parts.join(', ');
}
