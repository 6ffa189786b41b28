import { beforeAll, describe, expect, it } from 'vitest';
import { shifts } from '../../../attack/suite/es.ts';
import { firstUnmatching, releasedUnmatching } from '../../../attack/suite/gtm.ts';
import { caMinus, caPlus, es, gtt, ltm, qaPlus, rk, spqaMinus, tma } from '../../../attack/suite/index.ts';
import { hits } from '../../../attack/suite/recall.ts';
import { createQueries, createScene } from '../../../attack/suite/scene.ts';
import { topRows } from '../../../attack/suite/targets.ts';
import type { Protocol, Scene } from '../../../attack/suite/types.ts';
import { createRandom } from '../../../base/random.ts';
import { takeRows } from '../../../engine/arrays.ts';
import { createEagerEngine } from '../../../engine/eager.ts';
import { array } from '../support/tensors.ts';

const engine = createEagerEngine();
const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
/** Rows 0 and 1 are the same picture under two labels; row 5 is alone in its class. */
const gallery = array([0, 0, 10, 25, 45, 90].map(at));
const labels = [0, 1, 0, 1, 1, 2];

const scenes = new Map<Protocol, Scene>();
beforeAll(async () => {
  for (const protocol of ['exact', 'robrank'] as const)
    scenes.set(protocol, await createScene({ engine, metric: 'N', protocol, gallery, labels, count: 2 }));
});

async function meet(protocol: Protocol, rows: readonly number[], embeddings = takeRows(gallery, rows)) {
  const scene = scenes.get(protocol) as Scene;
  const own = rows.map((row) => labels[row] as number);
  return { scene, queries: await createQueries(scene, embeddings, own, rows) };
}

describe('what counts as the query itself', () => {
  it('is its row, or for the released protocol what is nearest', async () => {
    expect([...(await meet('exact', [1, 3])).queries.self]).toEqual([1, 3]);
    expect([...(await meet('robrank', [1, 3])).queries.self]).toEqual([0, 3]);
  });

  it('is left out of the top of a list, which has one row at least', async () => {
    const { scene, queries } = await meet('exact', [0, 2]);
    expect(scene.topmost).toBe(1);
    expect(topRows(scene, queries)).toEqual([[1], [0]]);
  });

  it('is no hit, and a query without another of its class does not count', async () => {
    const { scene, queries } = await meet('exact', [2, 5]);
    expect(hits(scene, queries, queries.distances, queries.self)).toEqual([1, Number.NaN]);
  });

  it('decides the recall of ES by row where the protocol is exact', async () => {
    const found = async (protocol: Protocol) => {
      const { scene, queries } = await meet(protocol, [1]);
      return es.score(scene, queries, [[]], queries);
    };
    // Row 0 shows the same under another label: it stays, and is wrong, or goes in place of row 1, which is right.
    expect(await found('exact')).toMatchObject({ 'ES:R': [0] });
    expect(await found('robrank')).toMatchObject({ 'ES:R': [1] });
  });

  it('is excluded from the matches of LTM where the protocol is exact', async () => {
    for (const [protocol, excluded] of [
      ['exact', [2, 3]],
      ['robrank', [-1, -1]],
    ] as const) {
      const { scene, queries } = await meet(protocol, [2, 3]);
      expect([...(ltm.constants(scene, queries, []).excluded?.data ?? [])]).toEqual(excluded);
    }
  });
});

describe('measures', () => {
  it('ranks a candidate by the rows that are strictly nearer to the query of its list', async () => {
    const { scene, queries } = await meet('exact', [4]);
    // From row 0: rows 0 to 3 are nearer than row 4.
    for (const [attack, measure] of [
      [caPlus, 'CA+'],
      [caMinus, 'CA-'],
    ] as const)
      expect(await attack.score(scene, queries, [[0]], queries)).toEqual({ [measure]: [4 / 6] });
    expect(await qaPlus.score(scene, queries, [[5]], queries)).toEqual({ 'QA+': [5 / 6] });
  });

  it('tells the cosine to the target of TMA', async () => {
    const { scene, queries } = await meet('exact', [0, 5]);
    const { TMA = [] } = await tma.score(scene, queries, [[4], [4]], queries);
    for (const cosine of TMA) expect(cosine).toBeCloseTo(Math.SQRT1_2, 6);
  });

  it('keeps a target of GTT among four', async () => {
    const { scene, queries } = await meet('exact', [0]);
    const targets = gtt.choose(scene, queries, createRandom(1));
    expect(targets).toEqual([[1]]);
    const moved = await meet('exact', [0], array([at(90)]));
    expect(await gtt.score(scene, queries, targets, queries)).toEqual({ GTT: [1], 'GTT:1': [1] });
    expect(await gtt.score(scene, queries, targets, moved.queries)).toEqual({ GTT: [0], 'GTT:1': [0] });
  });

  it('takes the shift of the last image, or of the one before it by the released protocol', async () => {
    const { scene, queries } = await meet('exact', [0]);
    const after = await meet('exact', [0], array([at(60)]));
    const now = await es.score(scene, queries, [[]], after.queries);
    expect(now['ES:D']?.[0]).toBeCloseTo(1, 5);
    const stale = await es.score(scene, queries, [[]], { ...after.queries, previous: queries.embeddings });
    expect(stale['ES:D']?.[0]).toBeCloseTo(1e-6 * Math.SQRT2, 9);
    expect(shifts(array([[0, 1]]), array([[1, 0]]), 'C')[0]).toBeCloseTo(1, 6);
  });

  it('leaves something to preserve where the top is a single row', async () => {
    const { scene, queries } = await meet('exact', [3, 4]);
    for (const rows of spqaMinus().choose(scene, queries, createRandom(3))) {
      expect(rows).toHaveLength(2);
      expect(new Set(rows).size).toBe(2);
    }
  });
});

describe('the targets of RK', () => {
  it('are the nearest of the own class and of another, or the query where there is none', async () => {
    const { scene, queries } = await meet('exact', [0, 3, 5]);
    expect(rk.choose(scene, queries, createRandom(1))).toEqual([
      [2, 1],
      [4, 2],
      [5, 4],
    ]);
    expect(await rk.score(scene, queries, [], queries)).toEqual({ RK: [0, 0, Number.NaN] });
  });
});

describe('the target of GTM', () => {
  const distances = [0, 1, 2, 3, 4];

  it('is the nearest row that differs from the nearest, or its place in the list of those that differ', () => {
    const given = Int32Array.of(0, 5, 5, 7, 7);
    expect(firstUnmatching(distances, given, 0)).toBe(3);
    expect(releasedUnmatching(distances, given, 0)).toBe(1);
  });

  it('is the nearest row where all match', () => {
    expect(firstUnmatching(distances, new Int32Array(5), 0)).toBe(1);
  });
});
