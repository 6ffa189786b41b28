import { beforeAll, describe, expect, it } from 'vitest';
import type { Evidence } from '../../audit/evidence.ts';
import { gradients } from '../../audit/parts/gradients.ts';
import { repeat } from '../../audit/parts/repeat.ts';
import { rivals } from '../../audit/parts/rivals.ts';
import { rounding } from '../../audit/parts/rounding.ts';
import { transfer } from '../../audit/parts/transfer.ts';
import type { VerdictId } from '../../audit/types.ts';
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

/** What an audit of a model sees of its gradients, its rivals and its repeatability; transfer is from the honest model. */
function evidenceOf(engine: Engine, backbone: Backbone): Promise<Evidence> {
  return withSmallSubject(engine, { backbone, count }, (subject) =>
    withSmallSubject(engine, { count }, async (source) =>
      honestEvidence({
        rows: subject.sample,
        gradients: await gradients(subject),
        repeat: await repeat(subject),
        rounding: await rounding(subject, ['GTM']),
        ...(await rivals(subject, { queries: 24, attacks: ['ES', 'GTM'] })),
        transfer: { from: 'honest', rivalries: await transfer(subject, source, ['ES', 'GTM']) },
      }),
    ),
  );
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

  it.each<[string, Backbone, readonly VerdictId[]]>([
    ['an honest model raises nothing', smallNet, []],
    ['a gradient multiplied by zero', withoutSlope(smallNet), [...BEATEN, 'gradients-alive']],
    ['a quantised first layer', quantised(smallNet, 16), [...BEATEN, 'gradients-alive']],
    ['a gradient that leads uphill', misled(smallNet), BEATEN],
    ['a batch whose images know of one another', sociable(smallNet), ['deterministic']],
  ])('%s', async (_, backbone, expected) => {
    const verdicts = reachVerdicts(await evidenceOf(engine, backbone));
    expect(verdicts.flatMap(({ id, state }) => (state === 'raised' ? [id] : []))).toEqual(expected);
    expect(verdicts.filter(({ state }) => state === 'unchecked')).toEqual([]);
  });
});
