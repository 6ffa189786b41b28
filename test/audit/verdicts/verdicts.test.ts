import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../audit/evidence.ts';
import type { Verdict, VerdictId } from '../../../audit/types.ts';
import { checks, reachVerdicts } from '../../../audit/verdicts/index.ts';
import { found, honestEvidence, pointAt, rivalry, rounded, SAMPLE, scoresOf } from '../support/evidence.ts';

const honest = honestEvidence();
const [grounds] = honest.gradients;
if (grounds === undefined) throw new Error('no gradients');

const verdictOf = (id: VerdictId, evidence: Partial<Evidence>): Verdict => {
  const verdict = reachVerdicts(honestEvidence(evidence)).find((each) => each.id === id);
  if (verdict === undefined) throw new Error(`no verdict ${id}`);
  return verdict;
};

/** Evidence by which one verdict is raised, and what its finding says. */
const dishonest: Readonly<Record<VerdictId, readonly (readonly [what: string, Partial<Evidence>, finding: RegExp])[]>> =
  {
    'more-steps-never-weaker': [
      [
        'one step is stronger than many',
        { stepsCurve: [pointAt(1, 10), pointAt(4, 44), pointAt(32, 40)] },
        /ES is 15\.6 % with 1 step and 62\.5 % with 32, 30 of 64 queries more, which chance does not explain/,
      ],
      [
        'attacks get weaker on the way',
        { stepsCurve: [pointAt(1, 40), pointAt(8, 20), pointAt(16, 27), pointAt(32, 20)] },
        /31\.3 % with 8 steps and 42\.2 % with 16/,
      ],
      [
        'only the worst does',
        { stepsCurve: [pointAt(8, 30, { worst: 10 }), pointAt(64, 30, { worst: 22 })] },
        /the worst attack/,
      ],
    ],
    'success-grows-with-epsilon': [
      [
        'recall comes back',
        { epsilonCurve: [pointAt(0, 46), pointAt(8 / 255, 10), pointAt(0.1, 10, { LTM: 18 }), pointAt(0.5, 1)] },
        /LTM is 15\.6 % within epsilon 8\/255 and 28\.1 % within 25\.5\/255/,
      ],
    ],
    'unbounded-reaches-chance': [
      [
        'much is found without the picture',
        { epsilonCurve: [pointAt(0, 46), pointAt(0.5, 20, { worst: 8 })] },
        /127\.5\/255 is 12\.5 % .* chance is 2\.0 %/,
      ],
    ],
    converged: [
      [
        'ERS falls',
        { doubled: scoresOf(46.9, 61) },
        /ERS of the sample goes from 48\.3 to 46\.9 when 32 steps become 64/,
      ],
      ['ARS falls', { doubled: scoresOf(48, 60.1) }, /ARS of the sample goes from 61\.2 to 60\.1/],
      ['ARS rises', { doubled: scoresOf(48, 63) }, /ARS of the sample goes from 61\.2 to 63\.0/],
      ['there is no score', { doubled: scoresOf(48, Number.NaN) }, /ARS/],
    ],
    'best-iterate': [
      ['the last is much weaker', { bestIterate: scoresOf(48.2, 58) }, /ARS of the sample goes from 61\.2 to 58\.0/],
      ['there is no score', { bestIterate: scoresOf(Number.NaN, 61) }, /ERS/],
    ],
    'stronger-than-noise': [
      [
        'noise is nearer',
        { noise: [rivalry('ES'), rivalry('GTM', { nearerOn: 20 })] },
        /Noise comes nearer to the aim of GTM .* on 20 of 64/,
      ],
    ],
    'stronger-than-square': [
      [
        'Square misleads more',
        { square: [rivalry('ES'), rivalry('LTM', { rivalFinds: 10 })] },
        /recall is 15\.6 % under it and 37\.5 % under the attack with gradients/,
      ],
    ],
    'stronger-than-nes': [
      ['NES is nearer', { nes: [rivalry('LTM', { nearerOn: 9 })] }, /NES comes nearer to the aim of LTM/],
      [
        'the objective is no number',
        { nes: [{ ...rivalry('ES'), white: Array.from({ length: SAMPLE }, () => Number.NaN) }] },
        /on 64 of 64/,
      ],
    ],
    'stronger-than-transfer': [
      [
        'another model is a better guide',
        { transfer: { from: 'm-1', rivalries: [rivalry('ES', { nearerOn: 30 })] } },
        /Transfer from m-1/,
      ],
    ],
    'gradients-alive': [
      [
        'there is none',
        { gradients: [grounds, { ...grounds, attack: 'GTM', nonZero: 0 }] },
        /64 finite and 0 not zero of 64 under GTM/,
      ],
      ['some are missing', { gradients: [{ ...grounds, nonZero: 60 }] }, /60 not zero/],
      ['one is not finite', { gradients: [{ ...grounds, finite: 63 }] }, /63 finite/],
    ],
    deterministic: [
      ['two passes differ', { repeat: { again: 0.01, alone: 0 } }, /1\.0e-2 between two passes/],
      ['an image depends on others', { repeat: { again: 0, alone: 0.2 } }, /2\.0e-1 between an image alone/],
      ['there is no embedding', { repeat: { again: Number.NaN, alone: 0 } }, /NaN/],
    ],
    'survives-8-bits': [
      [
        '8 bits bring images back',
        { rounding: [rounded('ES', 24, 24, 24), rounded('GTM', 10, 30, 30)] },
        /under GTM 15\.6 % as computed, 46\.9 % in 8 bits/,
      ],
      ['decoding does', { rounding: [rounded('LTM', 10, 10, 16)] }, /25\.0 % as a decoded PNG/],
    ],
    'undefended-twin-falls': [
      ['it stands', { twin: { version: 'plain', clean: 0.75, worst: 0.2 } }, /plain goes from 75\.0 % to 20\.0 %/],
    ],
  };

/** Evidence that is missing. */
const missing: readonly (readonly [VerdictId, Partial<Evidence>])[] = [
  ['more-steps-never-weaker', { stepsCurve: [pointAt(32, 24)] }],
  ['success-grows-with-epsilon', { epsilonCurve: [] }],
  ['unbounded-reaches-chance', { epsilonCurve: [pointAt(0, 46), pointAt(0.1, 20)] }],
  ['stronger-than-noise', { noise: [] }],
  ['stronger-than-square', { square: [] }],
  ['stronger-than-nes', { nes: [] }],
  ['stronger-than-transfer', { transfer: null }],
  ['gradients-alive', { gradients: [] }],
  ['survives-8-bits', { rounding: [] }],
  ['undefended-twin-falls', { twin: null }],
];

describe('verdicts', () => {
  it('hold one and all for an honest audit with some queries on the edge', () => {
    expect(reachVerdicts(honest).filter(({ state }) => state !== 'holds')).toEqual([]);
  });

  it('are of every kind, in the order of the checks, each with a claim and a finding of one sentence', () => {
    expect(checks.map(({ id }) => id)).toEqual(Object.keys(dishonest));
    expect(reachVerdicts(honest).map(({ id }) => id)).toEqual(Object.keys(dishonest));
    for (const { claim, finding } of reachVerdicts(honest)) {
      expect(claim).toMatch(/^[A-Z].*[^.]\.$/);
      expect(finding).toMatch(/^[A-Za-z].*[^.]\.$/);
      expect(finding).not.toMatch(/NaN|undefined|\n/);
    }
  });

  describe.each(checks.map(({ id }) => id))('%s', (id) => {
    it.each(dishonest[id])('is raised where %s', (_, evidence, finding) => {
      const verdict = verdictOf(id, evidence);
      expect(verdict.state).toBe('raised');
      expect(verdict.finding).toMatch(finding);
    });
  });
});

describe('a verdict whose evidence is missing is unchecked', () => {
  it.each(missing)('%s', (id, evidence) => {
    expect(verdictOf(id, evidence).state).toBe('unchecked');
  });
});

describe('a single query is no reason', () => {
  const holds: readonly (readonly [VerdictId, Partial<Evidence>])[] = [
    ['more-steps-never-weaker', { stepsCurve: [pointAt(1, 40), pointAt(16, 20), pointAt(32, 21)] }],
    ['success-grows-with-epsilon', { epsilonCurve: [pointAt(0, 46), pointAt(0.1, 1), pointAt(0.5, 2)] }],
    ['unbounded-reaches-chance', { epsilonCurve: [pointAt(0, 46), pointAt(0.5, 3)] }],
    ['stronger-than-noise', { noise: [rivalry('ES', { nearerOn: 1, rivalFinds: 23 })] }],
    ['gradients-alive', { gradients: [{ ...grounds, nonZero: SAMPLE - 1 }] }],
    ['survives-8-bits', { rounding: [{ ...rounded('ES', 24, 25, 25), eightBits: found(25) }] }],
    ['undefended-twin-falls', { twin: { version: 'plain', clean: 0.75, worst: 2 / SAMPLE } }],
  ];
  it.each(holds)('%s', (id, evidence) => {
    expect(verdictOf(id, evidence).state).toBe('holds');
  });
});

describe('what is no sign of a masked gradient', () => {
  it('a single step that is stronger than two short ones', () => {
    const stepsCurve = [pointAt(1, 20), pointAt(2, 44), pointAt(8, 26), pointAt(32, 20)];
    expect(verdictOf('more-steps-never-weaker', { stepsCurve }).state).toBe('holds');
  });

  it('recall that is chance again, far away', () => {
    const epsilonCurve = [pointAt(0, 60), pointAt(0.1, 0), pointAt(0.5, 7)];
    expect(verdictOf('success-grows-with-epsilon', { chance: 0.1, epsilonCurve }).state).toBe('holds');
    expect(verdictOf('success-grows-with-epsilon', { chance: 0, epsilonCurve }).state).toBe('raised');
  });

  it('an objective that is level but for rounding', () => {
    const level = rivalry('LTM', { rivalFinds: 24 });
    const rival = level.white.map((value) => value * 1.0005);
    expect(verdictOf('stronger-than-nes', { nes: [{ ...level, rival }] }).state).toBe('holds');
  });

  it('an undefended model that finds nothing anyway', () => {
    const verdict = verdictOf('undefended-twin-falls', { twin: { version: 'plain', clean: 0.02, worst: 0 } });
    expect(verdict.state).toBe('unchecked');
  });
});
