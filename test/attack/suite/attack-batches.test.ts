import { describe, expect, it } from 'vitest';
import { attackQueries } from '../../../attack/suite/attack-all.ts';
import { type AttackedBatch, attackBatches } from '../../../attack/suite/attack-batches.ts';
import { caPlus } from '../../../attack/suite/index.ts';
import { createEngine } from '../../../engine/index.ts';
import { imagesOf, withSmallSubject } from '../../audit/support/subject.ts';
import { countedEngine } from '../support/counted-engine.ts';

const rows = [0, 3, 4, 11, 17, 19];
const budget = { epsilon: 8 / 255, alpha: 4 / 255, steps: 2, restarts: 2 };

describe('queries attacked batch by batch', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('are those that are scored from the same randomness, with targets and starts drawn alike', async () => {
    await withSmallSubject(engine, { count: 4, budget }, async (subject) => {
      const batches: AttackedBatch[] = [];
      const found: number[] = [];
      await attackBatches(subject, subject.scene, caPlus, { ...subject, queries: rows }, async (batch) => {
        batches.push(batch);
        const scores = await caPlus.score(subject.scene, batch.queries, batch.targets, batch.attacked);
        found.push(...(scores['CA+'] ?? []).slice(0, batch.size));
      });
      const scored = await attackQueries(subject, subject.scene, caPlus, { ...subject, queries: rows });
      expect(found).toEqual(scored['CA+']);
      expect(batches.map(({ size }) => size)).toEqual([4, 2]);
      expect(batches.map((batch) => batch.rows)).toEqual([
        [0, 3, 4, 11],
        [17, 19, 19, 19],
      ]);
      expect(batches[1]?.clean).toEqual(imagesOf([17, 19, 19, 19]));
    });
  });

  it('leave nothing behind when one cannot be dealt with', async () => {
    const counted = countedEngine(engine);
    const failing = withSmallSubject(counted.engine, { count: 4, budget }, (subject) =>
      attackBatches(subject, subject.scene, caPlus, { ...subject, queries: rows }, async () => {
        throw new RangeError('not this one');
      }),
    );
    await expect(failing).rejects.toThrow('not this one');
    expect(counted.compiled()).toBeGreaterThan(2);
    expect(counted.live).toEqual([]);
  });
});
