import { describe, expect, it } from 'vitest';
import { attackQueries } from '../../../attack/suite/attack-all.ts';
import { ltm } from '../../../attack/suite/ltm.ts';
import type { Rivalry } from '../../../audit/evidence.ts';
import { rivals } from '../../../audit/parts/rivals.ts';
import { mean } from '../../../base/statistics.ts';
import { createEngine } from '../../../engine/index.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { smallNet } from '../../attack/support/small-net.ts';
import { withoutSlope } from '../support/masked.ts';
import { budget, withSmallSubject } from '../support/subject.ts';

const sample = [0, 5, 8, 16, 23, 27];
const nearer = ({ white, rival }: Rivalry): number =>
  white.filter((value, i) => (rival[i] as number) < value - 1e-4).length;

describe('attacks without gradients', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('are behind the attack with gradients where the gradient is that of the model', async () => {
    const counted = countedEngine(engine);
    const found = await withSmallSubject(counted.engine, { sample, count: 4 }, (subject) =>
      rivals(subject, { queries: 30 }),
    );
    expect(Object.keys(found)).toEqual(['noise', 'square', 'nes']);
    for (const rivalries of Object.values(found)) {
      expect(rivalries.map(({ attack }) => attack)).toEqual(['ES', 'LTM', 'GTM']);
      for (const each of rivalries) {
        for (const values of [each.white, each.rival, each.whiteHits, each.rivalHits]) expect(values).toHaveLength(6);
        expect(nearer(each)).toBe(0);
        expect(mean(each.rivalHits)).toBeGreaterThanOrEqual(mean(each.whiteHits));
      }
    }
    expect(counted.live).toEqual([]);
  });

  it('meet the attack as it is scored, whatever the number of queries at a time', async () => {
    const once = { queries: 2, attacks: ['LTM'] } as const;
    const [whole, scored] = await withSmallSubject(engine, { sample, count: 6 }, async (subject) => [
      await rivals(subject, once),
      await attackQueries(subject, subject.scene, ltm, { ...subject, queries: sample }),
    ]);
    const parts = await withSmallSubject(engine, { sample, count: 4 }, (subject) => rivals(subject, once));
    expect(whole.noise[0]?.whiteHits).toEqual(scored.LTM);
    expect(parts.noise[0]?.whiteHits).toEqual(scored.LTM);
    parts.noise[0]?.white.forEach((value, i) => {
      expect(value).toBeCloseTo(whole.noise[0]?.white[i] as number, 3);
    });
  });

  it('are ahead where the gradient is masked, and the same with the same seed', async () => {
    const backbone = withoutSlope(smallNet);
    await withSmallSubject(engine, { backbone, sample }, async (subject) => {
      const asked = { queries: 40, attacks: ['GTM'] } as const;
      const found = await rivals(subject, asked);
      for (const [each] of Object.values(found)) expect(nearer(each as Rivalry)).toBe(6);
      expect(await rivals(subject, asked)).toEqual(found);
    });
  });

  it('are not run against an attack that is bounded by another norm', async () => {
    const found = await withSmallSubject(engine, { sample, budget: { ...budget, norm: 'l2' } }, (subject) =>
      rivals(subject),
    );
    expect(found).toEqual({ noise: [], square: [], nes: [] });
  });

  it('stop when they are told to', async () => {
    await withSmallSubject(engine, { sample }, async (subject) => {
      const stopped = { ...subject, signal: AbortSignal.abort(new Error('enough')) };
      await expect(rivals(stopped)).rejects.toThrow('enough');
    });
  });
});
