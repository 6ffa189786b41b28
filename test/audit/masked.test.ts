import { beforeAll, describe, expect, it } from 'vitest';
import type { Budget } from '../../attack/types.ts';
import type { Evidence } from '../../audit/evidence.ts';
import { chance, cleanRecall } from '../../audit/parts/clean.ts';
import { curves } from '../../audit/parts/curves.ts';
import { gradients } from '../../audit/parts/gradients.ts';
import { repeat } from '../../audit/parts/repeat.ts';
import { rivals } from '../../audit/parts/rivals.ts';
import { rounding } from '../../audit/parts/rounding.ts';
import { doubled, scoresWith, withBest } from '../../audit/parts/scores.ts';
import { transfer } from '../../audit/parts/transfer.ts';
import type { Subject, VerdictId } from '../../audit/types.ts';
import { reachVerdicts } from '../../audit/verdicts/index.ts';
import type { Backbone } from '../../embedding/types.ts';
import { createEngine } from '../../engine/index.ts';
import type { Engine } from '../../engine/types.ts';
import { smallNet } from '../attack/support/small-net.ts';
import { honestEvidence } from './support/evidence.ts';
import { misled, quantised, sociable, withoutSlope } from './support/masked.ts';
import { withSmallSubject } from './support/subject.ts';

/** All pictures at a time. */
const count = 30;
/** So small that eight steps find all there is to find. */
const budget: Budget = { epsilon: 2 / 255, alpha: 1 / 255, steps: 8, keepBest: true };
/** An audit takes longer than a test where the machine is busy. */
const PATIENCE = 180_000;

/** What is seen of a model's gradients, its rivals and its repeatability; images are transferred from the honest model. */
async function seen(subject: Subject, source: Subject): Promise<Partial<Evidence>> {
  return {
    rows: subject.sample,
    gradients: await gradients(subject),
    repeat: await repeat(subject),
    rounding: await rounding(subject, ['GTM']),
    ...(await rivals(subject, { queries: 24, attacks: ['ES', 'GTM'] })),
    transfer: { from: 'honest', rivalries: await transfer(subject, source, ['ES', 'GTM']) },
  };
}

/** How recall goes as epsilon grows. */
async function stretched(subject: Subject): Promise<Partial<Evidence>> {
  const { epsilon } = budget;
  return { chance: chance(subject), epsilon, ...(await curves(subject)) };
}

/** How recall and scores go as attacks get longer. */
async function followed(subject: Subject): Promise<Partial<Evidence>> {
  return {
    clean: await cleanRecall(subject),
    steps: budget.steps,
    scored: await scoresWith(subject, budget),
    bestIterate: await scoresWith(subject, withBest(budget)),
    doubled: await scoresWith(subject, doubled(budget)),
  };
}

const BEATEN: readonly VerdictId[] = [
  'stronger-than-noise',
  'stronger-than-square',
  'stronger-than-nes',
  'stronger-than-transfer',
];

describe('an audit of', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ device: 'cpu', threads: 1 });
  });

  const raisedBy = (
    backbone: Backbone,
    look: (subject: Subject, source: Subject) => Promise<Partial<Evidence>>,
  ): Promise<VerdictId[]> =>
    withSmallSubject(engine, { backbone, count, budget }, (subject) =>
      withSmallSubject(engine, { count, budget }, async (source) => {
        const verdicts = reachVerdicts(honestEvidence(await look(subject, source)));
        expect(verdicts.filter(({ state }) => state === 'unchecked')).toEqual([]);
        return verdicts.flatMap(({ id, state }) => (state === 'raised' ? [id] : []));
      }),
    );
  it(
    'an honest model raises nothing',
    async () => {
      const whole = async (subject: Subject, source: Subject): Promise<Partial<Evidence>> => ({
        ...(await seen(subject, source)),
        ...(await stretched(subject)),
        ...(await followed(subject)),
      });
      expect(await raisedBy(smallNet, whole)).toEqual([]);
    },
    PATIENCE,
  );

  it(
    'a gradient multiplied by zero is seen wherever a gradient counts',
    async () => {
      const look = async (subject: Subject, source: Subject): Promise<Partial<Evidence>> => ({
        ...(await seen(subject, source)),
        ...(await stretched(subject)),
      });
      const expected = ['unbounded-reaches-chance', ...BEATEN, 'gradients-alive'];
      expect(await raisedBy(withoutSlope(smallNet), look)).toEqual(expected);
    },
    PATIENCE,
  );

  it.each<[string, Backbone, readonly VerdictId[]]>([
    ['a quantised first layer', quantised(smallNet, 16), [...BEATEN, 'gradients-alive']],
    ['a gradient that leads uphill', misled(smallNet), BEATEN],
    ['a batch whose images know of one another', sociable(smallNet), ['deterministic']],
  ])(
    '%s',
    async (_, backbone, expected) => {
      expect(await raisedBy(backbone, seen)).toEqual(expected);
    },
    PATIENCE,
  );
});
