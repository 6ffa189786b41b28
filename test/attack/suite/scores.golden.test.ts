import { describe, expect, it } from 'vitest';
import { ars, ers, type Raw } from '../../../attack/suite/scores.ts';
import { expectNear, golden, type Vector } from '../support/golden.ts';

type Input = Readonly<Record<'cap' | 'cam' | 'qap' | 'qam' | 'tma' | 'esd' | 'esr' | 'ltm' | 'gtm' | 'gtt', number>>;

interface Scores {
  readonly ers: readonly {
    readonly name: string;
    readonly input: Input;
    readonly ers: number;
    readonly ers_string: string;
    readonly published_ers?: number;
  }[];
  readonly ars: readonly {
    readonly input: Input;
    readonly r1: number;
    readonly columns: Vector;
    readonly ars: number;
  }[];
}

const reference = golden<Scores>('scores');

const rawOf = ({ cap, cam, qap, qam, tma, esd, esr, ltm, gtm, gtt }: Input): Raw => ({
  'CA+': cap,
  'CA-': cam,
  'QA+': qap,
  'QA-': qam,
  TMA: tma,
  'ES:D': esd,
  'ES:R': esr,
  LTM: ltm,
  GTM: gtm,
  GTT: gtt,
});

describe('scores agree with the reference', () => {
  it.each(reference.ers)('ERS of $name', ({ input, ers: expected, ers_string, published_ers }) => {
    const found = ers(rawOf(input));
    expect(found).toBeCloseTo(expected, 9);
    // Half a unit of the last printed digit may go either way: 38.255 is not a binary number.
    expect(Math.abs(found - Number(ers_string))).toBeLessThanOrEqual(0.05 + 1e-9);
    if (published_ers !== undefined) expect(Math.abs(found - published_ers)).toBeLessThanOrEqual(0.05 + 1e-9);
  });

  it('ARS', () => {
    expect(reference.ars.length).toBeGreaterThan(3);
    for (const { input, r1, columns, ars: expected } of reference.ars) {
      const found = ars(rawOf(input), r1);
      expectNear(found.terms, columns, { relative: 1e-9, absolute: 1e-9 });
      expect(found.value).toBeCloseTo(expected, 9);
      expect(found.defined).toBe(true);
    }
  });
});
