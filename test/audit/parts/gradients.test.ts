import { beforeAll, describe, expect, it } from 'vitest';
import { gradients } from '../../../audit/parts/gradients.ts';
import { createRandom } from '../../../base/random.ts';
import { createEngine } from '../../../engine/index.ts';
import type { Engine } from '../../../engine/types.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { smallNet } from '../../attack/support/small-net.ts';
import { quantised, withoutSlope } from '../support/masked.ts';
import { withSmallSubject } from '../support/subject.ts';

describe('the gradients of the sample', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine({ device: 'cpu', threads: 1 });
  });
  const sample = [0, 3, 7, 8, 11, 12, 20, 21, 28, 29];

  it('are there for every query and attack of an honest model, and repeats that fill a batch do not count', async () => {
    const counted = countedEngine(engine);
    const counts = await withSmallSubject(counted.engine, { sample, count: 4 }, gradients);
    expect(counts).toEqual(['ES', 'LTM', 'GTM'].map((attack) => ({ attack, inputs: 10, finite: 10, nonZero: 10 })));
    expect(counted.live).toEqual([]);
  });

  it.each([withoutSlope(smallNet), quantised(smallNet, 8)])('are zero one and all in $name', async (backbone) => {
    const counts = await withSmallSubject(engine, { backbone, sample }, (subject) => gradients(subject, ['ES', 'GTM']));
    expect(counts).toEqual(['ES', 'GTM'].map((attack) => ({ attack, inputs: 10, finite: 10, nonZero: 0 })));
  });

  it('are not finite where the weights are not', async () => {
    const weights = smallNet.init(createRandom('small'));
    const broken = { ...weights, 'fc.bias': { shape: [16], data: new Float32Array(16).fill(Number.NaN) } };
    const counts = await withSmallSubject(engine, { weights: broken, sample }, (subject) => gradients(subject, ['ES']));
    expect(counts).toMatchObject([{ inputs: 10, finite: 0 }]);
  });
});
