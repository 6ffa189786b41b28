import { describe, expect, it } from 'vitest';
import { attackQueries } from '../../../attack/suite/attack-all.ts';
import { es } from '../../../attack/suite/es.ts';
import { rounding } from '../../../audit/parts/rounding.ts';
import { createEngine } from '../../../engine/index.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { budget, withSmallSubject } from '../support/subject.ts';

const sample = [1, 2, 6, 9, 13, 17, 22, 25, 26, 29];

describe('attacked images as computed, in 8 bits and as files', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('are those that are scored, and equally strong where steps are whole levels', async () => {
    const counted = countedEngine(engine);
    const [found, scored] = await withSmallSubject(counted.engine, { sample, count: 4 }, async (subject) => [
      await rounding(subject),
      await attackQueries(subject, subject.scene, es, { ...subject, queries: sample }),
    ]);
    expect(found.map(({ attack }) => attack)).toEqual(['ES', 'LTM', 'GTM']);
    expect(found[0]?.asComputed).toEqual(scored['ES:R']);
    for (const { asComputed, eightBits, decoded } of found) {
      expect(asComputed).toHaveLength(sample.length);
      expect(eightBits).toEqual(asComputed);
      expect(decoded).toEqual(asComputed);
    }
    expect(counted.live).toEqual([]);
  });

  it('are the clean ones again where nothing is as large as half a level', async () => {
    const tiny = { ...budget, epsilon: 0.4 / 255, alpha: 0.2 / 255 };
    await withSmallSubject(engine, { sample, budget: tiny }, async (subject) => {
      const [attacked] = await rounding(subject, ['GTM']);
      const [clean] = await rounding({ ...subject, budget: { ...tiny, steps: 0 } }, ['GTM']);
      expect(attacked?.eightBits).toEqual(clean?.asComputed);
      expect(attacked?.decoded).toEqual(clean?.asComputed);
    });
  });
});
