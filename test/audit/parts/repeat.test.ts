import { describe, expect, it } from 'vitest';
import { repeat } from '../../../audit/parts/repeat.ts';
import { createEngine } from '../../../engine/index.ts';
import type { NdArray } from '../../../engine/types.ts';
import { countedEngine } from '../../attack/support/counted-engine.ts';
import { smallNet } from '../../attack/support/small-net.ts';
import { sociable } from '../support/masked.ts';
import { withSmallSubject } from '../support/subject.ts';

describe('the embeddings of the sample, twice and alone', async () => {
  const engine = await createEngine({ device: 'cpu', threads: 1 });

  it('are the same but for rounding', async () => {
    const counted = countedEngine(engine);
    const { again, alone } = await withSmallSubject(counted.engine, {}, repeat);
    expect(again).toBe(0);
    expect(alone).toBeLessThan(1e-5);
    expect(counted.live).toEqual([]);
  });

  it('differ where a batch has an influence', async () => {
    const { again, alone } = await withSmallSubject(engine, { backbone: sociable(smallNet) }, repeat);
    expect(again).toBe(0);
    expect(alone).toBeGreaterThan(1e-2);
  });

  it('differ where a pass does not give what the one before gave, by as much as it does', async () => {
    let passes = 0;
    const { again } = await withSmallSubject(engine, { sample: [4, 9] }, ({ embedding, ...subject }) => {
      const drifting = async (_: object, images: NdArray): Promise<NdArray> => {
        const { shape, data } = await embedding.run({}, images);
        passes++;
        return { shape, data: Float32Array.from(data, (value) => value + 0.25 * passes) };
      };
      return repeat({ ...subject, embedding: { ...embedding, run: drifting } });
    });
    expect(passes).toBe(2);
    expect(again).toBeCloseTo(0.25, 5);
  });
});
