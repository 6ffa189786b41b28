import { describe, expect, it } from 'vitest';
import { transfer } from '../../../audit/parts/transfer.ts';
import { createRandom } from '../../../base/random.ts';
import type { Weights } from '../../../embedding/types.ts';
import { createEngine } from '../../../engine/index.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { smallNet } from '../../attack/support/small-net.ts';
import { withoutSlope } from '../support/masked.ts';
import { withSmallSubject } from '../support/subject.ts';

const sample = [2, 3, 7, 10, 14, 18, 20, 21, 24, 29];

/** The small network with other weights of the same size. */
function otherWeights(): Weights {
  const random = createRandom('another model');
  return Object.fromEntries(
    Object.entries(smallNet.init(random)).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(random.shuffle(Array.from(data))) },
    ]),
  );
}

describe('images made on another model', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('are those of the attack itself where the other model is the same', async () => {
    const counted = countedEngine(engine);
    const found = await withSmallSubject(counted.engine, { sample, count: 4 }, (subject) => transfer(subject, subject));
    expect(found.map(({ attack }) => attack)).toEqual(['ES', 'LTM', 'GTM']);
    for (const { white, rival, whiteHits, rivalHits } of found) {
      expect(rival).toEqual(white);
      expect(rivalHits).toEqual(whiteHits);
      expect(white).toHaveLength(sample.length);
    }
    expect(counted.live).toEqual([]);
  });

  it('are weaker where it is another, within the budget of the audit', async () => {
    const weights = otherWeights();
    await withSmallSubject(engine, { sample }, (subject) =>
      withSmallSubject(engine, { sample, weights, budget: { epsilon: 1, alpha: 1, steps: 3 } }, async (source) => {
        const found = await transfer(subject, source);
        for (const { white, rival } of found)
          rival.forEach((value, i) => {
            expect(value).toBeGreaterThan(white[i] as number);
          });
      }),
    );
  });

  it('are stronger where the gradient of the model itself is masked', async () => {
    await withSmallSubject(engine, { sample, backbone: withoutSlope(smallNet) }, (subject) =>
      withSmallSubject(engine, { sample }, async (source) => {
        const [found] = await transfer(subject, source, ['ES']);
        found?.rival.forEach((value, i) => {
          expect(value).toBeLessThan((found.white[i] as number) - 0.01);
        });
      }),
    );
  });
});
